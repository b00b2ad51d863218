// Scene files: everything comes back, and text that is wrong changes nothing and says where it is wrong.
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "handle.hpp"

namespace nbt::test {
namespace {

nbt_status load(const Handle& handle, const std::string& json) {
  return nbt_load_scene(handle, json.data(), json.size());
}

void describe_everything(const Handle& handle) {
  describe_small_scene(handle);
  handle.set("beam.wavelength_A", 1.0 / 3);
  handle.set("crystal.misset_deg", {0.1, 1e-300, -2.0 / 7});
  handle.set_text("detector.convention", "xds");
  handle.set_text("program.float_file", "a \"quoted\" \\ name \xc3\xa5.bin");
  handle.set("beam.polarization", 0);
  const double directions[6] = {-1, 0.1, 1.0 / 3, -2, 0, 0}, weights[2] = {0.1, 2}, wavelengths[2] = {1.1, 1.0 / 7};
  ASSERT_EQ(nbt_set_sources(handle, directions, wavelengths, weights, 2), NBT_OK) << handle.error();
  const double cosine = std::cos(0.3), sine = std::sin(0.3);
  const double rotations[18] = {1, 0, 0, 0, 1, 0, 0, 0, 1, cosine, -sine, 0, sine, cosine, 0, 0, 0, 1};
  ASSERT_EQ(nbt_set_mosaic_rotations(handle, rotations, 2), NBT_OK) << handle.error();
  std::vector<std::uint8_t> mask(small_fast * small_slow, 1);
  mask[0] = mask[1] = mask[100] = mask.back() = 0;
  ASSERT_EQ(nbt_set_mask(handle, mask.data(), small_fast, small_slow), NBT_OK) << handle.error();
}

void set_random_grid(const Handle& handle, int seed, double listed_fraction) {
  std::mt19937_64 random(static_cast<std::uint64_t>(seed));
  std::uniform_real_distribution<double> uniform(0, 1);
  const std::int32_t first[3] = {-2, 0, -1}, last[3] = {3, 4, 5};
  std::vector<double> F(6 * 5 * 7);
  for (double& value : F) value = uniform(random) < listed_fraction ? 1000 * uniform(random) : 17;
  ASSERT_EQ(nbt_set_structure_factor_grid(handle, first, last, F.data(), F.size()), NBT_OK) << handle.error();
}

TEST(SceneFile, GivesEverythingBackExactly) {
  for (const double listed_fraction : {0.0, 0.1, 1.0}) {
    for (int seed = 0; seed < 5; ++seed) {
      SCOPED_TRACE(std::to_string(listed_fraction) + ", seed " + std::to_string(seed));
      const Handle original, loaded;
      describe_everything(original);
      set_random_grid(original, seed, listed_fraction);
      const std::string json = original.dump();
      ASSERT_EQ(load(loaded, json), NBT_OK) << loaded.error();
      EXPECT_EQ(loaded.dump(), json);
      EXPECT_TRUE(same_bits(run<double>(loaded), run<double>(original)));
    }
  }
}

TEST(SceneFile, HasOnlyWhatWasSet) {
  const Handle handle;
  handle.set("beam.wavelength_A", 1.5);
  const auto json = nlohmann::json::parse(handle.dump());
  EXPECT_EQ(json, nlohmann::json::parse(R"({"nbt_scene": 1, "parameters": {"beam.wavelength_A": 1.5}})"));
}

TEST(SceneFile, ReplacesWhatWasThere) {
  const Handle handle;
  describe_everything(handle);
  ASSERT_EQ(load(handle, R"({"nbt_scene": 1})"), NBT_OK) << handle.error();
  const Handle fresh;
  EXPECT_EQ(handle.dump(), fresh.dump());
}

TEST(SceneFile, EveryTextThatIsWrongSaysWhereAndChangesNothing) {
  const Handle handle;
  describe_everything(handle);
  const std::string before = handle.dump();
  struct Case {
    std::string json;
    nbt_status status;
    std::string word;
  };
  const auto with = [](const std::string& more) { return R"({"nbt_scene": 1, )" + more + "}"; };
  const auto parameter = [&](const std::string& text) { return with(R"("parameters": {)" + text + "}"); };
  const auto factors = [&](const std::string& text) { return with(R"("structure_factors": {)" + text + "}"); };
  const std::string box = R"("first": [0,0,0], "last": [1,0,0], )";
  std::string many_brackets(100000, '['), many_objects;
  for (int i = 0; i < 100000; ++i) many_objects += "{\"a\":";
  const std::vector<Case> cases = {
      {"", NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {"null", NBT_ERROR_INVALID_ARGUMENT, "object"},
      {"[]", NBT_ERROR_INVALID_ARGUMENT, "object"},
      {"{", NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {"{} {}", NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {std::string("{\0}", 3), NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {"\xff\xfe", NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {"{\"nbt_scene\": 1, \"parameters\": {\"program.int_file\": \"\xff\"}}", NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {many_brackets, NBT_ERROR_INVALID_ARGUMENT, "nested"},
      {many_objects, NBT_ERROR_INVALID_ARGUMENT, "nested"},
      {"{}", NBT_ERROR_INVALID_ARGUMENT, "nbt_scene"},
      {R"({"nbt_scene": 2})", NBT_ERROR_UNSUPPORTED, "nbt_scene"},
      {R"({"nbt_scene": "1"})", NBT_ERROR_UNSUPPORTED, "nbt_scene"},
      {R"({"nbt_scene": 1, "nbt_scene": 1})", NBT_ERROR_INVALID_ARGUMENT, "twice"},
      {with(R"("parametres": {})"), NBT_ERROR_UNKNOWN_NAME, "parameters"},
      {with(R"("parameters": [])"), NBT_ERROR_INVALID_ARGUMENT, "parameters"},
      {parameter(R"("beam.wavelenth_A": 1)"), NBT_ERROR_UNKNOWN_NAME, "beam.wavelength_A"},
      {parameter(R"("beam.wavelength_A": 1, "beam.wavelength_A": 2)"), NBT_ERROR_INVALID_ARGUMENT, "twice"},
      {parameter(R"("beam.wavelength_A": "1")"), NBT_ERROR_INVALID_ARGUMENT, "beam.wavelength_A"},
      {parameter(R"("beam.wavelength_A": null)"), NBT_ERROR_INVALID_ARGUMENT, "beam.wavelength_A"},
      {parameter(R"("beam.wavelength_A": [1, 2])"), NBT_ERROR_WRONG_LENGTH, "beam.wavelength_A"},
      {parameter(R"("beam.wavelength_A": [[1]])"), NBT_ERROR_INVALID_ARGUMENT, "beam.wavelength_A[0]"},
      {parameter(R"("beam.wavelength_A": -1)"), NBT_ERROR_OUT_OF_RANGE, "beam.wavelength_A"},
      {parameter(R"("beam.wavelength_A": 1e999)"), NBT_ERROR_INVALID_ARGUMENT, ""},
      {parameter(R"("beam.wavelength_A": NaN)"), NBT_ERROR_INVALID_ARGUMENT, "JSON"},
      {parameter(R"("crystal.cells": [1, 2.5, 3])"), NBT_ERROR_OUT_OF_RANGE, "crystal.cells"},
      {parameter(R"("crystal.cells": [1, 1e300, 3])"), NBT_ERROR_OUT_OF_RANGE, "crystal.cells"},
      {parameter(R"("beam.polarization": 1)"), NBT_ERROR_INVALID_ARGUMENT, "true or false"},
      {parameter(R"("detector.convention": 3)"), NBT_ERROR_INVALID_ARGUMENT, "detector.convention"},
      {parameter(R"("detector.convention": "moslfm")"), NBT_ERROR_OUT_OF_RANGE, "mosflm"},
      {factors(""), NBT_ERROR_INVALID_ARGUMENT, "first"},
      {factors(R"("frist": [])"), NBT_ERROR_UNKNOWN_NAME, "first"},
      {factors(R"("first": [0,0], "last": [0,0,0], "amplitudes": [1])"), NBT_ERROR_INVALID_ARGUMENT, "first"},
      {factors(R"("first": [0,0,0.5], "last": [0,0,1], "amplitudes": [1])"), NBT_ERROR_INVALID_ARGUMENT, "first[2]"},
      {factors(R"("first": [0,0,0], "last": [0,0,3000000000], "amplitudes": [1])"), NBT_ERROR_INVALID_ARGUMENT,
       "last[2]"},
      {factors(box + R"("amplitudes": [1, 2, 3])"), NBT_ERROR_WRONG_LENGTH, "amplitudes"},
      {factors(box + R"("amplitudes": [1, "2"])"), NBT_ERROR_INVALID_ARGUMENT, "amplitudes[1]"},
      {factors(box + R"("amplitudes": [1, 2], "fill": 0)"), NBT_ERROR_INVALID_ARGUMENT, "amplitudes"},
      {factors(box + R"("reflections": [])"), NBT_ERROR_INVALID_ARGUMENT, "fill"},
      {factors(box + R"("fill": 0, "reflections": [[0, 0, 0]])"), NBT_ERROR_INVALID_ARGUMENT, "reflections[0]"},
      {factors(box + R"("fill": 0, "reflections": [[0, 0, 1, 5]])"), NBT_ERROR_OUT_OF_RANGE, "0 0 1"},
      {factors(
           R"("first": [-2000000000,-2000000000,0], "last": [2000000000,2000000000,0], "fill": 0, "reflections": [])"),
       NBT_ERROR_MEMORY_LIMIT, "GiB"},
      {with(R"("sources": {})"), NBT_ERROR_INVALID_ARGUMENT, "sources"},
      {with(R"("sources": [{"direction": [1, 0]}])"), NBT_ERROR_INVALID_ARGUMENT, "sources[0].direction"},
      {with(R"("sources": [{"direction": [0, 0, 0]}])"), NBT_ERROR_OUT_OF_RANGE, "sources[0]"},
      {with(R"("sources": [{"direction": [1, 0, 0], "weight": -1}])"), NBT_ERROR_OUT_OF_RANGE, "sources[0]"},
      {with(R"("sources": [{"direction": [1, 0, 0], "wight": 1}])"), NBT_ERROR_UNKNOWN_NAME, "weight"},
      {with(R"("mosaic_rotations": [[1, 0, 0]])"), NBT_ERROR_INVALID_ARGUMENT, "mosaic_rotations[0]"},
      {with(R"("mosaic_rotations": [[1, 0, 0, 0, 1, 0, 0, 0, 2]])"), NBT_ERROR_OUT_OF_RANGE, "mosaic_rotations[0]"},
      {with(R"("mask": {"fast_count": 2, "slow_count": 2})"), NBT_ERROR_INVALID_ARGUMENT, "runs"},
      {with(R"("mask": {"fast_count": 2, "slow_count": 2, "runs": [3]})"), NBT_ERROR_INVALID_ARGUMENT, "mask.runs"},
      {with(R"("mask": {"fast_count": 2, "slow_count": 2, "runs": [3, 2]})"), NBT_ERROR_INVALID_ARGUMENT,
       "mask.runs[1]"},
      {with(R"("mask": {"fast_count": 2, "slow_count": 2, "runs": [5, -1]})"), NBT_ERROR_INVALID_ARGUMENT,
       "mask.runs[0]"},
      {with(R"("mask": {"fast_count": 99999999, "slow_count": 2, "runs": []})"), NBT_ERROR_INVALID_ARGUMENT,
       "mask.fast_count"},
  };
  for (const Case& bad : cases) {
    SCOPED_TRACE(bad.json.substr(0, 200));
    EXPECT_EQ(load(handle, bad.json), bad.status) << handle.error();
    EXPECT_NE(handle.error().find(bad.word), std::string::npos) << handle.error();
    EXPECT_EQ(handle.dump(), before);
  }
}

TEST(SceneFile, TextCutAnywhereIsAnError) {
  const Handle original, handle;
  describe_everything(original);
  const std::string json = original.dump();
  for (std::size_t length = 0; length + 1 < json.size(); length += 7) {
    EXPECT_NE(load(handle, json.substr(0, length)), NBT_OK) << length;
  }
}

}  // namespace
}  // namespace nbt::test
