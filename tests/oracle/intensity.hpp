// The loop nest of physics.md 9.
#pragma once

#include "experiment.hpp"
#include "oracle.hpp"

namespace nbt::oracle {

// Fills image, envelope, edge_distance and trace of the result, and what the loop finds out for `derived`.
void render_image(const Experiment& experiment, const std::optional<PixelIndex>& trace_pixel, Result& result);

// The image alone, slow-major, with its derivative.
std::vector<Dual> render_moving_image(const ExperimentOf<Dual>& experiment);

}  // namespace nbt::oracle
