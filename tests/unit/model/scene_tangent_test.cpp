// The derivative of a scene against differences of resolve(), for every differentiable component.
#include "model/scene_tangent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "model/conventions.hpp"
#include "model/error.hpp"
#include "model/resolve_parts.hpp"

namespace nbt {
namespace {

using Settings = std::vector<std::pair<const char*, const char*>>;

struct Case {
  std::string name;
  Parameters parameters;
  SceneData data;
};

Parameters parameters_of(const Settings& settings) {
  Parameters parameters;
  const Settings base = {{"crystal.cell_lengths_A", "61 72 83"},
                         {"detector.pixels", "500 480"},
                         {"detector.distance_mm", "140"},
                         {"structure_factors.default_F", "7"}};
  for (const auto& [name, text] : base) parameters.set_text(name, text);
  for (const auto& [name, text] : settings) {
    if (*text) parameters.set_text(name, text);
    if (!*text) parameters.unset(name);
  }
  return parameters;
}

void append_conventions(std::vector<Case>& cases) {
  for (const char* convention : {"adxv", "mosflm", "denzo", "xds", "dials", "custom"}) {
    for (const char* pivot : {"beam", "sample"}) {
      const Settings straight = {
          {"detector.convention", convention}, {"detector.pivot", pivot}, {"compat.fixes", "forced-pivot"}};
      Settings turned = straight;
      turned.insert(turned.end(), {{"detector.rotation_deg", "5 -3 8"}, {"detector.twotheta_deg", "12"}});
      const std::string name = std::string(convention) + ", pivot " + pivot;
      cases.push_back({name, parameters_of(straight), {}});
      cases.push_back({name + ", turned", parameters_of(turned), {}});
    }
  }
}

const Settings triclinic = {{"crystal.cell_lengths_A", "41 52 63"},
                            {"crystal.cell_angles_deg", "75 98 110"},
                            {"crystal.misset_deg", "10 -20 30"},
                            {"crystal.cells", "5 6 7"},
                            {"crystal.fudge", "1.3"},
                            {"beam.polarization_factor", "0.4"},
                            {"background.water_um", "120"}};

constexpr const char* matrix = "0.011 0.002 -0.004 -0.003 0.015 0.001 0.005 -0.002 0.013";

Settings with(Settings settings, const Settings& more) {
  settings.insert(settings.end(), more.begin(), more.end());
  return settings;
}

void append_crystals(std::vector<Case>& cases) {
  const Settings by_matrix = {{"crystal.orientation_matrix", matrix}, {"beam.wavelength_A", "1.2"}};
  cases.push_back({"triclinic", parameters_of(triclinic), {}});
  cases.push_back({"triclinic, skewed", parameters_of(with(triclinic, {{"compat.tokens", "skewed-cell"}})), {}});
  cases.push_back({"matrix and cell", parameters_of(with(triclinic, by_matrix)), {}});
  cases.push_back({"matrix", parameters_of(with(by_matrix, {{"crystal.cell_lengths_A", ""}})), {}});
  cases.push_back({"random misset",
                   parameters_of(with(triclinic, {{"crystal.misset_random", "1"}, {"crystal.misset_seed", "5"}})),
                   {}});
  cases.push_back({"size", parameters_of({{"crystal.size_mm", "0.000129 0 0.00031"}, {"crystal.cells", "4 5 6"}}), {}});
  cases.push_back({"no cells", parameters_of({{"crystal.cells", "0 0 0"}}), {}});
  const Settings mosaic = {{"crystal.mosaic_spread_deg", "0.4"}, {"crystal.mosaic_domains", "3"}};
  cases.push_back({"mosaic", parameters_of(mosaic), {}});
  SceneData rotations;
  rotations.mosaic_rotations = {identity_matrix, {0, -1, 0, 1, 0, 0, 0, 0, 1}};
  cases.push_back({"mosaic rotations", parameters_of(mosaic), rotations});
}

void append_scans(std::vector<Case>& cases) {
  const Settings turning = {{"goniometer.phi_start_deg", "10"}, {"goniometer.phi_steps", "7"}};
  const Settings by_step = with(turning, {{"goniometer.phi_step_deg", "0.3"}});
  const Settings by_range = with(turning, {{"goniometer.phi_range_deg", "3"}});
  cases.push_back({"phi by step", parameters_of(by_step), {}});
  cases.push_back({"phi by step, fixed", parameters_of(with(by_step, {{"compat.fixes", "phi-step-count"}})), {}});
  cases.push_back({"phi by range", parameters_of(by_range), {}});
  cases.push_back({"phi by range, midpoint", parameters_of(with(by_range, {{"compat.fixes", "phi-midpoint"}})), {}});
  cases.push_back({"phi by range and step",
                   parameters_of({{"goniometer.phi_range_deg", "3"}, {"goniometer.phi_step_deg", "0.7"}}),
                   {}});
}

void append_beams(std::vector<Case>& cases) {
  const Settings spread = {{"beam.divergence_horizontal_mrad", "2"}, {"beam.divergence_horizontal_step_mrad", "0.7"},
                           {"beam.divergence_vertical_mrad", "1"},   {"beam.divergence_vertical_steps", "3"},
                           {"beam.dispersion_percent", "3"},         {"beam.dispersion_steps", "4"}};
  cases.push_back({"divergence", parameters_of(spread), {}});
  cases.push_back({"divergence, square",
                   parameters_of(with(spread, {{"beam.divergence_round", "0"}, {"detector.convention", "custom"}})),
                   {}});
  cases.push_back({"divergence, centred", parameters_of(with(spread, {{"compat.fixes", "center-divergence"}})), {}});
  SceneData sources;
  sources.sources = {{{-1, 0.01, 0.02}, 2, 1.1e-10}, {{-2, 0.03, 0}, 1, 0}};
  cases.push_back({"given sources", parameters_of({}), sources});
  cases.push_back({"flux", parameters_of({{"beam.flux_per_s", "1e12"}, {"background.water_um", "50"}}), {}});
}

void append_detectors(std::vector<Case>& cases) {
  const Settings turned = {{"detector.rotation_deg", "4 7 -2"}, {"detector.twotheta_deg", "-9"}};
  const Settings axes = with(turned, {{"detector.convention", "custom"},
                                      {"beam.direction", "2 0.1 -0.2"},
                                      {"beam.polarization_axis", "0.1 0.9 0.4"},
                                      {"detector.fast_axis", "0.2 0.1 1.5"},
                                      {"detector.slow_axis", "0.1 -1.2 0.3"},
                                      {"detector.twotheta_axis", "0.3 0.4 2"},
                                      {"goniometer.spindle_axis", "0.1 -0.2 1.4"}});
  cases.push_back({"axes", parameters_of(axes), {}});
  cases.push_back({"axes, fixed", parameters_of(with(axes, {{"compat.fixes", "twotheta-ratio,odet-regenerate"}})), {}});
  cases.push_back({"axes, normal given", parameters_of(with(axes, {{"detector.normal_axis", "3 0.2 0.1"}})), {}});
  cases.push_back(
      {"axes in mosflm",
       parameters_of(with(axes, {{"detector.convention", "mosflm"}, {"compat.fixes", "custom-convention"}})),
       {}});
  cases.push_back({"axes ignored", parameters_of(with(axes, {{"detector.convention", "xds"}})), {}});
  cases.push_back({"origin", parameters_of(with(turned, {{"detector.origin_mm", "120 21 -23"}})), {}});
  const Settings centre = {{"detector.Xbeam_mm", "23"}, {"detector.Ybeam_mm", "26"}};
  const Settings org = {{"detector.ORGX_pixels", "211"}, {"detector.ORGY_pixels", "305"}};
  cases.push_back({"beam centre", parameters_of(with(turned, centre)), {}});
  for (const char* convention : {"xds", "mosflm", "custom"}) {
    const Settings here = with(turned, {{"detector.convention", convention}});
    const std::string name = std::string(", ") + convention;
    cases.push_back({"ORG" + name, parameters_of(with(here, org)), {}});
    cases.push_back(
        {"ORG, honoured" + name, parameters_of(with(with(here, org), {{"compat.fixes", "beam-center-ignored"}})), {}});
    cases.push_back({"centre, honoured" + name,
                     parameters_of(with(with(here, centre), {{"compat.fixes", "beam-center-ignored"}})),
                     {}});
  }
  cases.push_back({"close distance", parameters_of(with(turned, {{"detector.close_distance_mm", "133"}})), {}});
  cases.push_back({"behind", parameters_of(with(turned, {{"detector.distance_mm", "-140"}})), {}});
  cases.push_back(
      {"size of the detector", parameters_of({{"detector.pixels", "0 0"}, {"detector.size_mm", "50.02 60.03"}}), {}});
  const Settings thick = {{"detector.thickness_um", "310"}, {"detector.thickness_steps", "4"}};
  cases.push_back({"thickness", parameters_of(thick), {}});
  cases.push_back({"absorption", parameters_of(with(thick, {{"detector.attenuation_depth_um", "120"}})), {}});
}

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> result;
    append_conventions(result);
    append_crystals(result);
    append_scans(result);
    append_beams(result);
    append_detectors(result);
    return result;
  }();
  return cases;
}

