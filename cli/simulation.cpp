#include "simulation.hpp"

#include <exception>
#include <utility>

#include "model/error.hpp"

namespace nbt::program {
namespace {

struct RowsCall {
  const Simulation::RowsAction& action;
  std::exception_ptr failure;
};

int32_t pass_rows(const nbt_rows* rows, void* user) {
  auto& call = *static_cast<RowsCall*>(user);
  try {
    call.action(*rows);
    return 0;
  } catch (...) {
    call.failure = std::current_exception();
    return 1;
  }
}

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

// The list of no names is a null pointer to the library.
const char* const* list_of(const std::vector<const char*>& pointers) {
  return pointers.empty() ? nullptr : pointers.data();
}

// Of the first parameter that a component is made of: "detector.distance_mm", "crystal.misset_deg[2]".
std::string unit_of(const std::string& component) {
  const std::string name = component.substr(0, component.find_first_of("[+ "));
  nbt_parameter parameter{};
  for (int32_t i = 0; i < nbt_parameter_count(); ++i) {
    parameter.struct_size = sizeof parameter;
    if (nbt_parameter_describe(i, &parameter) == NBT_OK && name == parameter.name) return parameter.unit;
  }
  return "";
}

void pass_progress(double fraction_done, void* user) {
  (*static_cast<std::function<void(double)>*>(user))(fraction_done);
}

void pass_log(int32_t level, const char* message, void* user) {
  (*static_cast<std::function<void(int32_t, const std::string&)>*>(user))(level, message);
}

}  // namespace

Simulation::Simulation() {
  check(nbt_create(&handle_));
}

Simulation::~Simulation() {
  nbt_destroy(handle_);
}

std::unique_ptr<Simulation> Simulation::clone() const {
  nbt_simulation* copy = nullptr;
  check(nbt_clone(handle_, &copy));
  std::unique_ptr<Simulation> clone(new Simulation(copy));
  clone->on_log({});
  clone->on_progress({});
  return clone;
}

void Simulation::check(nbt_status status) const {
  if (status != NBT_OK) throw Error(static_cast<Status>(status), nbt_last_error(handle_));
}

void Simulation::set_arguments(const std::vector<std::string>& arguments) {
  const std::vector<const char*> pointers = pointers_to(arguments);
  check(nbt_set_arguments(handle_, static_cast<int32_t>(pointers.size()), pointers.data()));
}

void Simulation::load_scene(const std::string& json) {
  check(nbt_load_scene(handle_, json.data(), json.size()));
}

std::string Simulation::dump_scene() const {
  const char* json = nullptr;
  check(nbt_dump_scene(handle_, &json));
  return json;
}

void Simulation::set(const char* name, std::span<const double> values) {
  check(nbt_set(handle_, name, values.data(), values.size()));
}

void Simulation::set_roi(std::int64_t first_fast, std::int64_t last_fast, std::int64_t first_slow,
                         std::int64_t last_slow) {
  check(nbt_set_roi(handle_, first_fast, last_fast, first_slow, last_slow));
}

std::string Simulation::text(const char* name) const {
  const char* value = nullptr;
  check(nbt_get_text(handle_, name, &value));
  return value;
}

double Simulation::number(const char* name, std::size_t component, std::size_t length) const {
  std::vector<double> values(length);
  check(nbt_get(handle_, name, values.data(), length));
  return values[component];
}

ImageSize Simulation::image_size() {
  ImageSize size;
  check(nbt_get_image_size(handle_, 0, &size.fast_count, &size.slow_count));
  return size;
}

nbt_memory_estimate Simulation::estimate_memory(std::int64_t rows_per_chunk) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  request.run = NBT_RUN_CHUNKED;
  request.pixel_type = NBT_FLOAT32;
  request.rows_per_chunk = rows_per_chunk;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  check(nbt_estimate_memory(handle_, &request, &estimate));
  return estimate;
}

nlohmann::ordered_json Simulation::report() {
  const char* json = nullptr;
  check(nbt_report(handle_, &json));
  return nlohmann::ordered_json::parse(json);
}

std::string Simulation::trace_pixel(std::int64_t slow, std::int64_t fast) {
  const char* json = nullptr;
  check(nbt_trace_pixel(handle_, 0, slow, fast, &json));
  return json;
}

void Simulation::run_chunked(std::int64_t rows_per_chunk, const RowsAction& on_rows) {
  RowsCall call{on_rows, nullptr};
  const nbt_status status = nbt_run_chunked(handle_, rows_per_chunk, NBT_FLOAT32, pass_rows, &call);
  if (call.failure) std::rethrow_exception(call.failure);
  check(status);
}

std::vector<Simulation::NamedComponent> Simulation::components(const std::vector<std::string>& parameters) {
  const std::vector<const char*> pointers = pointers_to(parameters);
  std::size_t count = 0;
  check(nbt_get_component_count(handle_, list_of(pointers), pointers.size(), &count));
  std::vector<NamedComponent> result;
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = nullptr;
    check(nbt_get_component_name(handle_, list_of(pointers), pointers.size(), i, &name));
    result.push_back({name, unit_of(name)});
  }
  return result;
}

nbt_gradient_result Simulation::run_gradient(const nbt_loss& loss, const std::vector<std::string>& parameters,
                                             std::vector<double>& gradient) {
  const std::vector<const char*> pointers = pointers_to(parameters);
  std::size_t count = 0;
  check(nbt_get_component_count(handle_, list_of(pointers), pointers.size(), &count));
  gradient.resize(count);
  nbt_gradient_result result{};
  result.struct_size = sizeof result;
  check(nbt_run_gradient(handle_, &loss, list_of(pointers), pointers.size(), gradient.data(), count, nullptr, &result));
  return result;
}

void Simulation::digitize_begin(int32_t kind, double max_photons) {
  check(nbt_digitize_begin(handle_, kind, 0, max_photons));
}

void Simulation::digitize_rows(std::int64_t row_count, std::span<const float> photons, std::int64_t row_stride,
                               std::span<std::uint16_t> counts) {
  check(nbt_digitize_rows(handle_, row_count, photons.data(), row_stride, counts.data()));
}

nbt_digitize_result Simulation::digitize_end() {
  nbt_digitize_result result{};
  result.struct_size = sizeof result;
  check(nbt_digitize_end(handle_, &result));
  return result;
}

void Simulation::on_progress(std::function<void(double)> action) {
  progress_ = std::move(action);
  check(nbt_set_progress_callback(handle_, progress_ ? pass_progress : nullptr, &progress_));
}

void Simulation::on_log(std::function<void(int32_t, const std::string&)> action) {
  log_ = std::move(action);
  check(nbt_set_log_callback(handle_, log_ ? pass_log : nullptr, &log_));
}

}  // namespace nbt::program
