# The suite of all bindings (bindings/conformance/README.md).

using NBT, Test

const TREE = dirname(dirname(dirname(@__DIR__)))
const CASES = NBT.read_json(read(joinpath(TREE, "bindings/conformance/suite.json"), String))["cases"]

numbers(values) = Float64.(values)
words(call) = [replace(word, "{golden}" => joinpath(TREE, "tests/golden")) for word in call["arguments"]]
matrix(values, rows) = reshape(numbers(values), rows, :)

# h is slowest in the suite, as in Julia's F[l, k, h]. A list of another length than its box is a call that the package
# cannot make, so it goes to the library as it is.
function set_grid!(sim, call)
    first, last, F = Int32.(call["first"]), Int32.(call["last"]), numbers(call["F"])
    shape = Tuple(reverse(last .- first .+ 1))
    prod(shape) == length(F) && return set_structure_factor_grid!(sim, first, reshape(F, shape))
    NBT.call(NBT.Raw.nbt_set_structure_factor_grid, sim, first, last, F, length(F))
end

function run_rows(sim, call)
    get(call, "stop", false) && return run_chunked(_ -> NBT.cancel(sim), sim; rows = call["rows_per_chunk"])
    run_chunked(identity, sim; rows = call["rows_per_chunk"])
end

const CALLS = Dict(
    "set" => (sim, call) -> sim[call["name"]] = numbers(call["values"]),
    "set_text" => (sim, call) -> sim[call["name"]] = call["text"],
    "set_arguments" => (sim, call) -> set_arguments!(sim, words(call)),
    "load_scene" => (sim, call) -> load_scene!(sim, call["text"]),
    "set_structure_factors" => (sim, call) -> set_structure_factors!(sim, call["h"], call["k"], call["l"], call["F"]),
    "set_structure_factor_grid" => set_grid!,
    "set_sources" => (sim, call) -> set_sources!(
        sim, matrix(call["directions"], 3); wavelengths_A = call["wavelengths_A"], weights = call["weights"]),
    "set_mosaic_rotations" => (sim, call) ->
        set_mosaic_rotations!(sim, permutedims(reshape(numbers(call["rotations"]), 3, 3, :), (2, 1, 3))),
    "set_mask" => (sim, call) -> set_mask!(sim, matrix(call["mask"], call["fast_count"])),
    "set_roi" => (sim, call) ->
        (limits = call["limits"]; set_roi!(sim; fast = limits[1]:limits[2], slow = limits[3]:limits[4])),
    "cancel" => (sim, _) -> NBT.cancel(sim),
    "run" => (sim, _) -> run(sim),
    "run_chunked" => run_rows,
    "gradient" => (sim, call) -> NBT.gradient(
        sim, ones(image_size(sim)); loss = :weights, parameters = call["parameters"]),
    "trace_pixel" => (sim, call) -> NBT.trace(sim; fast = call["fast"], slow = call["slow"]),
)

make!(sim, call) = CALLS[call["call"]](sim, call)
function described(case)
    sim = Simulation()
    sim.log = (level, message) -> nothing
    foreach(call -> make!(sim, call), case["scene"])
    return sim
end


at(image, slow, fast) = image[fast+1, slow+1]

function in_chunks(sim, T, rows)
    parts = Matrix{T}[]
    run_chunked(chunk -> push!(parts, chunk.pixels), sim, T; rows = rows)
    return reduce(hcat, parts)
end

function check_image(sim, expected, T)
    image = run(sim, T)
    relative = expected["relative"] + (T == Float32 ? 1.2e-7 : 0)
    near(value, figure) = abs(value - figure) <= relative * abs(figure) + expected["absolute"]
    @test eltype(image) == T && size(image) == (expected["fast_count"], expected["slow_count"])
    @test Tuple(argmax(image)) .- 1 == (expected["max_fast"], expected["max_slow"])
    @test near(sum(Float64, image), expected["sum"])
    @test near(maximum(image), expected["max"])
    @testset "slow $slow, fast $fast" for (slow, fast, value) in expected["pixels"]
        @test near(at(image, slow, fast), value)
    end
    @test all(in_chunks(sim, T, rows) == image for rows in (1, 7, size(image, 2)))
    @test run(load_scene!(Simulation(), dump_scene(sim)), T) == image
    @test run(copy(sim), T) == image
end

function check_counts(sim, expected)
    for kind in expected
        counts = digitize(sim, run(sim); kind = Symbol(kind["kind"])).counts
        @test sum(Int64, counts) == kind["sum"]
        @test [at(counts, slow, fast) for (slow, fast, _) in kind["pixels"]] == last.(kind["pixels"])
    end