const Case& case_named(const std::string& name) {
  const auto& cases = all_cases();
  return *std::find_if(cases.begin(), cases.end(), [&](const Case& c) { return c.name == name; });
}

// A continuous number of a scene, and how large numbers of its kind are there.
template <class Real>
struct Member {
  std::string name;
  Real number;
  double scale;
};

// Everything continuous of a scene, in one order.
template <class Real>
class Members {
 public:
  explicit Members(const SceneOf<Real>& scene) {
    append_scene(scene);
    append_panel(scene.panels.front());
    append_crystal(scene.crystal);
    append_steps(scene.crystal.phi_rad);
    append_sources(scene.sources);
  }
  const std::vector<Member<Real>>& list() const { return list_; }

 private:
  void add(const std::string& name, const Real& number) {
    list_.push_back({name, number, std::fabs(value_of(number))});
  }
  void add(const std::string& name, const VectorOf<Real>& v) {
    const double scale = value_of(length(v));
    list_.insert(list_.end(), {{name + ".x", v.x, scale}, {name + ".y", v.y, scale}, {name + ".z", v.z, scale}});
  }
  void add(const std::string& name, const std::array<Real, 3>& v) {
    for (std::size_t i = 0; i < 3; ++i) add(name + "[" + std::to_string(i) + "]", v[i]);
  }
  // Differences of metres that cancel keep the rounding of metres.
  void add_metres(const std::string& name, const Real& number) {
    list_.push_back({name, number, 0.1 + std::fabs(value_of(number))});
  }

