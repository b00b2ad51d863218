#include "model/structure_factors.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>

#include "model/error.hpp"
#include "model/memory_size.hpp"

namespace nbt {
namespace {

constexpr std::array<char, 3> index_names = {'h', 'k', 'l'};

std::string as_text(const Reflection& reflection) {
  return "reflection " + std::to_string(reflection.h) + " " + std::to_string(reflection.k) + " " +
         std::to_string(reflection.l);
}

std::string as_text(const std::array<IndexRange, 3>& range) {
  std::string text;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    text += std::string(axis ? ", " : "") + index_names[axis] + " " + std::to_string(range[axis].first) + " to " +
            std::to_string(range[axis].last);
  }
  return text;
}

// In double: three counts of up to 2^32 overflow any integer, and the figure is for people.
double box_bytes(const std::array<IndexRange, 3>& range) {
  double bytes = sizeof(double);
  for (const IndexRange& axis : range) bytes *= static_cast<double>(axis.count());
  return bytes;
}

std::string in_gib(double bytes) {
  return std::to_string(bytes / 1073741824.0) + " GiB";
}

void require_box_fits(const std::array<IndexRange, 3>& range, std::uint64_t byte_limit) {
  for (const IndexRange& axis : range) {
    if (axis.count() <= 0) throw Error(Status::inconsistent_scene, "empty range of Miller indices: " + as_text(range));
  }
  const double bytes = box_bytes(range);
  if (bytes > static_cast<double>(byte_limit)) {
    throw Error(Status::memory_limit, "structure factors with " + as_text(range) + " need " + in_gib(bytes) +
                                          ", more than the limit of " + in_gib(static_cast<double>(byte_limit)) +
                                          ": is one of the indices a slip?");
  }
}

std::shared_ptr<StructureFactors> uniform_box(const std::array<IndexRange, 3>& range, double default_F) {
  std::int64_t values = 1;  // require_box_fits() has bounded the product
  for (const IndexRange& axis : range) values *= axis.count();
  auto box = std::make_shared<StructureFactors>();
  box->range = range;
  try {
    box->amplitudes.assign(memory_size<double>(values), kept_amplitude(default_F));
  } catch (const std::bad_alloc&) {
    throw Error(Status::out_of_memory,
                "no memory for structure factors with " + as_text(range) + " (" + in_gib(box_bytes(range)) + ")");
  }
  return box;
}

void require_inside(const std::array<IndexRange, 3>& range, const Reflection& reflection) {
  const std::array<std::int32_t, 3> indices = {reflection.h, reflection.k, reflection.l};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (indices[axis] < range[axis].first || indices[axis] > range[axis].last) {
      throw Error(Status::out_of_range, as_text(reflection) + " lies outside the box " + as_text(range));
    }
  }
}

void require_finite(double amplitude, const std::string& what) {
  if (!std::isfinite(amplitude)) {
    throw Error(Status::out_of_range, what + " is " + std::to_string(amplitude) + ": it must be a finite number");
  }
}

void extend(IndexRange& range, std::int32_t index) {
  range.first = std::min(range.first, index);
  range.last = std::max(range.last, index);
}

}  // namespace

double kept_amplitude(double F) {
  constexpr double smallest = 1e-200;
  return std::fabs(F) < smallest ? 0.0 : F;
}

std::string entry_text(const std::array<IndexRange, 3>& range, std::size_t index) {
  const auto nk = static_cast<std::size_t>(range[1].count()), nl = static_cast<std::size_t>(range[2].count());
  const std::size_t offsets[3] = {index / (nk * nl), index / nl % nk, index % nl};
  std::string text = "h k l =";
  for (std::size_t axis = 0; axis < 3; ++axis) {
    text += " " + std::to_string(range[axis].first + static_cast<std::int64_t>(offsets[axis]));
  }
  return text;
}

SharedStructureFactors box_of_reflections(const std::vector<Reflection>& reflections, double default_F,
                                          std::uint64_t byte_limit) {
  if (reflections.empty()) throw Error(Status::invalid_argument, "no reflections: at least one h k l F is needed");
  const Reflection& first = reflections.front();
  std::array<IndexRange, 3> range = {IndexRange{first.h, first.h}, {first.k, first.k}, {first.l, first.l}};
  for (const Reflection& reflection : reflections) {
    extend(range[0], reflection.h);
    extend(range[1], reflection.k);
    extend(range[2], reflection.l);
  }
  return fill_box(range, reflections, default_F, byte_limit);
}

SharedStructureFactors fill_box(const std::array<IndexRange, 3>& range, const std::vector<Reflection>& reflections,
                                double default_F, std::uint64_t byte_limit) {
  require_finite(default_F, "default_F");
  require_box_fits(range, byte_limit);
  const auto box = uniform_box(range, default_F);
  for (const Reflection& reflection : reflections) {
    require_inside(range, reflection);
    require_finite(reflection.F, "F of " + as_text(reflection));
    box->amplitudes[box->index(reflection.h, reflection.k, reflection.l)] = kept_amplitude(reflection.F);
  }
  return box;
}

}  // namespace nbt
