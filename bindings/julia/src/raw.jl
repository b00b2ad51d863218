# The C interface as Julia sees it. Made from nbt.h by generate_raw.py; do not edit.
module Raw

const NBT_OK = Int32(0)
const NBT_ERROR_INVALID_ARGUMENT = Int32(1)
const NBT_ERROR_UNKNOWN_NAME = Int32(2)
const NBT_ERROR_WRONG_LENGTH = Int32(3)
const NBT_ERROR_OUT_OF_RANGE = Int32(4)
const NBT_ERROR_INCONSISTENT_SCENE = Int32(5)
const NBT_ERROR_FILE = Int32(6)
const NBT_ERROR_MEMORY_LIMIT = Int32(7)
const NBT_ERROR_OUT_OF_MEMORY = Int32(8)
const NBT_ERROR_CANCELLED = Int32(9)
const NBT_ERROR_DEVICE = Int32(10)
const NBT_ERROR_UNSUPPORTED = Int32(11)
const NBT_ERROR_INTERNAL = Int32(12)
const NBT_KIND_REAL = Int32(0)
const NBT_KIND_INTEGER = Int32(1)
const NBT_KIND_BOOLEAN = Int32(2)
const NBT_KIND_CHOICE = Int32(3)
const NBT_KIND_TEXT = Int32(4)
const NBT_FLOAT32 = Int32(0)
const NBT_FLOAT64 = Int32(1)
const NBT_RUN_WHOLE = Int32(0)
const NBT_RUN_CHUNKED = Int32(1)
const NBT_RUN_GRADIENT = Int32(2)
const NBT_RUN_JACOBIAN = Int32(3)
const NBT_RUN_NORMAL_EQUATIONS = Int32(4)
const NBT_UINT16 = Int32(2)
const NBT_INT32 = Int32(3)
const NBT_LOSS_WEIGHTS = Int32(0)
const NBT_LOSS_LEAST_SQUARES = Int32(1)
const NBT_LOSS_GAUSSIAN = Int32(2)
const NBT_LOSS_POISSON = Int32(3)
const NBT_DIGITIZE_INTEGER = Int32(0)
const NBT_DIGITIZE_NOISE = Int32(1)
const NBT_LOG_INFO = Int32(0)
const NBT_LOG_WARNING = Int32(1)

struct nbt_parameter
    struct_size::Csize_t
    name::Ptr{UInt8}
    kind::Int32
    length::Int32
    unit::Ptr{UInt8}
    choices::Ptr{UInt8}
    minimum::Cdouble
    maximum::Cdouble
    default_text::Ptr{UInt8}
    differentiable::Int32
    flags::Ptr{UInt8}
    sentence::Ptr{UInt8}
end

struct nbt_device_image
    struct_size::Csize_t
    pixel_type::Int32
    pixels::Ptr{Cvoid}
    capacity::Int64
    row_stride::Int64
    stream::Ptr{Cvoid}
end

struct nbt_rows
    struct_size::Csize_t
    panel::Int32
    pixel_type::Int32
    first_row::Int64
    row_count::Int64
    fast_count::Int64
    row_stride::Int64
    pixels::Ptr{Cvoid}
    fraction_done::Cdouble
end

struct nbt_memory_request
    struct_size::Csize_t
    run::Int32
    pixel_type::Int32
    rows_per_chunk::Int64
    limit_bytes::Cdouble
    components::Int64
    with_amplitudes::Int32
end

struct nbt_memory_estimate
    struct_size::Csize_t
    working_bytes::Cdouble
    output_bytes::Cdouble
    evaluations::Cdouble
    whole_image_fits::Int32
    recommended_rows_per_chunk::Int64
    largest_rows_per_chunk::Int64
    device_bytes::Cdouble
end

struct nbt_data_rows
    struct_size::Csize_t
    panel::Int32
    first_row::Int64
    row_count::Int64
    fast_count::Int64
    data::Ptr{Cvoid}
    mask::Ptr{UInt8}
    background::Ptr{Cvoid}
    weights::Ptr{Cvoid}
    row_stride::Int64
end

struct nbt_gradient_outputs
    struct_size::Csize_t
    amplitudes::Ptr{Cdouble}
    amplitude_count::Csize_t
    sources::Ptr{Cdouble}
    source_count::Csize_t
    orientations::Ptr{Cdouble}
    orientation_count::Csize_t
