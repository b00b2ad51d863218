# Finds libnbt, and turns its statuses into exceptions.

const INTERFACE = "0.1" # for which this package was written; before 1.0 a minor version may change it

"""
A call that the library refused. `status` is the word of `nbt.h`: `:invalid_argument`, `:unknown_name`, `:wrong_length`,
`:out_of_range`, `:inconsistent_scene`, `:file`, `:memory_limit`, `:out_of_memory`, `:cancelled`, `:device`,
`:unsupported` or `:internal`; `message` names the thing, its value and what would be right.
"""
struct NBTError <: Exception
    status::Symbol
    message::String
end
Base.showerror(io::IO, error::NBTError) = print(io, "NBT: ", error.message)

const STATUSES = Dict(
    getfield(Raw, name) => Symbol(lowercase(string(name)[length("NBT_ERROR_")+1:end])) for
    name in names(Raw, all = true) if startswith(string(name), "NBT_ERROR_")
)

check(status, handle) =
    status == Raw.NBT_OK ||
    throw(NBTError(get(STATUSES, status, :internal), unsafe_string(Raw.nbt_last_error(handle))))

"A record of `nbt.h` with some fields changed."
changed(record::T; fields...) where {T} = T((get(fields, name, getfield(record, name)) for name in fieldnames(T))...)

"A record of `nbt.h` that knows its size. What is not named is 0."
record(T; fields...) = changed(T((kind(0) for kind in T.types)...); struct_size = sizeof(T), fields...)

"libnbt cannot be loaded; the message says where it was looked for and why each place failed."
struct LibraryNotFound <: Exception
    message::String
end
Base.showerror(io::IO, error::LibraryNotFound) = print(io, error.message)

"Where libnbt may be, first come first served. `NBT_LIBRARY` excludes all other places."
function places()
    given = get(ENV, "NBT_LIBRARY", "")
    isempty(given) || return [given]
    names = Sys.isapple() ? ["libnbt.dylib"] : ["libnbt.so.0", "libnbt.so"]
    return [joinpath.(dirname(@__DIR__), names); names]
end

function load_library()
    reasons = String[]
    for place in places()
        reason = load_from(place)
        reason === nothing && return
        push!(reasons, "  $place: $reason")
    end
    throw(LibraryNotFound("libnbt could not be loaded. Set NBT_LIBRARY to the path of the library, or install it where " *
                          "the system's loader finds it; on Debian it needs the packages libgomp1, libhwy1 and " *
                          "libstdc++6. Tried:\n" * join(reasons, "\n")))
end

"Nothing, or why the library there cannot be used."
function load_from(place)
    isempty(dirname(place)) || isfile(place) || return "no such file"
    library = try
        # Without Julia's usual RTLD_DEEPBIND, which would give the library a C++ runtime state of its own.
        Libdl.dlopen(place, Libdl.RTLD_NOW | Libdl.RTLD_LOCAL)
    catch error
        return sprint(showerror, error)
    end
    addresses = [Libdl.dlsym(library, name; throw_error = false) for name in Raw.FUNCTIONS]
    missing_one = findfirst(isnothing, addresses)
    missing_one === nothing || return "has no function $(Raw.FUNCTIONS[missing_one])"
    version = unsafe_string(ccall(Libdl.dlsym(library, :nbt_version), Cstring, ()))
    startswith(version, INTERFACE * ".") || return "is version $version, and version $INTERFACE is needed"
    copyto!(Raw.ADDRESSES, addresses)
    return nothing
end

"Version of the library that was loaded."
library_version() = unsafe_string(Raw.nbt_version())
