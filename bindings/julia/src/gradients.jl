# Losses, gradients, Jacobians and normal equations. docs/gradients.md has the formulas.

const LOSSES = Dict(
    :weights => Raw.NBT_LOSS_WEIGHTS, :least_squares => Raw.NBT_LOSS_LEAST_SQUARES,
    :gaussian => Raw.NBT_LOSS_GAUSSIAN, :poisson => Raw.NBT_LOSS_POISSON,
)

"A loss and its derivatives; `fit[\"crystal.misset_deg[2]\"]` is one of `values`."
struct Gradient
    loss::Float64
    scale_derivative::Float64
    pixels::Int # that count
    names::Vector{String} # of the components
    values::Vector{Float64}
    amplitudes::Union{Nothing,Array{Float64,3}} # by every structure factor, [l, k, h] of structure_factor_box
    sources::Union{Nothing,Matrix{Float64}} # [:, source]: wavelength (A), weight, direction x, y, z
    orientations::Union{Nothing,Array{Float64,3}} # [:, domain, phi step]: small rotations about x, y, z in radians
end
Base.getindex(fit::Gradient, name::AbstractString) =
    fit.values[something(findfirst(isequal(name), fit.names), lastindex(fit.values) + 1)]

"""
    NBT.component_names(sim, parameters = nothing)

The components that names stand for: a parameter is all of its components, `"crystal.misset_deg[2]"` one (from **0**, as
the library counts), `"a[0]+a[1]"` a tie; `nothing` all that are differentiable.
"""
function component_names(sim::Simulation, parameters = nothing)
    texts, given = list(parameters)
    count = Ref{Csize_t}()
    call(Raw.nbt_get_component_count, sim, texts, given, count)
    return [text(Raw.nbt_get_component_name, sim, texts, given, component - 1) for component in 1:count[]]
end

"Closed ranges of the structure factors in use: `(first = (h, k, l), last = (h, k, l))`; the last -1 without any."
function structure_factor_box(sim::Simulation)
    from, to, count = zeros(Int32, 3), zeros(Int32, 3), Ref{Csize_t}()
    call(Raw.nbt_get_structure_factor_box, sim, from, to, count)
    return (first = Tuple(Int.(from)), last = count[] == 0 ? (-1, -1, -1) : Tuple(Int.(to)))
end
amplitude_size(sim) = (box = structure_factor_box(sim); reverse(box.last .- box.first .+ 1))

"Sources, phi steps and mosaic domains as resolved."
function sample_counts(sim::Simulation)
    counts = Ref{Csize_t}(), Ref{Csize_t}(), Ref{Csize_t}()
    call(Raw.nbt_get_sample_counts, sim, counts...)
    return (; zip((:sources, :phi_steps, :domains), (Int(count[]) for count in counts))...)
end

"""
    NBT.gradient(sim, data; loss = :least_squares, parameters = nothing,
                 amplitudes = false, sources = false, orientations = false, options...)

A loss of the image against `data` and its derivatives by any number of parameters, in one sweep over the detector.
`loss` is `:least_squares`, `:gaussian`, `:poisson`, or `:weights`, for which the data are dL/dimage.

`data` is the measured image, `data[fast, slow]`; a dense one of `Float32`, `Float64`, `UInt16` or `Int32` is not copied.
Or it is a function of a range of columns (from 1) that gives these columns, as a matrix or as a named tuple with `data`,
`mask`, `background` and `weights`: then a measured image need not be in memory.

Options: `mask` (false or 0 is left out), `background`, `weights`: matrices, or a number for all pixels; `scale`, `gain`,
`readout_variance`. For a function also `rows` per chunk, and `data_type` (`Float64`), to which its data are converted.
"""
function gradient(sim::Simulation, data; loss = :least_squares, parameters = nothing, amplitudes = false,
                  sources = false, orientations = false, options...)
    names = component_names(sim, parameters)
    counts = sources || orientations ? sample_counts(sim) : nothing
    by_amplitude = amplitudes ? zeros(amplitude_size(sim)) : nothing
    by_source = sources ? zeros(5, counts.sources) : nothing
    by_orientation = orientations ? zeros(3, counts.domains, counts.phi_steps) : nothing
    outputs = Ref(record(Raw.nbt_gradient_outputs; amplitudes = address(by_amplitude),
                         amplitude_count = amplitudes ? length(by_amplitude) : 0, sources = address(by_source),
                         source_count = sources ? counts.sources : 0, orientations = address(by_orientation),
                         orientation_count = orientations ? counts.domains * counts.phi_steps : 0))
    values, result = zeros(length(names)), Ref(record(Raw.nbt_gradient_result))
    with_loss(sim, data, loss; options...) do measured, rows
        GC.@preserve by_amplitude by_source by_orientation call(
            Raw.nbt_run_gradient, sim, measured, list(parameters)..., values, length(values), outputs, result; rows = rows)
    end
    return Gradient(result[].loss, result[].scale_derivative, result[].pixels, names, values, by_amplitude, by_source,
                    by_orientation)
end

"""
    NBT.normal_equations(sim, data; loss = :least_squares, parameters = nothing, with_scale = false, options...)

`matrix` (J^T W J) and `gradient` (J^T W r) of Gauss-Newton without the Jacobian, with `loss`, `pixels` and `names`. With
`with_scale` the scale is the last component. Data and options as for `gradient`.
"""
function normal_equations(sim::Simulation, data; loss = :least_squares, parameters = nothing, with_scale = false,
                          options...)
    names = [component_names(sim, parameters); with_scale ? ["scale"] : String[]]
    count = length(names)
    matrix, slopes, result = zeros(count, count), zeros(count), Ref(record(Raw.nbt_gradient_result))
    with_loss(sim, data, loss; options...) do measured, rows
        call(Raw.nbt_run_normal_equations, sim, measured, list(parameters)..., with_scale, matrix, slopes, count, result;
             rows = rows)
    end
    return (loss = result[].loss, pixels = Int(result[].pixels), names = names, matrix = matrix, gradient = slopes)
