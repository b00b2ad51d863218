/* Takes the address of every function and the size of every record in C99, with no other header of ours: the header
 * compiles as C and the library has it all. */
#include <nbt/nbt.h>
#include <stdio.h>

typedef void (*function)(void);

static const function functions[] = {
    (function)nbt_status_text,
    (function)nbt_version,
    (function)nbt_create,
    (function)nbt_destroy,
    (function)nbt_clone,
    (function)nbt_last_error,
    (function)nbt_parameter_count,
    (function)nbt_parameter_describe,
    (function)nbt_set,
    (function)nbt_set_text,
    (function)nbt_unset,
    (function)nbt_get,
    (function)nbt_get_text,
    (function)nbt_set_arguments,
    (function)nbt_set_structure_factors,
    (function)nbt_set_structure_factor_grid,
    (function)nbt_set_sources,
    (function)nbt_set_mosaic_rotations,
    (function)nbt_set_mask,
    (function)nbt_set_roi,
    (function)nbt_load_scene,
    (function)nbt_dump_scene,
    (function)nbt_get_image_size,
    (function)nbt_run,
    (function)nbt_run_to_device,
    (function)nbt_run_chunked,
    (function)nbt_estimate_memory,
    (function)nbt_get_component_count,
    (function)nbt_get_component_name,
    (function)nbt_get_structure_factor_box,
    (function)nbt_get_sample_counts,
    (function)nbt_run_gradient,
    (function)nbt_run_jacobian,
    (function)nbt_run_normal_equations,
    (function)nbt_digitize,
    (function)nbt_digitize_begin,
    (function)nbt_digitize_rows,
    (function)nbt_digitize_end,
    (function)nbt_trace_pixel,
    (function)nbt_report,
    (function)nbt_set_progress_callback,
    (function)nbt_set_log_callback,
    (function)nbt_cancel,
    (function)nbt_device_count,
    (function)nbt_device_describe,
};

static const size_t record_sizes[] = {sizeof(nbt_parameter),        sizeof(nbt_rows),
                                      sizeof(nbt_memory_request),   sizeof(nbt_memory_estimate),
                                      sizeof(nbt_digitize_result),  sizeof(nbt_device),
                                      sizeof(nbt_data_rows),        sizeof(nbt_loss),
                                      sizeof(nbt_gradient_outputs), sizeof(nbt_gradient_result),
                                      sizeof(nbt_jacobian_rows),    sizeof(nbt_device_image)};

int main(void) {
  size_t i;
  for (i = 0; i < sizeof functions / sizeof functions[0]; ++i) {
    if (!functions[i]) return 1;
  }
  for (i = 0; i < sizeof record_sizes / sizeof record_sizes[0]; ++i) {
    if (record_sizes[i] % sizeof(size_t) != 0) return 1;
  }
  printf("nbt %s: %lu functions\n", nbt_version(), (unsigned long)(sizeof functions / sizeof functions[0]));
  return 0;
}
