// The suite of all bindings (bindings/conformance/README.md), through nbt.hpp alone.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nbt/nbt.hpp>
#include <nlohmann/json.hpp>
#include <numeric>

namespace {

using Json = nlohmann::json;

const std::string tree = NBT_SOURCE_DIR;

const Json& suite() {
  static const Json read = Json::parse(std::ifstream(tree + "/bindings/conformance/suite.json"));
  return read;
}

std::vector<Json> cases_with(const std::string& part) {
  std::vector<Json> found;
  std::ranges::copy_if(suite()["cases"], std::back_inserter(found),
                       [&](const Json& one) { return one.contains(part); });
  return found;
}

template <class Type>
std::vector<Type> list(const Json& call, const char* key) {
  return call[key].get<std::vector<Type>>();
}

nbt::Names arguments_of(const Json& call) {
  nbt::Names words = call["arguments"];
  for (std::string& word : words) {
    if (const auto place = word.find("{golden}"); place != std::string::npos) {
      word.replace(place, 8, tree + "/tests/golden");
    }
  }
  return words;
}

void set_mask(nbt::Simulation& sim, const Json& call) {
  sim.set_mask(list<std::uint8_t>(call, "mask"), {call["fast_count"], call["slow_count"]});
}

void set_roi(nbt::Simulation& sim, const Json& call) {
  const auto limits = list<std::int64_t>(call, "limits");
  sim.set_roi({limits[0], limits[1], limits[2], limits[3]});
}

void run_chunked(nbt::Simulation& sim, const Json& call) {
  const bool stop = call.value("stop", false);
  sim.run_chunked(call["rows_per_chunk"], [&](const nbt::Rows<float>&) { return !stop; });
}

void gradient_of_ones(nbt::Simulation& sim, const Json& call) {
  const std::vector<double> ones(sim.image_size().pixels(), 1.0);
  sim.gradient({.kind = NBT_LOSS_WEIGHTS, .image = {.data = ones}}, call["parameters"]);
}

void run_whole(nbt::Simulation& sim, const Json&) {
  std::vector<float> image(40 * 30);
  sim.run(image, {.row_stride = 40});
}

using Call = void (*)(nbt::Simulation&, const Json&);

const std::map<std::string, Call> calls = {
    {"set", [](auto& sim, const Json& call) { sim.set(call["name"], list<double>(call, "values")); }},
    {"set_text", [](auto& sim, const Json& call) { sim.set(call["name"], call["text"].template get<std::string>()); }},
    {"set_arguments", [](auto& sim, const Json& call) { sim.set_arguments(arguments_of(call)); }},
    {"load_scene", [](auto& sim, const Json& call) { sim.load_scene(call["text"].template get<std::string>()); }},
    {"set_structure_factors",
     [](auto& sim, const Json& call) {
       sim.set_structure_factors(list<std::int32_t>(call, "h"), list<std::int32_t>(call, "k"),
                                 list<std::int32_t>(call, "l"), list<double>(call, "F"));
     }},
    {"set_structure_factor_grid",
     [](auto& sim, const Json& call) {
       sim.set_structure_factor_grid(call["first"], call["last"], list<double>(call, "F"));
     }},
    {"set_sources",
     [](auto& sim, const Json& call) {
       sim.set_sources(list<double>(call, "directions"), list<double>(call, "wavelengths_A"),
                       list<double>(call, "weights"));
     }},
    {"set_mosaic_rotations",
     [](auto& sim, const Json& call) { sim.set_mosaic_rotations(list<double>(call, "rotations")); }},
    {"set_mask", set_mask},
    {"set_roi", set_roi},
    {"cancel", [](auto& sim, const Json&) { sim.cancel(); }},
    {"run", run_whole},
    {"run_chunked", run_chunked},
    {"gradient", gradient_of_ones},
    {"trace_pixel", [](auto& sim, const Json& call) { sim.trace(call["slow"], call["fast"]); }},
};

void make(nbt::Simulation& sim, const Json& call) {
  calls.at(call["call"])(sim, call);
}

class Suite : public testing::TestWithParam<Json> {
 protected:
  Suite() {
    for (const Json& call : GetParam()["scene"]) make(sim_, call);
  }