end

"""
    NBT.jacobian(sim; parameters = nothing, tangent = nothing, rows = 0)

`image[fast, slow]`, its `derivatives[fast, slow, component]` and the `names` of the components; with a `tangent` (one
factor per component) only the derivative along it. Holds them all; `jacobian_chunked` does not.
"""
function jacobian(sim::Simulation; parameters = nothing, tangent = nothing, rows = 0)
    names, shape = component_names(sim, parameters), image_size(sim)
    image, derivatives = zeros(shape), zeros(shape..., tangent === nothing ? length(names) : 1)
    jacobian_chunked(sim; parameters = parameters, tangent = tangent, rows = rows) do chunk
        image[:, chunk.columns] = chunk.pixels
        derivatives[:, chunk.columns, :] = chunk.derivatives
    end
    return (image = image, derivatives = derivatives, names = names)
end

"""
    NBT.jacobian_chunked(f, sim; parameters = nothing, tangent = nothing, rows = 0)

Calls `f(chunk)` with `chunk.pixels[fast, column]`, `chunk.derivatives[fast, column, component]` and `chunk.columns`.
"""
function jacobian_chunked(f, sim::Simulation; parameters = nothing, tangent = nothing, rows = 0)
    along = tangent === nothing ? Float64[] : dense(Float64, tangent, "tangent")
    callback = @cfunction(on_rows, Int32, (Ptr{Raw.nbt_jacobian_rows}, Ptr{Cvoid}))
    function take(pointer)
        done = unsafe_load(pointer)
        shape = Int(done.fast_count), Int(done.row_count)
        pixels = copy(unsafe_wrap(Array, done.image, shape))
        f((pixels = pixels, columns = columns(done), fraction_done = done.fraction_done,
           derivatives = copy(unsafe_wrap(Array, done.derivatives, (shape..., Int(done.components))))))
    end
    call(Raw.nbt_run_jacobian, sim, list(parameters)..., tangent === nothing ? C_NULL : along, length(along), rows, callback,
         pointer_from_objref(sim); rows = take)
end

# ---- Measured images as the library takes them

"Calls f with an `nbt_loss` whose arrays live until it returns, and with what answers the library's wish for rows."
function with_loss(f, sim, data, loss; mask = nothing, background = nothing, weights = nothing, scale = 1, gain = 0,
                   readout_variance = 0, rows = 0, data_type = Float64)
    given = (mask = mask, background = background, weights = weights)
    numbers = (kind = choice(LOSSES, loss, "loss"), real_type = Raw.NBT_FLOAT64, scale = scale, gain = gain,
               readout_variance = readout_variance)
    kept = Ref{Any}() # what the library reads until it returns or asks for more
    if data isa AbstractMatrix
        shape = image_size(sim)
        kept[] = arrays = whole_arrays(merge((data = data,), given), shape)
        measured = record(Raw.nbt_loss; numbers..., map(address, arrays)..., data_type = DATA_TYPES[eltype(arrays.data)],
                          capacity = prod(shape), row_stride = shape[1])
        return GC.@preserve kept f(Ref(measured), nothing)
    end
    isempty(methods(data)) && throw(ArgumentError("data is a $(typeof(data)): a matrix or a function is needed"))
    all(isnothing, given) ||
        throw(ArgumentError("with a data function, mask, background and weights come from the function"))
    callback = @cfunction(on_rows, Int32, (Ptr{Raw.nbt_data_rows}, Ptr{Cvoid}))
    measured = record(Raw.nbt_loss; numbers..., data_type = choice(DATA_TYPES, data_type, "data_type"),
                      callback = callback, user = pointer_from_objref(sim), rows_per_chunk = rows)
    function answer(pointer)
        wanted = unsafe_load(pointer)
        kept[] = rows_of(data(columns(wanted)), data_type, (Int(wanted.fast_count), Int(wanted.row_count)))
        unsafe_store!(pointer, changed(wanted; map(address, kept[])...))
    end
    return GC.@preserve kept f(Ref(measured), answer)
end

function whole_arrays(given, shape)
    T = eltype(given.data)
    T in keys(DATA_TYPES) || (T = T <: Integer && all(in(typemin(Int32):typemax(Int32)), given.data) ? Int32 : Float64)
    return arrays_of(given, T, shape)
end

"The arrays of one answer of a data function."
function rows_of(answer, T, shape)
    given = answer isa NamedTuple ? answer : (data = answer,)
    unknown = setdiff(keys(given), (:data, :mask, :background, :weights))
    isempty(unknown) || throw(ArgumentError("data function: $(join(unknown, ", ")) is none of data, mask, background, weights"))
    return arrays_of(given, T, shape)
end

arrays_of(given, T, shape) = (
    data = require_size(dense(T, given.data, "data"), shape, "data"),
    mask = optional(mask -> UInt8.(beside(mask, shape, "mask") .!= 0), get(given, :mask, nothing)),
    background = optional(values -> beside(values, shape, "background"), get(given, :background, nothing)),
    weights = optional(values -> beside(values, shape, "weights"), get(given, :weights, nothing)),
)

beside(value, shape, name) =
    value isa Number ? fill(exact(Float64, value, name), shape) : require_size(dense(Float64, value, name), shape, name)
