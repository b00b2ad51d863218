# Julia's view of nbt.h is what the header says, to the byte, and the library is found or the search is told.
# generate_raw.py --check, a test of its own, says whether raw.jl is up to date.

include("scenes.jl")
using Libdl

const PACKAGE = dirname(@__DIR__)
const TREE = dirname(dirname(PACKAGE))
const Raw = NBT.Raw

records() = filter(kind -> kind isa DataType, [getfield(Raw, name) for name in names(Raw, all = true) if string(name)[1] != '#'])

"What a C program says of sizes and offsets. The compiler must not meet the libraries that Julia brought along."
function layout_of_compiler(folder, kinds)
    source, program = joinpath(folder, "layout.c"), joinpath(folder, "layout")
    open(source, "w") do file
        println(file, "#include <nbt/nbt.h>\n#include <stdio.h>\nint main(void) {")
        for kind in nameof.(kinds)
            println(file, "printf(\"$kind %zu\\n\", sizeof($kind));")
            for field in fieldnames(getfield(Raw, kind))
                println(file, "printf(\"$kind.$field %zu\\n\", offsetof($kind, $field));")
            end
        end
        println(file, "}")
    end
    return withenv("LD_LIBRARY_PATH" => nothing) do
        run(`$(get(ENV, "CC", "cc")) -I$TREE/capi/include $source -o $program`)
        readlines(`$program`)
    end
end

layout_of(kind) = ["$(nameof(kind)) $(sizeof(kind))";
                   ["$(nameof(kind)).$name $(fieldoffset(kind, i))" for (i, name) in enumerate(fieldnames(kind))]]

"What a new Julia says on `using NBT`."
function loading_with(library)
    errors = IOBuffer()
    command = `$(Base.julia_cmd()) --startup-file=no --project=$PACKAGE -e 'using NBT'`
    finished = withenv("NBT_LIBRARY" => library) do
        run(pipeline(ignorestatus(command); stderr = errors))
    end
    return success(finished), String(take!(errors))
end

@testset "Raw layer" begin
    @testset "Records have the compiler's layout" begin
        kinds = records()
        @test length(kinds) > 8
        mktempdir(folder -> @test(layout_of_compiler(folder, kinds) == reduce(vcat, layout_of.(kinds))))
    end
    @testset "Every exported function is declared" begin
        exports = filter(line -> !isempty(line) && line[1] != '#', readlines(joinpath(TREE, "capi/exports.txt")))
        @test sort(string.(collect(Raw.FUNCTIONS))) == sort(exports)
        @test all(name -> isdefined(Raw, name), Raw.FUNCTIONS) && !any(==(C_NULL), Raw.ADDRESSES)
    end
    @testset "Every status has its word" begin
        @test length(NBT.STATUSES) == 12 && NBT.STATUSES[Raw.NBT_ERROR_FILE] === :file
        @test NBT.library_version() == match(r"version = \"(.*)\"", read(joinpath(PACKAGE, "Project.toml"), String))[1]
    end
end

@testset "Finding the library" begin
    @testset "NBT_LIBRARY excludes other places, the package comes before the system" begin
        @test withenv(NBT.places, "NBT_LIBRARY" => "one/place") == ["one/place"]
        places = withenv(NBT.places, "NBT_LIBRARY" => nothing)
        @test startswith(places[1], PACKAGE) && occursin("libnbt", places[end]) && dirname(places[end]) == ""
    end
    mktempdir() do folder
        text = joinpath(folder, "libnbt.so")
        write(text, "text")
        other = Libdl.dlpath(Libdl.dlopen("libm.so.6"))
        @testset "$library: $reason" for (library, reason) in (
            joinpath(folder, "absent.so") => "no such file", text => "too short", other => "has no function nbt_status_text")
            failure = withenv(() -> thrown(NBT.load_library), "NBT_LIBRARY" => library)
            @test failure isa NBT.LibraryNotFound && occursin("$library: ", failure.message) && occursin(reason, failure.message)
            @test maximum(run(small())) > 0 # what was loaded before still is
        end
        loaded, errors = loading_with(text)
        @test !loaded && occursin("libnbt could not be loaded", errors) && occursin(text, errors)
    end
end
