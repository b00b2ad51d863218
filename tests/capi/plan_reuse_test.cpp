// What is made anew after a change, seen from inside the handle. That the results are those of a fresh handle is
// ChangedParameter.GivesExactlyWhatAFreshHandleGives, for every parameter.
#include <algorithm>
#include <functional>
#include <ostream>

#include "../../capi/simulation.hpp"
#include "handle.hpp"

namespace nbt::test {
namespace {

SharedStructureFactors some_amplitudes() {
  std::vector<Reflection> list;
  for (std::int32_t i = 0; i < 11 * 11 * 11; ++i) {
    list.push_back({i / 121 - 5, i / 11 % 11 - 5, i % 11 - 5, 50.0 + i * 37 % 101});
  }
  return box_of_reflections(list, 0);
}

const SharedStructureFactors& amplitudes() {
  static const SharedStructureFactors shared = some_amplitudes();
  return shared;
}

void describe(Simulation& simulation) {
  const auto set = [&](const char* name, const char* text) { simulation.set_text(name, text); };
  set("crystal.cell_lengths_A", "61 72 83");
  set("crystal.cells", "4 5 6");
  set("detector.pixels", "23 17");
  set("detector.pixel_size_mm", "2");
  set("sampling.oversample", "1");
  simulation.set_structure_factors(amplitudes());
}

std::vector<float> image_of(Simulation& simulation) {
  const ImageSize size = simulation.image_size(0);
  std::vector<float> image(static_cast<std::size_t>(size.fast_count * size.slow_count), -1.0f);
  simulation.run(0, PixelType::float32, image.data(), size.fast_count * size.slow_count, size.fast_count);
  return image;
}

const FloatAmplitudes* table_of(Simulation& simulation) {
  return simulation.plan()->float_amplitudes.get();
}

struct Change {
  const char* name;
  const char* value;
};

void PrintTo(const Change& change, std::ostream* out) {
  *out << change.name << " = " << change.value;
}

class BesideTheAmplitudes : public testing::TestWithParam<Change> {};

TEST_P(BesideTheAmplitudes, AChangeKeepsTheirFloatCopyAndGivesTheBitsOfAFreshHandle) {
  Simulation used, fresh;
  describe(used);
  describe(fresh);
  const std::vector<float> before = image_of(used);
  const std::shared_ptr<const Plan> plan_before = used.plan();
  ASSERT_NE(plan_before->float_amplitudes, nullptr);
  used.set_text(GetParam().name, GetParam().value);
  fresh.set_text(GetParam().name, GetParam().value);
  const std::vector<float> after = image_of(used);
  EXPECT_EQ(table_of(used), plan_before->float_amplitudes.get());
  EXPECT_NE(used.plan(), plan_before);
  EXPECT_FALSE(same_bits(after, before)) << "the change shows nowhere";
  EXPECT_TRUE(same_bits(after, image_of(fresh)));
}

INSTANTIATE_TEST_SUITE_P(PlanReuse, BesideTheAmplitudes,
                         testing::Values(Change{"crystal.misset_deg", "1 2 3"}, Change{"beam.wavelength_A", "1.1"},
                                         Change{"detector.distance_mm", "123"}, Change{"crystal.cells", "7 7 7"},
                                         Change{"goniometer.phi_start_deg", "3"}, Change{"sampling.oversample", "2"}),
                         [](const auto& tested) {
                           std::string name = tested.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

class BesideTheScene : public testing::TestWithParam<Change> {};

TEST_P(BesideTheScene, AChangeKeepsThePlan) {
  Simulation simulation;
  describe(simulation);
  simulation.set_text("limits.memory_bytes", "1e8");
  const std::shared_ptr<const Plan> before = simulation.plan();
  simulation.set_text(GetParam().name, GetParam().value);
  EXPECT_EQ(simulation.plan(), before);
  simulation.unset(GetParam().name);
  EXPECT_EQ(simulation.plan(), before) << "unset";
}

INSTANTIATE_TEST_SUITE_P(PlanReuse, BesideTheScene,
                         testing::Values(Change{"execution.threads", "2"}, Change{"execution.simd_target", "AVX2"},
                                         Change{"execution.index_arithmetic", "double"},
                                         Change{"execution.device", "cpu"}, Change{"program.float_file", "a.bin"},
                                         Change{"program.write_noise", "0"}, Change{"limits.memory_bytes", "2e8"},
                                         Change{"limits.device_memory_bytes", "1000"}),
                         [](const auto& tested) {
                           std::string name = tested.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(PlanReuse, ALowerMemoryLimitIsCheckedAgainLikeThatOfAFreshHandle) {
  Simulation simulation;
  describe(simulation);
  const std::shared_ptr<const Plan> before = simulation.plan();
  simulation.set_text("limits.memory_bytes", "1e8");
  EXPECT_NE(simulation.plan(), before);
  simulation.set_text("limits.memory_bytes", "1000");
  EXPECT_THROW(simulation.plan(), std::exception);
}

TEST(PlanReuse, OtherAmplitudesAreCopiedAgain) {
  const std::vector<std::function<void(Simulation&)>> changes = {
      [](Simulation& s) { s.set_structure_factors(some_amplitudes()); },
      [](Simulation& s) { s.set_text("structure_factors.default_F", "1e6"); },
      [](Simulation& s) { s.load_scene(s.dump_scene()); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Simulation simulation;
    describe(simulation);
    const std::shared_ptr<const Plan> before = simulation.plan();
    changes[i](simulation);
    EXPECT_NE(table_of(simulation), before->float_amplitudes.get()) << "change " << i;
    EXPECT_EQ(simulation.plan()->float_amplitudes->source, simulation.plan()->scene.structure_factor_sets.front());
  }
}

// Nothing but the plan may hold it: a copy that no plan needs would be memory that no estimate knows.
TEST(PlanReuse, ACopyThatCannotBeUsedAgainIsLetGoAtOnce) {
  const std::vector<std::function<void(Simulation&)>> changes = {
      [](Simulation& s) { s.set_structure_factors(nullptr); },
      [](Simulation& s) { s.set_text("structure_factors.default_F", "1e6"); },
      [](Simulation& s) { s.set_text("precision.mode", "double"); },
      [](Simulation& s) { s.load_scene(s.dump_scene()); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Simulation simulation;
    describe(simulation);
    const std::weak_ptr<const FloatAmplitudes> table = simulation.plan()->float_amplitudes;
    simulation.set_text("crystal.misset_deg", "1 2 3");
    EXPECT_FALSE(table.expired()) << "change " << i;
    changes[i](simulation);
    EXPECT_TRUE(table.expired()) << "change " << i;
  }
}

TEST(PlanReuse, ClonesShareTheCopy) {
  Simulation original, copy, late_copy;
  describe(original);
  const FloatAmplitudes* table = table_of(original);
  copy.copy_from(original);
  copy.set_text("crystal.misset_deg", "1 2 3");
  EXPECT_EQ(table_of(copy), table);
  original.set_text("crystal.misset_deg", "3 2 1");
  late_copy.copy_from(original);
  EXPECT_EQ(table_of(late_copy), table);
  EXPECT_EQ(table_of(original), table);
}

}  // namespace
}  // namespace nbt::test