end

struct nbt_gradient_result
    struct_size::Csize_t
    loss::Cdouble
    scale_derivative::Cdouble
    pixels::Int64
end

struct nbt_jacobian_rows
    struct_size::Csize_t
    panel::Int32
    first_row::Int64
    row_count::Int64
    fast_count::Int64
    components::Csize_t
    image::Ptr{Cdouble}
    derivatives::Ptr{Cdouble}
    fraction_done::Cdouble
end

struct nbt_digitize_result
    struct_size::Csize_t
    scale::Cdouble
    total_photons::Cdouble
    overloads::Int64
end

struct nbt_device
    struct_size::Csize_t
    name::Ptr{UInt8}
    description::Ptr{UInt8}
    available::Int32
    reason::Ptr{UInt8}
    other_names::Ptr{UInt8}
end

struct nbt_loss
    struct_size::Csize_t
    kind::Int32
    data_type::Int32
    real_type::Int32
    data::Ptr{Cvoid}
    mask::Ptr{UInt8}
    background::Ptr{Cvoid}
    weights::Ptr{Cvoid}
    capacity::Int64
    row_stride::Int64
    callback::Ptr{Cvoid}
    user::Ptr{Cvoid}
    rows_per_chunk::Int64
    scale::Cdouble
    gain::Cdouble
    readout_variance::Cdouble
end

const FUNCTIONS = (
    :nbt_status_text,
    :nbt_version,
    :nbt_create,
    :nbt_destroy,
    :nbt_clone,
    :nbt_last_error,
    :nbt_parameter_count,
    :nbt_parameter_describe,
    :nbt_set,
    :nbt_set_text,
    :nbt_unset,
    :nbt_get,
    :nbt_get_text,
    :nbt_set_arguments,
    :nbt_set_structure_factors,
    :nbt_set_structure_factor_grid,
    :nbt_set_sources,
    :nbt_set_mosaic_rotations,
    :nbt_set_mask,
    :nbt_set_roi,
    :nbt_load_scene,
    :nbt_dump_scene,
    :nbt_get_image_size,
    :nbt_run,
    :nbt_run_to_device,
    :nbt_run_chunked,
    :nbt_estimate_memory,
    :nbt_get_component_count,
    :nbt_get_component_name,
    :nbt_get_structure_factor_box,
    :nbt_get_sample_counts,
    :nbt_run_gradient,
    :nbt_run_jacobian,
    :nbt_run_normal_equations,
    :nbt_digitize,
    :nbt_digitize_begin,
    :nbt_digitize_rows,
    :nbt_digitize_end,
    :nbt_trace_pixel,
    :nbt_report,
    :nbt_set_progress_callback,
    :nbt_set_log_callback,
    :nbt_cancel,
    :nbt_device_count,
    :nbt_device_describe,
)

# Of each of these in the library that was loaded.
const ADDRESSES = fill(C_NULL, length(FUNCTIONS))

nbt_status_text(status) =
    ccall(ADDRESSES[1], Cstring, (Int32,), status)
nbt_version() =
    ccall(ADDRESSES[2], Cstring, ())
nbt_create(simulation) =
    ccall(ADDRESSES[3], Int32, (Ptr{Ptr{Cvoid}},), simulation)
nbt_destroy(simulation) =
    ccall(ADDRESSES[4], Cvoid, (Ptr{Cvoid},), simulation)
nbt_clone(simulation, copy) =
    ccall(ADDRESSES[5], Int32, (Ptr{Cvoid}, Ptr{Ptr{Cvoid}}), simulation, copy)
nbt_last_error(simulation) =
    ccall(ADDRESSES[6], Cstring, (Ptr{Cvoid},), simulation)
nbt_parameter_count() =
    ccall(ADDRESSES[7], Int32, ())
nbt_parameter_describe(index, parameter) =
    ccall(ADDRESSES[8], Int32, (Int32, Ptr{nbt_parameter}), index, parameter)
nbt_set(simulation, name, values, count) =
    ccall(ADDRESSES[9], Int32, (Ptr{Cvoid}, Cstring, Ptr{Cdouble}, Csize_t), simulation, name, values, count)
nbt_set_text(simulation, name, text) =
    ccall(ADDRESSES[10], Int32, (Ptr{Cvoid}, Cstring, Cstring), simulation, name, text)