  std::size_t place(const Json& slow, const Json& fast) {
    return static_cast<std::size_t>(slow.get<std::int64_t>() * sim_.image_size().fast_count + fast.get<std::int64_t>());
  }

  nbt::Simulation sim_;
};

std::string name_of(const testing::TestParamInfo<Json>& info) {
  return info.param["name"];
}

// ---- Images

template <class Pixel>
std::vector<Pixel> from_chunks(nbt::Simulation& sim, std::int64_t rows_per_chunk) {
  std::vector<Pixel> image;
  sim.run_chunked<Pixel>(rows_per_chunk, [&](const nbt::Rows<Pixel>& rows) {
    for (std::int64_t row = 0; row < rows.row_count; ++row) {
      image.insert(image.end(), rows.row(row).begin(), rows.row(row).end());
    }
  });
  return image;
}

class SuiteImages : public Suite {
 protected:
  template <class Pixel>
  void expect_image() {
    const Json& expected = GetParam()["image"];
    const std::vector<Pixel> image = sim_.run<Pixel>();
    const double relative = expected["relative"].get<double>() + (sizeof(Pixel) == 4 ? 1.2e-7 : 0);
    const auto expect_near = [&](double value, double figure) {
      EXPECT_NEAR(value, figure, relative * std::abs(figure) + expected["absolute"].get<double>());
    };
    const nbt::ImageSize size = sim_.image_size();
    EXPECT_EQ(size.fast_count, expected["fast_count"]);
    EXPECT_EQ(size.slow_count, expected["slow_count"]);
    const auto brightest = std::ranges::max_element(image);
    EXPECT_EQ(static_cast<std::size_t>(brightest - image.begin()), place(expected["max_slow"], expected["max_fast"]));
    expect_near(*brightest, expected["max"]);
    expect_near(std::accumulate(image.begin(), image.end(), 0.0), expected["sum"]);
    for (const Json& pixel : expected["pixels"]) expect_near(image[place(pixel[0], pixel[1])], pixel[2]);
    expect_same_bits_otherwise(image);
  }

  template <class Pixel>
  void expect_same_bits_otherwise(const std::vector<Pixel>& image) {
    for (const std::int64_t rows : {std::int64_t{1}, std::int64_t{7}, sim_.image_size().slow_count}) {
      EXPECT_EQ(from_chunks<Pixel>(sim_, rows), image) << "chunks of " << rows << " rows";
    }
    nbt::Simulation loaded;
    loaded.load_scene(sim_.dump_scene());
    EXPECT_EQ(loaded.run<Pixel>(), image) << "after a dump and a load";
    EXPECT_EQ(sim_.clone().run<Pixel>(), image) << "of a clone";
  }
};

TEST_P(SuiteImages, AreRightInBothTypes) {
  expect_image<float>();
  expect_image<double>();
}
INSTANTIATE_TEST_SUITE_P(Cpp, SuiteImages, testing::ValuesIn(cases_with("image")), name_of);

// ---- Counts and traces

class SuiteCounts : public Suite {};

TEST_P(SuiteCounts, AreExact) {
  const std::vector<float> image = sim_.run();
  for (const Json& expected : GetParam()["counts"]) {
    const auto kind = expected["kind"] == "noise" ? NBT_DIGITIZE_NOISE : NBT_DIGITIZE_INTEGER;
    const auto counts = sim_.digitize(kind, image).counts;
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}), expected["sum"]);
    for (const Json& pixel : expected["pixels"]) EXPECT_EQ(counts[place(pixel[0], pixel[1])], pixel[2]) << pixel;
  }
}
INSTANTIATE_TEST_SUITE_P(Cpp, SuiteCounts, testing::ValuesIn(cases_with("counts")), name_of);

class SuiteTraces : public Suite {};

TEST_P(SuiteTraces, HaveThePixelsValue) {
  const Json& expected = GetParam()["trace"];
  const double value = Json::parse(sim_.trace(expected["slow"], expected["fast"]))["final"]["pixel_value"];
  const double figure = expected["pixel_value"];
  EXPECT_NEAR(value, figure, expected["relative"].get<double>() * std::abs(figure));
}
INSTANTIATE_TEST_SUITE_P(Cpp, SuiteTraces, testing::ValuesIn(cases_with("trace")), name_of);

