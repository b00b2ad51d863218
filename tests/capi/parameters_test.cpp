// Parameters by name: the table, setting and getting, and that a changed handle is like a fresh one.
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "handle.hpp"

namespace nbt::test {
namespace {

nbt_parameter describe(std::int32_t index) {
  nbt_parameter parameter{};
  parameter.struct_size = sizeof parameter;
  EXPECT_EQ(nbt_parameter_describe(index, &parameter), NBT_OK) << index;
  return parameter;
}

std::vector<nbt_parameter> all_parameters() {
  std::vector<nbt_parameter> list;
  for (std::int32_t i = 0; i < nbt_parameter_count(); ++i) list.push_back(describe(i));
  return list;
}

bool is_text(const nbt_parameter& parameter) {
  return parameter.kind == NBT_KIND_CHOICE || parameter.kind == NBT_KIND_TEXT;
}

std::vector<std::string> words_of(const std::string& choices) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= choices.size();) {
    const std::size_t end = std::min(choices.find('|', begin), choices.size());
    words.push_back(choices.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

TEST(ParameterTable, EveryRowIsComplete) {
  std::set<std::string> names;
  for (const nbt_parameter& p : all_parameters()) {
    SCOPED_TRACE(p.name);
    EXPECT_TRUE(names.insert(p.name).second) << "the name stands there twice";
    EXPECT_NE(std::strchr(p.name, '.'), nullptr);
    EXPECT_GE(p.length, 1);
    EXPECT_GT(std::strlen(p.sentence), 10u);
    EXPECT_EQ(p.choices[0] != 0, p.kind == NBT_KIND_CHOICE);
    EXPECT_TRUE(is_text(p) || p.minimum < p.maximum);
    for (const char* text : {p.unit, p.choices, p.default_text, p.flags, p.sentence}) EXPECT_NE(text, nullptr);
  }
  EXPECT_GT(names.size(), 80u);
}

TEST(ParameterTable, DefaultsAreWhatAFreshHandleGives) {
  const Handle handle;
  for (const nbt_parameter& p : all_parameters()) {
    SCOPED_TRACE(p.name);
    if (is_text(p)) {
      EXPECT_EQ(handle.get_text(p.name), p.default_text);
      continue;
    }
    std::vector<double> values(static_cast<std::size_t>(p.length), -12345);
    ASSERT_EQ(nbt_get(handle, p.name, values.data(), values.size()), NBT_OK) << handle.error();
    for (const double value : values) EXPECT_EQ(std::isnan(value), p.default_text[0] == 0) << value;
    const Handle other;
    if (p.default_text[0] != 0) {
      EXPECT_EQ(nbt_set_text(other, p.name, p.default_text), NBT_OK) << other.error();
      EXPECT_EQ(other.get_text(p.name), handle.get_text(p.name));
    }
  }
}

// A value of the row's kind inside its range, as text, different for different seeds where there is a choice.
std::string some_value(const nbt_parameter& p, int seed) {
  if (p.kind == NBT_KIND_TEXT) return seed % 2 ? "alpha" : "beta";
  if (p.kind == NBT_KIND_CHOICE) {
    const std::vector<std::string> words = words_of(p.choices);
    return words[static_cast<std::size_t>(seed) % words.size()];
  }
  std::string text;
  for (int i = 0; i < p.length; ++i) {
    double value = std::min(std::max(1.0 + seed + 0.37 * i, p.minimum), p.maximum);
    if (p.kind == NBT_KIND_BOOLEAN) value = seed % 2;
    if (p.kind == NBT_KIND_INTEGER) value = std::floor(value);
    char word[40];
    std::snprintf(word, sizeof word, "%s%.17g", i ? " " : "", value);
    text += word;
  }
  return text;
}

TEST(Parameters, TextAndNumbersGiveEachOtherBackExactly) {
  for (const nbt_parameter& p : all_parameters()) {
    for (int seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(std::string(p.name) + " = " + some_value(p, seed));
      const Handle first, second, third;
      first.set_text(p.name, some_value(p, seed).c_str());
      second.set_text(p.name, first.get_text(p.name).c_str());
      EXPECT_EQ(second.get_text(p.name), first.get_text(p.name));
      if (is_text(p)) continue;
      std::vector<double> values(static_cast<std::size_t>(p.length));
      ASSERT_EQ(nbt_get(first, p.name, values.data(), values.size()), NBT_OK);
      third.set(p.name, values);
      EXPECT_EQ(third.get_text(p.name), first.get_text(p.name));
    }
  }
}

TEST(Parameters, AFailedSetterLeavesTheOldValue) {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  for (const nbt_parameter& p : all_parameters()) {
    SCOPED_TRACE(p.name);
    const Handle handle;
    handle.set_text(p.name, some_value(p, 1).c_str());
    const std::string before = handle.get_text(p.name);
    const std::vector<double> too_many(static_cast<std::size_t>(p.length) + 1, 1);
    std::vector<double> bad_last(static_cast<std::size_t>(p.length), 1);
    bad_last.back() = not_a_number;
    EXPECT_NE(nbt_set(handle, p.name, too_many.data(), too_many.size()), NBT_OK);
    EXPECT_NE(nbt_set(handle, p.name, bad_last.data(), bad_last.size()), NBT_OK);
    if (!is_text(p)) {
      bad_last.back() = p.maximum + std::max(1.0, std::fabs(p.maximum));
      EXPECT_EQ(nbt_set(handle, p.name, bad_last.data(), bad_last.size()), NBT_ERROR_OUT_OF_RANGE);
    }
    if (p.kind != NBT_KIND_TEXT) {
      EXPECT_NE(nbt_set_text(handle, p.name, "neither word nor number"), NBT_OK);
    }
    EXPECT_EQ(handle.get_text(p.name), before);
  }
}

TEST(Parameters, UnsetBringsTheDefaultBack) {
  const Handle fresh;
  for (const nbt_parameter& p : all_parameters()) {
    SCOPED_TRACE(p.name);
    const Handle handle;
    handle.set_text(p.name, some_value(p, 1).c_str());
    ASSERT_EQ(nbt_unset(handle, p.name), NBT_OK);
    EXPECT_EQ(handle.get_text(p.name), fresh.get_text(p.name));
    EXPECT_EQ(handle.dump(), fresh.dump());
  }
}

// ---- A changed parameter gives exactly what a fresh handle gives ----

// What a handle gives that anyone can see: image, integer image, noise image, report; or how it fails.
struct Outcome {
  nbt_status run_status = NBT_OK;
  std::string message;
  std::vector<float> image;
  std::vector<double> image64;
  std::vector<std::uint16_t> counts, noise;
  std::string report;

  bool operator==(const Outcome&) const = default;
};

std::string report_of(const Handle& handle) {
  const char* json = nullptr;
  return nbt_report(handle, &json) == NBT_OK ? json : handle.error();
}

std::vector<std::uint16_t> digitized(const Handle& handle, std::int32_t kind, const std::vector<float>& image,
                                     std::int64_t fast) {
  std::vector<std::uint16_t> counts(image.size());
  if (nbt_digitize(handle, kind, 0, image.data(), fast, counts.data(), nullptr) != NBT_OK) counts.clear();
  return counts;
}

Outcome outcome_of(const Handle& handle) {
  Outcome outcome;
  std::int64_t fast = 0, slow = 0;
  outcome.run_status = nbt_get_image_size(handle, 0, &fast, &slow);
  if (outcome.run_status == NBT_OK) {
    outcome.image.assign(static_cast<std::size_t>(fast * slow), -1);
    outcome.image64.assign(outcome.image.size(), -1);
    outcome.run_status = nbt_run(handle, 0, NBT_FLOAT64, outcome.image64.data(), fast * slow, fast);
  }
  if (outcome.run_status == NBT_OK) {
    outcome.run_status = nbt_run(handle, 0, NBT_FLOAT32, outcome.image.data(), fast * slow, fast);
  }
  outcome.message = outcome.run_status == NBT_OK ? "" : handle.error();
  if (outcome.run_status != NBT_OK) outcome.image.clear(), outcome.image64.clear();
  outcome.report = report_of(handle);
  outcome.counts = digitized(handle, NBT_DIGITIZE_INTEGER, outcome.image, fast);
  outcome.noise = digitized(handle, NBT_DIGITIZE_NOISE, outcome.image, fast);
  return outcome;
}

// A scene in which every parameter has something to act on.
void describe_rich_scene(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("detector.pixels", {13, 11});
  handle.set("detector.pixel_size_mm", 4);
  handle.set_text("detector.convention", "custom");
  handle.set("crystal.mosaic_spread_deg", 0.5);
  handle.set("crystal.mosaic_domains", 3);
  handle.set("goniometer.phi_range_deg", 2);
  handle.set("goniometer.phi_steps", 3);
  handle.set("beam.divergence_horizontal_mrad", 2);
  handle.set("beam.divergence_vertical_mrad", 2);
  handle.set("beam.divergence_horizontal_steps", 3);
  handle.set("beam.divergence_vertical_steps", 3);
  handle.set("beam.dispersion_percent", 1);
  handle.set("beam.dispersion_steps", 2);
  handle.set("beam.polarization_factor", 0.4);
  handle.set("beam.flux_per_s", 1e20);
  handle.set("detector.thickness_um", 300);
  handle.set("detector.attenuation_depth_um", 200);
  handle.set("detector.rotation_deg", {3, 4, 5});
  handle.set("detector.twotheta_deg", 6);
  handle.set("background.water_um", 20);
  handle.set("sampling.oversample", 2);
  handle.set("sampling.dmin_A", 1.2);
  handle.set("noise.seed", 5);
  handle.set("crystal.misset_seed", 7);
  handle.set("execution.threads", 1);
  const std::int32_t first[3] = {-3, -3, -3}, last[3] = {3, 3, 3};
  std::vector<double> F(343);
  for (std::size_t i = 0; i < F.size(); ++i) F[i] = 50 + static_cast<double>(i * 37 % 101);
  ASSERT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
}

// Values to change to: for most rows a little beside the present one, for some what makes a difference.
std::vector<std::string> changes_of(const nbt_parameter& p) {
  const std::string name = p.name;
  if (p.kind == NBT_KIND_CHOICE) return words_of(p.choices);
  if (p.kind == NBT_KIND_BOOLEAN) return {"0", "1"};
  if (name == "execution.device") return {"cpu", "abacus"};
  if (name == "execution.simd_target") return {"auto", "abacus"};
  if (name == "execution.threads") return {"1", "2", "3"};
  if (name == "compat.tokens") return {"nanobragg", "running-product", "abacus"};
  if (name == "compat.fixes") return {"phi-midpoint", "forced-pivot", "abacus"};
  if (p.kind == NBT_KIND_TEXT) return {"somewhere", ""};
  if (name == "limits.memory_bytes") return {"1e9", "1000"};
  if (name == "crystal.orientation_matrix") return {"0.01 0.002 0 -0.002 0.012 0 0 0 0.013"};
  if (name == "detector.pixels") return {"7 9", "0 0"};
  if (name == "detector.size_mm") return {"40 50"};
  if (name == "detector.roi") return {"2 9 1 7", "-1 -1 3 3"};
  if (name == "detector.thickness_steps") return {"1", "3"};
  if (name == "crystal.mosaic_domains") return {"0", "1", "5"};
  if (name == "goniometer.phi_steps" || name == "beam.dispersion_steps") return {"1", "4"};
  if (name == "crystal.cell_angles_deg") return {"80 95 100", "10 10 170"};
  if (p.length == 1) return {some_value(p, 1), some_value(p, 3)};
  return {some_value(p, 1)};
}

TEST(ChangedParameter, GivesExactlyWhatAFreshHandleGives) {
  int visible = 0;
  for (const nbt_parameter& p : all_parameters()) {
    for (const std::string& value : changes_of(p)) {
      SCOPED_TRACE(std::string(p.name) + " = '" + value + "'");
      const Handle used, fresh;
      describe_rich_scene(used);
      describe_rich_scene(fresh);
      const Outcome before = outcome_of(used);
      ASSERT_EQ(before.run_status, NBT_OK) << before.message;
      used.set_text(p.name, value.c_str());
      fresh.set_text(p.name, value.c_str());
      const Outcome of_used = outcome_of(used), of_fresh = outcome_of(fresh);
      EXPECT_EQ(of_used.run_status, of_fresh.run_status) << of_used.message << " / " << of_fresh.message;
      EXPECT_TRUE(of_used == of_fresh) << of_used.report << "\n" << of_fresh.report;
      visible += of_used == before ? 0 : 1;

      const Handle restored;
      describe_rich_scene(restored);
      ASSERT_EQ(nbt_load_scene(used, restored.dump().c_str(), restored.dump().size()), NBT_OK) << used.error();
      EXPECT_TRUE(outcome_of(used) == before) << "after going back";
    }
  }
  // Otherwise the scene would not show what the parameters do.
  EXPECT_GT(visible, 90);
}

TEST(ChangedData, GivesExactlyWhatAFreshHandleGives) {
  const double directions[6] = {-1, 0.001, 0, -1, 0, 0.002}, rotation[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1};
  std::vector<std::uint8_t> mask(13 * 11, 1);
  for (std::size_t i = 0; i < mask.size(); i += 3) mask[i] = 0;
  const std::int32_t index[2] = {0, 2};
  const double F[2] = {500, 600};
  const std::vector<std::function<nbt_status(nbt_simulation*)>> changes = {
      [&](nbt_simulation* s) { return nbt_set_sources(s, directions, nullptr, nullptr, 2); },
      [&](nbt_simulation* s) { return nbt_set_mosaic_rotations(s, rotation, 1); },
      [&](nbt_simulation* s) { return nbt_set_mask(s, mask.data(), 13, 11); },
      [&](nbt_simulation* s) { return nbt_set_structure_factors(s, index, index, index, F, 2); },
      [&](nbt_simulation* s) { return nbt_set_structure_factors(s, nullptr, nullptr, nullptr, nullptr, 0); },
      [&](nbt_simulation* s) { return nbt_set_roi(s, 2, 9, 1, 7); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(i);
    const Handle used, fresh;
    describe_rich_scene(used);
    describe_rich_scene(fresh);
    const Outcome before = outcome_of(used);
    ASSERT_EQ(changes[i](used), NBT_OK) << used.error();
    ASSERT_EQ(changes[i](fresh), NBT_OK) << fresh.error();
    const Outcome of_used = outcome_of(used);
    EXPECT_TRUE(of_used == outcome_of(fresh));
    EXPECT_FALSE(of_used == before) << "the change shows nowhere";
  }
}

TEST(ChangedData, CountZeroRemovesIt) {
  const Handle handle, fresh;
  describe_rich_scene(handle);
  describe_rich_scene(fresh);
  const double directions[3] = {-1, 0.01, 0}, rotation[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1};
  const std::vector<std::uint8_t> mask(13 * 11, 0);
  ASSERT_EQ(nbt_set_sources(handle, directions, nullptr, nullptr, 1), NBT_OK);
  ASSERT_EQ(nbt_set_mosaic_rotations(handle, rotation, 1), NBT_OK);
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), 13, 11), NBT_OK);
  EXPECT_FALSE(outcome_of(handle) == outcome_of(fresh));
  ASSERT_EQ(nbt_set_sources(handle, nullptr, nullptr, nullptr, 0), NBT_OK);
  ASSERT_EQ(nbt_set_mosaic_rotations(handle, nullptr, 0), NBT_OK);
  ASSERT_EQ(nbt_set_mask(handle, nullptr, 0, 0), NBT_OK);
  EXPECT_TRUE(outcome_of(handle) == outcome_of(fresh));
}

TEST(Arguments, AreTheSameAsTheirParameters) {
  const Handle by_arguments, by_name;
  const char* const arguments[] = {"-cell", "61", "72",     "83", "90",         "90", "90",      "-default_F", "100",
                                   "-N",    "5",  "-pixel", "2",  "-detpixels", "16", "-lambda", "1.5"};
  ASSERT_EQ(nbt_set_arguments(by_arguments, static_cast<std::int32_t>(std::size(arguments)), arguments), NBT_OK)
      << by_arguments.error();
  by_name.set("crystal.cell_lengths_A", {61, 72, 83});
  by_name.set("structure_factors.default_F", 100);
  by_name.set("crystal.cells", {5, 5, 5});
  by_name.set("detector.pixel_size_mm", 2);
  by_name.set("detector.pixels", {16, 16});
  by_name.set("beam.wavelength_A", 1.5);
  EXPECT_TRUE(same_bits(run(by_arguments), run(by_name)));
}

}  // namespace
}  // namespace nbt::test
