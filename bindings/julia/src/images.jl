# Images, whole and in chunks of rows. A row of the detector is a column of Julia's matrix.

"""
    image_size(sim; panel = 0)

`(fast, slow)`: the size of the image.
"""
function image_size(sim::Simulation; panel = 0)
    fast, slow = Ref{Int64}(), Ref{Int64}()
    call(Raw.nbt_get_image_size, sim, panel, fast, slow)
    return Int(fast[]), Int(slow[])
end

pixel_type(T) = choice(PIXEL_TYPES, T, "pixel type")

"""
    run(sim, T = Float32; panel = 0)

The image in photons per pixel, `image[fast, slow]`: **the fast axis of the detector is the first index**, because Julia
stores columns first and the library writes straight into the matrix. `permutedims(image)` is a copy with the slow axis
first, as plotting packages and most other languages have it. `T` is `Float32` or `Float64`.
"""
function Base.run(sim::Simulation, ::Type{T} = Float32; panel = 0) where {T}
    pixel_type(T)
    return run!(Matrix{T}(undef, image_size(sim; panel = panel)), sim; panel = panel)
end

"""
    run!(image, sim; panel = 0)

The same into a matrix that is there, without a copy: `Float32` or `Float64`, of the size `(fast, slow)`, pixels of a
column next to each other. A view of some columns and rows of a larger matrix will do. After an error the contents are
unspecified.
"""
function run!(image::StridedMatrix{<:Union{Float32,Float64}}, sim::Simulation; panel = 0)
    capacity = elements_of(image, image_size(sim; panel = panel))
    image[1] = 0 # memory that is read-only says so here, and not inside the library
    call(Raw.nbt_run, sim, panel, pixel_type(eltype(image)), image, capacity, stride(image, 2))
    return image
end
run!(image, ::Simulation; _...) =
    throw(ArgumentError("image is a $(typeof(image)): a dense matrix of Float32 or Float64 is needed, fast before slow"))

"From the first to the last of an image that the library can walk as it lies."
function elements_of(image, shape)
    require_size(image, shape, "image")
    stride(image, 1) == 1 && stride(image, 2) >= size(image, 1) ||
        throw(ArgumentError("image has the strides $(strides(image)): the pixels of a column must lie in order, one " *
                            "column after the other; copy it"))
    return (size(image, 2) - 1) * stride(image, 2) + size(image, 1)
end

"""
    NBT.run_to_device!(image, sim; panel = 0, stream = C_NULL)

The same into a matrix in the memory of the card that `execution.device` chooses, such as a `CuMatrix`; nothing is copied
to the host. Rendering begins after the work that is in `stream` (of CUDA.jl: `CUDA.stream().handle`; null: the default
stream), and the image is complete when the function returns.
"""
function run_to_device!(image::AbstractMatrix{<:Union{Float32,Float64}}, sim::Simulation; panel = 0, stream = C_NULL)
    capacity = elements_of(image, image_size(sim; panel = panel))
    there = Ref(record(Raw.nbt_device_image; pixel_type = pixel_type(eltype(image)), capacity = capacity,
                       pixels = Ptr{Cvoid}(UInt(pointer(image))), row_stride = stride(image, 2),
                       stream = Ptr{Cvoid}(stream)))
    GC.@preserve image call(Raw.nbt_run_to_device, sim, panel, there)
    return image
end

"""
    run_chunked(f, sim, T = Float32; rows = 0)

Calls `f(chunk)` with one part of the image after the other, and never holds it as a whole: `chunk.pixels` is a matrix
of `fast` x up to `rows` pixels, which `f` may keep; `chunk.columns` tells which columns of the image they are, from 1;
`chunk.panel` and `chunk.fraction_done`. Any number of rows gives the same bits; 0: chosen from `limits.memory_bytes`.

    run_chunked(sim; rows = 128) do chunk
        image[:, chunk.columns] = chunk.pixels
    end
"""
function run_chunked(f, sim::Simulation, ::Type{T} = Float32; rows = 0) where {T}
    callback = @cfunction(on_rows, Int32, (Ptr{Raw.nbt_rows}, Ptr{Cvoid}))
    take(pointer) = (done = unsafe_load(pointer);
        f((pixels = copied(T, done), columns = columns(done), panel = Int(done.panel), fraction_done = done.fraction_done)))
    call(Raw.nbt_run_chunked, sim, rows, pixel_type(T), callback, pointer_from_objref(sim); rows = take)
end

columns(record) = Int(record.first_row) .+ (1:Int(record.row_count))

