// What nbt.hpp adds to nbt.h: exceptions, lambdas, moves, and sizes and types that are checked.
#include <gtest/gtest.h>

#include <nbt/nbt.hpp>
#include <thread>

namespace {

struct OwnError : std::runtime_error {
  OwnError() : std::runtime_error("the caller's own") {}
};

nbt::Simulation small_scene() {
  nbt::Simulation sim;
  sim.set("crystal.cell_lengths_A", {61, 72, 83});
  sim.set("crystal.misset_deg", {10, 20, 30});
  sim.set("crystal.cells", {4, 5, 6});
  sim.set("structure_factors.default_F", 100);
  sim.set("detector.pixels", {23, 17});
  sim.set("detector.pixel_size_mm", 2);
  sim.set("sampling.oversample", 1);
  return sim;
}

// Minutes on any machine.
nbt::Simulation long_scene() {
  nbt::Simulation sim = small_scene();
  sim.set("detector.pixels", {2000, 2000});
  sim.set("sampling.oversample", 20);
  return sim;
}

template <class Body>
void expect_error(nbt_status status, const std::string& word, Body&& body) {
  try {
    body();
    FAIL() << "nothing was thrown; expected: " << word;
  } catch (const nbt::Error& error) {
    EXPECT_EQ(error.status(), status) << error.what();
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what() << " lacks " << word;
  }
}

template <class Type>
concept Copyable = std::is_copy_constructible_v<Type> || std::is_copy_assignable_v<Type>;
static_assert(!Copyable<nbt::Simulation> && std::is_nothrow_move_constructible_v<nbt::Simulation> &&
              std::is_nothrow_move_assignable_v<nbt::Simulation>);

class Cpp : public testing::Test {
 protected:
  nbt::Simulation sim_ = small_scene();
  std::vector<float> image_ = sim_.run();
};

// ---- The object

TEST_F(Cpp, MovedSimulationKeepsItsSceneAndItsCallbacks) {
  int calls = 0;
  sim_.set_progress_callback([&](double) { ++calls; });
  nbt::Simulation moved = std::move(sim_);
  EXPECT_EQ(moved.run(), image_);
  EXPECT_GT(calls, 0);
}

TEST_F(Cpp, MovedFromSimulationSaysSoAndCanBeAssignedTo) {
  const nbt::Simulation moved = std::move(sim_);
  expect_error(NBT_ERROR_INVALID_ARGUMENT, "moved", [&] { sim_.run(); });
  expect_error(NBT_ERROR_INVALID_ARGUMENT, "moved", [&] { sim_.clone(); });
  expect_error(NBT_ERROR_INVALID_ARGUMENT, "moved", [&] { sim_.set_log_callback({}); });
  EXPECT_EQ(sim_.handle(), nullptr);
  sim_.cancel();
  sim_ = moved.clone();
  EXPECT_EQ(sim_.run(), image_);
}

TEST_F(Cpp, CloneIsIndependentAndHasCopiesOfTheCallbacks) {
  int calls = 0;
  sim_.set_progress_callback([&](double) { ++calls; });
  nbt::Simulation copy = sim_.clone();
  sim_ = nbt::Simulation();  // the original and what it kept are gone
  EXPECT_EQ(copy.run(), image_);
  EXPECT_GT(calls, 0);
  const nbt::Simulation unchanged = copy.clone();
  copy.set("crystal.misset_deg", {0, 0, 0});
  EXPECT_NE(copy.run(), image_);
  EXPECT_EQ(unchanged.clone().run(), image_);
}

// ---- Parameters

TEST_F(Cpp, ParametersAreReadBackAsTheyWereSet) {
  EXPECT_EQ(sim_.get("crystal.cell_lengths_A"), (std::vector<double>{61, 72, 83}));
  sim_.set("crystal.shape", "gauss");
  EXPECT_EQ(sim_.get_text("crystal.shape"), "gauss");
  sim_.unset("crystal.shape");
  EXPECT_EQ(sim_.get_text("crystal.shape"), "square");
  const std::vector<double> cells = {7, 8, 9};
  sim_.set("crystal.cells", cells);
  EXPECT_EQ(sim_.get("crystal.cells"), cells);
  expect_error(NBT_ERROR_UNKNOWN_NAME, "crystal.cells", [&] { sim_.get("crystal.cell"); });
}

TEST(CppLists, ParametersAndDevicesAreThere) {
  const auto parameters = nbt::parameters();
  EXPECT_EQ(parameters.size(), static_cast<std::size_t>(nbt_parameter_count()));
  EXPECT_TRUE(
      std::ranges::any_of(parameters, [](const auto& row) { return row.name == std::string("beam.wavelength_A"); }));
  EXPECT_STREQ(nbt::devices().at(0).name, "cpu");
  EXPECT_EQ(nbt::version(), nbt_version());
}

TEST_F(Cpp, TextsWithNulAreRefused) {
  using namespace std::string_literals;
  const auto refused = [](auto body) { expect_error(NBT_ERROR_INVALID_ARGUMENT, "NUL", body); };
  refused([&] { sim_.set("crystal\0.cells"s, 5); });
  refused([&] { sim_.set("crystal.shape", "gauss\0x"s); });
  refused([&] { sim_.set_arguments({"-N", "1\0"s}); });
  refused([&] { sim_.component_names({"crystal.misset_deg\0"s}); });
}

// ---- Images

TEST_F(Cpp, ImageGoesStraightIntoTheCallersMemory) {
  std::vector<float> wide(30 * 17, -1);
  sim_.run(std::span(wide), {.row_stride = 30});
  for (std::size_t slow = 0; slow < 17; ++slow) {
    for (std::size_t fast = 0; fast < 30; ++fast) {
      EXPECT_EQ(wide[slow * 30 + fast], fast < 23 ? image_[slow * 23 + fast] : -1) << slow << " " << fast;
    }
  }
  std::vector<double> doubles(23 * 17);
  sim_.run(doubles);
  EXPECT_FLOAT_EQ(static_cast<float>(doubles[100]), image_[100]);
}

TEST_F(Cpp, SpansOfTheWrongSizeAreRefused) {
  std::vector<float> small(23 * 17 - 1);
  const std::vector<double> doubles(small.size());
  const std::vector<std::uint8_t> mask(small.size(), 1);
  const auto refused = [](const char* what, auto body) { expect_error(NBT_ERROR_WRONG_LENGTH, what, body); };
  refused("capacity", [&] { sim_.run(small); });
  refused("pixels", [&] { sim_.digitize(NBT_DIGITIZE_INTEGER, small); });
  refused("mask", [&] { sim_.set_mask(mask, sim_.image_size()); });
  refused("directions", [&] { sim_.set_sources(std::span(doubles).first(4)); });
  refused("weights", [&] { sim_.set_sources(std::span(doubles).first(6), {}, std::span(doubles).first(3)); });
  refused("rotations", [&] { sim_.set_mosaic_rotations(std::span(doubles).first(10)); });
  const std::vector<std::int32_t> indices(3);
  refused("k", [&] {
    sim_.set_structure_factors(indices, std::span(indices).first(2), indices, std::span(doubles).first(3));
  });
  refused("data", [&] { sim_.gradient({.image = {.data = doubles}}); });
  const std::vector<double> data(23 * 17, 1.0);
  refused("mask", [&] { sim_.gradient({.image = {.data = data, .mask = mask}}); });
  refused("background", [&] { sim_.gradient({.image = {.data = data, .background = doubles}}); });
  refused("weights", [&] { sim_.gradient({.image = {.data = data, .weights = doubles}}); });
}

TEST_F(Cpp, BackgroundAndWeightsOfTwoTypesAreRefused) {
  const std::vector<double> doubles(23 * 17, 1.0);
  const std::vector<float> floats(23 * 17, 1.0f);
  const auto refused = [](const char* what, auto body) { expect_error(NBT_ERROR_INVALID_ARGUMENT, what, body); };
  refused("weights", [&] { sim_.gradient({.image = {.data = doubles, .background = doubles, .weights = floats}}); });
  refused("data", [&] { sim_.gradient({.rows = [&](const auto&) { return nbt::Measured{floats}; }}); });
  refused("real_type", [&] {
    const std::vector<std::int32_t> integers(23 * 17, 1);
    sim_.gradient({.image = {.data = doubles, .weights = integers}});
  });
}

TEST_F(Cpp, RowsOfCountsAreThoseOfTheWholeImage) {
  sim_.set("noise.seed", 1);
  const nbt::Digitized whole = sim_.digitize(NBT_DIGITIZE_NOISE, image_);
  std::vector<std::uint16_t> counts(image_.size());
  sim_.digitize_begin(NBT_DIGITIZE_NOISE, 0);
  sim_.digitize_rows(std::span(image_).first(23 * 10), std::span(counts).first(23 * 10));
  expect_error(NBT_ERROR_WRONG_LENGTH, "counts", [&] { sim_.digitize_rows(image_, std::span(counts).first(24)); });
  expect_error(NBT_ERROR_WRONG_LENGTH, "pixels",
               [&] { sim_.digitize_rows(std::span(image_).first(22), std::span(counts).first(23)); });
  sim_.digitize_rows(std::span(image_).subspan(23 * 10), std::span(counts).subspan(23 * 10));
  EXPECT_EQ(sim_.digitize_end().total_photons, whole.total_photons);
  EXPECT_EQ(counts, whole.counts);
}

// ---- Lambdas

TEST_F(Cpp, WhatALambdaThrowsReachesTheCallerAndTheSimulationGoesOn) {
  const auto thrower = [](const auto&) { throw OwnError(); };
  EXPECT_THROW(sim_.run_chunked(5, thrower), OwnError);
  EXPECT_THROW(sim_.run_jacobian({"detector.distance_mm"}, {}, 5, thrower), OwnError);
  EXPECT_THROW(sim_.gradient({.rows = [](const auto&) -> nbt::Measured { throw OwnError(); }}), OwnError);
  sim_.set_progress_callback([](double) { throw OwnError(); });
  EXPECT_THROW(sim_.run(), OwnError);
  sim_.set_progress_callback({});
  EXPECT_EQ(sim_.run(), image_);
}

TEST_F(Cpp, WhatALogLambdaThrowsReachesTheCaller) {
  bool called = false;
  sim_.set_log_callback([&](std::int32_t, std::string_view) {
    called = true;
    throw OwnError();
  });
  sim_.set("precision.mode", "fast");
  sim_.set("crystal.shape", "gauss");  // which `fast` does not have: the library warns
  EXPECT_THROW(sim_.run(), OwnError);
  EXPECT_TRUE(called);
  sim_.set_log_callback({});
  EXPECT_EQ(sim_.run().size(), image_.size());
}

TEST_F(Cpp, ALambdaThatReturnsFalseStopsTheRun) {
  int calls = 0;
  expect_error(NBT_ERROR_CANCELLED, "callback", [&] {
    sim_.run_chunked(5, [&](const nbt::Rows<float>& rows) {
      ++calls;
      return rows.first_row == 0;
    });
  });
  EXPECT_EQ(calls, 2);
}

TEST_F(Cpp, ACallFromInsideALambdaIsRefused) {
  sim_.run_chunked(20, [&](const nbt::Rows<float>&) {
    expect_error(NBT_ERROR_INVALID_ARGUMENT, "in use", [&] { sim_.report(); });
    expect_error(NBT_ERROR_INVALID_ARGUMENT, "in use", [&] { sim_.set("crystal.cells", {1, 1, 1}); });
  });
  EXPECT_EQ(sim_.run(), image_);
}

TEST(CppCancel, ComesFromAnyThread) {
  nbt::Simulation sim = long_scene();
  std::atomic<bool> started = false;
  sim.set_progress_callback([&](double) { started = true; });
  std::jthread other([&] {
    while (!started) std::this_thread::yield();
    sim.cancel();
  });
  expect_error(NBT_ERROR_CANCELLED, "", [&] { sim.run(); });
}

TEST(CppCancel, BeforeARunStopsItAtItsStartAndIsForgotten) {
  nbt::Simulation sim = small_scene();
  sim.cancel();
  expect_error(NBT_ERROR_CANCELLED, "", [&] { sim.run(); });
  EXPECT_EQ(sim.run().size(), std::size_t{23 * 17});
}

// ---- Derivatives and the rest

TEST_F(Cpp, ExtrasOfAGradientHaveTheirSizes) {
  sim_.set_structure_factor_grid({-1, -1, -1}, {1, 1, 1}, std::vector<double>(27, 100));
  const std::vector<double> ones(image_.size(), 1.0);
  const nbt::Loss loss{.kind = NBT_LOSS_WEIGHTS, .image = {.data = ones}};
  const nbt::Gradient all = sim_.gradient(loss, {}, {.amplitudes = true, .sources = true, .orientations = true});
  EXPECT_EQ(all.values.size(), sim_.component_names().size());
  EXPECT_EQ(all.amplitudes.size(), std::size_t{27});
  EXPECT_EQ(all.sources.size(), std::size_t{5});
  EXPECT_EQ(all.orientations.size(), std::size_t{3});
  EXPECT_EQ(sim_.structure_factor_box().count, std::size_t{27});
}

TEST_F(Cpp, TangentGivesOneImageAlongIt) {
  sim_.set("precision.mode", "double");
  const nbt::Names names = {"crystal.misset_deg"};
  const std::vector<double> tangent = {1, -2, 0.5};
  const nbt::Jacobian all = sim_.jacobian(names), along = sim_.jacobian(names, tangent);
  const std::size_t pixels = all.size.pixels();
  ASSERT_EQ(along.derivatives.size(), pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    double sum = 0, magnitude = 0;
    for (std::size_t p = 0; p < 3; ++p) {
      sum += tangent[p] * all.derivatives[p * pixels + i];
      magnitude += std::abs(tangent[p] * all.derivatives[p * pixels + i]);
    }
    EXPECT_NEAR(along.derivatives[i], sum, 1e-9 * magnitude + 1e-12) << i;
  }
}

TEST_F(Cpp, MemoryIsEstimatedAndTheReportIsText) {
  const nbt_memory_estimate estimate = sim_.estimate_memory({.run = NBT_RUN_CHUNKED, .rows_per_chunk = 5});
  EXPECT_EQ(estimate.output_bytes, 4.0 * static_cast<double>(image_.size()));
  EXPECT_NE(sim_.report().find("last_run"), std::string::npos);
  EXPECT_NE(sim_.trace(3, 4).find("pixel_value"), std::string::npos);
}

}  // namespace
