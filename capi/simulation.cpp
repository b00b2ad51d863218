#include "simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "arguments/arguments.hpp"
#include "formats/scene_json.hpp"
#include "model/error.hpp"
#include "plan/contraction.hpp"

namespace nbt {
namespace {

const Panel& panel_of(const Scene& scene, std::int32_t panel) {
  const auto count = static_cast<std::int64_t>(scene.panels.size());
  if (panel < 0 || panel >= count) {
    throw Error(Status::out_of_range, "panel " + std::to_string(panel) + " does not exist: the detector has " +
                                          std::to_string(count) + ", counted from 0");
  }
  return scene.panels[static_cast<std::size_t>(panel)];
}

void require_row_stride(std::int64_t row_stride, std::int64_t fast_count) {
  if (row_stride >= fast_count) return;
  throw Error(Status::out_of_range,
              "row_stride is " + std::to_string(row_stride) + ", a row has " + std::to_string(fast_count) + " pixels");
}

void require_capacity(const Panel& panel, std::int64_t capacity, std::int64_t row_stride) {
  require_row_stride(row_stride, panel.fast_count);
  const std::int64_t needed = elements_of_image(panel.fast_count, panel.slow_count, row_stride);
  if (capacity >= needed) return;
  throw Error(Status::wrong_length, "capacity is " + std::to_string(capacity) + " elements; " +
                                        std::to_string(panel.fast_count) + " x " + std::to_string(panel.slow_count) +
                                        " pixels (fast x slow) with this row_stride need " + std::to_string(needed));
}

double pixels_in_region(const Panel& panel) {
  const Region inside = clipped(panel.region, panel.fast_count, panel.slow_count);
  const auto fast = static_cast<double>(inside.fast_last - inside.fast_first + 1);
  const auto slow = static_cast<double>(inside.slow_last - inside.slow_first + 1);
  return fast > 0 && slow > 0 ? fast * slow : 0;
}

double image_pixels(const Scene& scene) {
  double pixels = 0;
  for (const Panel& panel : scene.panels) {
    pixels += static_cast<double>(panel.fast_count) * static_cast<double>(panel.slow_count);
  }
  return pixels;
}

// In double: it may pass what 64 bits hold.
double evaluations(const Scene& scene) {
  double pixels_and_layers = 0;
  for (const Panel& panel : scene.panels) pixels_and_layers += pixels_in_region(panel) * panel.layers;
  return pixels_and_layers * scene.oversample * scene.oversample * static_cast<double>(scene.sources.size()) *
         static_cast<double>(scene.crystal.phi_rad.size()) * static_cast<double>(scene.crystal.mosaic_rotations.size());
}

bool is_wanted(std::span<const double> buffer) {
  return buffer.data() != nullptr;
}

// `buffer` has `values` numbers for each of `needed` things.
void require_length(std::span<const double> buffer, std::size_t values, std::size_t needed, const char* name) {
  const std::size_t given = buffer.size() / values;
  if (!is_wanted(buffer) || given == needed) return;
  throw Error(Status::wrong_length, std::string("outputs->") + name + " is " + std::to_string(given) +
                                        "; the scene has " + std::to_string(needed));
}

void require_lengths(const Plan& plan, const GradientOutputs& outputs) {
  const SharedStructureFactors& set = plan.scene.structure_factor_sets.front();
  require_length(outputs.amplitudes, 1, set ? set->amplitudes.size() : 0, "amplitude_count");
  require_length(outputs.sources, 5, plan.sources.size(), "source_count");
  require_length(outputs.orientations, 3, plan.orientations.size(), "orientation_count");
}

Vector3 torque(const Orientation& at, const Orientation& adjoint) {
  const auto share = [](const double(&x)[3], const double(&by)[3]) { return cross(vector_of(x), vector_of(by)); };
  return share(at.a, adjoint.a) + share(at.b, adjoint.b) + share(at.c, adjoint.c);
}

void write_outputs(const Plan& plan, const PlanAdjoint& adjoint, const GradientOutputs& outputs) {
  if (is_wanted(outputs.amplitudes)) {
    std::copy(adjoint.amplitudes.begin(), adjoint.amplitudes.end(), outputs.amplitudes.begin());
  }
  if (is_wanted(outputs.sources)) {
    const Contraction contraction(plan, adjoint);
    for (std::size_t s = 0; s < plan.sources.size(); ++s) {
      const std::array<double, 5> values = contraction.by_source(s);
      std::copy(values.begin(), values.end(), outputs.sources.begin() + static_cast<std::ptrdiff_t>(5 * s));
    }
  }
  for (std::size_t o = 0; is_wanted(outputs.orientations) && o < plan.orientations.size(); ++o) {
    Vector3 sum = torque(plan.orientations[o], adjoint.orientations[o]);
    if (!adjoint.first_sweep.empty()) sum = sum + torque(plan.first_sweep[o], adjoint.first_sweep[o]);
    outputs.orientations[3 * o] = sum.x;
    outputs.orientations[3 * o + 1] = sum.y;
    outputs.orientations[3 * o + 2] = sum.z;
  }
}

// Not: how runs are executed, and what only the program reads. digitize.* and noise.* are in the scene.
bool shapes_the_scene(const ParameterInfo& parameter) {
  return parameter.id != ParameterId::limits_device_memory_bytes && !parameter.name.starts_with("execution.") &&
         !parameter.name.starts_with("program.");
}

// At least one row, even where none fits.
std::int64_t automatic_rows(const RunMemory& memory, const DeviceMemory& device_memory, double limit_bytes) {
  return std::max<std::int64_t>(std::min(memory.recommended_rows(limit_bytes), device_memory.largest_rows()), 1);
}

// A scene that was accepted under the limit `before` need not be under the limit `now`. 0: no limit.
bool is_lower_limit(double now, double before) {
  return now > 0 && (before == 0 || now < before);
}

}  // namespace

// The time between start and end of a run, at whose end a cancel is forgotten, however the run ended.
class Simulation::Run {
 public:
  explicit Run(Simulation& simulation) : cancel_(simulation.cancel_) {}
  ~Run() { cancel_.store(false, std::memory_order_relaxed); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  std::atomic<bool>& cancel_;
};

void Simulation::copy_from(const Simulation& other) {
  parameters_ = other.parameters_;
  data_ = other.data_;
  callbacks_ = other.callbacks_;
  plan_ = other.plan_;
  scene_ = other.scene_;
  planned_precision_ = other.planned_precision_;
  kept_amplitudes_ = other.kept_amplitudes_;
}

void Simulation::changed() noexcept {
  if (plan_) kept_amplitudes_ = plan_->float_amplitudes;
  scene_.reset();
  plan_.reset();
  last_run_.reset();
  solid_angle_.reset();
  if (kept_amplitudes_ && !kept_amplitudes_fit()) kept_amplitudes_.reset();
}

// Let go at once when not, so that no run holds them beside others.
bool Simulation::kept_amplitudes_fit() const noexcept {
  return kept_amplitudes_->source == data_.structure_factors &&
         kept_amplitudes_->default_F == kept_amplitude(parameters_.real(ParameterId::structure_factors_default_F)) &&
         planned_precision_ == parameters_.text(ParameterId::precision_mode);
}

// A changed parameter drops the scene and the plan if they can depend on it.
void Simulation::changed(const ParameterInfo& parameter, double memory_limit_before) noexcept {
  const bool limit = parameter.id == ParameterId::limits_memory_bytes;
  if (limit ? is_lower_limit(memory_limit(), memory_limit_before) : shapes_the_scene(parameter)) return changed();
  last_run_.reset();
}

template <class Change>
void Simulation::change_parameter(std::string_view name, Change change) {
  const double memory_limit_before = memory_limit();
  change();
  changed(find_parameter(name), memory_limit_before);
}

void Simulation::set(std::string_view name, std::span<const double> values) {
  change_parameter(name, [&] { parameters_.set(name, values); });
}

void Simulation::set_text(std::string_view name, std::string_view text) {
  change_parameter(name, [&] { parameters_.set_text(name, text); });
}

void Simulation::unset(std::string_view name) {
  change_parameter(name, [&] { parameters_.unset(name); });
}

void Simulation::set_arguments(std::span<const std::string> arguments) {
  Messages messages;
  apply_arguments(arguments, parameters_, data_, messages, {});
  changed();
  for (const Message& message : messages.lines()) {
    log(message.level == MessageLevel::warning ? LogLevel::warning : LogLevel::info, message.text);
  }
}

void Simulation::set_structure_factors(SharedStructureFactors factors) {
  data_.structure_factors = std::move(factors);
  changed();
}

void Simulation::set_sources(std::vector<GivenSource> sources) {
  data_.sources = std::move(sources);
  changed();
}

void Simulation::set_mosaic_rotations(std::vector<Matrix3> rotations) {
  data_.mosaic_rotations = std::move(rotations);
  changed();
}

void Simulation::set_mask(std::shared_ptr<const Mask> mask) {
  data_.mask = std::move(mask);
  changed();
}

void Simulation::load_scene(std::string_view json) {
  formats::SceneFile scene = formats::read_scene(json);
  parameters_ = std::move(scene.parameters);
  data_ = std::move(scene.data);
  changed();
}

std::string Simulation::dump_scene() const {
  return formats::write_scene(parameters_, data_);
}

void Simulation::log(LogLevel level, const std::string& message) const {
  if (callbacks_.log) callbacks_.log(level, message);
}

const Scene& Simulation::scene() {
  if (plan_) return plan_->scene;
  if (!scene_) {
    require_fixed_part_fits(least_scene_bytes(parameters_, data_), memory_limit());
    scene_ = resolve(parameters_, data_);
    for (const std::string& warning : scene_->warnings) log(LogLevel::warning, warning);
  }
  return *scene_;
}

std::shared_ptr<const Plan> Simulation::plan() {
  if (plan_) return plan_;
  require_fixed_part_fits(least_plan_bytes(scene()), memory_limit());
  Scene scene = std::move(*scene_);
  scene_.reset();
  planned_precision_ = parameters_.text(ParameterId::precision_mode);
  plan_ = make_plan(std::move(scene), std::move(kept_amplitudes_));
  return plan_;
}

std::shared_ptr<const Device> Simulation::device() const {
  return find_device(parameters_.text(ParameterId::execution_device));
}

RenderOptions Simulation::render_options() const {
  RenderOptions options;
  if (parameters_.given(ParameterId::execution_threads)) {
    options.threads = static_cast<int>(parameters_.integer(ParameterId::execution_threads));
  }
  options.simd_target = parameters_.text(ParameterId::execution_simd_target);
  options.index_arithmetic = index_arithmetic_named(parameters_.text(ParameterId::execution_index_arithmetic));
  options.device_memory_bytes = static_cast<std::int64_t>(parameters_.real(ParameterId::limits_device_memory_bytes));
  return options;
}

// The handle's own copies of what the scene repeats, and the statistics' row.
std::int64_t Simulation::held_bytes(const Scene& scene, PixelType type) const {
  return static_cast<std::int64_t>(data_.sources.capacity() * sizeof(GivenSource) +
                                   data_.mosaic_rotations.capacity() * sizeof(Matrix3)) +
         RunStatistics::heap_bytes(scene, type);
}

RunMemory Simulation::memory_of(const Plan& plan, const Device& device, PixelType type) const {
  return run_memory(plan, device, render_options(), type, held_bytes(plan.scene, type));
}

DeviceMemory Simulation::device_memory_of(const Plan& plan, const Device& device, PixelType type) const {
  return {plan, device, render_options(), type};
}

ImageSize Simulation::image_size(std::int32_t panel) {
  const Panel& geometry = panel_of(scene(), panel);
  return {geometry.fast_count, geometry.slow_count};
}

RunHooks Simulation::hooks(RunStatistics& statistics, const std::function<void(const FinishedRows&)>& on_rows) const {
  RunHooks hooks;
  hooks.cancel = &cancel_;
  hooks.progress = callbacks_.progress;
  hooks.rows = [&statistics, &on_rows](const FinishedRows& rows) {
    statistics.add(rows);
    if (on_rows) on_rows(rows);
  };
  return hooks;
}

void Simulation::finish_run(const Plan& plan, const Device& device, PixelType type, std::int64_t rows_per_chunk,
                            const RunStatistics& statistics) {
  LastRun last;
  last.device = device.describe();
  const std::int64_t all_rows = std::numeric_limits<std::int64_t>::max();
  last.setup = device.setup(plan, render_options(), rows_per_chunk > 0 ? rows_per_chunk : all_rows);
  last.type = type;
  last.rows_per_chunk = rows_per_chunk;
  last.working_bytes = memory_of(plan, device, type).working_bytes(rows_per_chunk);
  last.panels = statistics.result();
  last_run_ = std::move(last);
}

void Simulation::run(std::int32_t panel, PixelType type, void* pixels, std::int64_t capacity, std::int64_t row_stride) {
  require_capacity(panel_of(scene(), panel), capacity, row_stride);
  const std::shared_ptr<const Plan> plan = this->plan();
  const std::shared_ptr<const Device> device = this->device();
  require_fixed_part_fits(static_cast<double>(memory_of(*plan, *device, type).fixed_bytes), memory_limit());
  device_memory_of(*plan, *device, type).require_image_fits();
  const Run running(*this);
  log(LogLevel::info, "rendering the whole image on " + device->describe().name);
  RunStatistics statistics(plan->scene);
  run_whole({*plan, *device, render_options(), type}, panel, pixels, row_stride, hooks(statistics, {}));
  finish_run(*plan, *device, type, 0, statistics);
}

void Simulation::run_in_chunks(std::int64_t rows_per_chunk, PixelType type,
                               std::function<void(const FinishedRows&)> on_rows) {
  const std::shared_ptr<const Plan> plan = this->plan();
  const std::shared_ptr<const Device> device = this->device();
  const RunMemory memory = memory_of(*plan, *device, type);
  const DeviceMemory device_memory = device_memory_of(*plan, *device, type);
  const std::int64_t rows = rows_per_chunk > 0 ? rows_per_chunk : automatic_rows(memory, device_memory, memory_limit());
  require_chunks_fit(memory, rows, memory_limit());
  device_memory.require_chunks_fit(rows);
  const Run running(*this);
  log(LogLevel::info, "rendering " + std::to_string(std::min(rows, memory.row_count)) + " rows at a time on " +
                          device->describe().name);
  RunStatistics statistics(plan->scene);
  run_chunked({*plan, *device, render_options(), type}, rows, hooks(statistics, on_rows));
  finish_run(*plan, *device, type, std::min(rows, memory.row_count), statistics);
}

void Simulation::structure_factor_box(std::int32_t* first, std::int32_t* last, std::size_t& count) {
  const SharedStructureFactors& set = scene().structure_factor_sets.front();
  count = set ? set->amplitudes.size() : 0;
  if (!set) return;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    first[axis] = static_cast<std::int32_t>(set->range[axis].first);
    last[axis] = static_cast<std::int32_t>(set->range[axis].last);
  }
}

SampleCounts Simulation::sample_counts() {
  const Scene& resolved = scene();
  return {resolved.sources.size(), resolved.crystal.phi_rad.size(), resolved.crystal.mosaic_rotations.size()};
}

std::int64_t Simulation::gradient_memory(const Plan& plan, const Device& device, const GradientExtras& extras) const {
  return gradient_bytes(plan, device, render_options(), extras) +
         run_memory(plan, device, render_options(), PixelType::float64, held_bytes(plan.scene, PixelType::float64))
             .fixed_bytes;
}

GradientTotals Simulation::run_gradient(const LossRequest& loss, std::span<const Movement> movements,
                                        std::span<double> gradient, const GradientOutputs& outputs) {
  const std::shared_ptr<const Plan> plan = this->plan();
  const std::shared_ptr<const Device> device = this->device();
  require_differentiable_scene(*plan);
  require_lengths(*plan, outputs);
  const GradientExtras extras{is_wanted(outputs.amplitudes), is_wanted(outputs.sources)};
  require_fixed_part_fits(static_cast<double>(gradient_memory(*plan, *device, extras)), memory_limit());
  require_derivatives_fit(*device, gradient_device_bytes(*plan, *device, render_options(), extras),
                          render_options().device_memory_bytes);
  const Run running(*this);
  log(LogLevel::info,
      "derivatives by " + std::to_string(movements.size()) + " components on " + device->describe().name);
  const GradientInput input{parameters_, data_, *plan, *device, render_options()};
  const PlanAdjoint adjoint = run_adjoint(input, loss, movements, extras, hooks_without_rows());
  const std::vector<double> values = contract(input, adjoint, movements);
  std::copy(values.begin(), values.end(), gradient.begin());
  write_outputs(*plan, adjoint, outputs);
  return {adjoint.shared.loss, adjoint.shared.loss_scale, static_cast<std::int64_t>(adjoint.shared.pixels)};
}

RunHooks Simulation::hooks_without_rows() const {
  RunHooks hooks;
  hooks.cancel = &cancel_;
  hooks.progress = callbacks_.progress;
  return hooks;
}

// The image and its derivatives are in double.
RunMemory Simulation::jacobian_memory(const Plan& plan, const Device& device, std::size_t components) const {
  const PixelType type = PixelType::float64;
  RunMemory memory = run_memory(plan, device, render_options(), type, held_bytes(plan.scene, type));
  memory.fixed_bytes += jacobian_bytes(plan, device, render_options(), components);
  memory.bytes_per_row *= static_cast<std::int64_t>(components + 1);
  // A dozen images in double take longer to be written to memory than to be computed from few domains: what a thread
  // writes stays in its cache.
  constexpr std::int64_t cached_bytes = 1024 * 1024;
  const bool in_host_memory = device.jacobian_device_bytes(plan, components, render_options()) == 0;
  if (in_host_memory) {
    const int threads = device.setup(plan, render_options(), memory.row_count).threads;
    memory.preferred_chunk_bytes = std::min(threads * cached_bytes, memory.preferred_chunk_bytes);
  }
  return memory;
}

void Simulation::require_jacobian_fits(const Plan& plan, const Device& device, std::size_t components) const {
  const RenderOptions options = render_options();
  require_derivatives_fit(device, device.jacobian_device_bytes(plan, components, options), options.device_memory_bytes);
}

void Simulation::run_jacobian(std::span<const Movement> movements, std::span<const double> tangent,
                              std::int64_t rows_per_chunk, const std::function<void(const DerivativeRows&)>& take) {
  const std::shared_ptr<const Plan> plan = this->plan();
  const std::shared_ptr<const Device> device = this->device();
  require_differentiable_scene(*plan);
  const std::size_t components = tangent.empty() ? movements.size() : 1;
  const RunMemory memory = jacobian_memory(*plan, *device, components);
  const std::int64_t rows = rows_per_chunk > 0 ? rows_per_chunk : memory.recommended_rows(memory_limit());
  require_chunks_fit(memory, rows, memory_limit());
  require_jacobian_fits(*plan, *device, components);
  const Run running(*this);
  log(LogLevel::info, std::to_string(components) + " derivative images on " + device->describe().name);
  const GradientInput input{parameters_, data_, *plan, *device, render_options()};
  const std::vector<PlanTangent> tangents =
      tangent.empty() ? tangents_of(input, movements) : directional_tangent(input, movements, tangent);
  run_derivatives(input, tangents, rows, take, hooks_without_rows());
}

GradientTotals Simulation::run_normal_equations(const LossRequest& loss, std::span<const Movement> movements,
                                                bool with_scale, std::span<double> matrix, std::span<double> gradient) {
  const std::shared_ptr<const Plan> plan = this->plan();
  const std::shared_ptr<const Device> device = this->device();
  require_differentiable_scene(*plan);
  if (loss.loss.kind == LossKind::weights) {
    throw Error(Status::invalid_argument, "NBT_LOSS_WEIGHTS has no curvature: normal equations need another loss");
  }
  require_fixed_part_fits(static_cast<double>(jacobian_memory(*plan, *device, movements.size()).fixed_bytes),
                          memory_limit());
  require_jacobian_fits(*plan, *device, movements.size());
  const Run running(*this);
  log(LogLevel::info,
      "normal equations of " + std::to_string(gradient.size()) + " components on " + device->describe().name);
  const GradientInput input{parameters_, data_, *plan, *device, render_options()};
  const NormalSums sums = run_normal_sums(input, tangents_of(input, movements), loss, with_scale, hooks_without_rows());
  std::copy(sums.matrix.begin(), sums.matrix.end(), matrix.begin());
  std::copy(sums.gradient.begin(), sums.gradient.end(), gradient.begin());
  return {sums.share.loss, sums.share.by_scale, static_cast<std::int64_t>(sums.share.pixels)};
}

MemoryEstimate Simulation::estimate_jacobian(std::size_t components, std::optional<std::int64_t> rows_per_chunk,
                                             double limit_bytes) {
  const double limit = checked_limit(limit_bytes);
  MemoryEstimate estimate;
  estimate.evaluations = evaluations(scene());
  const RunMemory memory = jacobian_memory(*plan(), *device(), components);
  estimate.recommended_rows_per_chunk = memory.recommended_rows(limit);
  estimate.largest_rows_per_chunk = memory.largest_rows(limit);
  const RenderOptions options = render_options();
  const std::int64_t device_bytes = device()->jacobian_device_bytes(*plan(), components, options);
  estimate.device_bytes = static_cast<double>(device_bytes);
  if (options.device_memory_bytes > 0 && device_bytes > options.device_memory_bytes) {
    estimate.largest_rows_per_chunk = 0;
  }
  estimate.whole_image_fits = estimate.largest_rows_per_chunk == memory.row_count;
  estimate.working_bytes = static_cast<double>(memory.fixed_bytes);
  if (rows_per_chunk) {
    const std::int64_t rows = *rows_per_chunk > 0 ? *rows_per_chunk : estimate.recommended_rows_per_chunk;
    estimate.working_bytes = static_cast<double>(memory.working_bytes(rows));
    estimate.output_bytes = image_pixels(scene()) * 8 * static_cast<double>(components + 1);
  }
  return estimate;
}

double Simulation::checked_limit(double limit_bytes) const {
  if (!(limit_bytes >= 0)) {
    throw Error(Status::out_of_range, "limit_bytes is " + std::to_string(limit_bytes) + ": it must be 0 or more");
  }
  return limit_bytes > 0 ? limit_bytes : memory_limit();
}

MemoryEstimate Simulation::estimate_memory(PixelType type, std::optional<std::int64_t> rows_per_chunk,
                                           double limit_bytes) {
  const double limit = checked_limit(limit_bytes);
  MemoryEstimate estimate;
  estimate.output_bytes = image_pixels(scene()) * static_cast<double>(pixel_bytes(type));
  estimate.evaluations = evaluations(scene());
  const std::shared_ptr<const Device> device = this->device();
  const RunMemory memory = memory_of(*plan(), *device, type);
  const DeviceMemory device_memory = device_memory_of(*plan(), *device, type);
  estimate.recommended_rows_per_chunk = automatic_rows(memory, device_memory, limit);
  estimate.largest_rows_per_chunk = std::min(memory.largest_rows(limit), device_memory.largest_rows());
  estimate.whole_image_fits = estimate.largest_rows_per_chunk == memory.row_count;
  estimate.working_bytes = static_cast<double>(memory.fixed_bytes);
  std::int64_t rows = memory.row_count;
  if (rows_per_chunk) {
    rows = *rows_per_chunk > 0 ? *rows_per_chunk : estimate.recommended_rows_per_chunk;
    estimate.working_bytes = static_cast<double>(memory.working_bytes(rows));
  }
  estimate.device_bytes = static_cast<double>(device_memory.bytes(rows));
  return estimate;
}

MemoryEstimate Simulation::estimate_gradient(bool amplitudes, double limit_bytes) {
  const double limit = checked_limit(limit_bytes);
  MemoryEstimate estimate;
  estimate.evaluations = evaluations(scene());
  const std::int64_t rows = scene().panels.front().slow_count;
  const GradientExtras extras{amplitudes, true};
  estimate.working_bytes = static_cast<double>(gradient_memory(*plan(), *device(), extras));
  estimate.device_bytes = static_cast<double>(gradient_device_bytes(*plan(), *device(), render_options(), extras));
  const auto device_limit = static_cast<double>(render_options().device_memory_bytes);
  estimate.whole_image_fits =
      (limit == 0 || estimate.working_bytes <= limit) && (device_limit == 0 || estimate.device_bytes <= device_limit);
  estimate.largest_rows_per_chunk = estimate.whole_image_fits ? rows : 0;
  estimate.recommended_rows_per_chunk = std::max<std::int64_t>(estimate.largest_rows_per_chunk, 1);
  return estimate;
}

Digitizer::Result Simulation::digitize(DigitizeKind kind, std::int32_t panel, const float* pixels,
                                       std::int64_t row_stride, std::uint16_t* counts) {
  const Panel& geometry = panel_of(scene(), panel);
  require_row_stride(row_stride, geometry.fast_count);
  elements_of_image(geometry.fast_count, geometry.slow_count, row_stride);
  const FloatRows image{pixels, geometry.slow_count, geometry.fast_count, row_stride};
  Digitizer digitizer(scene(), kind, panel, brightest_pixel(image, geometry.region));
  digitizer.next_rows(image, counts);
  return digitizer.result();
}

void Simulation::digitize_begin(DigitizeKind kind, std::int32_t panel, double max_photons) {
  if (!std::isfinite(max_photons)) {
    throw Error(Status::out_of_range, "max_photons is " + std::to_string(max_photons) + ": it must be finite");
  }
  panel_of(scene(), panel);
  digitizer_.emplace(scene(), kind, panel, max_photons);
}

void Simulation::digitize_rows(std::int64_t row_count, const float* pixels, std::int64_t row_stride,
                               std::uint16_t* counts) {
  if (!digitizer_) throw Error(Status::invalid_argument, "no digitized image was begun: call nbt_digitize_begin first");
  if (row_count < 0) throw Error(Status::out_of_range, "row_count is " + std::to_string(row_count));
  require_row_stride(row_stride, digitizer_->fast_count());
  digitizer_->next_rows({pixels, row_count, digitizer_->fast_count(), row_stride}, counts);
}

Digitizer::Result Simulation::digitize_end() {
  if (!digitizer_) throw Error(Status::invalid_argument, "no digitized image was begun: call nbt_digitize_begin first");
  const Digitizer::Result result = digitizer_->result();
  digitizer_.reset();
  return result;
}

std::string Simulation::trace_pixel(std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  return find_device("cpu")->trace_pixel(*plan(), panel, slow, fast);
}

std::string Simulation::report() {
  const std::shared_ptr<const Plan> plan = this->plan();
  if (!solid_angle_) solid_angle_ = rendered_solid_angle(*plan);
  return report_json(parameters_, *plan, *solid_angle_, last_run_ ? &*last_run_ : nullptr);
}

const char* Simulation::keep(std::string text) const {
  kept_text_ = std::move(text);
  return kept_text_.c_str();
}

}  // namespace nbt
