#include "tolerance.hpp"

#include <cfloat>
#include <cmath>
#include <sstream>

namespace nbt::test {

Agreement compare(const std::vector<float>& image, const oracle::Result& truth, const Tolerance& tolerance) {
  Agreement result;
  if (image.size() != truth.image.size()) {
    result.worst = INFINITY;
    result.text = "image sizes differ";
    return result;
  }
  for (std::size_t i = 0; i < image.size(); ++i) {
    if (truth.edge_distance[i] < tolerance.edge) {
      ++result.excused;
      continue;
    }
    const double value = truth.image[i];
    const double envelope = truth.envelope[i];
    if (std::fabs(value) > FLT_MAX && std::isinf(image[i])) continue;
    const double allowed =
        std::fabs(value) > 1e-6 * envelope ? tolerance.of_value * std::fabs(value) : tolerance.of_envelope * envelope;
    const double error = std::fabs(static_cast<double>(image[i]) - value);
    const double ratio = error == 0 ? 0 : error / (allowed + 1e-37);  // 1e-37: float32 ends there
    if (!(ratio <= result.worst)) {
      result.worst = std::isnan(ratio) ? INFINITY : ratio;
      result.worst_pixel = i;
    }
  }
  std::ostringstream text;
  const std::size_t i = result.worst_pixel;
  const auto fast = static_cast<std::size_t>(truth.fast);
  text.precision(12);
  text << "worst error over tolerance " << result.worst << " at slow " << i / fast << ", fast " << i % fast << ": "
       << static_cast<double>(image[i]) << " instead of " << truth.image[i] << ", envelope " << truth.envelope[i]
       << "; pixels at a jump: " << result.excused;
  result.text = text.str();
  return result;
}

Agreement compare_with_envelope(const std::vector<float>& image, const oracle::Result& truth, double bound) {
  oracle::Result zero = truth;  // every value counts as a zero between fringes
  std::vector<float> difference(image.size());
  for (std::size_t i = 0; i < image.size(); ++i) {
    difference[i] = static_cast<float>(static_cast<double>(image[i]) - truth.image[i]);
    zero.image[i] = 0;
  }
  return compare(difference, zero, {0, bound});
}

}  // namespace nbt::test
