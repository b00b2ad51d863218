"""The C interface as ctypes sees it. Made from nbt.h by generate_raw.py; do not edit."""

from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p

NBT_OK = 0
NBT_ERROR_INVALID_ARGUMENT = 1
NBT_ERROR_UNKNOWN_NAME = 2
NBT_ERROR_WRONG_LENGTH = 3
NBT_ERROR_OUT_OF_RANGE = 4
NBT_ERROR_INCONSISTENT_SCENE = 5
NBT_ERROR_FILE = 6
NBT_ERROR_MEMORY_LIMIT = 7
NBT_ERROR_OUT_OF_MEMORY = 8
NBT_ERROR_CANCELLED = 9
NBT_ERROR_DEVICE = 10
NBT_ERROR_UNSUPPORTED = 11
NBT_ERROR_INTERNAL = 12
NBT_KIND_REAL = 0
NBT_KIND_INTEGER = 1
NBT_KIND_BOOLEAN = 2
NBT_KIND_CHOICE = 3
NBT_KIND_TEXT = 4
NBT_FLOAT32 = 0
NBT_FLOAT64 = 1
NBT_RUN_WHOLE = 0
NBT_RUN_CHUNKED = 1
NBT_RUN_GRADIENT = 2
NBT_RUN_JACOBIAN = 3
NBT_RUN_NORMAL_EQUATIONS = 4
NBT_UINT16 = 2
NBT_INT32 = 3
NBT_LOSS_WEIGHTS = 0
NBT_LOSS_LEAST_SQUARES = 1
NBT_LOSS_GAUSSIAN = 2
NBT_LOSS_POISSON = 3
NBT_DIGITIZE_INTEGER = 0
NBT_DIGITIZE_NOISE = 1
NBT_LOG_INFO = 0
NBT_LOG_WARNING = 1


class nbt_parameter(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("kind", c_int32),
        ("length", c_int32),
        ("unit", c_char_p),
        ("choices", c_char_p),
        ("minimum", c_double),
        ("maximum", c_double),
        ("default_text", c_char_p),
        ("differentiable", c_int32),
        ("flags", c_char_p),
        ("sentence", c_char_p),
    )


class nbt_device_image(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("pixel_type", c_int32),
        ("pixels", c_void_p),
        ("capacity", c_int64),
        ("row_stride", c_int64),
        ("stream", c_void_p),
    )


class nbt_rows(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("panel", c_int32),
        ("pixel_type", c_int32),
        ("first_row", c_int64),
        ("row_count", c_int64),
        ("fast_count", c_int64),
        ("row_stride", c_int64),
        ("pixels", c_void_p),
        ("fraction_done", c_double),
    )


class nbt_memory_request(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("run", c_int32),
        ("pixel_type", c_int32),
        ("rows_per_chunk", c_int64),
        ("limit_bytes", c_double),
        ("components", c_int64),
        ("with_amplitudes", c_int32),
    )


class nbt_memory_estimate(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("working_bytes", c_double),
        ("output_bytes", c_double),
        ("evaluations", c_double),
        ("whole_image_fits", c_int32),
        ("recommended_rows_per_chunk", c_int64),
        ("largest_rows_per_chunk", c_int64),
        ("device_bytes", c_double),
    )


class nbt_data_rows(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("panel", c_int32),
        ("first_row", c_int64),
        ("row_count", c_int64),
        ("fast_count", c_int64),
        ("data", c_void_p),
        ("mask", c_void_p),
        ("background", c_void_p),
        ("weights", c_void_p),
        ("row_stride", c_int64),
    )


class nbt_gradient_outputs(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("amplitudes", c_void_p),
        ("amplitude_count", c_size_t),
        ("sources", c_void_p),
        ("source_count", c_size_t),
        ("orientations", c_void_p),
        ("orientation_count", c_size_t),
    )


class nbt_gradient_result(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("loss", c_double),
        ("scale_derivative", c_double),
        ("pixels", c_int64),
    )


class nbt_jacobian_rows(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("panel", c_int32),
        ("first_row", c_int64),
        ("row_count", c_int64),
        ("fast_count", c_int64),
        ("components", c_size_t),
        ("image", c_void_p),
        ("derivatives", c_void_p),
        ("fraction_done", c_double),
    )


class nbt_digitize_result(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("scale", c_double),
        ("total_photons", c_double),
        ("overloads", c_int64),
    )


class nbt_device(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("name", c_char_p),
        ("description", c_char_p),
        ("available", c_int32),
        ("reason", c_char_p),
        ("other_names", c_char_p),
    )

nbt_progress_callback = CFUNCTYPE(None, c_double, c_void_p)

nbt_log_callback = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)

nbt_rows_callback = CFUNCTYPE(c_int32, POINTER(nbt_rows), c_void_p)

nbt_data_callback = CFUNCTYPE(c_int32, POINTER(nbt_data_rows), c_void_p)

nbt_jacobian_callback = CFUNCTYPE(c_int32, POINTER(nbt_jacobian_rows), c_void_p)


class nbt_loss(Structure):
    _fields_ = (
        ("struct_size", c_size_t),
        ("kind", c_int32),
        ("data_type", c_int32),
        ("real_type", c_int32),
        ("data", c_void_p),
        ("mask", c_void_p),
        ("background", c_void_p),
        ("weights", c_void_p),
        ("capacity", c_int64),
        ("row_stride", c_int64),
        ("callback", nbt_data_callback),
        ("user", c_void_p),
        ("rows_per_chunk", c_int64),
        ("scale", c_double),
        ("gain", c_double),
        ("readout_variance", c_double),
    )


