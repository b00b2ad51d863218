#include "cpu/index_block.hpp"

#include <algorithm>

namespace nbt {
namespace {

// e_0, e_1, e_2 and i, each over the wavelength, component by component.
struct Directions {
  double x[4];
  double y[4];
  double z[4];
};

Directions directions_of(const double (&basis)[3][3], const PlannedSource& source) {
  const double inverse_wavelength = 1 / source.wavelength_m;
  Directions e;
  for (int j = 0; j < 4; ++j) {
    const double* v = j < 3 ? basis[j] : source.incident;
    e.x[j] = v[0] * inverse_wavelength;
    e.y[j] = v[1] * inverse_wavelength;
    e.z[j] = v[2] * inverse_wavelength;
  }
  return e;
}

void store(const Directions& e, const double (&v)[3], int axis, int at, IndexBlock& block) {
  double dots[4];
  for (int j = 0; j < 4; ++j) dots[j] = v[0] * e.x[j] + v[1] * e.y[j] + v[2] * e.z[j];
  for (int j = 0; j < 3; ++j) block.along[axis][j][at] = dots[j];
  block.offset[axis][at] = dots[3];
}

}  // namespace

int append_orientations(const double (&basis)[3][3], const PlannedSource& source, const Orientation* orientations,
                        std::int64_t count, IndexBlock& block) {
  const Directions e = directions_of(basis, source);
  const int taken = static_cast<int>(std::min<std::int64_t>(count, largest_orientation_block - block.count));
  for (int o = 0; o < taken; ++o) {
    const int at = block.count + o;
    store(e, orientations[o].a, 0, at, block);
    store(e, orientations[o].b, 1, at, block);
    store(e, orientations[o].c, 2, at, block);
  }
  block.count += taken;
  return taken;
}

}  // namespace nbt