  void append_scene(const SceneOf<Real>& s) {
    add("beam_direction", s.beam_direction);
    add("polarization_axis", s.polarization_axis);
    add("twotheta_axis", s.twotheta_axis);
    add("twotheta_rad", s.twotheta_rad);
    add("Xbeam_m", s.Xbeam_m);
    add("Ybeam_m", s.Ybeam_m);
    add("default_F", s.default_F);
    add("wavelength_m", s.wavelength_m);
    add("fluence_per_m2", s.fluence_per_m2);
    add("polarization_factor", s.polarization_factor);
    add("water_m", s.water_m);
    add("background", s.background);
  }
  void append_panel(const PanelOf<Real>& p) {
    add("pixel_size_m", p.pixel_size_m);
    add("fast", p.fast);
    add("slow", p.slow);
    add("normal", p.normal);
    add("origin_m", p.origin_m);
    add_metres("distance_m", p.distance_m);
    add_metres("close_distance_m", p.close_distance_m);
    add_metres("fast_beam_m", p.fast_beam_m);
    add_metres("slow_beam_m", p.slow_beam_m);
    add_metres("fast_close_m", p.fast_close_m);
    add_metres("slow_close_m", p.slow_close_m);
    add_metres("true_fast_beam_m", p.true_fast_beam_m);
    add_metres("true_slow_beam_m", p.true_slow_beam_m);
    add("layer_pitch_m", p.layer_pitch_m);
    add("thickness_m", p.thickness_m);
    add("attenuation_per_m", p.attenuation_per_m);
  }
  void append_crystal(const CrystalOf<Real>& c) {
    add("a_m", c.a_m);
    add("b_m", c.b_m);
    add("c_m", c.c_m);
    add("a_star_per_A", c.a_star_per_A);
    add("b_star_per_A", c.b_star_per_A);
    add("c_star_per_A", c.c_star_per_A);
    add("real_cells", c.real_cells);
    add("fudge", c.fudge);
    add("volume_A3", c.volume_A3);
    add("lengths_A", c.lengths_A);
    add("angles_rad", c.angles_rad);
    add("reciprocal_per_A", c.reciprocal_per_A);
    add("reciprocal_angles_rad", c.reciprocal_angles_rad);
    add("misset_rad", c.misset_rad);
    add("size_m", c.size_m);
    add("mosaic_spread_rad", c.mosaic_spread_rad);
    add("spindle", c.spindle);
  }
  void append_steps(const std::vector<Real>& phi_rad) {
    for (std::size_t i = 0; i < phi_rad.size(); ++i) add("phi_rad[" + std::to_string(i) + "]", phi_rad[i]);
  }
  void append_sources(const std::vector<SourceOf<Real>>& sources) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const std::string name = "sources[" + std::to_string(i) + "].";
      add(name + "incident", sources[i].incident);
      add(name + "wavelength_m", sources[i].wavelength_m);
    }
  }

  std::vector<Member<Real>> list_;
};

