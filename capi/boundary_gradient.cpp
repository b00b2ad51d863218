// Gradients: texts that name components, losses, runs.
#include <cmath>
#include <string>
#include <vector>

#include "boundary.hpp"

using nbt::at_boundary;
using nbt::Error;
using nbt::Simulation;
using nbt::Status;

namespace {

std::vector<nbt::Movement> movements_of(const char* const* parameters, size_t count) {
  if (count == 0) return nbt::all_movements();
  nbt::require_pointer(parameters, "parameters");
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    nbt::require_pointer(parameters[i], ("parameters[" + std::to_string(i) + "]").c_str());
    texts.emplace_back(parameters[i]);
  }
  return nbt::select_movements(texts);
}

nbt::DataType data_type_of(int32_t type, const char* name, bool integers) {
  if (type == NBT_FLOAT32) return nbt::DataType::float32;
  if (type == NBT_FLOAT64) return nbt::DataType::float64;
  if (integers && type == NBT_UINT16) return nbt::DataType::uint16;
  if (integers && type == NBT_INT32) return nbt::DataType::int32;
  throw Error(Status::invalid_argument,
              std::string("loss->") + name + " is " + std::to_string(type) + ": use " +
                  (integers ? "NBT_FLOAT32, NBT_FLOAT64, NBT_UINT16 or NBT_INT32" : "NBT_FLOAT32 or NBT_FLOAT64"));
}

nbt::Loss loss_of(const nbt_loss& record) {
  if (record.kind < NBT_LOSS_WEIGHTS || record.kind > NBT_LOSS_POISSON) {
    throw Error(Status::invalid_argument, "loss->kind is " + std::to_string(record.kind) +
                                              ": use NBT_LOSS_WEIGHTS, "
                                              "NBT_LOSS_LEAST_SQUARES, NBT_LOSS_GAUSSIAN or NBT_LOSS_POISSON");
  }
  nbt::Loss loss;
  loss.kind = static_cast<nbt::LossKind>(record.kind);
  loss.factor = record.scale == 0 ? 1 : record.scale;
  loss.gain = record.gain;
  loss.readout_variance = record.readout_variance;
  nbt::check(loss);
  return loss;
}

void require_rows(const void* data, int64_t row_stride, int64_t fast_count) {
  nbt::require_pointer(data, "data");
  if (row_stride < fast_count) {
    throw Error(Status::out_of_range, "row_stride of the data is " + std::to_string(row_stride) + ", a row has " +
                                          std::to_string(fast_count) + " pixels");
  }
}

// Rows that the callback sets.
nbt::MeasuredRows called_rows(const nbt_loss& record, int32_t panel, int64_t first_row, int64_t row_count,
                              int64_t fast_count) {
  nbt_data_rows rows{};
  rows.struct_size = sizeof rows;
  rows.panel = panel;
  rows.first_row = first_row;
  rows.row_count = row_count;
  rows.fast_count = fast_count;
  rows.row_stride = fast_count;
  if (record.callback(&rows, record.user) != 0) throw Error(Status::cancelled, "the data callback stopped the run");
  require_rows(rows.data, rows.row_stride, fast_count);
  return {panel, first_row, row_count, rows.row_stride, rows.data, rows.mask, rows.background, rows.weights};
}

// The arrays as they are, rows counted from the first of the image.
nbt::MeasuredRows whole_image(const nbt_loss& record, int32_t panel, const nbt::ImageSize& size) {
  const int64_t stride = record.row_stride > 0 ? record.row_stride : size.fast_count;
  require_rows(record.data, stride, size.fast_count);
  const int64_t needed = nbt::elements_of_image(size.fast_count, size.slow_count, stride);
  if (record.capacity < needed) {
    throw Error(Status::wrong_length, "capacity of the data is " + std::to_string(record.capacity) + " elements; " +
                                          std::to_string(size.fast_count) + " x " + std::to_string(size.slow_count) +
                                          " pixels (fast x slow) with this row_stride need " + std::to_string(needed));
  }
  return {panel, 0, size.slow_count, stride, record.data, record.mask, record.background, record.weights};
}

nbt::LossRequest request_of(const nbt_loss* loss, Simulation& s) {
  const nbt_loss record = nbt::known_request(loss, "loss");
  nbt::LossRequest request;
  request.loss = loss_of(record);
  request.types = {data_type_of(record.data_type, "data_type", true),
                   data_type_of(record.real_type, "real_type", false)};
  request.rows_per_chunk = record.rows_per_chunk;
  const nbt::ImageSize size = s.image_size(0);
  if (record.callback != nullptr) {
    request.rows = [record, size](int32_t panel, int64_t first_row, int64_t row_count) {
      return called_rows(record, panel, first_row, row_count, size.fast_count);
    };
  } else {
    const nbt::MeasuredRows all = whole_image(record, 0, size);
    request.rows = [all](int32_t, int64_t, int64_t) { return all; };
  }
  return request;
}

// Null: nothing more is wanted.
nbt::GradientOutputs outputs_of(const nbt_gradient_outputs* wanted) {
  if (wanted == nullptr) return {};
  const nbt_gradient_outputs record = nbt::known_request(wanted, "outputs");
  nbt::GradientOutputs outputs;
  outputs.amplitudes = {record.amplitudes, record.amplitude_count};
  outputs.sources = {record.sources, 5 * record.source_count};
  outputs.orientations = {record.orientations, 3 * record.orientation_count};
  return outputs;
}