nbt_unset(simulation, name) =
    ccall(ADDRESSES[11], Int32, (Ptr{Cvoid}, Cstring), simulation, name)
nbt_get(simulation, name, values, count) =
    ccall(ADDRESSES[12], Int32, (Ptr{Cvoid}, Cstring, Ptr{Cdouble}, Csize_t), simulation, name, values, count)
nbt_get_text(simulation, name, text) =
    ccall(ADDRESSES[13], Int32, (Ptr{Cvoid}, Cstring, Ptr{Cstring}), simulation, name, text)
nbt_set_arguments(simulation, argc, argv) =
    ccall(ADDRESSES[14], Int32, (Ptr{Cvoid}, Int32, Ptr{Cstring}), simulation, argc, argv)
nbt_set_structure_factors(simulation, h, k, l, F, count) =
    ccall(ADDRESSES[15], Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Int32}, Ptr{Int32}, Ptr{Cdouble}, Csize_t), simulation, h, k, l, F, count)
nbt_set_structure_factor_grid(simulation, first, last, amplitudes, count) =
    ccall(ADDRESSES[16], Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Int32}, Ptr{Cdouble}, Csize_t), simulation, first, last, amplitudes, count)
nbt_set_sources(simulation, directions, wavelengths_A, weights, count) =
    ccall(ADDRESSES[17], Int32, (Ptr{Cvoid}, Ptr{Cdouble}, Ptr{Cdouble}, Ptr{Cdouble}, Csize_t), simulation, directions, wavelengths_A, weights, count)
nbt_set_mosaic_rotations(simulation, rotations, count) =
    ccall(ADDRESSES[18], Int32, (Ptr{Cvoid}, Ptr{Cdouble}, Csize_t), simulation, rotations, count)
nbt_set_mask(simulation, mask, fast_count, slow_count) =
    ccall(ADDRESSES[19], Int32, (Ptr{Cvoid}, Ptr{UInt8}, Int64, Int64), simulation, mask, fast_count, slow_count)
nbt_set_roi(simulation, first_fast, last_fast, first_slow, last_slow) =
    ccall(ADDRESSES[20], Int32, (Ptr{Cvoid}, Int64, Int64, Int64, Int64), simulation, first_fast, last_fast, first_slow, last_slow)
nbt_load_scene(simulation, json, length) =
    ccall(ADDRESSES[21], Int32, (Ptr{Cvoid}, Cstring, Csize_t), simulation, json, length)
nbt_dump_scene(simulation, json) =
    ccall(ADDRESSES[22], Int32, (Ptr{Cvoid}, Ptr{Cstring}), simulation, json)
nbt_get_image_size(simulation, panel, fast_count, slow_count) =
    ccall(ADDRESSES[23], Int32, (Ptr{Cvoid}, Int32, Ptr{Int64}, Ptr{Int64}), simulation, panel, fast_count, slow_count)
nbt_run(simulation, panel, pixel_type, pixels, capacity, row_stride) =
    ccall(ADDRESSES[24], Int32, (Ptr{Cvoid}, Int32, Int32, Ptr{Cvoid}, Int64, Int64), simulation, panel, pixel_type, pixels, capacity, row_stride)
nbt_run_to_device(simulation, panel, image) =
    ccall(ADDRESSES[25], Int32, (Ptr{Cvoid}, Int32, Ptr{nbt_device_image}), simulation, panel, image)
nbt_run_chunked(simulation, rows_per_chunk, pixel_type, callback, user) =
    ccall(ADDRESSES[26], Int32, (Ptr{Cvoid}, Int64, Int32, Ptr{Cvoid}, Ptr{Cvoid}), simulation, rows_per_chunk, pixel_type, callback, user)
nbt_estimate_memory(simulation, request, estimate) =
    ccall(ADDRESSES[27], Int32, (Ptr{Cvoid}, Ptr{nbt_memory_request}, Ptr{nbt_memory_estimate}), simulation, request, estimate)
nbt_get_component_count(simulation, parameters, count, components) =
    ccall(ADDRESSES[28], Int32, (Ptr{Cvoid}, Ptr{Cstring}, Csize_t, Ptr{Csize_t}), simulation, parameters, count, components)
