// What stands behind a handle: a scene being described, and what was computed from it.
//
// Nothing here knows about C. Setters change nothing when they throw.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/device_memory.hpp"
#include "device/run_memory.hpp"
#include "device/runs.hpp"
#include "digitizer.hpp"
#include "gradient_run.hpp"
#include "model/scene.hpp"
#include "report.hpp"
#include "run_statistics.hpp"

namespace nbt {

enum class LogLevel : std::int32_t { info = 0, warning = 1 };

struct Callbacks {
  std::function<void(double fraction_done)> progress;
  std::function<void(LogLevel, const std::string&)> log;
};

struct MemoryEstimate {
  double working_bytes = 0;
  double output_bytes = 0;
  double evaluations = 0;
  bool whole_image_fits = false;
  std::int64_t recommended_rows_per_chunk = 0;
  std::int64_t largest_rows_per_chunk = 0;
  double device_bytes = 0;
};

struct ImageSize {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
};

struct SampleCounts {
  std::size_t sources = 0;
  std::size_t phi_steps = 0;
  std::size_t domains = 0;
};

// The caller's buffers beside the gradient (nbt_gradient_outputs), without a pointer where nothing is wanted; written
// only when the run succeeds.
struct GradientOutputs {
  std::span<double> amplitudes;
  std::span<double> sources;       // 5 values each
  std::span<double> orientations;  // 3 values each
};

struct GradientTotals {
  double loss = 0;
  double by_scale = 0;
  std::int64_t pixels = 0;
};

class Simulation {
 public:
  Simulation() = default;
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Parameters, data and callbacks; nothing that a run left behind, and no pending cancel.
  void copy_from(const Simulation& other);

  const Parameters& parameters() const { return parameters_; }
  void set(std::string_view name, std::span<const double> values);
  void set_text(std::string_view name, std::string_view text);
  void unset(std::string_view name);
  void set_arguments(std::span<const std::string> arguments);

  void set_structure_factors(SharedStructureFactors factors);
  void set_sources(std::vector<GivenSource> sources);
  void set_mosaic_rotations(std::vector<Matrix3> rotations);
  void set_mask(std::shared_ptr<const Mask> mask);

  void load_scene(std::string_view json);
  std::string dump_scene() const;

  ImageSize image_size(std::int32_t panel);
  void run(std::int32_t panel, PixelType type, void* pixels, std::int64_t capacity, std::int64_t row_stride);
  // `rows_per_chunk` <= 0: automatic.
  void run_in_chunks(std::int64_t rows_per_chunk, PixelType type, std::function<void(const FinishedRows&)> on_rows);
  // For chunks of `rows_per_chunk`, or for run() without a value. `limit_bytes` 0: limits.memory_bytes.
  MemoryEstimate estimate_memory(PixelType type, std::optional<std::int64_t> rows_per_chunk, double limit_bytes);

  // Of run_gradient(); the data are the caller's, in chunks of any size.
  MemoryEstimate estimate_gradient(bool amplitudes, double limit_bytes);

  // The box is left alone without structure factors.
  void structure_factor_box(std::int32_t* first, std::int32_t* last, std::size_t& count);
  SampleCounts sample_counts();
  GradientTotals run_gradient(const LossRequest& loss, std::span<const Movement> movements, std::span<double> gradient,
                              const GradientOutputs& outputs);
  // `tangent`: empty, or one factor per movement for one image. `rows_per_chunk` <= 0: automatic.
  void run_jacobian(std::span<const Movement> movements, std::span<const double> tangent, std::int64_t rows_per_chunk,
                    const std::function<void(const DerivativeRows&)>& take);
  // `matrix` has gradient.size() squared elements.
  GradientTotals run_normal_equations(const LossRequest& loss, std::span<const Movement> movements, bool with_scale,
                                      std::span<double> matrix, std::span<double> gradient);
  // Of a Jacobian (in chunks of rows; <= 0: automatic) or, without a value, of normal equations.
  MemoryEstimate estimate_jacobian(std::size_t components, std::optional<std::int64_t> rows_per_chunk,
                                   double limit_bytes);

  Digitizer::Result digitize(DigitizeKind kind, std::int32_t panel, const float* pixels, std::int64_t row_stride,
                             std::uint16_t* counts);
  void digitize_begin(DigitizeKind kind, std::int32_t panel, double max_photons);
  void digitize_rows(std::int64_t row_count, const float* pixels, std::int64_t row_stride, std::uint16_t* counts);
  Digitizer::Result digitize_end();

  // Made when it is asked for first, kept until something changes that it depends on.
  std::shared_ptr<const Plan> plan();

  std::string trace_pixel(std::int32_t panel, std::int64_t slow, std::int64_t fast);
  std::string report();

  void set_progress(std::function<void(double)> progress) { callbacks_.progress = std::move(progress); }
  void set_log(std::function<void(LogLevel, const std::string&)> log) { callbacks_.log = std::move(log); }
  // Any thread. Stops the run under way, or the next one at its start; a run that ends forgets it.
  void cancel() noexcept { cancel_.store(true, std::memory_order_relaxed); }

  // Keeps a text for a caller that gets a pointer to it; the next one replaces it.
  const char* keep(std::string text) const;

 private:
  class Run;

  template <class Change>
  void change_parameter(std::string_view name, Change change);
  void changed(const ParameterInfo& parameter, double memory_limit_before) noexcept;
  void changed() noexcept;
  bool kept_amplitudes_fit() const noexcept;
  const Scene& scene();
  std::shared_ptr<const Device> device() const;
  RenderOptions render_options() const;
  // 0: limits.memory_bytes.
  double checked_limit(double limit_bytes) const;
  double memory_limit() const { return parameters_.real(ParameterId::limits_memory_bytes); }
  std::int64_t held_bytes(const Scene& scene, PixelType type) const;
  RunMemory memory_of(const Plan& plan, const Device& device, PixelType type) const;
  DeviceMemory device_memory_of(const Plan& plan, const Device& device, PixelType type) const;
  std::int64_t gradient_memory(const Plan& plan, const Device& device, const GradientExtras& extras) const;
  RunMemory jacobian_memory(const Plan& plan, const Device& device, std::size_t components) const;
  void require_jacobian_fits(const Plan& plan, const Device& device, std::size_t components) const;
  RunHooks hooks_without_rows() const;
  RunHooks hooks(RunStatistics& statistics, const std::function<void(const FinishedRows&)>& on_rows) const;
  void finish_run(const Plan& plan, const Device& device, PixelType type, std::int64_t rows_per_chunk,
                  const RunStatistics& statistics);
  void log(LogLevel level, const std::string& message) const;

  Parameters parameters_;
  SceneData data_;
  Callbacks callbacks_;
  std::atomic<bool> cancel_{false};

  // What follows from the above, until it changes. The scene moves into the plan when that is made.
  std::optional<Scene> scene_;
  std::shared_ptr<const Plan> plan_;
  std::string planned_precision_;          // precision.mode when the last plan was made
  SharedFloatAmplitudes kept_amplitudes_;  // of the plan before, for the next one; null while there is a plan
  std::optional<LastRun> last_run_;
  std::optional<SolidAngle> solid_angle_;  // takes a look at every pixel, so it is kept

  std::optional<Digitizer> digitizer_;
  mutable std::string kept_text_;
};

}  // namespace nbt
