#include "model/compatibility.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "model/error.hpp"
#include "model/names.hpp"
#include "model/token_list.hpp"

namespace nbt {
namespace {

using enum QuirkPolicy;

constexpr QuirkInfo table[] = {
    {Quirk::forced_pivot, "forced-pivot", "Q02", reproduced, "Named conventions force their own pivot."},
    {Quirk::custom_convention, "custom-convention", "Q03", reproduced,
     "Any vector option switches to the custom convention."},
    {Quirk::beam_center_ignored, "beam-center-ignored", "Q05", reproduced,
     "Xbeam/Ybeam have no effect in xds and dials, nor ORGX/ORGY in adxv, mosflm and denzo."},
    {Quirk::twotheta_ratio, "twotheta-ratio", "Q06", reproduced,
     "The ratio of near distance to beam distance leaves two-theta out."},
    {Quirk::odet_regenerate, "odet-regenerate", "Q09", reproduced,
     "The detector normal is replaced by fast x slow unless its length is exactly 1."},
    {Quirk::center_divergence, "center-divergence", "Q15", reproduced,
     "Divergence grids start at minus half the range and need not be centred."},
    {Quirk::div_count_only, "div-count-only", "Q17", reproduced, "A divergence count alone means a range of 1 radian."},
    {Quirk::disp_count_only, "disp-count-only", "Q18", reproduced,
     "A count of wavelengths alone gives one wavelength."},
    {Quirk::interp_after_size, "interp-after-size", "Q19", reproduced,
     "Automatic interpolation looks at the cell counts before the crystal size sets them."},
    {Quirk::dmin_keep_background, "dmin-keep-background", "Q28", reproduced,
     "A pixel whose sources are all beyond dmin loses its background too."},
    {Quirk::spot_metric_hkl, "spot-metric-hkl", "Q30", reproduced,
     "Gauss and tophat spots scale with the product of the cell counts."},
    {Quirk::misset_seed_follows, "misset-seed-follows", "Q34", reproduced,
     "The misset seed does not follow the noise seed."},
    {Quirk::true_solid_angle, "true-solid-angle", "Q44", reproduced,
     "The reported solid angle is divided by all steps and adds layers."},
    {Quirk::header_keys, "header-keys", "Q45", reproduced,
     "Header keywords are found by their last occurrence as a substring; two-theta is ignored."},
    {Quirk::phi_midpoint, "phi-midpoint", "Q63", reproduced, "Phi steps stand at the start of their intervals."},
    {Quirk::phi_step_count, "phi-step-count", "Q64", reproduced,
     "Phi step and count without a range: the count becomes 2."},
    {Quirk::pix0_ignored, "pix0-ignored", "Q04", corrected, "The detector origin is discarded."},
    {Quirk::lax_args, "lax-args", "Q07, Q11, Q33, Q48", error,
     "Options match by substring, unknown ones are ignored, numbers end where they stop making sense."},
    {Quirk::raw_twotheta_axis, "raw-twotheta-axis", "Q08", corrected, "The two-theta axis is not normalised."},
    {Quirk::curved_lab_axes, "curved-lab-axes", "Q10", corrected,
     "A curved detector takes laboratory y and z as its angles."},
    {Quirk::equal_source_weights, "equal-source-weights", "Q13", corrected, "Source weights are ignored."},
    {Quirk::interp_latch, "interp-latch", "Q20", corrected,
     "The first lookup out of range switches interpolation off for the rest of the image."},
    {Quirk::phi_carryover, "phi-carryover", "Q21", corrected,
     "A step at phi = 0 uses the orientation of the step before."},
    {Quirk::running_product, "running-product", "Q22", corrected,
     "The oversample options multiply the running sum after every term."},
    {Quirk::last_layer_capture, "last-layer-capture", "Q23", corrected,
     "The sum over sensor layers is multiplied by the last layer's capture fraction."},
    {Quirk::wide_layer_pitch, "wide-layer-pitch", "Q24", corrected, "n sensor layers have a pitch of T/(n-1)."},
    {Quirk::thick_zero_black, "thick-zero-black", "Q25, Q26", corrected,
     "oversample_thick without thickness, or thickness without attenuation, gives a black image."},
    {Quirk::polar_overrides_nopolar, "polar-overrides-nopolar", "Q27", corrected,
     "oversample_polar applies polarization although it is off."},
    {Quirk::water_scaled_twice, "water-scaled-twice", "Q29", corrected,
     "The water background is scaled by the fluence twice and divided by the steps."},
    {Quirk::skewed_cell, "skewed-cell", "Q31", corrected, "Triclinic cells come out with other angles than asked for."},
    {Quirk::misset_90_radians, "misset-90-radians", "Q32", corrected, "A random orientation uses a cap of 90 radians."},
    {Quirk::hkl_stream, "hkl-stream", "Q36", error, "Reflection files are read as a stream of groups of four numbers."},
};
static_assert(std::size(table) == static_cast<std::size_t>(Quirk::count));

const QuirkInfo& find_token(std::string_view token, bool fix) {
  const auto belongs = [fix](const QuirkInfo& q) { return (q.policy == reproduced) == fix; };
  std::vector<std::string_view> known;
  for (const QuirkInfo& q : table) {
    if (q.token == token && belongs(q)) return q;
    if (q.token == token) {
      throw Error(Status::unknown_name, "token '" + std::string(token) + "' belongs to " +
                                            (fix ? "compat.tokens (--compat)" : "compat.fixes (--fix)"));
    }
    if (belongs(q)) known.push_back(q.token);
  }
  throw Error(Status::unknown_name, "unknown " + std::string(fix ? "fix" : "compatibility") + " token '" +
                                        std::string(token) + "'" + suggestion(nearest_name(token, known)));
}

}  // namespace

std::span<const QuirkInfo> quirk_table() {
  return table;
}

Compatibility::Compatibility() {
  for (const QuirkInfo& q : table) reference_[static_cast<std::size_t>(q.quirk)] = q.policy == reproduced;
}

Compatibility Compatibility::from_tokens(std::string_view compat, std::string_view fixes) {
  Compatibility result;
  bool everything = false;
  for (const std::string_view token : split_words(compat, token_separators)) {
    if (token == "nanobragg") {
      everything = true;
    } else {
      result.reference_[static_cast<std::size_t>(find_token(token, false).quirk)] = true;
    }
  }
  for (const std::string_view token : split_words(fixes, token_separators)) {
    result.reference_[static_cast<std::size_t>(find_token(token, true).quirk)] = false;
  }
  if (everything) result.reference_.set();
  return result;
}

}  // namespace nbt
