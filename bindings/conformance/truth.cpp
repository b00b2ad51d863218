#include "truth.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "derivatives.hpp"
#include "golden_case.hpp"
#include "oracle.hpp"

namespace nbt::suite {
namespace {

struct Picture {
  int fast = 0;
  int slow = 0;
  std::vector<double> pixels;  // slow-major

  double at(int slow_index, int fast_index) const {
    return pixels.at(static_cast<std::size_t>(slow_index) * static_cast<std::size_t>(fast) +
                     static_cast<std::size_t>(fast_index));
  }
};

// More digits than any tolerance of the suite needs, fewer than another compiler's libm could change.
double rounded(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.12g", value);
  return std::strtod(text, nullptr);
}

// ---- The scene, as the oracle is told ----

void add_reflections(const Json& call, oracle::Options& options) {
  auto& list = options.reflections.emplace();
  for (std::size_t i = 0; i < call.at("F").size(); ++i) {
    list.push_back({call["h"][i], call["k"][i], call["l"][i], call["F"][i]});
  }
}

void add_grid(const Json& call, oracle::Options& options) {
  auto& list = options.reflections.emplace();
  const std::vector<int> first = call.at("first"), last = call.at("last");
  std::size_t i = 0;
  for (int h = first[0]; h <= last[0]; ++h) {
    for (int k = first[1]; k <= last[1]; ++k) {
      for (int l = first[2]; l <= last[2]; ++l) list.push_back({h, k, l, call.at("F").at(i++)});
    }
  }
}

void add_sources(const Json& call, oracle::Options& options) {
  auto& list = options.sources.emplace();
  const Json& directions = call.at("directions");
  for (std::size_t i = 0; 3 * i < directions.size(); ++i) {
    oracle::SourceRow row;
    row.position = {directions[3 * i], directions[3 * i + 1], directions[3 * i + 2]};
    row.wavelength_m = call.at("wavelengths_A")[i].get<double>() * 1e-10;
    row.weight = call.at("weights")[i];
    list.push_back(row);
  }
}

void add_rotations(const Json& call, oracle::Options& options) {
  auto& list = options.mosaic_rotations.emplace();
  const std::vector<double> r = call.at("rotations");
  for (std::size_t i = 0; i < r.size(); i += 9) {
    list.push_back({r[i], r[i + 1], r[i + 2], r[i + 3], r[i + 4], r[i + 5], r[i + 6], r[i + 7], r[i + 8]});
  }
}

// Reflections of a scene text; the suite's texts list them one by one.
void add_scene(const Json& call, oracle::Options& options) {
  const Json scene = Json::parse(call.at("text").get<std::string>());
  if (!scene.contains("structure_factors")) return;
  auto& list = options.reflections.emplace();
  for (const Json& row : scene["structure_factors"].at("reflections")) list.push_back({row[0], row[1], row[2], row[3]});
}

oracle::Options options_of(const Json& suite_case) {
  oracle::Options options;
  for (const Json& call : suite_case.at("scene")) {
    const std::string name = call.at("call");
    if (name == "set_structure_factors") add_reflections(call, options);
    if (name == "set_structure_factor_grid") add_grid(call, options);
    if (name == "set_sources") add_sources(call, options);
    if (name == "set_mosaic_rotations") add_rotations(call, options);
    if (name == "set_mask") options.mask = call.at("mask").get<std::vector<std::uint8_t>>();
    if (name == "load_scene") add_scene(call, options);
  }
  return options;
}

std::vector<std::string> arguments_of(const Json& suite_case) {
  return suite_case.at("source").at("oracle");
}

Picture picture_of(const Json& suite_case) {
  if (suite_case.at("source").contains("golden")) {
    const golden::GoldenCase reference = golden::load_case(suite_case["source"]["golden"]);
    const std::vector<float> pixels = golden::load_image(reference);
    return {reference.fast, reference.slow, {pixels.begin(), pixels.end()}};
  }
  const oracle::Result result = oracle::render(arguments_of(suite_case), options_of(suite_case));
  return {result.fast, result.slow, result.image};
}

// ---- Images ----

void fill_image(Json& image, const Picture& picture) {
  double sum = 0;
  std::size_t brightest = 0;
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    sum += picture.pixels[i];
    if (picture.pixels[i] > picture.pixels[brightest]) brightest = i;
  }
  const auto width = static_cast<std::size_t>(picture.fast);
  image["fast_count"] = picture.fast;
  image["slow_count"] = picture.slow;
  image["sum"] = rounded(sum);
  image["max"] = rounded(picture.pixels[brightest]);
  image["max_slow"] = brightest / width;
  image["max_fast"] = brightest % width;
  for (Json& pixel : image.at("pixels")) pixel[2] = rounded(picture.at(pixel[0], pixel[1]));
}

// 16-bit images of the reference, from behind the 512 bytes of an SMV header.
void fill_counts(Json& counts, const Json& suite_case) {
  const golden::GoldenCase reference = golden::load_case(suite_case.at("source").at("golden"));
  const std::string kind = counts.at("kind");
  const std::string bytes = golden::load_output(reference, kind == "integer" ? "int" : "noise").value();
  const auto value = [&](std::size_t i) {
    const auto low = static_cast<unsigned char>(bytes.at(512 + 2 * i));
    const auto high = static_cast<unsigned char>(bytes.at(513 + 2 * i));
    return low + 256 * high;
  };
  const auto width = static_cast<std::size_t>(reference.fast);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < width * static_cast<std::size_t>(reference.slow); ++i) sum += value(i);
  counts["sum"] = sum;
  for (Json& pixel : counts.at("pixels")) {
    pixel[2] = value(pixel[0].get<std::size_t>() * width + pixel[1].get<std::size_t>());
  }
}

