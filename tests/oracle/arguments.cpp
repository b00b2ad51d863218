#include "arguments.hpp"

#include <algorithm>
#include <cstdlib>
#include <numbers>
#include <stdexcept>

#include "smv.hpp"

namespace nbt::oracle {
namespace {

// How the lax parser recognises an option (files-and-cli.md 1).
enum class Match { contains, length, equal };

// The values that follow an option; reading past the end gives an empty text.
class Values {
 public:
  Values(const std::vector<std::string>& arguments, std::size_t first) : arguments_(arguments), first_(first) {}
  std::string text(std::size_t i = 0) const {
    return first_ + i < arguments_.size() ? arguments_[first_ + i] : std::string();
  }
  double real(std::size_t i = 0) const { return std::atof(text(i).c_str()); }
  int integer(std::size_t i = 0) const { return static_cast<int>(std::strtol(text(i).c_str(), nullptr, 10)); }
  long long long_integer(std::size_t i = 0) const { return std::strtoll(text(i).c_str(), nullptr, 10); }
  Vector vector() const { return {real(0), real(1), real(2)}; }
  std::size_t remaining() const { return arguments_.size() - std::min(first_, arguments_.size()); }

 private:
  const std::vector<std::string>& arguments_;
  std::size_t first_;
};

struct OptionRule {
  std::vector<std::string> names;  // a trailing * accepts any spelling that begins so
  Match match;
  std::size_t value_count;
  std::function<void(Request&, const Values&)> act;
};

void set_pivot(Request& request, Pivot pivot) {
  request.pivot = pivot, request.pivot_option = pivot;
}

void set_convention(Request& request, Convention convention, Pivot pivot_at_parse) {
  request.convention = request.named_convention = convention;
  request.pivot = pivot_at_parse;
}

void set_sample_size(Request& request, double size, bool a, bool b, bool c) {
  if (a) request.sample_a = size;
  if (b) request.sample_b = size;
  if (c) request.sample_c = size;
}

void set_attenuation(Request& request, const Values& values) {
  const bool infinite = values.text().find("inf") != std::string::npos || values.real() == 0.0;
  request.attenuation = infinite ? 0.0 : 1.0 / (values.real() * 1e-6);
  if (infinite) request.thickness = 0.0;
}

bool looks_like_number(const std::string& text) {
  if (text.empty() || text[0] == '-') return false;
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return end != text.c_str();
}

std::size_t count_cell_values(const Values& values) {
  std::size_t count = 0;
  while (count < 6 && count < values.remaining() && looks_like_number(values.text(count))) ++count;
  return count;
}

void set_cell(Request& request, const Values& values) {
  request.cell_values = static_cast<int>(count_cell_values(values));
  for (std::size_t i = 0; i < static_cast<std::size_t>(request.cell_values); ++i) {
    request.cell[i] = i < 3 ? values.real(i) : values.real(i) / degrees_per_radian();
  }
}

void set_fixed_misset(Request& request, const Values& values) {
  const double degree = degrees_per_radian();
  request.misset = {values.real(0) / degree, values.real(1) / degree, values.real(2) / degree};
  request.misset_random = false;
}

bool asks_random(const Values& values) {
  return values.text().find("rand") != std::string::npos;
}

void set_misset(Request& request, const Values& values) {
  if (asks_random(values)) {
    request.misset_random = true;
  } else if (values.remaining() >= 3) {
    set_fixed_misset(request, values);
  }
}

// Setters of a member from the first value.
auto real_in(double Request::*member, double divisor) {
  return [member, divisor](Request& r, const Values& v) { r.*member = v.real() / divisor; };
}
auto optional_in(std::optional<double> Request::*member, double divisor, Pivot pivot) {
  return [member, divisor, pivot](Request& r, const Values& v) {
    r.*member = v.real() / divisor;
    set_pivot(r, pivot);
  };
}
auto integer_in(int Request::*member) {
  return [member](Request& r, const Values& v) { r.*member = v.integer(); };
}
auto file_in(std::optional<std::string> Request::*member) {
  return [member](Request& r, const Values& v) { r.*member = v.text(); };
}
auto flag(bool Request::*member, bool value) {
  return [member, value](Request& r, const Values&) { r.*member = value; };
}
auto shape(Shape value) {
  return [value](Request& r, const Values&) { r.shape = value; };
}
auto convention(Convention value, Pivot pivot) {
  return [value, pivot](Request& r, const Values&) { set_convention(r, value, pivot); };
}
auto axis_in(std::optional<Vector> Request::*member) {
  return [member](Request& r, const Values& v) {
    r.*member = v.vector();
    r.convention = Convention::custom;
  };
}
auto nothing() {
  return [](Request&, const Values&) {};
}

void add_crystal_options(std::vector<OptionRule>& rules) {
  const double degree = degrees_per_radian();
  const auto P = Match::contains;
  const auto sample = [](bool a, bool b, bool c) {
    return [=](Request& r, const Values& v) { set_sample_size(r, v.real() / 1000.0, a, b, c); };
  };
  rules.insert(
      rules.end(),
      {{{"-mat"}, P, 1, file_in(&Request::matrix_file)},
       {{"-cell"}, P, 1, set_cell},
       {{"-misset"}, P, 1, set_misset},
       {{"-misset_seed"}, P, 1, [](Request& r, const Values& v) { r.misset_seed = -v.long_integer(); }},
       {{"-hkl"}, P, 1, file_in(&Request::hkl_file)},
       {{"-default_F"}, P, 1, real_in(&Request::default_amplitude, 1.0)},
       {{"-dump"}, P, 1, [](Request& r, const Values& v) { r.dump_file = v.text(); }},
       {{"-N"}, Match::equal, 1, [](Request& r, const Values& v) { r.cells_a = r.cells_b = r.cells_c = v.integer(); }},
       {{"-Na"}, P, 1, integer_in(&Request::cells_a)},
       {{"-Nb"}, P, 1, integer_in(&Request::cells_b)},
       {{"-Nc"}, P, 1, integer_in(&Request::cells_c)},
       {{"-samplesize", "-sample_size", "-xtalsize", "-xtal_size"}, P, 1, sample(true, true, true)},
       {{"-sample_thick", "-sample_x", "-xtal_thick", "-xtal_x"}, P, 1, sample(true, false, false)},
       {{"-sample_width", "-sample_y", "-xtal_width", "-xtal_y", "-width"}, P, 1, sample(false, true, false)},
       {{"-sample_heigh*", "-sample_z", "-xtal_heigh*", "-xtal_z", "-heigh*"}, P, 1, sample(false, false, true)},
       {{"-square_xtal"}, P, 0, shape(Shape::square)},
       {{"-round_xtal"}, P, 0, shape(Shape::round)},
       {{"-gauss_xtal"}, P, 0, shape(Shape::gauss)},
       {{"-tophat_spots", "-binary_spots"}, P, 0, shape(Shape::tophat)},
       {{"-fudge"}, P, 1, real_in(&Request::fudge, 1.0)},
       {{"-mosaic"}, Match::length, 1, real_in(&Request::mosaic_spread, degree)},
       {{"-mosaici*", "-mosaic_spr*"}, P, 1, real_in(&Request::mosaic_spread, degree)},
       {{"-mosaic_dom*"}, P, 1, integer_in(&Request::mosaic_domains)},
       {{"-mosaic_seed"}, P, 1, [](Request& r, const Values& v) { r.mosaic_seed = -v.long_integer(); }},
       {{"-interpolate"}, P, 0, [](Request& r, const Values&) { r.interpolate = true; }},
       {{"-nointerpolate"}, P, 0, [](Request& r, const Values&) { r.interpolate = false; }},
       {{"-dmin"}, P, 1, [](Request& r, const Values& v) { r.dmin = v.real() * 1e-10; }},
       {{"-density", "-sample_den*", "-molec*"}, P, 1, nothing()},
       {{"-MW"}, Match::equal, 1, nothing()}});
}

void add_detector_options(std::vector<OptionRule>& rules) {
  const double degree = degrees_per_radian();
  const auto P = Match::contains;
  const auto L = Match::length;
  rules.insert(
      rules.end(),
      {{{"-pixel"}, P, 1, real_in(&Request::pixel_size, 1000.0)},
       {{"-detpixels"}, L, 1, [](Request& r, const Values& v) { r.fast_pixels = r.slow_pixels = v.integer(); }},
       {{"-detpixels_f", "-detpixels_x"}, P, 1, integer_in(&Request::fast_pixels)},
       {{"-detpixels_s", "-detpixels_y"}, P, 1, integer_in(&Request::slow_pixels)},
       {{"-detsize"}, L, 1, [](Request& r, const Values& v) { r.fast_size = r.slow_size = v.real() / 1000.0; }},
       {{"-detsize_f"}, P, 1, real_in(&Request::fast_size, 1000.0)},
       {{"-detsize_s"}, P, 1, real_in(&Request::slow_size, 1000.0)},
       {{"-distance"},
        P,
        1,
        [](Request& r, const Values& v) {
          r.distance = v.real() / 1000.0;
          set_pivot(r, Pivot::beam);
        }},
       {{"-close_distance"}, P, 1, optional_in(&Request::close_distance, 1000.0, Pivot::sample)},
       {{"-adxv"}, P, 0, convention(Convention::adxv, Pivot::beam)},
       {{"-mosflm"}, P, 0, convention(Convention::mosflm, Pivot::beam)},
       {{"-denzo"}, P, 0, convention(Convention::denzo, Pivot::beam)},
       {{"-dials"}, P, 0, convention(Convention::dials, Pivot::beam)},
       {{"-xds"}, P, 0, convention(Convention::xds, Pivot::sample)},
       {{"-fdet_vector"}, P, 3, axis_in(&Request::fast_axis)},
       {{"-sdet_vector"}, P, 3, axis_in(&Request::slow_axis)},
       {{"-odet_vector"}, P, 3, axis_in(&Request::normal_axis)},
       {{"-beam_vector"}, P, 3, axis_in(&Request::beam_axis)},
       {{"-polar_vector"}, P, 3, axis_in(&Request::polar_axis)},
       {{"-spindle_axis"}, P, 3, axis_in(&Request::spindle_axis)},
       {{"-twotheta_axis"}, P, 3, axis_in(&Request::twotheta_axis)},
       {{"-pix0_vector"}, P, 3, axis_in(&Request::pix0)},
       {{"-pix0_vector_mm"},
        P,
        3,
        [](Request& r, const Values& v) {
          r.pix0 = Vector{v.real(0) / 1000.0, v.real(1) / 1000.0, v.real(2) / 1000.0};
          r.convention = Convention::custom;
        }},
       {{"-Xbeam"}, P, 1, optional_in(&Request::x_beam, 1000.0, Pivot::beam)},
       {{"-Ybeam"}, P, 1, optional_in(&Request::y_beam, 1000.0, Pivot::beam)},
       {{"-Xclose"}, P, 1, optional_in(&Request::x_close, 1000.0, Pivot::sample)},
       {{"-Yclose"}, P, 1, optional_in(&Request::y_close, 1000.0, Pivot::sample)},
       {{"-ORGX"}, P, 1, optional_in(&Request::orgx, 1.0, Pivot::sample)},
       {{"-ORGY"}, P, 1, optional_in(&Request::orgy, 1.0, Pivot::sample)},
       {{"-pivot"},
        P,
        1,
        [](Request& r, const Values& v) {
          if (v.text().find("sample") != std::string::npos) set_pivot(r, Pivot::sample);
          if (v.text().find("beam") != std::string::npos) set_pivot(r, Pivot::beam);
        }},
       {{"-detector_rotx"}, P, 1, [degree](Request& r, const Values& v) { r.rotation.x = v.real() / degree; }},
       {{"-detector_roty"}, P, 1, [degree](Request& r, const Values& v) { r.rotation.y = v.real() / degree; }},
       {{"-detector_rotz"}, P, 1, [degree](Request& r, const Values& v) { r.rotation.z = v.real() / degree; }},
       {{"-twotheta"},
        P,
        1,
        [degree](Request& r, const Values& v) {
          r.twotheta = v.real() / degree;
          set_pivot(r, Pivot::sample);
        }},
       {{"-curved_det*"}, P, 0, flag(&Request::curved, true)},
       {{"-point_pixel"}, P, 0, flag(&Request::point_pixel, true)},
       {{"-detector_abs*"}, P, 1, set_attenuation},
       {{"-detector_thick"}, L, 1, [](Request& r, const Values& v) { r.thickness = v.real() * 1e-6; }},
       {{"-detector_thicksteps", "-thicksteps"}, P, 1, integer_in(&Request::layer_count)},
       {{"-mask"}, P, 1, file_in(&Request::mask_file)},
       {{"-img"}, P, 1, file_in(&Request::image_file)},
       {{"-roi"},
        P,
        4,
        [](Request& r, const Values& v) {
          r.roi = {v.integer(0), v.integer(1), v.integer(2), v.integer(3)};
        }},
       {{"-oversample"}, L, 1, integer_in(&Request::oversample)},
       {{"-oversample_thick"}, P, 0, flag(&Request::oversample_thick, true)},
       {{"-oversample_polar"}, P, 0, flag(&Request::oversample_polar, true)},
       {{"-oversample_omega"}, P, 0, flag(&Request::oversample_omega, true)}});
}

void add_beam_options(std::vector<OptionRule>& rules) {
  const double degree = degrees_per_radian();
  const auto P = Match::contains;
  const auto L = Match::length;
  rules.insert(
      rules.end(),
      {{{"-lambda*", "-wave*"}, P, 1, real_in(&Request::wavelength, 1e10)},
       {{"-energy"}, P, 1, [](Request& r, const Values& v) { r.wavelength = 12398.42 / v.real() / 1e10; }},
       {{"-dispersion"}, P, 1, [](Request& r, const Values& v) { r.dispersion.range = v.real() / 100.0; }},
       {{"-dispsteps"}, P, 1, [](Request& r, const Values& v) { r.dispersion.count = v.integer(); }},
       {{"-divergence"},
        P,
        1,
        [](Request& r, const Values& v) { r.horizontal.range = r.vertical.range = v.real() / 1000.0; }},
       {{"-hdivrange"}, P, 1, [](Request& r, const Values& v) { r.horizontal.range = v.real() / 1000.0; }},
       {{"-vdivrange"}, P, 1, [](Request& r, const Values& v) { r.vertical.range = v.real() / 1000.0; }},
       {{"-hdivstep"}, L, 1, [](Request& r, const Values& v) { r.horizontal.step = v.real() / 1000.0; }},
       {{"-vdivstep"}, L, 1, [](Request& r, const Values& v) { r.vertical.step = v.real() / 1000.0; }},
       {{"-hdivsteps"}, P, 1, [](Request& r, const Values& v) { r.horizontal.count = v.integer(); }},
       {{"-vdivsteps"}, P, 1, [](Request& r, const Values& v) { r.vertical.count = v.integer(); }},
       {{"-divsteps"}, P, 1, [](Request& r, const Values& v) { r.horizontal.count = r.vertical.count = v.integer(); }},
       {{"-round_div"}, P, 0, flag(&Request::round_divergence, true)},
       {{"-square_div"}, P, 0, flag(&Request::round_divergence, false)},
       {{"-sourcefile"}, P, 1, file_in(&Request::source_file)},
       {{"-polar"},
        L,
        1,
        [](Request& r, const Values& v) {
          r.kahn = v.real();
          r.unpolarised = false;
        }},
       {{"-nopolar"}, P, 0, flag(&Request::unpolarised, true)},
       {{"-fluence"}, P, 1, real_in(&Request::fluence, 1.0)},
       {{"-flux"}, P, 1, real_in(&Request::flux, 1.0)},
       {{"-exposure"}, P, 1, real_in(&Request::exposure, 1.0)},
       {{"-beamsize"}, P, 1, real_in(&Request::beamsize, 1000.0)},
       {{"-phi"}, L, 1, real_in(&Request::phi_start, degree)},
       {{"-osc"}, P, 1, [degree](Request& r, const Values& v) { r.phi.range = v.real() / degree; }},
       {{"-phistep"}, L, 1, [degree](Request& r, const Values& v) { r.phi.step = v.real() / degree; }},
       {{"-phisteps"}, P, 1, [](Request& r, const Values& v) { r.phi.count = v.integer(); }},
       {{"-water"}, P, 1, real_in(&Request::water, 1e6)}});
}

// Options that say nothing about the float image.
void add_output_options(std::vector<OptionRule>& rules) {
  const auto P = Match::contains;
  rules.insert(rules.end(), {{{"-floatfile", "-floatimage", "-intfile", "-intimage", "-pgmfile", "-pgmimage",
                               "-noisefile", "-noiseimage", "-scale", "-pgmscale", "-adc", "-coherent", "-stolout"},
                              P,
                              1,
                              nothing()},
                             {{"-stol", "-4stol", "-Q"}, Match::length, 1, nothing()},
                             {{"-seed"}, P, 1, [](Request& r, const Values& v) { r.noise_seed = -v.long_integer(); }},
                             {{"-nonoise", "-nopgm", "-progress", "-noprogress", "-printout"}, P, 0, nothing()},
                             {{"-printout_pixel"}, P, 2, nothing()}});
}

const std::vector<OptionRule>& option_rules() {
  static const std::vector<OptionRule> table = [] {
    std::vector<OptionRule> rules;
    add_crystal_options(rules);
    add_detector_options(rules);
    add_beam_options(rules);
    add_output_options(rules);
    return rules;
  }();
  return table;
}

std::string without_star(const std::string& name) {
  return name.back() == '*' ? name.substr(0, name.size() - 1) : name;
}

bool lax_match(const OptionRule& rule, const std::string& argument) {
  return std::any_of(rule.names.begin(), rule.names.end(), [&](const std::string& name) {
    const std::string pattern = without_star(name);
    if (rule.match == Match::equal) return argument == pattern;
    if (rule.match == Match::length && argument.size() != pattern.size()) return false;
    return argument.find(pattern) != std::string::npos;
  });
}

void parse_lax(const std::vector<std::string>& arguments, Request& request) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].empty() || arguments[i][0] != '-') continue;
    const Values values(arguments, i + 1);
    for (const auto& rule : option_rules()) {
      if (!lax_match(rule, arguments[i]) || values.remaining() < rule.value_count) continue;
      const bool last_curved = rule.names[0] == "-curved_det*" && values.remaining() == 0;  // [Q11]
      if (!last_curved) rule.act(request, values);
    }
  }
}

