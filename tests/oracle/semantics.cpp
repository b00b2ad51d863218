#include "semantics.hpp"

#include <map>
#include <stdexcept>

namespace nbt::oracle {
namespace {

using Switch = bool Semantics::*;

const std::map<std::string, Switch>& compat_switches() {
  static const std::map<std::string, Switch> table = {
      {"pix0-ignored", &Semantics::pix0_ignored},
      {"lax-args", &Semantics::lax_arguments},
      {"raw-twotheta-axis", &Semantics::raw_twotheta_axis},
      {"curved-lab-axes", &Semantics::curved_lab_axes},
      {"equal-source-weights", &Semantics::equal_source_weights},
      {"interp-latch", &Semantics::interpolation_latch},
      {"phi-carryover", &Semantics::phi_carryover},
      {"running-product", &Semantics::running_product},
      {"last-layer-capture", &Semantics::last_layer_capture},
      {"wide-layer-pitch", &Semantics::wide_layer_pitch},
      {"thick-zero-black", &Semantics::thick_zero_black},
      {"polar-overrides-nopolar", &Semantics::polar_overrides_nopolar},
      {"water-scaled-twice", &Semantics::water_scaled_twice},
      {"skewed-cell", &Semantics::skewed_cell},
      {"misset-90-radians", &Semantics::misset_90_radians},
      {"hkl-stream", &Semantics::hkl_stream},
  };
  return table;
}

const std::map<std::string, Switch>& fix_switches() {
  static const std::map<std::string, Switch> table = {
      {"forced-pivot", &Semantics::forced_pivot},
      {"custom-convention", &Semantics::custom_convention},
      {"beam-center-ignored", &Semantics::beam_center_ignored},
      {"twotheta-ratio", &Semantics::twotheta_ratio},
      {"odet-regenerate", &Semantics::odet_regenerate},
      {"center-divergence", &Semantics::center_divergence},
      {"div-count-only", &Semantics::div_count_only},
      {"disp-count-only", &Semantics::disp_count_only},
      {"interp-after-size", &Semantics::interp_after_size},
      {"dmin-keep-background", &Semantics::dmin_keep_background},
      {"spot-metric-hkl", &Semantics::spot_metric_hkl},
      {"misset-seed-follows", &Semantics::misset_seed_follows},
      {"header-keys", &Semantics::header_keys},
      {"true-solid-angle", &Semantics::true_solid_angle},
      {"phi-midpoint", &Semantics::phi_midpoint},
      {"phi-step-count", &Semantics::phi_step_count},
  };
  return table;
}

void apply(Semantics& semantics, const std::set<std::string>& tokens, const std::map<std::string, Switch>& table) {
  for (const auto& token : tokens) {
    const auto found = table.find(token);
    if (found == table.end()) throw std::invalid_argument("unknown token " + token);
    semantics.*(found->second) = true;
  }
}

}  // namespace

Semantics resolve_semantics(const std::set<std::string>& compat, const std::set<std::string>& fix,
                            const std::string& phi_carryover) {
  Semantics semantics;
  if (compat.count("nanobragg") != 0) {
    for (const auto& [token, member] : compat_switches()) semantics.*member = true;
  } else {
    apply(semantics, compat, compat_switches());
    apply(semantics, fix, fix_switches());
  }
  if (phi_carryover == "c-parity") {
    semantics.phi_carryover = true;
  } else if (phi_carryover == "spec") {
    semantics.phi_carryover = false;
  } else if (!phi_carryover.empty()) {
    throw std::invalid_argument("phi_carryover is " + phi_carryover + ", not spec or c-parity");
  }
  return semantics;
}

}  // namespace nbt::oracle
