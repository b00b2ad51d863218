// Random experiments: every option appears, alone and with others, on detectors small enough for the oracle.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>

#include "experiment.hpp"
#include "oracle.hpp"

namespace nbt::oracle {
namespace {

constexpr double largest_evaluation_count = 200'000;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  // The standard distributions differ between libraries; these do not.
  double uniform(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() >> 11) * 0x1p-53;
  }
  int integer(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(double probability) { return uniform(0.0, 1.0) < probability; }
  const std::string& pick(const std::vector<std::string>& from) {
    return from[static_cast<std::size_t>(integer(0, static_cast<int>(from.size()) - 1))];
  }

 private:
  std::mt19937_64 engine_;
};

std::string text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.6g", value);
  return buffer;
}

std::string smv_header(const std::vector<std::pair<std::string, std::string>>& keys) {
  std::string header = "{\nHEADER_BYTES=512;\nDIM=2;\nBYTE_ORDER=little_endian;\nTYPE=unsigned_short;\n";
  for (const auto& [key, value] : keys) header += key + "=" + value + ";\n";
  header += "}\f";
  header.resize(512, ' ');
  return header;
}

class SceneWriter {
 public:
  SceneWriter(std::uint64_t seed, std::uint64_t attempt) : dice_(seed * 1'000'003 + attempt) { scene_.seed = seed; }

  RandomScene write() {
    tokens();
    detector();
    crystal();
    beam();
    rotation();
    amplitudes();
    sampling_flags();
    region();
    return scene_;
  }

 private:
  void add(const std::string& name) { scene_.arguments.push_back(name); }
  void add(const std::string& name, const std::string& value) { add(name), add(value); }
  void add(const std::string& name, double value) { add(name, text(value)); }
  void add(const std::string& name, int value) { add(name, std::to_string(value)); }
  void add(const std::string& name, const Vector& v) { add(name, v.x), add(text(v.y)), add(text(v.z)); }

  Vector vector_near(const Vector& v, double spread) {
    const auto wobble = [&](double x) { return x + dice_.uniform(-spread, spread); };
    return {wobble(v.x), wobble(v.y), wobble(v.z)};
  }

  bool has(const std::string& token) const {
    return scene_.options.compat.count(token) != 0 || scene_.options.compat.count("nanobragg") != 0;
  }

  void tokens() {
    if (dice_.chance(0.25)) {
      scene_.options.compat = {"nanobragg"};
    } else if (dice_.chance(0.4)) {
      for (const auto* token :
           {"pix0-ignored", "lax-args", "raw-twotheta-axis", "curved-lab-axes", "equal-source-weights", "interp-latch",
            "phi-carryover", "wide-layer-pitch", "thick-zero-black", "polar-overrides-nopolar", "skewed-cell",
            "misset-90-radians", "hkl-stream", "running-product", "last-layer-capture", "water-scaled-twice"}) {
        if (dice_.chance(0.3)) scene_.options.compat.insert(token);
      }
    }
    if (!has("nanobragg") && dice_.chance(0.15)) {
      for (const auto* token :
           {"twotheta-ratio", "odet-regenerate", "center-divergence", "div-count-only", "interp-after-size",
            "dmin-keep-background", "spot-metric-hkl", "true-solid-angle", "phi-midpoint", "phi-step-count"}) {
        if (dice_.chance(0.3)) scene_.options.fix.insert(token);
      }
    }
    if (dice_.chance(0.4)) scene_.options.phi_carryover = dice_.chance(0.7) ? "c-parity" : "spec";
    if (dice_.chance(0.3)) scene_.options.carryover_threads = dice_.integer(2, 4);
  }