nbt_get_component_name(simulation, parameters, count, component, name) =
    ccall(ADDRESSES[29], Int32, (Ptr{Cvoid}, Ptr{Cstring}, Csize_t, Csize_t, Ptr{Cstring}), simulation, parameters, count, component, name)
nbt_get_structure_factor_box(simulation, first, last, count) =
    ccall(ADDRESSES[30], Int32, (Ptr{Cvoid}, Ptr{Int32}, Ptr{Int32}, Ptr{Csize_t}), simulation, first, last, count)
nbt_get_sample_counts(simulation, sources, phi_steps, domains) =
    ccall(ADDRESSES[31], Int32, (Ptr{Cvoid}, Ptr{Csize_t}, Ptr{Csize_t}, Ptr{Csize_t}), simulation, sources, phi_steps, domains)
nbt_run_gradient(simulation, loss, parameters, parameter_count, gradient, count, outputs, result) =
    ccall(ADDRESSES[32], Int32, (Ptr{Cvoid}, Ptr{nbt_loss}, Ptr{Cstring}, Csize_t, Ptr{Cdouble}, Csize_t, Ptr{nbt_gradient_outputs}, Ptr{nbt_gradient_result}), simulation, loss, parameters, parameter_count, gradient, count, outputs, result)
nbt_run_jacobian(simulation, parameters, parameter_count, tangent, tangent_count, rows_per_chunk, callback, user) =
    ccall(ADDRESSES[33], Int32, (Ptr{Cvoid}, Ptr{Cstring}, Csize_t, Ptr{Cdouble}, Csize_t, Int64, Ptr{Cvoid}, Ptr{Cvoid}), simulation, parameters, parameter_count, tangent, tangent_count, rows_per_chunk, callback, user)
nbt_run_normal_equations(simulation, loss, parameters, parameter_count, with_scale, matrix, gradient, count, result) =
    ccall(ADDRESSES[34], Int32, (Ptr{Cvoid}, Ptr{nbt_loss}, Ptr{Cstring}, Csize_t, Int32, Ptr{Cdouble}, Ptr{Cdouble}, Csize_t, Ptr{nbt_gradient_result}), simulation, loss, parameters, parameter_count, with_scale, matrix, gradient, count, result)
nbt_digitize(simulation, kind, panel, pixels, row_stride, counts, result) =
    ccall(ADDRESSES[35], Int32, (Ptr{Cvoid}, Int32, Int32, Ptr{Cfloat}, Int64, Ptr{UInt16}, Ptr{nbt_digitize_result}), simulation, kind, panel, pixels, row_stride, counts, result)
nbt_digitize_begin(simulation, kind, panel, max_photons) =
    ccall(ADDRESSES[36], Int32, (Ptr{Cvoid}, Int32, Int32, Cdouble), simulation, kind, panel, max_photons)
nbt_digitize_rows(simulation, row_count, pixels, row_stride, counts) =
    ccall(ADDRESSES[37], Int32, (Ptr{Cvoid}, Int64, Ptr{Cfloat}, Int64, Ptr{UInt16}), simulation, row_count, pixels, row_stride, counts)
nbt_digitize_end(simulation, result) =
    ccall(ADDRESSES[38], Int32, (Ptr{Cvoid}, Ptr{nbt_digitize_result}), simulation, result)
nbt_trace_pixel(simulation, panel, slow, fast, json) =
    ccall(ADDRESSES[39], Int32, (Ptr{Cvoid}, Int32, Int64, Int64, Ptr{Cstring}), simulation, panel, slow, fast, json)
nbt_report(simulation, json) =
    ccall(ADDRESSES[40], Int32, (Ptr{Cvoid}, Ptr{Cstring}), simulation, json)
nbt_set_progress_callback(simulation, callback, user) =
    ccall(ADDRESSES[41], Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), simulation, callback, user)
nbt_set_log_callback(simulation, callback, user) =
    ccall(ADDRESSES[42], Int32, (Ptr{Cvoid}, Ptr{Cvoid}, Ptr{Cvoid}), simulation, callback, user)
nbt_cancel(simulation) =
    ccall(ADDRESSES[43], Int32, (Ptr{Cvoid},), simulation)
nbt_device_count() =
    ccall(ADDRESSES[44], Int32, ())
nbt_device_describe(index, device) =
    ccall(ADDRESSES[45], Int32, (Int32, Ptr{nbt_device}), index, device)

end
