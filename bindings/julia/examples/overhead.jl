# What the binding adds to the C call: a 64 x 64 image, by ccall alone, by run! and by run.

using NBT

sim = Simulation(arguments = "-default_F 100 -cell 50 60 70 -N 10 -detpixels 64 -oversample 1")
bare = Ref(C_NULL) # a handle without callbacks, as a C program has it
NBT.Raw.nbt_create(bare)
NBT.Raw.nbt_load_scene(bare[], dump_scene(sim), sizeof(dump_scene(sim)))
image = run(sim)

c_call(handle) = NBT.Raw.nbt_run(handle, 0, NBT.Raw.NBT_FLOAT32, image, 64 * 64, 64)

function microseconds(f, argument; repeats = 1000)
    start = time_ns()
    for _ in 1:repeats
        f(argument)
    end
    return (time_ns() - start) / repeats / 1e3
end

calls = ["C call" => (c_call, bare[]), "run!(image, sim)" => (sim -> run!(image, sim), sim), "run(sim)" => (run, sim)]
times = Dict(name => Float64[] for (name, _) in calls)
for _ in 1:6, (name, (f, argument)) in calls # in turn, so that a busy machine slows all of them
    push!(times[name], microseconds(f, argument))
end
for (name, _) in calls
    values = sort!(times[name][2:end]) # the first round compiles
    println(rpad(name, 20), lpad(round(values[3]; digits = 1), 7), " us  (", round(values[1]; digits = 1), " to ",
            round(values[end]; digits = 1), ")")
end
NBT.Raw.nbt_destroy(bare[])
