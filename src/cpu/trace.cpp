#include "cpu/trace.hpp"

#include <nlohmann/json.hpp>

#include "cpu/exact_pixel.hpp"
#include "model/error.hpp"
#include "plan/orientations.hpp"

namespace nbt {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const Vector3& v) {
  return Json::array({v.x, v.y, v.z});
}

// Metres to A.
Json cell_vector(const double (&v)[3]) {
  return Json::array({v[0] * 1e10, v[1] * 1e10, v[2] * 1e10});
}

// Angle of every phi step as the orientation tables use it.
struct UsedAngles {
  explicit UsedAngles(const Plan& plan) {
    const std::vector<double>& phi = plan.scene.crystal.phi_rad;
    usual = plan.scene.carryover ? carried_over_phi(phi, false) : phi;
    first_sweep = plan.scene.carryover ? carried_over_phi(phi, true) : phi;
  }
  std::vector<double> usual, first_sweep;
};

class Recorder {
 public:
  Recorder(const Plan& plan, Json& trace) : plan_(plan), angles_(plan), trace_(trace) {
    trace_["evaluations"] = Json::array();
  }

  void sub_pixel(const exact::Place&) {}

  void evaluation(const exact::Place& place, const exact::Ray& ray, const exact::Evaluation& e) {
    Json j;
    j["layer"] = place.at.layer;
    j["sub_slow"] = place.at.sub_slow;
    j["sub_fast"] = place.at.sub_fast;
    j["source"] = ray.source;
    add_orientation(e, j);
    j["pixel_pos_m"] = as_json(place.position_m);
    j["airpath_m"] = place.distance_m;
    j["omega_sr"] = place.solid_angle;
    j["obliquity"] = dot(place.diffracted, panel().normal);
    j["capture_fraction"] = place.capture;
    j["diffracted"] = as_json(place.diffracted);
    j["incident"] = as_json(ray.incident);
    j["lambda_m"] = ray.wavelength_m;
    j["scattering_inv_m"] = as_json(ray.scattering_per_m);
    j["polar"] = ray.polarization;
    add_crystal(e, j);
    j["I_running"] = e.sum;
    cosine_ = dot(unit(ray.incident), place.diffracted);
    trace_["evaluations"].push_back(std::move(j));
  }

  void result(const exact::Result& r) {
    trace_["evaluation_count"] = trace_["evaluations"].size();
    Json& j = trace_["final"];
    j["I_sum"] = r.sum;
    j["r_e_sqr_m2"] = thomson_radius_squared_m2;
    j["fluence_per_m2"] = plan_.scene.fluence_per_m2;
    j["steps"] = plan_.steps;
    j["capture_fraction"] = r.capture;
    j["polar"] = r.polarization;
    j["omega_sr"] = r.solid_angle;
    j["cos_2theta"] = cosine_;
    j["pixel_value"] = r.value;
    j["pixel_value_float32"] = static_cast<float>(r.value);
  }

 private:
  const Panel& panel() const { return plan_.scene.panels.front(); }

  void add_orientation(const exact::Evaluation& e, Json& j) const {
    const auto phi = static_cast<std::size_t>(e.orientation / plan_.domain_count);
    const std::vector<double>& used = e.first_sweep ? angles_.first_sweep : angles_.usual;
    j["phi_index"] = phi;
    j["phi_deg"] = plan_.scene.crystal.phi_rad[phi] * degrees_per_radian;
    j["orientation_phi_deg"] = used[phi] * degrees_per_radian;
    j["mosaic_index"] = e.orientation % plan_.domain_count;
  }

  void add_crystal(const exact::Evaluation& e, Json& j) const {
    j["rot_a_A"] = cell_vector(e.cell->a);
    j["rot_b_A"] = cell_vector(e.cell->b);
    j["rot_c_A"] = cell_vector(e.cell->c);
    j["hkl_frac"] = Json::array({e.at.h, e.at.k, e.at.l});
    j["hkl_nearest"] = Json::array(
        {static_cast<std::int64_t>(e.at.h0), static_cast<std::int64_t>(e.at.k0), static_cast<std::int64_t>(e.at.l0)});
    j["F_latt"] = e.lattice.product;
    if (plan_.scene.crystal.shape == Shape::square) {
      j["F_latt_a"] = e.lattice.axis[0];
      j["F_latt_b"] = e.lattice.axis[1];
      j["F_latt_c"] = e.lattice.axis[2];
    }
    if (!e.skipped) j["F_cell"] = e.F_cell;
  }

  const Plan& plan_;
  const UsedAngles angles_;
  Json& trace_;
  double cosine_ = 1;
};

Json header(const Plan& plan, std::int32_t panel_index, std::int64_t slow, std::int64_t fast) {
  const Panel& panel = plan.scene.panels[static_cast<std::size_t>(panel_index)];
  const Crystal& crystal = plan.scene.crystal;
  Json j;
  j["panel"] = panel_index;
  j["slow"] = slow;
  j["fast"] = fast;
  j["rendered"] = is_active(plan, panel_index, slow, fast);
  j["detector_origin_m"] = as_json(panel.origin_m);
  j["fast_axis"] = as_json(panel.fast);
  j["slow_axis"] = as_json(panel.slow);
  j["normal_axis"] = as_json(panel.normal);
  j["close_distance_m"] = panel.close_distance_m;
  j["unrotated_recip_a_invA"] = as_json(crystal.a_star_per_A);
  j["unrotated_recip_b_invA"] = as_json(crystal.b_star_per_A);
  j["unrotated_recip_c_invA"] = as_json(crystal.c_star_per_A);
  return j;
}

void require_pixel(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  const auto panels = static_cast<std::int64_t>(plan.scene.panels.size());
  if (panel < 0 || panel >= panels) {
    throw Error(Status::out_of_range,
                "panel " + std::to_string(panel) + " does not exist; there are " + std::to_string(panels));
  }
  const Panel& p = plan.scene.panels[static_cast<std::size_t>(panel)];
  if (slow >= 0 && slow < p.slow_count && fast >= 0 && fast < p.fast_count) return;
  throw Error(Status::out_of_range, "pixel slow " + std::to_string(slow) + ", fast " + std::to_string(fast) +
                                        " lies outside the panel's " + std::to_string(p.slow_count) + " x " +
                                        std::to_string(p.fast_count) + " pixels (slow x fast)");
}

}  // namespace

std::string trace_pixel_json(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast) {
  require_pixel(plan, panel, slow, fast);
  Json trace = header(plan, panel, slow, fast);
  Recorder recorder(plan, trace);
  const StopSignal never(nullptr);
  Span whole;
  whole.panel = panel;
  whole.slow = slow;
  whole.first_fast = fast;
  whole.count = 1;
  const SpanList spans = split_by_rules(plan, whole);
  exact::Pixel pixel(plan, *spans.begin(), fast, never, recorder);
  pixel.run();
  return trace.dump(1);
}

}  // namespace nbt