// ---- Losses and their derivatives ----

double pattern(const Json& loss, const char* name, int slow, int fast, double otherwise) {
  if (!loss.contains(name)) return otherwise;
  const Json& p = loss[name];
  const int step = (p.at("slow").get<int>() * slow + p.at("fast").get<int>() * fast) % p.at("modulus").get<int>();
  return p.at("factor").get<double>() * step + p.at("offset").get<double>();
}

// One pixel: the loss, and its derivative by the model.
struct PixelLoss {
  double value = 0;
  double slope = 0;
};

PixelLoss loss_of(const Json& loss, double model, double image, double data, double weight) {
  const std::string kind = loss.at("kind");
  const double difference = model - data;
  if (kind == "weights") return {data * image, data};
  if (kind == "least_squares") return {weight * difference * difference / 2, weight * difference};
  if (kind == "poisson") return {model - data * std::log(model), 1 - data / model};
  const double gain = loss.at("gain"),
               variance = gain * std::max(model, 0.0) + loss.at("readout_variance").get<double>();
  const double ratio = difference / variance, moving = model > 0 ? gain : 0;
  return {(difference * ratio + std::log(variance)) / 2, ratio + moving / 2 * (1 / variance - ratio * ratio)};
}

// What every derivative is weighted with: dL/dimage of each pixel, 0 where masked.
struct LossOfImage {
  double loss = 0;
  double by_scale = 0;
  std::int64_t pixels = 0;
  std::vector<double> slopes;
};

LossOfImage loss_of_image(const Json& loss, const Picture& picture) {
  LossOfImage total;
  const double scale = loss.value("scale", 1.0);
  const bool has_scale = loss.at("kind") != "weights";  // of the image itself
  for (int slow = 0; slow < picture.slow; ++slow) {
    for (int fast = 0; fast < picture.fast; ++fast) {
      total.slopes.push_back(0);
      if (pattern(loss, "mask", slow, fast, 1) == 0) continue;
      const double image = picture.at(slow, fast);
      const double model = scale * image + pattern(loss, "background", slow, fast, 0);
      const PixelLoss pixel =
          loss_of(loss, model, image, pattern(loss, "data", slow, fast, 0), pattern(loss, "weights", slow, fast, 1));
      total.loss += pixel.value;
      if (has_scale) total.by_scale += pixel.slope * image;
      total.pixels += 1;
      total.slopes.back() = has_scale ? scale * pixel.slope : pixel.slope;
    }
  }
  return total;
}

// "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]": the sum of both.
std::vector<oracle::Seed> seeds_of(const std::string& component) {
  std::vector<oracle::Seed> seeds;
  for (std::size_t start = 0; start <= component.size();) {
    const std::size_t end = std::min(component.find('+', start), component.size());
    const std::string name = component.substr(start, end - start);
    const std::size_t bracket = name.find('[');
    oracle::Seed seed;
    seed.parameter = name.substr(0, bracket);
    if (bracket != std::string::npos) seed.component = std::stoi(name.substr(bracket + 1));
    seeds.push_back(seed);
    start = end + 1;
  }
  return seeds;
}

struct Derivative {
  std::vector<double> image;
  std::vector<double> absolute;
};

Derivative differentiate(const Json& suite_case, const std::vector<oracle::Seed>& seeds) {
  Derivative sum;
  for (const oracle::Seed& seed : seeds) {
    const auto one = oracle::differentiate(arguments_of(suite_case), options_of(suite_case), seed);
    sum.image.resize(one.derivative.size());
    sum.absolute.resize(one.absolute.size());
    for (std::size_t i = 0; i < sum.image.size(); ++i) {
      sum.image[i] += one.derivative[i];
      sum.absolute[i] += one.absolute[i];
    }
  }
  return sum;
}

struct Judged {
  double value = 0;
  double absolute = 0;
};

