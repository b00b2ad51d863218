# Gradients against differences, by every way that offers them; parameters as a vector.

include("scenes.jl")
using LinearAlgebra

const NAMES = ["crystal.misset_deg", "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]", "detector.distance_mm"]

"Spots a few pixels wide, computed in double precision, so that differences are good to 1e-6."
smooth() = small("precision.mode" => "double", "crystal.shape" => "gauss", "crystal.cell_lengths_A" => (50, 50, 70))

"Central differences; the step is small against the width of a spot and large against the rounding of the image."
differences(f, x; step = 1e-5) = map(eachindex(x)) do i
    h = [j == i ? step : 0.0 for j in eachindex(x)]
    (f(x + h) - f(x - h)) / 2step
end

same(a, b) = norm(a - b) <= 1e-5 * norm(b)

@testset "Gradients" begin
    sim = smooth()
    x = NBT.components(sim, NAMES)
    data = run(sim, Float64) .* 0.9 .+ 1

    @testset "Components are read and set in the order of their names" begin
        @test x == [11, 23, -37, 50, 120] && length(NBT.component_names(sim, NAMES)) == 5
        @test NBT.components(sim, "crystal.misset_deg[1]") == [23]
        moved = NBT.set_components!(copy(sim), NAMES, [1, 2, 3, 40, 99])
        @test moved["crystal.misset_deg"] == [1, 2, 3] && moved["detector.distance_mm"] == 99
        @test moved["crystal.cell_lengths_A"] == [40, 40, 70] # tied
        automatic = Simulation(arguments = "-cell 50 60 70")
        @test occursin("automatic", thrown(() -> NBT.components(automatic, "detector.Xbeam_mm")).msg)
        @test NBT.set_components!(automatic, "detector.Xbeam_mm", [5])["detector.Xbeam_mm"] == 5
    end
    @testset "Components that cannot be change nothing" begin
        @test occursin("5 are needed", thrown(() -> NBT.set_components!(sim, NAMES, [1, 2])).msg)
        @test thrown(() -> NBT.set_components!(sim, NAMES, [1, 2, 3, -5, 99])).status === :out_of_range
        @test thrown(() -> NBT.set_components!(sim, ["crystal.shape"], [1])).status === :invalid_argument
        @test NBT.components(sim, NAMES) == x
    end
    @testset "$loss agrees with differences" for (loss, options) in (
        :weights => (;), :least_squares => (background = 2, weights = 0.3), :poisson => (background = 1, scale = 0.8),
        :gaussian => (background = 2, gain = 0.5, readout_variance = 4, mask = data .> 1.5),
    )
        value(x) = NBT.objective(sim, NAMES, x, data; loss = loss, options...)
        fit = NBT.gradient(sim, data; loss = loss, parameters = NAMES, options...)
        @test same(fit.values, differences(value, x))
        @test fit["crystal.misset_deg[1]"] == fit.values[2]
        @test thrown(() -> fit["crystal.misset_deg"]) isa BoundsError
        G = zeros(5)
        @test NBT.value_and_gradient!(G, sim, NAMES, x, data; loss = loss, options...) == fit.loss && G == fit.values
        @test NBT.value_and_gradient!(nothing, sim, NAMES, x, data; loss = loss, options...) == fit.loss
        @test dump_scene(sim) == dump_scene(smooth())
    end
    @testset "The Jacobian agrees with differences and with its chunks" begin
        whole = NBT.jacobian(sim; parameters = NAMES)
        slopes = differences(x -> NBT.render(sim, NAMES, x), x)
        @test all(same(whole.derivatives[:, :, i], slopes[i]) for i in 1:5) && whole.image ≈ run(sim, Float64)
        parts = []
        NBT.jacobian_chunked(chunk -> push!(parts, chunk), sim; parameters = NAMES, rows = 7)
        @test cat((part.derivatives for part in parts)...; dims = 2) == whole.derivatives
        tangent = [1, 2, -1, 0.5, 3]
        along = NBT.jacobian(sim; parameters = NAMES, tangent = tangent).derivatives[:, :, 1]
        @test same(along, sum(tangent[i] * whole.derivatives[:, :, i] for i in 1:5))
        normal = NBT.normal_equations(sim, data; parameters = NAMES)
        J = reshape(whole.derivatives, :, 5)
        @test same(normal.matrix, J'J) && same(normal.gradient, J' * vec(whole.image - data))
    end
    @testset "Gradients by sources, orientations and amplitudes have their shapes" begin
        several = small("crystal.mosaic_spread_deg" => 0.2, "crystal.mosaic_domains" => 3, "goniometer.phi_range_deg" => 1,
                        "goniometer.phi_steps" => 2)
        set_structure_factor_grid!(several, (-4, -5, -6), fill(9.0, 13, 11, 9))
        fit = NBT.gradient(several, data; parameters = NAMES, sources = true, orientations = true, amplitudes = true)
        @test size(fit.sources) == (5, 1) && size(fit.orientations) == (3, 3, 2) && size(fit.amplitudes) == (13, 11, 9)
        @test all(iszero(part) == false for part in (fit.sources, fit.orientations, fit.amplitudes))
        @test NBT.sample_counts(several) == (sources = 1, phi_steps = 2, domains = 3)
    end
    @testset "Data of any kind give the same gradient" begin
        counts = [(7fast + 3slow) % 50 for fast in 1:40, slow in 1:30]
        expected = NBT.gradient(sim, UInt16.(counts); parameters = NAMES)
        kinds = [UInt8, Int16, Int64, Float16, BigFloat, Float32, Float64, Int32, Any]
        given = Any[convert(Matrix{kind}, counts) for kind in kinds]
        push!(given, permutedims(counts)', view(vcat(counts, counts), 41:80, :), columns -> counts[:, columns])
        @testset "$(typeof(data))" for data in given
            fit = NBT.gradient(sim, data; parameters = NAMES)
            @test (fit.loss, fit.values) == (expected.loss, expected.values)
        end
    end
    @testset "Bad data are refused" begin
        @test occursin("matrix or a function", thrown(() -> NBT.gradient(sim, nothing)).msg)
        @test occursin("data has the value", thrown(() -> NBT.gradient(sim, fill(1im, 40, 30))).msg)
        @test thrown(() -> NBT.gradient(sim, fill(NaN, 40, 30))).status === :out_of_range
        @test occursin(":poisson", thrown(() -> NBT.gradient(sim, data; loss = :squares)).msg)
        @test occursin("come from the function", thrown(() -> NBT.gradient(sim, identity; mask = data)).msg)
        @test occursin("weight is none", thrown(() -> NBT.gradient(sim, c -> (data = data[:, c], weight = 1))).msg)
        @test thrown(() -> NBT.gradient(sim, c -> data[1:7, c])) isa DimensionMismatch
        @test thrown(() -> NBT.gradient(sim, c -> "text")) isa ArgumentError
    end
end

push!(LOAD_PATH, joinpath(@__DIR__, "fake"))
using ChainRulesCore
loads_extensions = isdefined(Base, :get_extension) && Base.get_extension(NBT, :NBTChainRulesCoreExt) !== nothing
loads_extensions || include("../ext/NBTChainRulesCoreExt.jl")

@testset "Rules of ChainRules" begin
    sim = set_structure_factor_grid!(smooth(), (-4, -5, -6), [20.0 + l + 2k + 3h for l in 1:13, k in 1:11, h in 1:9])
    sim["structure_factors.interpolation"] = "nearest"
    x, data = NBT.components(sim, NAMES), ones(40, 30)
    F = [30.0 + l * k for l in 1:13, k in 1:11, h in 1:9]
    weights = [sin(fast + 2slow) for fast in 1:40, slow in 1:30]

    value, pullback = rrule(NBT.objective, sim, NAMES, x, data; loss = :gaussian, gain = 1, readout_variance = 3)
    objective(x) = NBT.objective(sim, NAMES, x, data; loss = :gaussian, gain = 1, readout_variance = 3)
    @test value == objective(x)
    @test same(pullback(2.0)[4], 2 * differences(objective, x))
    @test pullback(2.0)[[1, 2, 3, 5]] == ntuple(_ -> NoTangent(), 4)

    image, pullback = rrule(NBT.render, sim, NAMES, x)
    @test image == NBT.render(sim, NAMES, x) && length(pullback(weights)) == 4
    @test same(pullback(weights)[4], differences(x -> dot(weights, NBT.render(sim, NAMES, x)), x))

    image, pullback = rrule(NBT.render, sim, NAMES, x, F)
    _, _, _, by_x, by_F = pullback(weights)
    @test same(by_x, differences(x -> dot(weights, NBT.render(sim, NAMES, x, F)), x))
    brightest = argmax(abs.(by_F))
    changed(dF) = (G = copy(F); G[brightest] += dF[1]; dot(weights, NBT.render(sim, NAMES, x, G)))
    @test same([by_F[brightest]], differences(changed, [0.0]; step = 1e-3))
    @test thrown(() -> NBT.render(sim, NAMES, x, F[:, :, 1:2])) isa DimensionMismatch
end
