#include "messages.hpp"

#include <algorithm>
#include <string>

namespace nbt::program {
namespace {

constexpr double pi = 3.14159265358979323846;

double number(const Json& object, const char* key) {
  return object.at(key).get<double>();
}

double item(const Json& array, std::size_t index) {
  return array.at(index).get<double>();
}

std::string word(const Json& object, const char* key) {
  return object.at(key).get<std::string>();
}

const Json& panel_of(const Json& report) {
  return report.at("detector").at("panels").at(0);
}

std::string six_numbers(const Json& lengths, const Json& angles) {
  return formatted("%g %g %g %g %g %g", item(lengths, 0), item(lengths, 1), item(lengths, 2), item(angles, 0),
                   item(angles, 1), item(angles, 2));
}

void print_frame(const Console& console, const Json& detector) {
  console.line(word(detector, "convention") + " convention selected.");
  const bool sample = word(detector, "pivot") == "sample";
  console.line(sample ? "pivoting detector around sample" : "pivoting detector around direct beam spot");
}

void print_interpolation(const Console& console, const Simulation& simulation, const Json& report) {
  if (simulation.text("structure_factors.interpolation") != "auto") return;
  const bool tricubic = word(report.at("structure_factors"), "interpolation") == "tricubic";
  console.line(tricubic ? "auto-selected tricubic interpolation of structure factors"
                        : "auto-selected no interpolation");
}

void print_crystal(const Console& console, const Simulation& simulation, const Json& crystal) {
  if (simulation.flag("crystal.misset_random")) {
    const Json& misset = crystal.at("misset_deg");
    console.line(
        formatted("random orientation misset angles: %f %f %f deg", item(misset, 0), item(misset, 1), item(misset, 2)));
  }
  console.line("Unit Cell: " + six_numbers(crystal.at("cell_lengths_A"), crystal.at("cell_angles_deg")));
  console.line("Recp Cell: " +
               six_numbers(crystal.at("reciprocal_lengths_per_A"), crystal.at("reciprocal_angles_deg")));
  console.line(formatted("volume = %g A^3", number(crystal, "volume_A3")));
  const Json& size = crystal.at("size_um");
  console.line(formatted("crystal is %g x %g x %g microns", item(size, 0), item(size, 1), item(size, 2)));
}

void print_oversampling(const Console& console, const Simulation& simulation, const Json& sampling) {
  const std::string given = simulation.text("sampling.oversample");
  if (!given.empty() && given != "0") return;
  console.line(formatted("auto-selected %d-fold oversampling", sampling.at("oversample").get<int>()));
}

// What the approximations cost that were asked for.
void print_approximations(const Console& console, const Json& precision) {
  const std::string used = word(precision, "used");
  if (!precision.at("reason").is_null()) {
    console.line("precision " + used + " instead of " + word(precision, "asked") + ": " + word(precision, "reason"));
  } else if (used == "fast") {
    console.line(
        formatted("precision fast: error at most %.2g of the envelope", number(precision, "fast_error_bound")));
  }
  if (precision.at("tail_error_bound_photons").is_null()) return;
  console.line(formatted("tails of spots left out: at most %.3g photons per pixel",
                         number(precision, "tail_error_bound_photons")));
}

long long reflection_count(const Json& factors) {
  long long count = 0;
  for (const Json& set : factors.at("sets")) count += set.at("count").get<long long>();
  return count;
}

const char* shape_word(const std::string& shape) {
  if (shape == "round") return "ellipsoidal";
  if (shape == "gauss") return "gaussian";
  return shape == "tophat" ? "tophat-spot" : "parallelpiped";
}

void print_content(const Console& console, const Json& report) {
  const Json& factors = report.at("structure_factors");
  console.line(
      formatted("  %lld initialized hkls (all others =%g)", reflection_count(factors), number(factors, "default_F")));
  const Json& crystal = report.at("crystal");
  const Json& cells = crystal.at("cells");
  console.line(formatted("  %s xtal: %.0fx%.0fx%.0f cells", shape_word(word(crystal, "shape")), item(cells, 0),
                         item(cells, 1), item(cells, 2)));
}

// In metres, as the reference.
void print_detector(const Console& console, const Json& panel) {
  const auto metres = [&](const char* key) { return number(panel, key) / 1000; };
  const double pixel_m = metres("pixel_size_mm");
  const auto fast = panel.at("fast_count").get<long long>();
  const auto slow = panel.at("slow_count").get<long long>();
  console.line(formatted("  distance=%g detsize=%gx%g  pixel=%g meters (%lldx%lld pixels)", metres("distance_mm"),
                         pixel_m * static_cast<double>(fast), pixel_m * static_cast<double>(slow), pixel_m, fast,
                         slow));
  console.line(formatted("  Fbeam=%g Sbeam=%g", metres("beam_fast_mm"), metres("beam_slow_mm")));
  console.line(formatted("  Fclose=%g Sclose=%g", metres("close_fast_mm"), metres("close_slow_mm")));
}

void print_sampling(const Console& console, const Json& report) {
  const Json& crystal = report.at("crystal");
  const Json& goniometer = report.at("goniometer");
  console.line(formatted("  %lld sources", report.at("beam").at("sources").get<long long>()));
  console.line(formatted("  %lld mosaic domains over mosaic spread of %g degrees",
                         crystal.at("mosaic_domains").get<long long>(), number(crystal, "mosaic_spread_deg")));
  const double start = number(goniometer, "phi_start_deg");
  console.line(formatted("  %lld phi steps from %g to %g degrees", goniometer.at("phi_steps").get<long long>(), start,
                         start + number(goniometer, "phi_range_deg")));
}

bool is_as_reference(const Json& report, const char* token) {
  const Json& tokens = report.at("compatibility").at("as_reference");
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

// Of the last sub-pixel, as the reference gives the place of the brightest pixel.
double last_subpixel_m(const Json& report, double pixel) {
  const double oversample = number(report.at("sampling"), "oversample");
  const double subpixel_m = number(panel_of(report), "pixel_size_mm") / 1000 / oversample;
  return subpixel_m * (pixel * oversample + oversample - 1) + subpixel_m / 2;
}

}  // namespace

void print_scene(const Console& console, const Simulation& simulation, const Json& report) {
  print_frame(console, report.at("detector"));
  print_interpolation(console, simulation, report);
  print_crystal(console, simulation, report.at("crystal"));
  print_oversampling(console, simulation, report.at("sampling"));
  print_approximations(console, report.at("precision"));
  print_content(console, report);
  print_detector(console, panel_of(report));
  print_sampling(console, report);
}

void print_solid_angle(const Console& console, const Json& report) {
  const char* kind = is_as_reference(report, "true-solid-angle") ? "nanobragg" : "rendered";
  const double steradian = number(report.at("solid_angle_sr"), kind);
  console.line(formatted("solid angle subtended by detector = %g steradian ( %g%% sphere)", steradian,
                         100 * steradian / 4 / pi));
}

void print_statistics(const Console& console, const Json& report) {
  const Json& image = report.at("last_run").at("panels").at(0);
  console.line(formatted("max_I = %g  at %g %g", number(image, "max"),
                         last_subpixel_m(report, number(image, "max_fast")),
                         last_subpixel_m(report, number(image, "max_slow"))));
  console.line(
      formatted("mean= %g rms= %g rmsd= %g", number(image, "mean"), number(image, "rms"), number(image, "rmsd")));
}

}  // namespace nbt::program