// The value that was chosen for an automatic parameter, in its unit; none where no given value does the same.
std::optional<std::array<double, 3>> chosen_value(const Case& c, const Scene& scene, ParameterId id) {
  const ConventionRow& row = convention_row(scene.convention);
  const Panel& panel = scene.panels.front();
  const auto xyz = [](const Vector3& v) { return std::array<double, 3>{v.x, v.y, v.z}; };
  const auto one = [](double value) { return std::array<double, 3>{value, 0, 0}; };
  switch (id) {
    case Id::beam_direction:
      return xyz(row.beam);
    case Id::beam_polarization_axis:
      return xyz(row.polarization);
    case Id::goniometer_spindle_axis:
      return xyz(row.spindle);
    case Id::detector_fast_axis:
      return xyz(row.fast);
    case Id::detector_slow_axis:
      return xyz(row.slow);
    case Id::detector_origin_mm:
      return xyz(1000 * panel.origin_m);
    case Id::detector_Xbeam_mm:
      return one(1000 * scene.Xbeam_m);
    case Id::detector_Ybeam_mm:
      return one(1000 * scene.Ybeam_m);
    case Id::detector_ORGX_pixels:
      return one(static_cast<double>(panel.fast_count) / 2 + 0.5);
    case Id::detector_ORGY_pixels:
      return one(static_cast<double>(panel.slow_count) / 2 + 0.5);
    case Id::detector_attenuation_depth_um:
      return panel.thickness_m > 0 ? std::optional(one(1e6 * panel.thickness_m)) : std::nullopt;
    case Id::detector_close_distance_mm: {
      const auto degree = [&](int i) { return c.parameters.real(Id::detector_rotation_deg, i) / degrees_per_radian; };
      const Vector3 normal =
          c.parameters.given(Id::detector_normal_axis) ? unit(cross(row.fast, row.slow)) : row.normal;
      const double ratio = dot(scene.beam_direction, rotate_xyz(normal, Vector3{degree(0), degree(1), degree(2)}));
      return one(std::fabs(ratio * c.parameters.real(Id::detector_distance_mm)));
    }
    case Id::goniometer_phi_step_deg:
      if (!c.parameters.given(Id::goniometer_phi_steps)) return std::nullopt;
      return one(scene.crystal.phi_step_rad * degrees_per_radian);
    default:
      return std::nullopt;
  }
}