// ---- Gradients

const std::map<std::string, std::int32_t> loss_kinds = {{"weights", NBT_LOSS_WEIGHTS},
                                                        {"least_squares", NBT_LOSS_LEAST_SQUARES},
                                                        {"gaussian", NBT_LOSS_GAUSSIAN},
                                                        {"poisson", NBT_LOSS_POISSON}};

void expect_within(std::span<const double> values, const Json& expected, const Json& tolerances) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(values[i], expected[i].get<double>(), tolerances[i].get<double>()) << "value " << i;
  }
}

void expect_close(double value, double figure) {
  EXPECT_NEAR(value, figure, 1e-8 * std::abs(figure));
}

class SuiteGradients : public Suite {
 protected:
  const Json& expected() { return GetParam()["gradient"]; }

  // Empty where the loss has no such pattern.
  template <class Pixel>
  std::vector<Pixel> pattern(const char* name) {
    const Json& loss = expected()["loss"];
    if (!loss.contains(name)) return {};
    const Json& rule = loss[name];
    const std::int64_t by_slow = rule["slow"], by_fast = rule["fast"], modulus = rule["modulus"];
    const double factor = rule["factor"], offset = rule["offset"];
    const nbt::ImageSize size = sim_.image_size();
    std::vector<Pixel> pixels;
    for (std::int64_t slow = 0; slow < size.slow_count; ++slow) {
      for (std::int64_t fast = 0; fast < size.fast_count; ++fast) {
        const auto steps = static_cast<double>((by_slow * slow + by_fast * fast) % modulus);
        pixels.push_back(static_cast<Pixel>(factor * steps + offset));
      }
    }
    return pixels;
  }

  template <class Pixel>
  void expect_gradient() {
    const auto data = pattern<Pixel>("data");
    const auto background = pattern<double>("background"), weights = pattern<double>("weights");
    const auto mask = pattern<std::uint8_t>("mask");
    nbt::Loss loss = figures();
    loss.image = {.data = data, .mask = mask, .background = background, .weights = weights};
    const nbt::Gradient whole = sim_.gradient(loss, expected()["parameters"], {.amplitudes = true});
    expect_figures(whole);

    loss.data_type = nbt::type_code<Pixel>();
    loss.rows_per_chunk = 5;
    loss.rows = [&](const nbt::RowRange& range) {
      const auto rows = [&](const auto& all) {
        using Element = typename std::decay_t<decltype(all)>::value_type;
        const std::span<const Element> image(all);
        return all.empty() ? image
                           : image.subspan(static_cast<std::size_t>(range.first_row * range.fast_count),
                                           static_cast<std::size_t>(range.row_count * range.fast_count));
      };
      return nbt::Measured{rows(data), rows(mask), rows(background), rows(weights)};
    };
    const nbt::Gradient by_rows = sim_.gradient(loss, expected()["parameters"], {.amplitudes = true});
    EXPECT_EQ(by_rows.loss, whole.loss);
    EXPECT_EQ(by_rows.values, whole.values);
    EXPECT_EQ(by_rows.amplitudes, whole.amplitudes);
    expect_normal_equations(loss);
  }

  nbt::Loss figures() {
    const Json& given = expected()["loss"];
    nbt::Loss loss;
    loss.kind = loss_kinds.at(given["kind"]);
    loss.scale = given.value("scale", 1.0);
    loss.gain = given.value("gain", 0.0);
    loss.readout_variance = given.value("readout_variance", 0.0);
    return loss;
  }

  void expect_figures(const nbt::Gradient& gradient) {
    EXPECT_EQ(Json(sim_.component_names(expected()["parameters"])), expected()["components"]);
    expect_within(gradient.values, expected()["values"], expected()["tolerances"]);
    expect_close(gradient.loss, expected()["loss_value"]);
    expect_close(gradient.scale_derivative, expected()["scale_derivative"]);
    EXPECT_EQ(gradient.pixels, expected()["pixels"]);
    for (const Json& row : expected().value("amplitudes", Json::array())) {
      const double derivative = gradient.amplitudes[amplitude_index(row)];
      EXPECT_NEAR(derivative, row[3].get<double>(), row[4].get<double>()) << row;
    }
  }

