// A scene in a handle of its own, described as a nanoBragg command line and rendered through the C interface, so that
// what is measured is what a user of the library gets.
#pragma once

#include <nbt/nbt.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nbt_bench {

using Arguments = std::vector<std::string>;

Arguments operator+(Arguments arguments, const Arguments& more);

// Amplitudes of every reflection with |h|, |k|, |l| from first to last; amplitudes are made up, positive and uneven.
struct AmplitudeGrid {
  std::int32_t first[3];
  std::int32_t last[3];
  std::vector<double> amplitudes;
};

AmplitudeGrid make_grid(const std::int32_t (&first)[3], const std::int32_t (&last)[3]);

// The scene that all measurements start from: a cubic cell of 100 A, 1 A, a flat detector at 100 mm with 0.1 mm pixels,
// no sub-pixels, one thread.
Arguments basic_arguments(int edge_pixels, int domains);

// The reflections that a detector of 1024 pixels reaches in that scene, and two more on each side for interpolation.
const AmplitudeGrid& covering_grid();

// Time that this process spent on processors, which other work on the machine hardly changes: for one thread. Or time
// on the wall, for several.
enum class Clock { processor, wall };

double seconds_now(Clock clock);
double median(std::vector<double> values);

class Scene {
 public:
  // All functions throw std::runtime_error with the library's message, except where a result says so.
  explicit Scene(const Arguments& arguments);
  ~Scene() { nbt_destroy(simulation_); }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  void set(const char* name, const std::vector<double>& values);
  void set(const char* name, const char* text);
  void set_grid(const AmplitudeGrid& grid);
  // False, and nothing set, where this version of the library does not know the precision.
  bool set_precision(const std::string& precision);
  // False where this processor or this version of the library cannot run the instruction set.
  bool set_simd_target(const std::string& target);

  // Renders only as many rows around the middle of the detector as hold about this many evaluations, at least one row.
  void limit_evaluations(double most);

  double evaluations();
  void run();
  double seconds_of_run(Clock clock);
  // Least squares against nine tenths of the last run's image, with the derivatives by every differentiable parameter
  // and, if wanted, by every structure factor.
  void run_gradient(bool amplitudes);
  // Derivative images by eleven components: cell, misset, distance and wavelength.
  void run_jacobian();
  void run_normal_equations();  // by the same parameters
  std::string precision_used();
  std::string simd_target_used();
  std::string index_arithmetic_used();
  const std::vector<float>& pixels() const { return pixels_; }

 private:
  nbt_loss loss();  // over nine tenths of the first image
  void check(nbt_status status) const;

  nbt_simulation* simulation_ = nullptr;
  std::vector<float> pixels_;
  std::vector<float> data_;
  std::vector<double> gradient_;
  std::vector<double> by_amplitude_;
};

// Evaluations per second, from the median of at least three runs after one that makes the plan.
double median_rate(Scene& scene, Clock clock);

}  // namespace nbt_bench