// Values of all components of a parameter, given or chosen.
std::optional<std::vector<double>> values_of(const Case& c, const Scene& scene, const ParameterInfo& info) {
  if (!c.parameters.automatic(info.id)) return c.parameters.get(info.name);
  const auto chosen = chosen_value(c, scene, info.id);
  if (!chosen) return std::nullopt;
  return std::vector<double>(chosen->begin(), chosen->begin() + info.length);
}

// Where giving the chosen value of an automatic parameter changes which other parameters are listened to, and where the
// spread moves but the rotations that were handed in do not: differences are not what the derivative means there.
bool differs_by_meaning(const Case& c, ParameterId id) {
  if (id == Id::crystal_mosaic_spread_deg) return !c.data.mosaic_rotations.empty();
  const bool centre = id == Id::detector_Xbeam_mm || id == Id::detector_Ybeam_mm;
  const bool org = id == Id::detector_ORGX_pixels || id == Id::detector_ORGY_pixels;
  const bool honoured = c.parameters.text(Id::compat_fixes).find("beam-center-ignored") != std::string::npos;
  return c.parameters.automatic(id) && (centre || org) && honoured;
}

class Differences {
 public:
  Differences(const Case& c, const ParameterInfo& info, std::vector<double> values, std::size_t component)
      : case_(c), info_(info), values_(std::move(values)), component_(component) {
    const double value = std::fabs(values_[component]);
    // With two extrapolated steps the error is of the order of step^4, and rounding over the step.
    step_ = info.kind == ParameterKind::integer ? 1 : 2e-4 * (value > 0 ? value : 1);
  }
  double step() const { return step_; }
  bool possible() const {
    const double value = values_[component_];
    return value - 2 * step_ >= info_.minimum && value + 2 * step_ <= info_.maximum;
  }
  std::vector<double> tangents() const {
    const std::vector<double> narrow = central(step_), wide = central(2 * step_);
    std::vector<double> result;
    for (std::size_t i = 0; i < narrow.size(); ++i) result.push_back((4 * narrow[i] - wide[i]) / 3);
    return result;
  }

 private:
  std::vector<Member<double>> members_at(double value) const {
    std::vector<double> values = values_;
    values[component_] = value;
    Parameters parameters = case_.parameters;
    parameters.set(info_.id, values);
    return Members<double>(resolve(parameters, case_.data)).list();
  }
  std::vector<double> central(double step) const {
    const double high = values_[component_] + step, low = values_[component_] - step;
    const auto upper = members_at(high), lower = members_at(low);
    EXPECT_EQ(upper.size(), lower.size()) << info_.name << ": the number of steps or sources changes";
    std::vector<double> result;
    for (std::size_t i = 0; i < std::min(upper.size(), lower.size()); ++i) {
      result.push_back((upper[i].number - lower[i].number) / (high - low));
    }
    return result;
  }

  const Case& case_;
  const ParameterInfo& info_;
  std::vector<double> values_;
  std::size_t component_;
  double step_;
};

std::string place(const Case& c, const ParameterInfo& info, std::size_t component) {
  return c.name + ": " + std::string(info.name) + "[" + std::to_string(component) + "]";
}

std::vector<Member<Dual>> tangents_of(const Case& c, const ParameterInfo& info, std::size_t component) {
  return Members<Dual>(scene_tangent(c.parameters, c.data, {info.id, static_cast<int>(component)})).list();
}

bool moves(const std::vector<Member<Dual>>& members) {
  return std::any_of(members.begin(), members.end(), [](const Member<Dual>& m) { return m.number.tangent != 0; });
}