  // h slowest, l fastest.
  std::size_t amplitude_index(const Json& hkl) {
    const nbt::Box box = sim_.structure_factor_box();
    std::int32_t index = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      index = index * (box.last[axis] - box.first[axis] + 1) + hkl[axis].get<std::int32_t>() - box.first[axis];
    }
    return static_cast<std::size_t>(index);
  }

  void expect_normal_equations(const nbt::Loss& loss) {
    if (!expected().contains("normal_equations")) return;
    const Json& normal = expected()["normal_equations"];
    const bool with_scale = normal["with_scale"];
    const auto equations = sim_.normal_equations(loss, expected()["parameters"], with_scale);
    expect_within(equations.matrix, normal["matrix"], normal["tolerances"]);
    const std::span<const double> gradient(equations.gradient);
    const std::size_t count = expected()["values"].size();
    expect_within(gradient.first(count), expected()["values"], expected()["tolerances"]);
    if (with_scale) expect_close(gradient[count], expected()["scale_derivative"]);
  }
};

TEST_P(SuiteGradients, AreRightFromArraysAndFromALambda) {
  for (const std::string type : expected()["data_types"]) {
    SCOPED_TRACE(type);
    if (type == "float32") expect_gradient<float>();
    if (type == "float64") expect_gradient<double>();
    if (type == "uint16") expect_gradient<std::uint16_t>();
    if (type == "int32") expect_gradient<std::int32_t>();
  }
}

TEST_P(SuiteGradients, HaveDerivativeImages) {
  const nbt::Jacobian jacobian = sim_.jacobian(expected()["parameters"]);
  for (const Json& row : expected().value("derivative_pixels", Json::array())) {
    std::vector<double> values;
    for (std::size_t p = 0; p < row["values"].size(); ++p) {
      values.push_back(jacobian.derivatives[p * jacobian.size.pixels() + place(row["slow"], row["fast"])]);
    }
    expect_within(values, row["values"], row["tolerances"]);
  }
}
INSTANTIATE_TEST_SUITE_P(Cpp, SuiteGradients, testing::ValuesIn(cases_with("gradient")), name_of);

// ---- Errors

const std::map<std::string, nbt_status> statuses = {{"INVALID_ARGUMENT", NBT_ERROR_INVALID_ARGUMENT},
                                                    {"UNKNOWN_NAME", NBT_ERROR_UNKNOWN_NAME},
                                                    {"WRONG_LENGTH", NBT_ERROR_WRONG_LENGTH},
                                                    {"OUT_OF_RANGE", NBT_ERROR_OUT_OF_RANGE},
                                                    {"INCONSISTENT_SCENE", NBT_ERROR_INCONSISTENT_SCENE},
                                                    {"FILE", NBT_ERROR_FILE},
                                                    {"MEMORY_LIMIT", NBT_ERROR_MEMORY_LIMIT},
                                                    {"OUT_OF_MEMORY", NBT_ERROR_OUT_OF_MEMORY},
                                                    {"CANCELLED", NBT_ERROR_CANCELLED},
                                                    {"DEVICE", NBT_ERROR_DEVICE},
                                                    {"UNSUPPORTED", NBT_ERROR_UNSUPPORTED},
                                                    {"INTERNAL", NBT_ERROR_INTERNAL}};

class SuiteErrors : public Suite {};

TEST_P(SuiteErrors, AreThrownWithStatusAndMessageAndChangeNothing) {
  const Json& expected = GetParam()["error"];
  const std::string before = sim_.dump_scene();
  try {
    make(sim_, expected["call"]);
    FAIL() << "nothing was thrown: " << GetParam()["promise"];
  } catch (const nbt::Error& error) {
    EXPECT_EQ(error.status(), statuses.at(expected["status"])) << error.what();
    for (const std::string word : expected["message"]) {
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what() << " lacks " << word;
    }
  }
  EXPECT_EQ(sim_.dump_scene(), before);
}
INSTANTIATE_TEST_SUITE_P(Cpp, SuiteErrors, testing::ValuesIn(cases_with("error")), name_of);

}  // namespace