  void detector() {
    fast_ = dice_.integer(16, 48);
    slow_ = dice_.chance(0.3) ? fast_ : dice_.integer(16, 48);
    pixel_mm_ = std::stod(text(dice_.uniform(0.05, 0.6)));
    distance_mm_ = std::stod(text(dice_.uniform(40.0, 200.0)));
    if (dice_.chance(0.06)) image_header();
    add("-pixel", pixel_mm_);
    detector_size();
    add("-distance", distance_mm_);
    convention();
    beam_center();
    if (dice_.chance(0.15)) add("-close_distance", distance_mm_ * dice_.uniform(0.9, 1.1));
    if (dice_.chance(0.2)) add("-pivot", dice_.chance(0.5) ? "beam" : "sample");
    for (const auto* axis : {"-detector_rotx", "-detector_roty", "-detector_rotz"}) {
      if (dice_.chance(0.25)) add(axis, dice_.uniform(-20.0, 20.0));
    }
    if (dice_.chance(0.3)) add("-twotheta", dice_.uniform(-25.0, 25.0));
    if (dice_.chance(0.1)) add("-curved_det");
    if (dice_.chance(0.1)) add("-point_pixel");
    sensor();
  }

  void detector_size() {
    if (fast_ == slow_ && dice_.chance(0.5)) {
      add("-detpixels", fast_);
    } else if (dice_.chance(0.2)) {
      add("-detsize_f", pixel_mm_ * fast_);
      add("-detsize_s", pixel_mm_ * (slow_ + 0.3));
    } else {
      add("-detpixels_x", fast_);
      add("-detpixels_y", slow_);
    }
  }

  void image_header() {
    scene_.options.files["header.img"] = smv_header({{"SIZE1", std::to_string(fast_)},
                                                     {"SIZE2", std::to_string(slow_)},
                                                     {"PIXEL_SIZE", text(pixel_mm_)},
                                                     {"DISTANCE", text(distance_mm_)},
                                                     {"WAVELENGTH", "1.05"},
                                                     {"BEAM_CENTER_X", text(pixel_mm_ * slow_ * 0.45)},
                                                     {"BEAM_CENTER_Y", text(pixel_mm_ * fast_ * 0.55)},
                                                     {"PHI", "1.5"},
                                                     {"OSC_RANGE", "0.5"},
                                                     {"TWOTHETA", "4"}});
    add("-img", "header.img");
  }

  void convention() {
    if (dice_.chance(0.25)) return custom_convention();
    if (dice_.chance(0.8)) add(dice_.pick({"-adxv", "-mosflm", "-denzo", "-xds", "-dials"}));
  }

  void custom_convention() {
    add("-beam_vector", vector_near({1, 0, 0}, 0.1));
    if (dice_.chance(0.7)) add("-fdet_vector", vector_near({0, 0, 1}, 0.1));
    if (dice_.chance(0.7)) add("-sdet_vector", vector_near({0, -1, 0}, 0.1));
    if (dice_.chance(0.7)) add("-odet_vector", vector_near({1, 0, 0}, 0.1));
    if (dice_.chance(0.5)) add("-polar_vector", vector_near({0, 0, 1}, 0.3));
    if (dice_.chance(0.5)) add("-spindle_axis", vector_near({0, 0, 1}, 1.0));
    if (dice_.chance(0.4)) add("-twotheta_axis", vector_near({0, 1, 0}, 0.2));
    if (dice_.chance(0.3)) {
      const double half_fast = pixel_mm_ * fast_ / 2, half_slow = pixel_mm_ * slow_ / 2;
      add("-pix0_vector_mm", vector_near({distance_mm_, half_slow, -half_fast}, pixel_mm_));
    }
  }

  void beam_center() {
    const double fast_mm = pixel_mm_ * fast_, slow_mm = pixel_mm_ * slow_;
    const auto within = [&](double size) { return size * dice_.uniform(-0.2, 1.2); };
    if (dice_.chance(0.3)) add("-Xbeam", within(slow_mm));
    if (dice_.chance(0.3)) add("-Ybeam", within(fast_mm));
    if (dice_.chance(0.15)) add("-Xclose", within(fast_mm));
    if (dice_.chance(0.15)) add("-Yclose", within(slow_mm));
    if (dice_.chance(0.2)) add("-ORGX", within(fast_));
    if (dice_.chance(0.2)) add("-ORGY", within(slow_));
  }