void expect_close(const std::vector<Member<Dual>>& members, const Differences& differences, const std::string& where) {
  const std::vector<double> expected = differences.tangents();
  ASSERT_EQ(members.size(), expected.size()) << where;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const double tangent = members[i].number.tangent;
    const double rounding = 1e-14 * members[i].scale / differences.step();
    EXPECT_NEAR(tangent, expected[i], 1e-7 * std::fabs(expected[i]) + rounding) << where << " " << members[i].name;
  }
}

template <class Visit>
void for_each_differentiable(Visit visit) {
  for (const ParameterInfo& info : parameter_table()) {
    if (!info.differentiable) continue;
    for (std::size_t i = 0; i < static_cast<std::size_t>(info.length); ++i) visit(info, i);
  }
}

TEST(SceneTangent, IsTheLimitOfDifferences) {
  std::set<std::string> compared;
  for (const Case& c : all_cases()) {
    const Scene scene = resolve(c.parameters, c.data);
    for_each_differentiable([&](const ParameterInfo& info, std::size_t i) {
      const auto values = values_of(c, scene, info);
      if (!values || differs_by_meaning(c, info.id)) return;
      const Differences differences(c, info, *values, i);
      if (!differences.possible()) return;
      const auto members = tangents_of(c, info, i);
      expect_close(members, differences, place(c, info, i));
      if (moves(members)) compared.insert(std::string(info.name) + std::to_string(i));
    });
  }
  for_each_differentiable([&](const ParameterInfo& info, std::size_t i) {
    EXPECT_TRUE(compared.contains(std::string(info.name) + std::to_string(i))) << info.name << "[" << i << "]";
  });
}

TEST(SceneTangent, HasTheValuesAndChoicesOfTheScene) {
  for (const Case& c : all_cases()) {
    const Scene scene = resolve(c.parameters, c.data);
    const auto values = Members<double>(scene).list();
    for_each_differentiable([&](const ParameterInfo& info, std::size_t component) {
      const SceneOf<Dual> dual = scene_tangent(c.parameters, c.data, {info.id, static_cast<int>(component)});
      const auto members = Members<Dual>(dual).list();
      ASSERT_EQ(members.size(), values.size()) << place(c, info, component);
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(members[i].number.value, values[i].number) << place(c, info, component) << " " << values[i].name;
        EXPECT_TRUE(std::isfinite(members[i].number.tangent)) << place(c, info, component) << " " << values[i].name;
      }
      EXPECT_EQ(dual.crystal.cells, scene.crystal.cells);
      EXPECT_EQ(dual.crystal.rotate_domains, scene.crystal.rotate_domains);
      EXPECT_EQ(dual.panels.front().layers, scene.panels.front().layers);
      EXPECT_EQ(dual.oversample, scene.oversample);
      EXPECT_TRUE(dual.crystal.mosaic_rotations.empty());
    });
  }
}

struct Effect {
  const char* name;  // of the case
  const char* parameter;
  int component;
};

bool has_effect(const Effect& e) {
  return moves(tangents_of(case_named(e.name), find_parameter(e.parameter), static_cast<std::size_t>(e.component)));
}

TEST(SceneTangent, AutomaticValuesMove) {
  for (const Effect& e :
       {Effect{"mosflm, pivot beam", "detector.Xbeam_mm", 0}, Effect{"xds, pivot sample", "detector.ORGY_pixels", 0},
        Effect{"mosflm, pivot beam", "detector.close_distance_mm", 0},
        Effect{"mosflm, pivot beam", "detector.origin_mm", 2}, Effect{"thickness", "detector.attenuation_depth_um", 0},
        Effect{"custom, pivot beam", "detector.fast_axis", 0}, Effect{"custom, pivot beam", "beam.direction", 1},
        Effect{"custom, pivot beam", "goniometer.spindle_axis", 0},
        Effect{"custom, pivot beam", "beam.polarization_axis", 0}, Effect{"phi by range", "goniometer.phi_step_deg", 0},
        Effect{"triclinic", "crystal.mosaic_spread_deg", 0}}) {
    ASSERT_TRUE(case_named(e.name).parameters.automatic(find_parameter(e.parameter).id)) << e.name << e.parameter;
    EXPECT_TRUE(has_effect(e)) << e.name << ": " << e.parameter << "[" << e.component << "]";
  }
}

