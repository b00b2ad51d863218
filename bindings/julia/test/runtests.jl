# All tests, each file in a Julia of its own.

for name in ("conformance", "raw", "simulation", "gradients", "readme")
    println(name)
    withenv("JULIA_NUM_THREADS" => 2) do
        run(`$(Base.julia_cmd()) --startup-file=no --project=$(Base.active_project()) $(joinpath(@__DIR__, name * ".jl"))`)
    end
end
