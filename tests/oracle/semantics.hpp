// Tokens of reference-quirks.md as one switch each. For compatibility tokens true means "as the reference",
// for fix tokens true means "the other variant"; so all false is the default.
#pragma once

#include <set>
#include <string>

namespace nbt::oracle {

struct Semantics {
  // compat
  bool pix0_ignored = false;
  bool lax_arguments = false;
  bool raw_twotheta_axis = false;
  bool curved_lab_axes = false;
  bool equal_source_weights = false;
  bool interpolation_latch = false;
  bool phi_carryover = false;
  bool running_product = false;
  bool last_layer_capture = false;
  bool wide_layer_pitch = false;
  bool thick_zero_black = false;
  bool polar_overrides_nopolar = false;
  bool water_scaled_twice = false;
  bool skewed_cell = false;
  bool misset_90_radians = false;
  bool hkl_stream = false;

  // fix; what each one means here is said where it acts
  bool forced_pivot = false;
  bool custom_convention = false;
  bool beam_center_ignored = false;
  bool twotheta_ratio = false;
  bool odet_regenerate = false;
  bool center_divergence = false;
  bool div_count_only = false;
  bool disp_count_only = false;
  bool interp_after_size = false;
  bool dmin_keep_background = false;
  bool spot_metric_hkl = false;
  bool misset_seed_follows = false;
  bool header_keys = false;
  bool true_solid_angle = false;
  bool phi_midpoint = false;
  bool phi_step_count = false;
};

// Throws std::invalid_argument on an unknown token.
Semantics resolve_semantics(const std::set<std::string>& compat, const std::set<std::string>& fix,
                            const std::string& phi_carryover);

}  // namespace nbt::oracle