TEST(SceneTangent, ZeroAnglesMove) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(has_effect({"mosflm, pivot beam", "detector.rotation_deg", i})) << i;
    EXPECT_TRUE(has_effect({"phi by step", "crystal.misset_deg", i})) << i;
  }
  EXPECT_TRUE(has_effect({"xds, pivot sample", "detector.twotheta_deg", 0}));
}

TEST(SceneTangent, IsZeroWithoutEffect) {
  for (const Effect& e :
       {Effect{"mosflm, pivot beam", "detector.ORGX_pixels", 0}, Effect{"mosflm, pivot beam", "beam.direction", 0},
        Effect{"axes ignored", "detector.fast_axis", 0}, Effect{"flux", "beam.fluence_per_m2", 0},
        Effect{"random misset", "crystal.misset_deg", 0}, Effect{"matrix", "crystal.cell_lengths_A", 0},
        Effect{"matrix", "crystal.cell_angles_deg", 2}, Effect{"triclinic", "crystal.orientation_matrix", 4},
        Effect{"triclinic", "beam.divergence_horizontal_mrad", 0}, Effect{"triclinic", "beam.dispersion_percent", 0},
        Effect{"triclinic", "detector.attenuation_depth_um", 0},
        Effect{"mosaic rotations", "crystal.mosaic_spread_deg", 0}, Effect{"size", "crystal.cells", 0}}) {
    EXPECT_FALSE(has_effect(e)) << e.name << ": " << e.parameter << "[" << e.component << "]";
  }
}

TEST(SceneTangent, CellCountsMoveOnePerCellUnlessASizeDecides) {
  const Case& sized = case_named("size");
  for (int i = 0; i < 3; ++i) {
    const SceneOf<Dual> scene = scene_tangent(sized.parameters, {}, {Id::crystal_cells, i});
    const std::size_t axis = static_cast<std::size_t>(i);
    EXPECT_EQ(scene.crystal.real_cells[axis].value, static_cast<double>(scene.crystal.cells[axis]));
    EXPECT_EQ(scene.crystal.real_cells[axis].tangent, i == 1 ? 1 : 0);
  }
  EXPECT_EQ(scene_tangent(case_named("no cells").parameters, {}, {Id::crystal_cells, 0}).crystal.real_cells[0].tangent,
            1);
}

// A divergence that comes from its step alone is as wide as the step; the range moves with the step standing still.
TEST(SceneTangent, RangeOfADivergenceByItsStepMoves) {
  const Parameters parameters = parameters_of({{"beam.divergence_horizontal_step_mrad", "0.4"}});
  const SceneOf<Dual> scene = scene_tangent(parameters, {}, {Id::beam_divergence_horizontal_mrad, 0});
  ASSERT_EQ(scene.sources.size(), 2u);
  for (const SourceOf<Dual>& source : scene.sources) {
    const VectorOf<double> rate = {source.incident.x.tangent, source.incident.y.tangent, source.incident.z.tangent};
    EXPECT_NEAR(length(rate), 0.5e-3, 1e-12);
  }
}

TEST(SceneTangent, OnlyWhatTheTableMarksIsDifferentiable) {
  require_differentiable(find_parameter("crystal.cell_lengths_A"));
  try {
    require_differentiable(find_parameter("crystal.mosaic_seed"));
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::invalid_argument);
    EXPECT_EQ(std::string(error.what()).find("crystal.mosaic_seed is not differentiable"), 0u) << error.what();
  }
}

}  // namespace
}  // namespace nbt