end

check_trace(sim, expected) = @test isapprox(
    NBT.trace(sim; fast = expected["fast"], slow = expected["slow"])["final"]["pixel_value"], expected["pixel_value"];
    rtol = expected["relative"])

function pattern(loss, name, shape, T)
    haskey(loss, name) || return nothing
    rule = loss[name]
    return [T(rule["factor"] * mod(rule["slow"] * slow + rule["fast"] * fast, rule["modulus"]) + rule["offset"])
            for fast in 0:shape[1]-1, slow in 0:shape[2]-1]
end

within(values, expected, tolerances) = all(abs.(values .- expected) .<= tolerances)

function options_of(loss, shape)
    given = Dict{Symbol,Any}(Symbol(name) => loss[name] for name in ("scale", "gain", "readout_variance") if haskey(loss, name))
    images = Dict(Symbol(name) => pattern(loss, name, shape, Float64) for name in ("background", "weights", "mask"))
    return given, images
end

function check_gradient(sim, expected)
    loss, shape = expected["loss"], image_size(sim)
    options, images = options_of(loss, shape)
    what = (loss = Symbol(loss["kind"]), parameters = String.(expected["parameters"]))
    box = NBT.structure_factor_box(sim)
    @testset "$kind" for kind in expected["data_types"]
        T = Dict("float32" => Float32, "float64" => Float64, "uint16" => UInt16, "int32" => Int32)[kind]
        data = pattern(loss, "data", shape, T)
        rows(columns) = merge((data = data[:, columns],), (; (n => v[:, columns] for (n, v) in images if v !== nothing)...))
        fit = NBT.gradient(sim, data; amplitudes = haskey(expected, "amplitudes"), what..., options..., images...)
        chunked = NBT.gradient(sim, rows; data_type = T, rows = 5, what..., options...)
        @test (chunked.loss, chunked.values) == (fit.loss, fit.values)
        @test fit.names == expected["components"]
        @test within(fit.values, expected["values"], expected["tolerances"])
        @test isapprox(fit.loss, expected["loss_value"]; rtol = 1e-8)
        @test isapprox(fit.scale_derivative, expected["scale_derivative"]; rtol = 1e-8)
        @test fit.pixels == expected["pixels"]
        for (h, k, l, value, tolerance) in get(expected, "amplitudes", [])
            @test within(fit.amplitudes[((l, k, h) .- reverse(box.first) .+ 1)...], value, tolerance)
        end
    end
    data = pattern(loss, "data", shape, Float64)
    haskey(expected, "normal_equations") && check_normal_equations(sim, expected, data; what..., options..., images...)
    derivatives = NBT.jacobian(sim; parameters = what.parameters).derivatives
    for row in get(expected, "derivative_pixels", [])
        @test within(derivatives[row["fast"]+1, row["slow"]+1, :], row["values"], row["tolerances"])
    end
end

function check_normal_equations(sim, expected, data; options...)
    normal = expected["normal_equations"]
    equations = NBT.normal_equations(sim, data; with_scale = normal["with_scale"], options...)
    @test within(vec(permutedims(equations.matrix)), normal["matrix"], normal["tolerances"])
    @test within(equations.gradient[1:end-1], expected["values"], expected["tolerances"])
    @test isapprox(equations.gradient[end], expected["scale_derivative"]; rtol = 1e-8)
end

function check_error(sim, expected)
    before = dump_scene(sim)
    failure = try
        make!(sim, expected["call"])
    catch error
        error
    end
    @test failure isa NBTError
    @test uppercase(string(failure.status)) == expected["status"]
    @test all(occursin(word, failure.message) for word in expected["message"])
    @test dump_scene(sim) == before
end

function check(case)
    parts = intersect(keys(case), ("image", "counts", "trace", "gradient", "error"))
    @test !isempty(parts)
    if "image" in parts
        check_image(described(case), case["image"], Float32)
        check_image(described(case), case["image"], Float64)
    end
    "counts" in parts && check_counts(described(case), case["counts"])
    "trace" in parts && check_trace(described(case), case["trace"])
    "gradient" in parts && check_gradient(described(case), case["gradient"])
    "error" in parts && check_error(described(case), case["error"])
end

@testset "The suite of all bindings" begin
    @testset "$(case["name"]): $(case["promise"])" for case in CASES
        check(case)
    end
end