nbt_gradient_result record_of(const nbt::GradientTotals& totals) {
  nbt_gradient_result record{};
  record.loss = totals.loss;
  record.scale_derivative = totals.by_scale;
  record.pixels = totals.pixels;
  return record;
}

void require_count(size_t count, size_t wanted) {
  if (count == wanted) return;
  throw Error(Status::wrong_length,
              "count is " + std::to_string(count) + ": the parameters have " + std::to_string(wanted) + " components");
}

void hand_over(const nbt::DerivativeRows& rows, nbt_jacobian_callback callback, void* user) {
  nbt_jacobian_rows record{};
  record.struct_size = sizeof record;
  record.panel = rows.panel;
  record.first_row = rows.first_row;
  record.row_count = rows.row_count;
  record.fast_count = rows.fast_count;
  record.components = rows.components;
  record.image = rows.image;
  record.derivatives = rows.derivatives;
  record.fraction_done = rows.fraction_done;
  if (callback(&record, user) != 0) throw Error(Status::cancelled, "the jacobian callback stopped the run");
}

void require_finite(const double* values, size_t count, const char* name) {
  for (size_t i = 0; i < count; ++i) {
    if (!std::isfinite(values[i])) {
      throw Error(Status::out_of_range, std::string(name) + "[" + std::to_string(i) + "] is " +
                                            std::to_string(values[i]) + ": it must be finite");
    }
  }
}

}  // namespace

nbt_status nbt_get_component_count(nbt_simulation* simulation, const char* const* parameters, size_t count,
                                   size_t* components) {
  return at_boundary(simulation, [&](Simulation&) {
    nbt::require_pointer(components, "components");
    *components = movements_of(parameters, count).size();
  });
}

nbt_status nbt_get_component_name(nbt_simulation* simulation, const char* const* parameters, size_t count,
                                  size_t component, const char** name) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(name, "name");
    const std::vector<nbt::Movement> movements = movements_of(parameters, count);
    if (component >= movements.size()) {
      throw Error(Status::out_of_range,
                  "component is " + std::to_string(component) + ": there are " + std::to_string(movements.size()));
    }
    *name = s.keep(movements[component].name);
  });
}

nbt_status nbt_get_structure_factor_box(nbt_simulation* simulation, int32_t* first, int32_t* last, size_t* count) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(first, "first");
    nbt::require_pointer(last, "last");
    nbt::require_pointer(count, "count");
    s.structure_factor_box(first, last, *count);
  });
}

nbt_status nbt_get_sample_counts(nbt_simulation* simulation, size_t* sources, size_t* phi_steps, size_t* domains) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(sources, "sources");
    nbt::require_pointer(phi_steps, "phi_steps");
    nbt::require_pointer(domains, "domains");
    const nbt::SampleCounts counts = s.sample_counts();
    *sources = counts.sources;
    *phi_steps = counts.phi_steps;
    *domains = counts.domains;
  });
}

nbt_status nbt_run_gradient(nbt_simulation* simulation, const nbt_loss* loss, const char* const* parameters,
                            size_t parameter_count, double* gradient, size_t count, const nbt_gradient_outputs* outputs,
                            nbt_gradient_result* result) {
  return at_boundary(simulation, [&](Simulation& s) {
    const std::vector<nbt::Movement> movements = movements_of(parameters, parameter_count);
    nbt::require_array(gradient, count, "gradient");
    require_count(count, movements.size());
    if (result != nullptr) nbt::require_record(result, "result");
    const nbt::GradientTotals totals =
        s.run_gradient(request_of(loss, s), movements, {gradient, count}, outputs_of(outputs));
    if (result != nullptr) nbt::fill_record(result, record_of(totals));
  });
}

nbt_status nbt_run_jacobian(nbt_simulation* simulation, const char* const* parameters, size_t parameter_count,
                            const double* tangent, size_t tangent_count, int64_t rows_per_chunk,
                            nbt_jacobian_callback callback, void* user) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(callback, "callback");
    const std::vector<nbt::Movement> movements = movements_of(parameters, parameter_count);
    if (tangent != nullptr) require_count(tangent_count, movements.size());
    if (tangent != nullptr) require_finite(tangent, tangent_count, "tangent");
    s.run_jacobian(movements, {tangent, tangent == nullptr ? 0 : tangent_count}, rows_per_chunk,
                   [&](const nbt::DerivativeRows& rows) { hand_over(rows, callback, user); });
  });
}

nbt_status nbt_run_normal_equations(nbt_simulation* simulation, const nbt_loss* loss, const char* const* parameters,
                                    size_t parameter_count, int32_t with_scale, double* matrix, double* gradient,
                                    size_t count, nbt_gradient_result* result) {
  return at_boundary(simulation, [&](Simulation& s) {
    const std::vector<nbt::Movement> movements = movements_of(parameters, parameter_count);
    nbt::require_pointer(matrix, "matrix");
    nbt::require_pointer(gradient, "gradient");
    require_count(count, movements.size() + (with_scale != 0 ? 1 : 0));
    if (result != nullptr) nbt::require_record(result, "result");
    const nbt::GradientTotals totals = s.run_normal_equations(request_of(loss, s), movements, with_scale != 0,
                                                              {matrix, count * count}, {gradient, count});
    if (result != nullptr) nbt::fill_record(result, record_of(totals));
  });
}