  void sensor() {
    const bool thick = dice_.chance(0.3);
    if (dice_.chance(0.25)) add("-detector_abs", dice_.uniform(100.0, 2000.0));
    if (thick) add("-detector_thick", dice_.uniform(50.0, 1000.0));
    if (dice_.chance(thick ? 0.6 : 0.1)) add("-detector_thicksteps", dice_.integer(1, 4));
  }

  void crystal() {
    const bool matrix = dice_.chance(0.2);
    if (matrix) matrix_file();
    if (!matrix || dice_.chance(0.2)) cell();
    misset();
    if (dice_.chance(0.5)) {
      add("-N", dice_.integer(1, dice_.chance(0.3) ? 50 : 10));
    } else {
      for (const auto* axis : {"-Na", "-Nb", "-Nc"}) add(axis, dice_.integer(1, dice_.chance(0.2) ? 50 : 10));
    }
    if (dice_.chance(0.1)) add("-xtalsize", dice_.uniform(1e-5, 5e-5));
    if (dice_.chance(0.1)) add("-sample_y", dice_.uniform(1e-5, 8e-5));
    if (dice_.chance(0.6)) {
      add(dice_.pick({"-square_xtal", "-round_xtal", "-gauss_xtal", "-tophat_spots", "-binary_spots"}));
    }
    if (dice_.chance(0.3)) add("-fudge", dice_.uniform(0.3, 2.0));
    if (dice_.chance(0.3)) mosaic();
  }

  // Columns a*, b*, c*, near an orthogonal cell of 30 to 90 Angstrom at 1 Angstrom.
  void matrix_file() {
    std::string rows;
    for (int row = 0; row < 3; ++row) {
      for (int column = 0; column < 3; ++column) {
        const double value = row == column ? dice_.uniform(0.011, 0.033) : dice_.uniform(-0.005, 0.005);
        rows += " " + text(value);
      }
      rows += "\n";
    }
    scene_.options.files["random.mat"] = rows;
    add("-mat", "random.mat");
  }

  void cell() {
    const double a = dice_.uniform(30, 100), b = dice_.uniform(30, 100), c = dice_.uniform(30, 100);
    add("-cell", a);
    switch (dice_.integer(0, 4)) {
      case 0:
        return;  // cubic, by default
      case 1:
        for (const double value : {b, c, 90.0, 90.0, 90.0}) add(text(value));
        return;
      case 2:
        for (const double value : {b, c, 90.0, dice_.uniform(91, 120), 90.0}) add(text(value));
        return;
      case 3:
        for (const double value : {a, c, 90.0, 90.0, 120.0}) add(text(value));
        return;
      default:
        for (const double value : {b, c, dice_.uniform(70, 110), dice_.uniform(70, 110), dice_.uniform(70, 110)}) {
          add(text(value));
        }
    }
  }

  void misset() {
    if (dice_.chance(0.15)) {
      add("-misset_seed", dice_.integer(1, 1'000'000));
      add("-misset", "random");
    } else if (dice_.chance(0.7)) {
      add("-misset", Vector{dice_.uniform(-180, 180), dice_.uniform(-180, 180), dice_.uniform(-180, 180)});
    }
  }

  void mosaic() {
    add(dice_.pick({"-mosaic", "-mosaici", "-mosaic_spread"}), dice_.uniform(0.05, 1.5));
    add("-mosaic_domains", dice_.integer(1, 4));
    if (dice_.chance(0.5)) add("-mosaic_seed", dice_.integer(1, 1'000'000));
  }

  void beam() {
    if (dice_.chance(0.5)) {
      add("-lambda", wavelength_A_ = std::stod(text(dice_.uniform(0.7, 1.6))));
    } else if (dice_.chance(0.3)) {
      add("-energy", dice_.uniform(8000, 16000));
    }
    if (dice_.chance(0.15)) {
      source_file();
    } else if (dice_.chance(0.4)) {
      divergence();
    }
    if (dice_.chance(0.4)) {
      add("-polar", dice_.uniform(-1.0, 1.0));
    } else if (dice_.chance(0.2)) {
      add("-nopolar");
    }
    fluence();
    if (dice_.chance(0.25)) add("-dmin", dice_.uniform(1.0, 12.0));
    if (dice_.chance(0.2)) water();
  }

