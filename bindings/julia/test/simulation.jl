# What Julia adds to the suite: types, arrays, copies, callbacks, interrupts, threads, bad input.

include("scenes.jl")
using Logging, Mmap, Serialization

struct Oops <: Exception end
oops(_...) = throw(Oops())

resident_kB() = parse(Int, match(r"VmRSS:\s*(\d+)", read("/proc/self/status", String))[1])

@testset "Simulation" begin

@testset "Parameters" begin
    sim = small()
    @testset "Values have the types of their kinds" begin
        @test sim["detector.distance_mm"] === 120.0
        @test sim["sampling.oversample"] === 1
        @test sim["beam.polarization"] === true
        @test sim["crystal.shape"] == "square"
        @test sim["crystal.cells"] == [5, 6, 7] && eltype(sim["crystal.cells"]) == Int
        @test sim["crystal.mosaic_domains"] === nothing && sim["detector.pivot"] === nothing # automatic
    end
    @testset "Nothing and delete! give the default back" begin
        sim["crystal.fudge"] = 3
        sim["crystal.fudge"] = nothing
        @test sim["crystal.fudge"] == 1
        sim["crystal.fudge"] = "2.5"
        @test sim["crystal.fudge"] == 2.5
        @test delete!(sim, "crystal.fudge")["crystal.fudge"] == 1
        sim["crystal.shape"] = :gauss
        @test sim["crystal.shape"] == "gauss"
    end
    @testset "A matrix is taken row by row" begin
        sim["crystal.orientation_matrix"] = [1 2 3; 4 5 6; 7 8 10]
        @test sim["crystal.orientation_matrix"] == [1, 2, 3, 4, 5, 6, 7, 8, 10]
    end
    @testset "Groups are the same parameters, with completion" begin
        sim.detector.distance_mm = 150
        @test sim["detector.distance_mm"] == 150 == sim.detector.distance_mm
        @test :crystal in propertynames(sim) && :cells in propertynames(sim.crystal)
        @test occursin("goniometer", message(thrown(() -> sim.spindle)))
        @test thrown(() -> sim.crystal.cell = 1).status === :unknown_name
    end
    @testset "The table has names, sentences and help" begin
        @test keys(sim) == [row.name for row in NBT.parameters()] && length(keys(sim)) > 50
        @test haskey(sim, "crystal.cells") && !haskey(sim, "crystal.cell")
        @test occursin("coherent block", repr(MIME("text/plain"), NBT.describe("crystal.cells")))
        @test all(occursin(row.sentence, string(@doc NBT.parameters)) for row in NBT.parameters())
        @test occursin("crystal.cells", thrown(() -> NBT.describe("crystal.cell")).message)
    end
    @testset "Arguments may be text or words" begin
        text = Simulation(arguments = "-cell 50 60 70 -default_F 100 -detpixels 20 -N 5")
        words = Simulation(arguments = ["-cell", 50, 60, 70, "-default_F", 100, "-detpixels", 20, "-N", 5])
        @test run(text) == run(words)
    end
end

@testset "Data" begin
    box = [h + 10k + 100l for l in 1:3, k in 0:2, h in -1:1]
    list = small("beam.wavelength_A" => 4)
    set_structure_factors!(list, ([index[i] for index in vec(CartesianIndices(box))] .+ offset for
                                  (i, offset) in ((3, -2), (2, -1), (1, 0)))..., vec(box))
    grid = set_structure_factor_grid!(small("beam.wavelength_A" => 4), (-1, 0, 1), box)
    @test run(grid) == run(list) # the last index of a grid comes first
    @test NBT.structure_factor_box(grid) == (first = (-1, 0, 1), last = (1, 2, 3))
    @test NBT.structure_factor_box(set_structure_factors!(grid, nothing)) == (first = (0, 0, 0), last = (-1, -1, -1))

    turn = [cosd(3) -sind(3) 0; sind(3) cosd(3) 0; 0 0 1]
    by_domain = set_mosaic_rotations!(small(), reshape(turn, 3, 3, 1))
    @test NBT.read_json(dump_scene(by_domain))["mosaic_rotations"] == [vec(permutedims(turn))]
    @test run(set_mosaic_rotations!(by_domain, nothing)) == run(small())

    mask = [fast % 3 != 0 for fast in 1:40, slow in 1:30]
    image = run(set_mask!(small(), mask))
    @test all(iszero, image[.!mask]) && image[mask] == run(small())[mask]
    region = run(set_roi!(small(); fast = 3:10, slow = 5:6))
    @test region[4:11, 6:7] == run(small())[4:11, 6:7] && sum(region) == sum(region[4:11, 6:7])