# name: (result, arguments)
FUNCTIONS = {
    "nbt_status_text": (c_char_p, (c_int32,)),
    "nbt_version": (c_char_p, ()),
    "nbt_create": (c_int32, (POINTER(c_void_p),)),
    "nbt_destroy": (None, (c_void_p,)),
    "nbt_clone": (c_int32, (c_void_p, POINTER(c_void_p))),
    "nbt_last_error": (c_char_p, (c_void_p,)),
    "nbt_parameter_count": (c_int32, ()),
    "nbt_parameter_describe": (c_int32, (c_int32, POINTER(nbt_parameter))),
    "nbt_set": (c_int32, (c_void_p, c_char_p, c_void_p, c_size_t)),
    "nbt_set_text": (c_int32, (c_void_p, c_char_p, c_char_p)),
    "nbt_unset": (c_int32, (c_void_p, c_char_p)),
    "nbt_get": (c_int32, (c_void_p, c_char_p, c_void_p, c_size_t)),
    "nbt_get_text": (c_int32, (c_void_p, c_char_p, POINTER(c_char_p))),
    "nbt_set_arguments": (c_int32, (c_void_p, c_int32, POINTER(c_char_p))),
    "nbt_set_structure_factors": (c_int32, (c_void_p, c_void_p, c_void_p, c_void_p, c_void_p, c_size_t)),
    "nbt_set_structure_factor_grid": (c_int32, (c_void_p, c_void_p, c_void_p, c_void_p, c_size_t)),
    "nbt_set_sources": (c_int32, (c_void_p, c_void_p, c_void_p, c_void_p, c_size_t)),
    "nbt_set_mosaic_rotations": (c_int32, (c_void_p, c_void_p, c_size_t)),
    "nbt_set_mask": (c_int32, (c_void_p, c_void_p, c_int64, c_int64)),
    "nbt_set_roi": (c_int32, (c_void_p, c_int64, c_int64, c_int64, c_int64)),
    "nbt_load_scene": (c_int32, (c_void_p, c_char_p, c_size_t)),
    "nbt_dump_scene": (c_int32, (c_void_p, POINTER(c_char_p))),
    "nbt_get_image_size": (c_int32, (c_void_p, c_int32, c_void_p, c_void_p)),
    "nbt_run": (c_int32, (c_void_p, c_int32, c_int32, c_void_p, c_int64, c_int64)),
    "nbt_run_to_device": (c_int32, (c_void_p, c_int32, POINTER(nbt_device_image))),
    "nbt_run_chunked": (c_int32, (c_void_p, c_int64, c_int32, nbt_rows_callback, c_void_p)),
    "nbt_estimate_memory": (c_int32, (c_void_p, POINTER(nbt_memory_request), POINTER(nbt_memory_estimate))),
    "nbt_get_component_count": (c_int32, (c_void_p, POINTER(c_char_p), c_size_t, c_void_p)),
    "nbt_get_component_name": (c_int32, (c_void_p, POINTER(c_char_p), c_size_t, c_size_t, POINTER(c_char_p))),
    "nbt_get_structure_factor_box": (c_int32, (c_void_p, c_void_p, c_void_p, c_void_p)),
    "nbt_get_sample_counts": (c_int32, (c_void_p, c_void_p, c_void_p, c_void_p)),
    "nbt_run_gradient": (c_int32, (c_void_p, POINTER(nbt_loss), POINTER(c_char_p), c_size_t, c_void_p, c_size_t, POINTER(nbt_gradient_outputs), POINTER(nbt_gradient_result))),
    "nbt_run_jacobian": (c_int32, (c_void_p, POINTER(c_char_p), c_size_t, c_void_p, c_size_t, c_int64, nbt_jacobian_callback, c_void_p)),
    "nbt_run_normal_equations": (c_int32, (c_void_p, POINTER(nbt_loss), POINTER(c_char_p), c_size_t, c_int32, c_void_p, c_void_p, c_size_t, POINTER(nbt_gradient_result))),
    "nbt_digitize": (c_int32, (c_void_p, c_int32, c_int32, c_void_p, c_int64, c_void_p, POINTER(nbt_digitize_result))),
    "nbt_digitize_begin": (c_int32, (c_void_p, c_int32, c_int32, c_double)),
    "nbt_digitize_rows": (c_int32, (c_void_p, c_int64, c_void_p, c_int64, c_void_p)),
    "nbt_digitize_end": (c_int32, (c_void_p, POINTER(nbt_digitize_result))),
    "nbt_trace_pixel": (c_int32, (c_void_p, c_int32, c_int64, c_int64, POINTER(c_char_p))),
    "nbt_report": (c_int32, (c_void_p, POINTER(c_char_p))),
    "nbt_set_progress_callback": (c_int32, (c_void_p, nbt_progress_callback, c_void_p)),
    "nbt_set_log_callback": (c_int32, (c_void_p, nbt_log_callback, c_void_p)),
    "nbt_cancel": (c_int32, (c_void_p,)),
    "nbt_device_count": (c_int32, ()),
    "nbt_device_describe": (c_int32, (c_int32, POINTER(nbt_device))),
}
