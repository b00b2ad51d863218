// One sub-pixel, layer and source of a pixel, in scalar double precision: for the searches that a plan makes
// once. Devices evaluate the same geometry from src/physics.
#pragma once

#include <cstdint>

#include "plan/plan.hpp"

namespace nbt {

struct SubPixel {
  std::int64_t slow = 0;
  std::int64_t fast = 0;
  int layer = 0;
  int sub_slow = 0;
  int sub_fast = 0;
};

// Position of the centre of a sub-pixel, metres from the sample (physics.md 3.6).
Vector3 position_m(const Panel& panel, const Vector3& beam_direction, int oversample, const SubPixel& at);

// q = (d - i) / wavelength, 1/m.
Vector3 scattering_vector_per_m(const Vector3& position_m, const PlannedSource& source);

// True when the spacing 1/|q| is below the limit, so that the source scatters nothing there (physics.md 9).
bool beyond_dmin(const Vector3& scattering_vector_per_m, double dmin_m);

// Calls visit(slow, fast) for every rendered pixel of the panel in raster order until it returns true; tells
// whether it did.
template <class Visit>
bool any_rendered_pixel(const Scene& scene, const Panel& panel, std::int64_t first_slow, std::int64_t last_slow,
                        Visit visit) {
  for (std::int64_t slow = first_slow; slow <= last_slow; ++slow) {
    if (!panel.region.has_row(slow)) continue;
    for (std::int64_t fast = panel.region.fast_first; fast <= panel.region.fast_last; ++fast) {
      if (scene.mask && !scene.mask->at(slow, fast)) continue;
      if (visit(slow, fast)) return true;
    }
  }
  return false;
}

// Calls visit(sub_pixel, source_index, sweep_index) for every sweep of a pixel in the order of execution until it
// returns true; tells whether it did.
template <class Visit>
bool any_sweep(const Plan& plan, const Panel& panel, std::int64_t slow, std::int64_t fast, Visit visit) {
  std::int64_t sweep = 0;
  for (int layer = 0; layer < panel.layers; ++layer) {
    for (int sub_slow = 0; sub_slow < plan.scene.oversample; ++sub_slow) {
      for (int sub_fast = 0; sub_fast < plan.scene.oversample; ++sub_fast) {
        for (std::size_t source = 0; source < plan.sources.size(); ++source, ++sweep) {
          if (visit(SubPixel{slow, fast, layer, sub_slow, sub_fast}, source, sweep)) return true;
        }
      }
    }
  }
  return false;
}

}  // namespace nbt
