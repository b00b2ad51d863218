# Arrays across the boundary: not copied where they fit, converted where that loses nothing, refused otherwise.

const PIXEL_TYPES = Dict(Float32 => Raw.NBT_FLOAT32, Float64 => Raw.NBT_FLOAT64)
const DATA_TYPES = Dict(PIXEL_TYPES..., UInt16 => Raw.NBT_UINT16, Int32 => Raw.NBT_INT32)

"The number in `words` of what was asked for, or an error that lists them."
choice(words, word, what) = get(words, word) do
    throw(ArgumentError("$what is $(repr(word)): use one of $(join(sort!(repr.(keys(words))), ", "))"))
end

function exact(T, value, what)
    try
        return convert(T, value)
    catch error
        error isa Union{InexactError,MethodError} || rethrow()
        throw(ArgumentError("$what has the value $(repr(value)): numbers that $T can hold are needed"))
    end
end

"A dense array of T with these values: 3.5 is no Miller index."
function dense(T, values, what)
    values isa Array{T} && return values
    T <: AbstractFloat && values isa AbstractArray{<:Real} && return convert(Array{T}, values)
    values isa Union{AbstractArray,Tuple} ||
        throw(ArgumentError("$what is $(repr(values)): an array of numbers is needed"))
    return T[exact(T, value, what) for value in values]
end

require_size(array, shape, what) =
    size(array) == shape ? array :
    throw(DimensionMismatch("$what has the size $(size(array)): $shape is needed, fast before slow"))

optional(f, value) = value === nothing ? nothing : f(value)
address(array) = array === nothing ? C_NULL : pointer(array)

"Names as C takes them: an array of strings and its length; null and 0 for `nothing`."
list(::Nothing) = (C_NULL, 0)
list(name::Union{AbstractString,Symbol}) = list([name])
list(names) = (String[string(name) for name in names], length(names))
