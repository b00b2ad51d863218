// Data from the caller's memory, scene files.
#include <cmath>
#include <limits>
#include <vector>

#include "boundary.hpp"
#include "model/given_data.hpp"

using nbt::at_boundary;
using nbt::Simulation;

namespace {

std::string element(const char* name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

// The caller's arrays cannot have `count` groups of `group_bytes` when that passes the address space.
void require_countable(std::size_t count, std::size_t group_bytes, const char* name) {
  if (count <= static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / group_bytes) return;
  throw nbt::Error(nbt::Status::out_of_range,
                   std::string(name) + ": a count of " + std::to_string(count) + " is more than memory can hold");
}

std::string hkl_text(const nbt::Reflection& reflection) {
  return " (h k l = " + std::to_string(reflection.h) + " " + std::to_string(reflection.k) + " " +
         std::to_string(reflection.l) + ")";
}

struct ReflectionArrays {
  const int32_t* h;
  const int32_t* k;
  const int32_t* l;
  const double* F;
};

nbt::SharedStructureFactors box_of(const ReflectionArrays& arrays, std::size_t count,
                                   const nbt::Parameters& parameters) {
  if (count == 0) return nullptr;
  nbt::require_pointer(arrays.h, "h");
  nbt::require_pointer(arrays.k, "k");
  nbt::require_pointer(arrays.l, "l");
  nbt::require_pointer(arrays.F, "F");
  require_countable(count, sizeof(nbt::Reflection), "reflections");
  std::vector<nbt::Reflection> reflections(count);
  for (std::size_t i = 0; i < count; ++i) {
    reflections[i] = {arrays.h[i], arrays.k[i], arrays.l[i], arrays.F[i]};
    if (!std::isfinite(arrays.F[i])) nbt::require_finite(arrays.F[i], element("F", i) + hkl_text(reflections[i]));
  }
  return nbt::box_of_reflections(reflections, parameters.real(nbt::ParameterId::structure_factors_default_F),
                                 nbt::box_limit_bytes(parameters));
}

nbt::SharedStructureFactors box_of_grid(const int32_t* first, const int32_t* last, const double* amplitudes,
                                        std::size_t count) {
  if (count == 0) return nullptr;
  nbt::require_pointer(first, "first");
  nbt::require_pointer(last, "last");
  nbt::require_pointer(amplitudes, "amplitudes");
  require_countable(count, sizeof(double), "amplitudes");
  std::array<nbt::IndexRange, 3> range;
  for (std::size_t axis = 0; axis < 3; ++axis) range[axis] = {first[axis], last[axis]};
  nbt::require_box_count(range, count);
  return nbt::dense_box(range, {amplitudes, amplitudes + count});
}

struct SourceArrays {
  const double* directions;
  const double* wavelengths_A;
  const double* weights;
};

nbt::GivenSource source_of(const SourceArrays& arrays, std::size_t index) {
  const double* direction = arrays.directions + 3 * index;
  nbt::GivenSource source;
  source.position = {direction[0], direction[1], direction[2]};
  if (arrays.weights) source.weight = arrays.weights[index];
  if (arrays.wavelengths_A) {
    source.wavelength_m = arrays.wavelengths_A[index] / 1e10;
    if (!(source.wavelength_m > 0)) {
      throw nbt::Error(nbt::Status::out_of_range, element("wavelengths_A", index) + " is " +
                                                      std::to_string(arrays.wavelengths_A[index]) +
                                                      ": it must be above zero");
    }
  }
  nbt::require_source(source, element("sources", index));
  return source;
}

std::vector<nbt::GivenSource> sources_of(const SourceArrays& arrays, std::size_t count) {
  nbt::require_array(arrays.directions, count, "directions");
  require_countable(count, sizeof(nbt::GivenSource), "sources");
  std::vector<nbt::GivenSource> sources;
  sources.reserve(count);
  for (std::size_t i = 0; i < count; ++i) sources.push_back(source_of(arrays, i));
  return sources;
}

std::vector<nbt::Matrix3> rotations_of(const double* rotations, std::size_t count) {
  nbt::require_array(rotations, count, "rotations");
  require_countable(count, sizeof(nbt::Matrix3), "rotations");
  std::vector<nbt::Matrix3> matrices(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::copy(rotations + 9 * i, rotations + 9 * (i + 1), matrices[i].begin());
    nbt::require_rotation(matrices[i], element("rotations", i));
  }
  return matrices;
}

std::shared_ptr<const nbt::Mask> mask_of(const uint8_t* mask, int64_t fast_count, int64_t slow_count) {
  if (fast_count == 0 && slow_count == 0) return nullptr;
  nbt::require_mask_size(fast_count, slow_count);
  nbt::require_pointer(mask, "mask");
  return nbt::make_mask(fast_count, slow_count, [mask](std::uint64_t index) { return mask[index] != 0; });
}

}  // namespace

nbt_status nbt_set_structure_factors(nbt_simulation* simulation, const int32_t* h, const int32_t* k, const int32_t* l,
                                     const double* F, size_t count) {
  return at_boundary(simulation, [&](Simulation& s) {
    s.set_structure_factors(box_of({h, k, l, F}, count, s.parameters()));
  });
}

nbt_status nbt_set_structure_factor_grid(nbt_simulation* simulation, const int32_t* first, const int32_t* last,
                                         const double* amplitudes, size_t count) {
  return at_boundary(simulation,
                     [&](Simulation& s) { s.set_structure_factors(box_of_grid(first, last, amplitudes, count)); });
}

nbt_status nbt_set_sources(nbt_simulation* simulation, const double* directions, const double* wavelengths_A,
                           const double* weights, size_t count) {
  return at_boundary(simulation, [&](Simulation& s) {
    s.set_sources(sources_of({directions, wavelengths_A, weights}, count));
  });
}

nbt_status nbt_set_mosaic_rotations(nbt_simulation* simulation, const double* rotations, size_t count) {
  return at_boundary(simulation, [&](Simulation& s) { s.set_mosaic_rotations(rotations_of(rotations, count)); });
}

nbt_status nbt_set_mask(nbt_simulation* simulation, const uint8_t* mask, int64_t fast_count, int64_t slow_count) {
  return at_boundary(simulation, [&](Simulation& s) { s.set_mask(mask_of(mask, fast_count, slow_count)); });
}

nbt_status nbt_set_roi(nbt_simulation* simulation, int64_t first_fast, int64_t last_fast, int64_t first_slow,
                       int64_t last_slow) {
  return at_boundary(simulation, [&](Simulation& s) {
    const double limits[] = {static_cast<double>(first_fast), static_cast<double>(last_fast),
                             static_cast<double>(first_slow), static_cast<double>(last_slow)};
    s.set("detector.roi", limits);
  });
}

nbt_status nbt_load_scene(nbt_simulation* simulation, const char* json, size_t length) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(json, "json");
    s.load_scene({json, length});
  });
}

nbt_status nbt_dump_scene(nbt_simulation* simulation, const char** json) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(json, "json");
    *json = s.keep(s.dump_scene());
  });
}