function copied(T, done)
    stored = unsafe_wrap(Array, Ptr{T}(done.pixels), (Int(done.row_stride), Int(done.row_count)))
    return stored[1:done.fast_count, :]
end

const RUNS = Dict(
    :whole => Raw.NBT_RUN_WHOLE, :chunked => Raw.NBT_RUN_CHUNKED, :gradient => Raw.NBT_RUN_GRADIENT,
    :jacobian => Raw.NBT_RUN_JACOBIAN, :normal_equations => Raw.NBT_RUN_NORMAL_EQUATIONS,
)

"""
    NBT.estimate_memory(sim, run = :whole, T = Float32; rows = 0, limit_bytes = 0, parameters = nothing, amplitudes = false)

What a run would take, without running: `:whole`, `:chunked`, `:gradient`, `:jacobian` or `:normal_equations`. A tuple
with `working_bytes` (what the library allocates), `output_bytes` (the image), `evaluations`, `whole_image_fits`,
`recommended_rows_per_chunk`, `largest_rows_per_chunk`, `device_bytes`.
"""
function estimate_memory(sim::Simulation, run = :whole, T = Float32; rows = 0, limit_bytes = 0, parameters = nothing,
                         amplitudes = false)
    request = Ref(record(Raw.nbt_memory_request; run = choice(RUNS, run, "run"), pixel_type = pixel_type(T),
                         rows_per_chunk = rows, limit_bytes = limit_bytes, with_amplitudes = amplitudes,
                         components = length(component_names(sim, parameters))))
    estimate = Ref(record(Raw.nbt_memory_estimate))
    call(Raw.nbt_estimate_memory, sim, request, estimate)
    return merge(results(estimate[]), (whole_image_fits = estimate[].whole_image_fits != 0,))
end

"The fields of a record, without its size."
results(record::T) where {T} =
    (; (name => getfield(record, name) for name in fieldnames(T) if name !== :struct_size)...)

# ---- Integer and noise images

const DIGITIZE_KINDS = Dict(:integer => Raw.NBT_DIGITIZE_INTEGER, :noise => Raw.NBT_DIGITIZE_NOISE)

function require_photons(pixels, shape...)
    pixels isa StridedMatrix{Float32} && stride(pixels, 1) == 1 && stride(pixels, 2) >= size(pixels, 1) ||
        throw(ArgumentError("the image is a $(typeof(pixels)): a dense matrix of Float32 is needed"))
    return require_size(pixels, shape, "image")
end

"""
    digitize(sim, image; kind = :noise, panel = 0)

The 16-bit `:noise` or `:integer` image of a `Float32` image: `counts`, a `Matrix{UInt16}`, with the `scale` (counts per
photon, integer image), the `total_photons` and the `overloads` (noise image). Scale, offset and seed are parameters.
"""
function digitize(sim::Simulation, image; kind = :noise, panel = 0)
    require_photons(image, image_size(sim; panel = panel)...)
    counts, result = Matrix{UInt16}(undef, size(image)), Ref(record(Raw.nbt_digitize_result))
    call(Raw.nbt_digitize, sim, choice(DIGITIZE_KINDS, kind, "kind"), panel, image, stride(image, 2), counts, result)
    return merge((counts = counts,), results(result[]))
end

"""
    NBT.digitize_begin(sim; kind = :noise, max_photons = 0, panel = 0)
    NBT.digitize_rows(sim, pixels)
    NBT.digitize_end(sim)

The same row by row, for images that are never held: begin, then the counts of the next rows (columns of `pixels`), as
often as needed, then the result without counts. An integer image with automatic scale needs `max_photons`. Inside
`run_chunked(sim)` use a copy of the simulation, for that one is in use.
"""
digitize_begin(sim::Simulation; kind = :noise, max_photons = 0, panel = 0) =
    call(Raw.nbt_digitize_begin, sim, choice(DIGITIZE_KINDS, kind, "kind"), panel, max_photons)

function digitize_rows(sim::Simulation, pixels)
    require_photons(pixels, first(image_size(sim)), size(pixels, 2))
    counts = Matrix{UInt16}(undef, size(pixels))
    call(Raw.nbt_digitize_rows, sim, size(pixels, 2), pixels, stride(pixels, 2), counts)
    return counts
end
@doc (@doc digitize_begin) digitize_rows

function digitize_end(sim::Simulation)
    result = Ref(record(Raw.nbt_digitize_result))
    call(Raw.nbt_digitize_end, sim, result)
    return results(result[])
end
@doc (@doc digitize_begin) digitize_end
