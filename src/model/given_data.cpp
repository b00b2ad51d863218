#include "model/given_data.hpp"

#include <cmath>
#include <cstdio>

#include "model/error.hpp"

namespace nbt {
namespace {

constexpr double orthogonality = 1e-6;

Vector3 row(const Matrix3& matrix, std::size_t index) {
  return {matrix[3 * index], matrix[3 * index + 1], matrix[3 * index + 2]};
}

bool is_rotation(const Matrix3& matrix) {
  const Vector3 x = row(matrix, 0), y = row(matrix, 1), z = row(matrix, 2);
  const Vector3 handed = cross(x, y);
  return std::fabs(dot(x, x) - 1) <= orthogonality && std::fabs(dot(y, y) - 1) <= orthogonality &&
         std::fabs(dot(x, y)) <= orthogonality && length(z - handed) <= orthogonality;
}

}  // namespace

void require_finite(double value, const std::string& where) {
  if (std::isfinite(value)) return;
  throw Error(Status::out_of_range, where + " is " + std::to_string(value) + ": it must be a finite number");
}

void require_source(const GivenSource& source, const std::string& where) {
  for (const double component : {source.position.x, source.position.y, source.position.z}) {
    require_finite(component, where + ": a component of the direction");
  }
  require_finite(source.weight, where + ": the weight");
  require_finite(source.wavelength_m, where + ": the wavelength");
  const double distance = length(source.position);
  if (!(distance > 0)) throw Error(Status::out_of_range, where + ": the direction has no length");
  if (!std::isfinite(distance)) {
    throw Error(Status::out_of_range, where + ": the direction is too long: its square must be a finite number");
  }
  if (source.weight < 0) throw Error(Status::out_of_range, where + ": the weight is negative");
  if (source.wavelength_m < 0) throw Error(Status::out_of_range, where + ": the wavelength is negative");
}

void require_rotation(const Matrix3& matrix, const std::string& where) {
  for (const double value : matrix) require_finite(value, where + ": an element");
  if (!is_rotation(matrix)) {
    throw Error(Status::out_of_range,
                where + " is not a rotation: its rows must be orthogonal unit vectors, right-handed, to within 1e-6");
  }
}

std::uint64_t box_limit_bytes(const Parameters& parameters) {
  const double limit = parameters.real(ParameterId::limits_memory_bytes);
  return limit > 0 && limit < static_cast<double>(largest_box_bytes) ? static_cast<std::uint64_t>(limit)
                                                                     : largest_box_bytes;
}

void require_box_count(const std::array<IndexRange, 3>& range, std::size_t count) {
  double expected = 1;  // in double: three counts of up to 2^32 overflow any integer
  for (const IndexRange& axis : range) expected *= axis.count() > 0 ? static_cast<double>(axis.count()) : 0.0;
  if (count > 0 && expected == static_cast<double>(count)) return;
  char text[32];
  std::snprintf(text, sizeof text, "%.0f", expected);
  throw Error(Status::wrong_length,
              std::to_string(count) + " amplitudes, but the box from first to last has " + text + " elements");
}

SharedStructureFactors dense_box(const std::array<IndexRange, 3>& range, std::vector<double> amplitudes) {
  require_box_count(range, amplitudes.size());
  for (std::size_t i = 0; i < amplitudes.size(); ++i) {
    if (!std::isfinite(amplitudes[i])) {  // asked first: the text would be made ten million times
      require_finite(amplitudes[i], "amplitudes[" + std::to_string(i) + "] (" + entry_text(range, i) + ")");
    }
    amplitudes[i] = kept_amplitude(amplitudes[i]);
  }
  auto box = std::make_shared<StructureFactors>();
  box->range = range;
  box->amplitudes = std::move(amplitudes);
  return box;
}

void require_mask_size(std::int64_t fast_count, std::int64_t slow_count) {
  if (fast_count >= 1 && slow_count >= 1 && fast_count <= largest_mask_edge_pixels &&
      slow_count <= largest_mask_edge_pixels) {
    return;
  }
  throw Error(Status::out_of_range, "a mask of " + std::to_string(fast_count) + " x " + std::to_string(slow_count) +
                                        " pixels (fast x slow): both must be 1 to " +
                                        std::to_string(largest_mask_edge_pixels));
}

}  // namespace nbt