end

@testset "Images" begin
    @testset "The first index is the fast axis" begin
        sim = small()
        image = run(sim)
        @test size(image) == image_size(sim) == (40, 30)
        last_run = NBT.report(sim)["last_run"]["panels"][1]
        @test Tuple(argmax(image)) .- 1 == (last_run["max_fast"], last_run["max_slow"])
        @test NBT.trace(sim, argmax(image))["final"]["pixel_value"] ≈ maximum(image)
    end
    @testset "A large image crosses without a copy" begin
        sim = small("detector.pixels" => (2048, 2048), "detector.roi" => (0, 10, 0, 10))
        image = fill(7f0, 2048, 2048)
        into() = @allocated run!(image, sim)
        new() = @allocated run(sim)
        into(), new() # compiles them
        @test into() < sizeof(image) / 8 # what calls of the progress callback leave
        @test new() < sizeof(image) * 9 / 8
        @test image == run(sim) && sum(image) > 0
    end
    @testset "An image may be part of a larger matrix" begin
        large = fill(-1.0, 50, 32)
        run!(view(large, 4:43, 2:31), small())
        @test large[4:43, 2:31] == run(small(), Float64)
        @test all(large[:, [1, 32]] .== -1) && all(large[[1:3; 44:50], :] .== -1)
    end
    @testset "Bad images are refused" begin
        sim = small()
        @test thrown(() -> run!(zeros(Float32, 30, 40), sim)) isa DimensionMismatch
        bad = [zeros(Float16, 40, 30), zeros(Int32, 40, 30), zeros(1200), zeros(Float32, 30, 40)', fill("a", 40, 30),
               permutedims(zeros(ComplexF64, 30, 40)), view(zeros(40, 60), :, 60:-2:2), view(zeros(80, 30), 1:2:80, :), nothing]
        @testset "$(typeof(image))" for image in bad
            @test occursin("image", thrown(() -> run!(image, sim)).msg)
        end
        @test occursin("Float32, Float64", thrown(() -> run(sim, Int32)).msg)
        @test maximum(run(sim)) > 0
    end
    @testset "An image in the memory of a card is not for the processor" begin
        sim, image = small("execution.device" => "cpu"), zeros(Float32, 40, 30)
        error = thrown(() -> NBT.run_to_device!(image, sim))
        @test error.status == :unsupported && occursin("execution.device", error.message)
        @test thrown(() -> NBT.run_to_device!(image', sim)) isa DimensionMismatch
        @test occursin("strides", thrown(() -> NBT.run_to_device!(view(zeros(80, 30), 1:2:80, :), sim)).msg)
        @test all(iszero, image)
    end
    @testset "Read-only memory is refused" begin
        mktemp() do path, file
            write(file, zeros(Float32, 40, 30))
            close(file)
            mapped = open(io -> Mmap.mmap(io, Matrix{Float32}, (40, 30)), path)
            @test thrown(() -> run!(mapped, small())) isa ReadOnlyMemoryError
        end
    end
    @testset "Counts of rows are those of the image" begin
        sim = small("noise.seed" => 1)
        image = run(sim)
        whole = digitize(sim, image)
        @test whole.total_photons > 0 && eltype(whole.counts) == UInt16
        @test digitize(sim, view(vcat(image, image), 41:80, :)).counts == whole.counts
        NBT.digitize_begin(sim)
        counts = [NBT.digitize_rows(sim, image[:, columns]) for columns in (1:7, 8:30)]
        @test hcat(counts...) == whole.counts
        @test merge(whole, NBT.digitize_end(sim)) == whole
        @test thrown(() -> digitize(sim, run(sim, Float64))) isa ArgumentError
        @test thrown(() -> digitize(sim, image')) isa ArgumentError
        @test thrown(() -> digitize(sim, image[1:20, :])) isa DimensionMismatch
        @test occursin(":integer, :noise", thrown(() -> digitize(sim, image; kind = :noisy)).msg)
    end
    @testset "Chunks can be kept, and memory is limited" begin
        sim = small("detector.pixels" => (1000, 1000), "execution.threads" => 1)
        estimate = NBT.estimate_memory(sim, :chunked, Float64; rows = 10)
        @test estimate.output_bytes == 8e6 && estimate.whole_image_fits === true
        sim["limits.memory_bytes"] = estimate.working_bytes
        chunks = []
        run_chunked(chunk -> push!(chunks, chunk), sim, Float64; rows = 10)
        @test reduce(vcat, (chunk.columns for chunk in chunks)) == 1:1000 && last(chunks).fraction_done == 1
        delete!(sim, "limits.memory_bytes")
        @test reduce(hcat, (chunk.pixels for chunk in chunks)) == run(sim, Float64)
        sim["limits.memory_bytes"] = estimate.working_bytes
        @test thrown(() -> run_chunked(identity, sim; rows = 1000)).status === :memory_limit
        @test occursin(":whole", thrown(() -> NBT.estimate_memory(sim, :all)).msg)
    end
end

@testset "Callbacks" begin
    @testset "What they throw reaches the caller, and the simulation works on" begin
        sim = small()
        @test thrown(() -> run_chunked(oops, sim; rows = 4)) isa Oops
        @test thrown(() -> NBT.jacobian_chunked(oops, sim; parameters = "crystal.misset_deg")) isa Oops
        @test thrown(() -> NBT.gradient(sim, oops; parameters = "crystal.misset_deg")) isa Oops
        @test thrown(() -> run_chunked(_ -> sqrt(-1), sim)) isa DomainError
        sim.progress = oops
        @test thrown(() -> run(sim)) isa Oops
        @test thrown(() -> NBT.gradient(sim, ones(40, 30); parameters = "crystal.misset_deg")) isa Oops
        sim.progress = nothing
        sim.log = oops
        sim["crystal.cells"] = (50, 50, 50) # makes the library warn about the sampling
        @test thrown(() -> run(sim)) isa Oops
        sim.log = nothing
        sim["crystal.cells"] = (5, 6, 7)
        @test run(sim) == run(small())
    end
    @testset "A failure stops the run at once" begin
        chunks = 0
        @test thrown(() -> run_chunked(_ -> (chunks += 1; oops()), small(); rows = 1)) isa Oops
        @test chunks == 1
    end
    @testset "Progress and messages arrive" begin
        sim, done, messages = small("crystal.cells" => (50, 50, 50)), Float64[], []
        sim.progress = fraction -> push!(done, fraction)
        sim.log = (level, message) -> push!(messages, (level, message))
        run_chunked(identity, sim; rows = 3)
        @test issorted(done) && last(done) == 1
        @test any(level == Logging.Warn && occursin("oversample", message) for (level, message) in messages)
        warned = Test.TestLogger()
        sim.log, sim.progress = nothing, nothing
        sim["crystal.cells"] = (60, 60, 60)
        with_logger(() -> run(sim), warned)
        @test any(record -> record.level == Logging.Warn && occursin("oversample", record.message), warned.logs)
    end
    @testset "A simulation in use refuses other calls, copies do not" begin
        sim = small()
        twin = copy(sim)
        for use in (run, NBT.report, close, sim -> sim["crystal.cells"], copy)
            @test occursin("in use", thrown(() -> run_chunked(_ -> use(sim), sim)).message)
        end
        run_chunked(chunk -> @test(chunk.pixels == run(twin)), sim)
    end
    @testset "Tasks may take turns while a callback waits" begin
        ticks = 0
        ticker = @async while ticks < 1000
            ticks += 1
            yield()
        end
        sim = small()
        @test fetch(@async (run_chunked(_ -> sleep(0.01), sim; rows = 10); ticks)) > 0
        ticks = 1000
        wait(ticker)
    end
end

@testset "Stopping" begin
    @testset "Cancel comes from any thread" begin
        @test Threads.nthreads() > 1 # JULIA_NUM_THREADS
        sim = long()
        running = Threads.@spawn thrown(() -> run(sim))
        while !sim.busy[]
            sleep(0.01)
        end
        sleep(0.2)
        GC.gc() # also waits for the run to reach a safe point
        NBT.cancel(sim)
        @test fetch(running).status === :cancelled
    end
    @testset "Ctrl-C stops $name" for (name, use) in (
        "run" => run,
        "chunks" => sim -> run_chunked(identity, sim; rows = 10),
        "gradient" => sim -> NBT.gradient(sim, ones(2000, 2000); parameters = "crystal.misset_deg"),
    )
        Base.exit_on_sigint(false)
        sim = long()
        run(`sh -c "sleep 0.5; kill -INT $(getpid())"`; wait = false)
        @test thrown(() -> use(sim)) isa InterruptException
        sim["detector.pixels"] = (40, 30)
        sim["crystal.mosaic_domains"] = 2
        @test maximum(run(sim)) > 0
    end
end

@testset "Copies, life and death" begin
    @testset "Copies are independent and complete" begin
        sim = set_mask!(set_structure_factors!(small(), [0, 1], [0, 1], [1, 0], [5, 7]), [f % 3 > 0 for f in 1:40, _ in 1:30])
        expected = run(sim)
        stream = IOBuffer()
        serialize(stream, sim)
        for twin in (copy(sim), deepcopy(sim), deserialize(seekstart(stream)))
            @test run(twin) == expected
            twin["crystal.cells"] = (1, 1, 1)
            @test sim["crystal.cells"] == [5, 6, 7]
        end
    end
    @testset "A closed simulation says so" begin
        sim = small()
        @test Simulation(inner -> (sim = inner; 5)) == 5 && !isopen(sim)
        for use in (run, NBT.report, copy, dump_scene, sim -> sim["crystal.cells"], sim -> run_chunked(identity, sim))
            @test occursin("closed", thrown(() -> use(sim)).message)
        end
        NBT.cancel(sim)
        close(sim)
        @test repr(sim) == "NBT.Simulation(closed)"
    end
    @testset "Dropped simulations are freed" begin
        grid = rand(100, 100, 30) # 2.4 MB
        dropped() = (run(set_structure_factor_grid!(small(), (0, 0, 0), grid)); nothing)
        foreach(_ -> dropped(), 1:5)
        GC.gc()
        before = resident_kB()
        for _ in 1:20
            foreach(_ -> dropped(), 1:5)
            GC.gc()
        end
        @test resident_kB() - before < 60_000 # 240 MB if they stayed
    end
end

@testset "Bad input" begin
    sim = small()
    @testset "Text with NUL" begin
        uses = (s -> s["crystal.cells\0x"] = 1, s -> s["crystal.shape"] = "gauss\0", s -> s["crystal.\0"],
                s -> set_arguments!(s, ["-cell\0"]), s -> load_scene!(s, "{}\0"),
                s -> NBT.gradient(s, ones(40, 30); parameters = ["crystal.cells\0"]))
        @test all(use -> occursin("NUL", message(thrown(() -> use(sim)))), uses)
    end
    @testset "Values that are no numbers" begin
        @test occursin("crystal.cells has the value 0 + 2im", thrown(() -> sim["crystal.cells"] = [1, 2im, 3]).msg)
        @test occursin("crystal.cells is", thrown(() -> sim["crystal.cells"] = sin).msg)
        @test occursin("h has the value 1.5", thrown(() -> set_structure_factors!(sim, [1.5], [1], [1], [1])).msg)
        @test occursin("h has the value 1099511627776", thrown(() -> set_structure_factors!(sim, [2^40], [1], [1], [1])).msg)
        @test occursin("F is", thrown(() -> set_structure_factors!(sim, [1], [1], [1], "text")).msg)
        @test thrown(() -> set_structure_factors!(sim, [1], [1], [1], [Inf])).status === :out_of_range
        @test thrown(() -> sim[:crystal] = 1) isa MethodError
    end
    @testset "Sizes" begin
        uses = (s -> set_structure_factors!(s, [1], [1, 2], [1], [1]), s -> set_sources!(s, zeros(4, 1)),
                s -> set_sources!(s, ones(3, 2); weights = [1]), s -> set_mosaic_rotations!(s, zeros(3, 2, 1)),
                s -> set_structure_factor_grid!(s, (0, 0), zeros(1, 1, 1)), s -> NBT.gradient(s, zeros(30, 40)),
                s -> NBT.gradient(s, zeros(40, 30); weights = zeros(1, 1)))
        @test all(use -> thrown(() -> use(sim)) isa DimensionMismatch, uses)
        @test thrown(() -> set_structure_factor_grid!(sim, (0, 0, 0), [1, 2])) isa MethodError
        @test thrown(() -> (sim["crystal.cells"] = [1, 2])).status === :wrong_length
    end
    @testset "Nothing was changed by any of it" begin
        @test dump_scene(sim) == dump_scene(small())
    end
    @testset "Devices say why they are not there" begin
        @test any(device -> device.available, NBT.devices())
        @test all(device -> device.available != !isempty(device.reason), NBT.devices())
        sim["execution.device"] = "abacus"
        @test thrown(() -> run(sim)).status === :device
    end
    @testset "JSON that is broken" begin
        broken = ("", "{", "[1,", "{\"a\" 1}", "nul", "[1]]", "\"a", "-")
        @test all(text -> thrown(() -> NBT.read_json(text)) isa ArgumentError, broken)
        @test NBT.read_json(""" {"a": [1, -2.5e3, true, null, "ä\\n\\u00e9\\\\\\/\\""], "b": {}, "c": []} """) ==
              Dict("a" => [1, -2500.0, true, nothing, "ä\né\\/\""], "b" => Dict(), "c" => [])
    end
end

end
