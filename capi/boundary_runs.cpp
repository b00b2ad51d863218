// Runs, memory, progress, messages, cancelling.
#include <optional>

#include "boundary.hpp"

using nbt::at_boundary;
using nbt::Simulation;

namespace {

nbt::PixelType pixel_type_of(int32_t type) {
  if (type == NBT_FLOAT32) return nbt::PixelType::float32;
  if (type == NBT_FLOAT64) return nbt::PixelType::float64;
  throw nbt::Error(nbt::Status::invalid_argument,
                   "pixel_type is " + std::to_string(type) + ": use NBT_FLOAT32 or NBT_FLOAT64");
}

nbt_rows record_of(const nbt::FinishedRows& rows) {
  nbt_rows record{};
  record.struct_size = sizeof record;
  record.panel = rows.panel;
  record.pixel_type = rows.type == nbt::PixelType::float32 ? NBT_FLOAT32 : NBT_FLOAT64;
  record.first_row = rows.first_row;
  record.row_count = rows.row_count;
  record.fast_count = rows.fast_count;
  record.row_stride = rows.row_stride;
  record.pixels = rows.pixels;
  record.fraction_done = rows.fraction_done;
  return record;
}

void hand_over(const nbt::FinishedRows& rows, nbt_rows_callback callback, void* user) {
  const nbt_rows record = record_of(rows);
  if (callback(&record, user) != 0) {
    throw nbt::Error(nbt::Status::cancelled, "the rows callback stopped the run");
  }
}

// Nothing for a run into the caller's buffer.
std::optional<int64_t> rows_of(const nbt_memory_request& request) {
  if (request.run == NBT_RUN_WHOLE) return std::nullopt;
  if (request.run == NBT_RUN_CHUNKED) return request.rows_per_chunk;
  throw nbt::Error(nbt::Status::invalid_argument,
                   "run is " + std::to_string(request.run) +
                       ": use NBT_RUN_WHOLE, NBT_RUN_CHUNKED, NBT_RUN_GRADIENT, NBT_RUN_JACOBIAN or "
                       "NBT_RUN_NORMAL_EQUATIONS");
}

bool is_of_derivatives(const nbt_memory_request& request) {
  return request.run >= NBT_RUN_GRADIENT && request.run <= NBT_RUN_NORMAL_EQUATIONS;
}

nbt::MemoryEstimate estimate_derivatives(Simulation& s, const nbt_memory_request& request) {
  if (request.run == NBT_RUN_GRADIENT) return s.estimate_gradient(request.with_amplitudes != 0, request.limit_bytes);
  if (request.components < 0 || request.components > 1000000) {
    throw nbt::Error(nbt::Status::out_of_range,
                     "components is " + std::to_string(request.components) + ": it must be 0 to 1000000");
  }
  const auto components = static_cast<std::size_t>(request.components);
  if (request.run == NBT_RUN_NORMAL_EQUATIONS)
    return s.estimate_jacobian(components, std::nullopt, request.limit_bytes);
  return s.estimate_jacobian(components, request.rows_per_chunk, request.limit_bytes);
}

nbt_memory_estimate record_of(const nbt::MemoryEstimate& estimate) {
  nbt_memory_estimate record{};
  record.working_bytes = estimate.working_bytes;
  record.output_bytes = estimate.output_bytes;
  record.evaluations = estimate.evaluations;
  record.whole_image_fits = estimate.whole_image_fits ? 1 : 0;
  record.recommended_rows_per_chunk = estimate.recommended_rows_per_chunk;
  record.largest_rows_per_chunk = estimate.largest_rows_per_chunk;
  record.device_bytes = estimate.device_bytes;
  return record;
}

}  // namespace

nbt_status nbt_get_image_size(nbt_simulation* simulation, int32_t panel, int64_t* fast_count, int64_t* slow_count) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(fast_count, "fast_count");
    nbt::require_pointer(slow_count, "slow_count");
    const nbt::ImageSize size = s.image_size(panel);
    *fast_count = size.fast_count;
    *slow_count = size.slow_count;
  });
}

nbt_status nbt_run(nbt_simulation* simulation, int32_t panel, int32_t pixel_type, void* pixels, int64_t capacity,
                   int64_t row_stride) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(pixels, "pixels");
    s.run(panel, pixel_type_of(pixel_type), pixels, capacity, row_stride);
  });
}

nbt_status nbt_run_to_device(nbt_simulation* simulation, int32_t panel, const nbt_device_image* image) {
  return at_boundary(simulation, [&](Simulation& s) {
    const nbt_device_image known = nbt::known_request(image, "image");
    nbt::require_pointer(known.pixels, "image->pixels");
    s.run_to_device(panel,
                    {pixel_type_of(known.pixel_type), known.pixels, known.capacity, known.row_stride, known.stream});
  });
}

nbt_status nbt_run_chunked(nbt_simulation* simulation, int64_t rows_per_chunk, int32_t pixel_type,
                           nbt_rows_callback callback, void* user) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(callback, "callback");
    s.run_in_chunks(rows_per_chunk, pixel_type_of(pixel_type),
                    [&](const nbt::FinishedRows& rows) { hand_over(rows, callback, user); });
  });
}

nbt_status nbt_estimate_memory(nbt_simulation* simulation, const nbt_memory_request* request,
                               nbt_memory_estimate* estimate) {
  return at_boundary(simulation, [&](Simulation& s) {
    const nbt_memory_request known = nbt::known_request(request, "request");
    nbt::require_record(estimate, "estimate");
    if (is_of_derivatives(known)) {
      nbt::fill_record(estimate, record_of(estimate_derivatives(s, known)));
      return;
    }
    const nbt::PixelType type = pixel_type_of(known.pixel_type);
    nbt::fill_record(estimate, record_of(s.estimate_memory(type, rows_of(known), known.limit_bytes)));
  });
}

nbt_status nbt_set_progress_callback(nbt_simulation* simulation, nbt_progress_callback callback, void* user) {
  return at_boundary(simulation, [&](Simulation& s) {
    if (!callback) return s.set_progress({});
    s.set_progress([callback, user](double fraction_done) { callback(fraction_done, user); });
  });
}

nbt_status nbt_set_log_callback(nbt_simulation* simulation, nbt_log_callback callback, void* user) {
  return at_boundary(simulation, [&](Simulation& s) {
    if (!callback) return s.set_log({});
    s.set_log([callback, user](nbt::LogLevel level, const std::string& message) {
      callback(static_cast<int32_t>(level), message.c_str(), user);
    });
  });
}

// The one function that any thread may call while another runs: it does not pass through at_boundary.
nbt_status nbt_cancel(nbt_simulation* simulation) {
  if (!simulation) return at_boundary(simulation, [](Simulation&) {});
  simulation->simulation.cancel();
  return NBT_OK;
}
