# The code of the README works as it stands, from the first block to the last, and so do the examples.

using Test

const PACKAGE = dirname(@__DIR__)

"A module of its own, so that names do not meet."
function run_in_module(code, name)
    room = Module(name)
    Core.eval(room, :(include(code) = include_string($room, code)))
    return include_string(room, code), room
end

@testset "README" begin
    blocks = [found[1] for found in eachmatch(r"```julia\n(.*?)```"s, read(joinpath(PACKAGE, "README.md"), String))]
    @test length(blocks) >= 6
    _, room = run_in_module(join(blocks, "\n"), :Readme)
    @test Core.eval(room, :total)[] > 0 && any(!iszero, Core.eval(room, :G))
end

@testset "Example $name" for name in ("first_image", "refine", "overhead")
    mktempdir() do folder
        cd(folder) do
            script = joinpath(PACKAGE, "examples", name * ".jl")
            @test success(run(`$(Base.julia_cmd()) --startup-file=no --project=$PACKAGE $script`))
        end
        if name == "first_image"
            picture = read(joinpath(folder, "first_image.pgm"))
            @test startswith(String(picture[1:15]), "P5\n512 384\n255\n") && length(picture) == 15 + 512 * 384
            @test length(unique(picture)) > 100
        end
    end
end