  void water() { add("-water", dice_.uniform(1.0, 100.0)); }

  void source_file() {
    std::string rows;
    const int count = dice_.integer(1, 4);
    for (int i = 0; i < count; ++i) {
      const bool along_z = std::count(scene_.arguments.begin(), scene_.arguments.end(), "-adxv") +
                               std::count(scene_.arguments.begin(), scene_.arguments.end(), "-xds") +
                               std::count(scene_.arguments.begin(), scene_.arguments.end(), "-dials") >
                           0;
      const Vector at = vector_near(along_z ? Vector{0, 0, -10} : Vector{-10, 0, 0}, 0.05);
      rows += text(at.x) + " " + text(at.y) + " " + text(at.z);
      if (dice_.chance(0.7)) {
        rows += " " + text(dice_.uniform(0.2, 3.0));
        if (dice_.chance(0.7)) rows += " " + text(wavelength_A_ * dice_.uniform(0.97, 1.03)) + "e-10";
      }
      rows += "\n";
    }
    scene_.options.files["sources.txt"] = rows;
    add("-sourcefile", "sources.txt");
  }

  void divergence() {
    for (const std::string axis : {"-hdiv", "-vdiv"}) {
      if (dice_.chance(0.6)) add(axis + "range", dice_.uniform(0.5, 6.0));
      if (dice_.chance(0.4)) add(axis + "steps", dice_.integer(1, 4));
      if (dice_.chance(0.2)) add(axis + "step", dice_.uniform(1.0, 3.0));
    }
    if (dice_.chance(0.3)) add(dice_.pick({"-square_div", "-round_div"}));
    if (dice_.chance(0.4)) {
      add("-dispersion", dice_.uniform(0.1, 5.0));
      if (dice_.chance(0.6)) add("-dispsteps", dice_.integer(1, 3));
    }
  }

  void fluence() {
    if (dice_.chance(0.2)) {
      add("-fluence", dice_.uniform(1e24, 1e30));
    } else if (dice_.chance(0.15)) {
      add("-flux", dice_.uniform(1e11, 1e13));
      add("-exposure", dice_.uniform(0.1, 2.0));
      add("-beamsize", dice_.uniform(0.02, 0.2));
    }
  }

  void rotation() {
    if (dice_.chance(0.4)) return;
    const int count = dice_.integer(1, 5);
    const double step = dice_.pick({"0.1", "0.25", "0.5", "1"}) == "1" ? 1.0 : 0.125 * dice_.integer(1, 8);
    // A start of zero or at a multiple of the step puts a phi of exactly zero into the sweep.
    const int zero_at = dice_.integer(0, count);
    add("-phi", dice_.chance(0.6) ? -step * zero_at + 0.0 : dice_.uniform(-180, 180));
    if (dice_.chance(0.8)) add("-osc", step * count);
    if (dice_.chance(0.5)) add("-phisteps", count);
    if (dice_.chance(0.4)) add("-phistep", step);
  }

  void amplitudes() {
    const bool list = dice_.chance(0.5);
    if (list) reflection_list();
    if (!list || dice_.chance(0.5)) add("-default_F", dice_.uniform(1, 200));
    if (dice_.chance(0.3)) add(dice_.chance(0.6) ? "-interpolate" : "-nointerpolate");
  }

  void reflection_list() {
    std::array<int, 6> limits{};
    for (std::size_t i = 0; i < 3; ++i) {
      const int center = dice_.integer(-3, 3), half = dice_.integer(2, 9);
      limits[2 * i] = center - half;
      limits[2 * i + 1] = center + half;
    }
    if (dice_.chance(0.2)) return dump_file(limits);
    std::string rows;
    for (int h = limits[0]; h <= limits[1]; ++h) {
      for (int k = limits[2]; k <= limits[3]; ++k) {
        for (int l = limits[4]; l <= limits[5]; ++l) {
          if (dice_.chance(0.1)) continue;
          rows += std::to_string(h) + " " + std::to_string(k) + " " + std::to_string(l) + " " +
                  text(dice_.uniform(1, 300)) + "\n";
        }
      }
    }
    rows += std::to_string(limits[0]) + " " + std::to_string(limits[2]) + " " + std::to_string(limits[4]) + " 77.5\n";
    scene_.options.files["random.hkl"] = rows;
    add("-hkl", "random.hkl");
  }

