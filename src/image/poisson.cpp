#include "image/poisson.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace nbt::image {
namespace {

constexpr float smallest_mean_for_rejection = 12;
constexpr float largest_mean_for_rejection = 1e6F;

// Lanczos' series for ln(gamma(x)), the six-term coefficients that the reference uses, rounded to float32.
float log_gamma(float argument) {
  constexpr std::array<double, 6> coefficients = {76.18009172947146,  -86.50532032941677,   24.01409824083091,
                                                  -1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6};
  const auto x = static_cast<double>(argument);
  const double w = (x + 5.5) - (x + 0.5) * std::log(x + 5.5);
  double series = 1.000000000190015;
  double denominator = x;
  for (const double coefficient : coefficients) series += coefficient / ++denominator;
  return static_cast<float>(-w + std::log(2.5066282746310005 * series / x));
}

float square_root(double x) {
  return static_cast<float>(std::sqrt(x));
}

}  // namespace

float PoissonGenerator::draw(float mean) {
  if (mean > largest_mean_for_rejection) {
    const auto m = static_cast<double>(mean);
    return static_cast<float>(m + std::sqrt(m) * static_cast<double>(standard_normal()));
  }
  return mean < smallest_mean_for_rejection ? draw_by_counting(mean) : draw_by_rejection(mean);
}

// How many factors u until the product falls to exp(-mean).
float PoissonGenerator::draw_by_counting(float mean) {
  if (mean != cached_mean_) {
    cached_mean_ = mean;
    threshold_ = static_cast<float>(std::exp(-static_cast<double>(mean)));
  }
  float count = -1;
  float product = 1;
  do {
    count += 1;
    product *= uniform();
  } while (product > threshold_);
  return count;
}

// Rejection from a Lorentzian that lies above the distribution.
float PoissonGenerator::draw_by_rejection(float mean) {
  if (mean != cached_mean_) {
    cached_mean_ = mean;
    root_of_twice_mean_ = square_root(2.0 * static_cast<double>(mean));
    log_mean_ = static_cast<float>(std::log(static_cast<double>(mean)));
    threshold_ = mean * log_mean_ - log_gamma(mean + 1.0F);
  }
  for (;;) {
    float y = 0;
    float count = -1;
    while (count < 0) {
      y = static_cast<float>(std::tan(std::numbers::pi * static_cast<double>(uniform())));
      count = root_of_twice_mean_ * y + mean;
    }
    count = std::floor(count);
    const float exponent = (count * log_mean_ - log_gamma(count + 1.0F)) - threshold_;
    const double acceptance = 0.9 * (1.0 + static_cast<double>(y * y)) * std::exp(static_cast<double>(exponent));
    if (uniform() <= static_cast<float>(acceptance)) return count;
  }
}

// Marsaglia's polar method; the second deviate of each pair is kept for the next call.
float PoissonGenerator::standard_normal() {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  float p = 0;
  float r = 0;
  float square = 0;
  while (!(square > 0 && square < 1)) {
    p = 2.0F * uniform() - 1.0F;
    r = 2.0F * uniform() - 1.0F;
    square = p * p + r * r;
  }
  const auto q = static_cast<double>(square);
  const float factor = square_root(-2.0 * std::log(q) / q);
  spare_normal_ = p * factor;
  has_spare_normal_ = true;
  return r * factor;
}

}  // namespace nbt::image
