// The reference program's quirks as switches: the one table of tokens (reference-quirks.md).
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>

namespace nbt {

// One per token of the table; `hkl_stream` is written "hkl-stream" and so on.
enum class Quirk : int {
  // Reproduced by default (policy R); a --fix token gives the other variant.
  forced_pivot,
  custom_convention,
  beam_center_ignored,
  twotheta_ratio,
  odet_regenerate,
  center_divergence,
  div_count_only,
  disp_count_only,
  interp_after_size,
  dmin_keep_background,
  spot_metric_hkl,
  misset_seed_follows,
  true_solid_angle,
  header_keys,
  phi_midpoint,
  phi_step_count,
  // Corrected or an error by default (policies C and E); a --compat token brings the reference back.
  pix0_ignored,
  lax_args,
  raw_twotheta_axis,
  curved_lab_axes,
  equal_source_weights,
  interp_latch,
  phi_carryover,
  running_product,
  last_layer_capture,
  wide_layer_pitch,
  thick_zero_black,
  polar_overrides_nopolar,
  water_scaled_twice,
  skewed_cell,
  misset_90_radians,
  hkl_stream,
  count
};

enum class QuirkPolicy { reproduced, corrected, error };

struct QuirkInfo {
  Quirk quirk;
  std::string_view token;
  std::string_view id;  // "Q02": row of reference-quirks.md
  QuirkPolicy policy;
  std::string_view sentence;  // what the reference does
};

std::span<const QuirkInfo> quirk_table();

// Which variant of each quirk a scene uses.
class Compatibility {
 public:
  Compatibility();  // the default of library and program

  // Comma-separated tokens. `compat` takes tokens of corrected and error rows, or "nanobragg" for all of
  // them (which also clears every fix); `fixes` takes tokens of reproduced rows. Throws Error(unknown_name)
  // naming the nearest token, or saying that the token belongs to the other list.
  static Compatibility from_tokens(std::string_view compat, std::string_view fixes);

  // True where the reference's behaviour is wanted.
  bool reference(Quirk quirk) const { return reference_[static_cast<std::size_t>(quirk)]; }

 private:
  std::bitset<static_cast<std::size_t>(Quirk::count)> reference_;
};

}  // namespace nbt