  void dump_file(const std::array<int, 6>& limits) {
    std::string file;
    for (const int limit : limits) file += (file.empty() ? "" : " ") + std::to_string(limit);
    file += "\n\f";
    const int nh = limits[1] - limits[0] + 1, nk = limits[3] - limits[2] + 1, nl = limits[5] - limits[4] + 1;
    for (int h = 0; h <= nh; ++h) {
      for (int k = 0; k <= nk; ++k) {
        for (int l = 0; l <= nl; ++l) {
          const double value = h == nh || k == nk || l == nl ? 0.0 : dice_.uniform(1, 300);
          char bytes[sizeof value];
          std::memcpy(bytes, &value, sizeof value);
          file.append(bytes, sizeof value);
        }
      }
    }
    scene_.options.files["random.dump"] = file;
    add("-dump", "random.dump");
  }

  void sampling_flags() {
    if (dice_.chance(0.8)) add("-oversample", dice_.integer(1, 3));
    if (dice_.chance(0.15)) add("-oversample_thick");
    if (dice_.chance(0.15)) add("-oversample_polar");
    if (dice_.chance(0.15)) add("-oversample_omega");
  }

  void region() {
    if (dice_.chance(0.2)) {
      add("-roi", dice_.integer(0, fast_ / 2));
      add(std::to_string(dice_.integer(fast_ / 2, fast_)));
      add(std::to_string(dice_.integer(0, slow_ / 2)));
      add(std::to_string(dice_.integer(slow_ / 2, slow_)));
    }
    if (dice_.chance(0.15)) mask_file();
  }

  void mask_file() {
    std::string file = smv_header({{"SIZE1", std::to_string(fast_)}, {"SIZE2", std::to_string(slow_)}});
    for (int i = 0; i < fast_ * slow_; ++i) {
      file += dice_.chance(0.8) ? '\1' : '\0';
      file += '\0';
    }
    scene_.options.files["mask.img"] = file;
    add("-mask", "mask.img");
  }

  Dice dice_;
  RandomScene scene_;
  int fast_ = 0, slow_ = 0;
  double pixel_mm_ = 0.1, distance_mm_ = 100.0, wavelength_A_ = 1.0;
};

bool is_small_enough(const RandomScene& scene) {
  const Experiment e = resolve_experiment(scene.arguments, scene.options);
  return e.steps * e.layer_count * e.geometry.fast * e.geometry.slow <= largest_evaluation_count;
}

}  // namespace

RandomScene random_scene(std::uint64_t seed) {
  for (std::uint64_t attempt = 0;; ++attempt) {
    RandomScene scene = SceneWriter(seed, attempt).write();
    try {
      if (is_small_enough(scene)) return scene;
    } catch (const std::invalid_argument&) {
      // Some combinations describe nothing (a missing value that another option needs); the next attempt will.
    }
  }
}

void RandomScene::write_inputs(const std::filesystem::path& directory) const {
  for (const auto& [name, contents] : options.files) {
    std::ofstream stream(directory / name, std::ios::binary);
    stream.write(contents.data(), static_cast<std::streamsize>(contents.size()));
    if (!stream.flush()) throw std::runtime_error("cannot write " + (directory / name).string());
  }
}

std::string RandomScene::describe() const {
  std::string line = "scene " + std::to_string(seed) + ":";
  for (const auto& argument : arguments) line += " " + argument;
  for (const auto& token : options.compat) line += " compat:" + token;
  for (const auto& token : options.fix) line += " fix:" + token;
  if (!options.phi_carryover.empty()) line += " phi-carryover:" + options.phi_carryover;
  return line + " carry-over threads:" + std::to_string(options.carryover_threads);
}

}  // namespace nbt::oracle