Judged weighted(const Derivative& derivative, const std::vector<double>& slopes) {
  Judged sum;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    sum.value += slopes[i] * derivative.image[i];
    sum.absolute += std::fabs(slopes[i]) * derivative.absolute[i];
  }
  return sum;
}

// Of the sum of the absolute contributions: what `double` promises (docs/gradients.md), and room for a sum of
// several losses' slopes.
constexpr double tolerance = 4e-9;

double tolerance_of(double absolute) {
  char text[40];
  std::snprintf(text, sizeof text, "%.2g", tolerance * absolute);
  return std::strtod(text, nullptr);
}

// J^T W J of least squares, whose W is the weight; `scale` as a last component where the case wants it.
void fill_matrix(Json& normal, const Json& loss, const Picture& picture, const std::vector<Derivative>& derivatives) {
  const double scale = loss.value("scale", 1.0);
  std::vector<Derivative> columns;
  for (const Derivative& derivative : derivatives) {
    columns.push_back(derivative);
    for (double& v : columns.back().image) v *= scale;
    for (double& v : columns.back().absolute) v *= scale;
  }
  if (normal.at("with_scale").get<bool>()) columns.push_back({picture.pixels, picture.pixels});
  Json matrix = Json::array(), tolerances = Json::array();
  for (const Derivative& row : columns) {
    for (const Derivative& column : columns) {
      Judged sum;
      std::size_t i = 0;
      for (int slow = 0; slow < picture.slow; ++slow) {
        for (int fast = 0; fast < picture.fast; ++fast, ++i) {
          if (pattern(loss, "mask", slow, fast, 1) == 0) continue;
          const double weight = pattern(loss, "weights", slow, fast, 1);
          sum.value += weight * row.image[i] * column.image[i];
          sum.absolute += weight * row.absolute[i] * column.absolute[i];
        }
      }
      matrix.push_back(rounded(sum.value));
      tolerances.push_back(tolerance_of(sum.absolute));
    }
  }
  normal["matrix"] = matrix;
  normal["tolerances"] = tolerances;
}

void fill_derivative_pixels(Json& rows, const Picture& picture, const std::vector<Derivative>& derivatives) {
  for (Json& row : rows) {
    const auto place =
        row.at("slow").get<std::size_t>() * static_cast<std::size_t>(picture.fast) + row.at("fast").get<std::size_t>();
    row["values"] = Json::array();
    row["tolerances"] = Json::array();
    for (const Derivative& derivative : derivatives) {
      row["values"].push_back(rounded(derivative.image[place]));
      row["tolerances"].push_back(tolerance_of(derivative.absolute[place]));
    }
  }
}

void fill_gradient(Json& gradient, const Json& suite_case) {
  const Picture picture = picture_of(suite_case);
  const Json loss = gradient.at("loss");  // a copy: new keys move what is behind a reference
  const LossOfImage total = loss_of_image(loss, picture);
  gradient["loss_value"] = rounded(total.loss);
  gradient["scale_derivative"] = rounded(total.by_scale);
  gradient["pixels"] = total.pixels;
  gradient["values"] = Json::array();
  gradient["tolerances"] = Json::array();
  std::vector<Derivative> derivatives;
  for (const std::string component : gradient.at("components")) {
    derivatives.push_back(differentiate(suite_case, seeds_of(component)));
    const Judged judged = weighted(derivatives.back(), total.slopes);
    gradient["values"].push_back(rounded(judged.value));
    gradient["tolerances"].push_back(tolerance_of(judged.absolute));
  }
  if (gradient.contains("normal_equations")) {
    fill_matrix(gradient["normal_equations"], loss, picture, derivatives);
  }
  if (gradient.contains("derivative_pixels")) {
    fill_derivative_pixels(gradient["derivative_pixels"], picture, derivatives);
  }
  if (!gradient.contains("amplitudes")) return;
  for (Json& row : gradient["amplitudes"]) {
    oracle::Seed seed;
    seed.reflection = {row[0], row[1], row[2]};
    const Judged judged = weighted(differentiate(suite_case, {seed}), total.slopes);
    row[3] = rounded(judged.value);
    row[4] = tolerance_of(judged.absolute);
  }
}

}  // namespace

void fill_figures(Json& suite_case) {
  if (!suite_case.contains("source")) return;
  if (suite_case.contains("image")) fill_image(suite_case["image"], picture_of(suite_case));
  if (suite_case.contains("counts")) {
    for (Json& counts : suite_case["counts"]) fill_counts(counts, suite_case);
  }
  if (suite_case.contains("trace")) {
    Json& trace = suite_case["trace"];
    trace["pixel_value"] = rounded(picture_of(suite_case).at(trace.at("slow"), trace.at("fast")));
  }
  if (suite_case.contains("gradient")) fill_gradient(suite_case["gradient"], suite_case);
}

}  // namespace nbt::suite