bool strict_match(const OptionRule& rule, const std::string& argument) {
  return std::any_of(rule.names.begin(), rule.names.end(), [&](const std::string& name) {
    return name.back() == '*' ? argument.rfind(without_star(name), 0) == 0 : argument == name;
  });
}

const OptionRule& find_rule(const std::string& argument) {
  const std::string one_dash = argument.rfind("--", 0) == 0 ? argument.substr(1) : argument;
  for (const auto& rule : option_rules()) {
    if (strict_match(rule, one_dash)) return rule;
  }
  throw std::invalid_argument("unknown option " + argument);
}

std::size_t consumed_values(const OptionRule& rule, const Values& values) {
  if (rule.names[0] == "-cell") return std::max<std::size_t>(count_cell_values(values), 1);
  if (rule.names[0] == "-misset") return asks_random(values) ? 1 : 3;
  return rule.value_count;
}

void parse_strict(const std::vector<std::string>& arguments, Request& request) {
  for (std::size_t i = 0; i < arguments.size();) {
    const auto& rule = find_rule(arguments[i]);
    const Values values(arguments, i + 1);
    const std::size_t count = consumed_values(rule, values);
    if (values.remaining() < count) throw std::invalid_argument("missing values after " + arguments[i]);
    rule.act(request, values);
    i += 1 + count;
  }
}

void parse(const std::vector<std::string>& arguments, const Semantics& semantics, Request& request) {
  if (semantics.lax_arguments) {
    parse_lax(arguments, request);
  } else {
    parse_strict(arguments, request);
  }
}

}  // namespace

double degrees_per_radian() {
  const double inverse_pi = 1.0 / std::numbers::pi;
  return 180.0 * inverse_pi;
}

Request parse_arguments(const std::vector<std::string>& arguments, const Semantics& semantics, const FileReader& read) {
  Request files;
  parse(arguments, semantics, files);
  // Header values come before every option, the mask's before the image's.
  Request request;
  if (files.mask_file) apply_smv_header(read(*files.mask_file), HeaderUse::mask, semantics.header_keys, request);
  if (files.image_file) apply_smv_header(read(*files.image_file), HeaderUse::image, semantics.header_keys, request);
  parse(arguments, semantics, request);
  return request;
}

}  // namespace nbt::oracle
