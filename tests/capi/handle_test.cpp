// Handles: creation, copies, errors, being in use.
#include "handle.hpp"

#include <thread>

namespace nbt::test {
namespace {

TEST(Handle, StatusTextsAreDefinedForEveryNumber) {
  for (nbt_status status = NBT_OK; status <= NBT_ERROR_INTERNAL; ++status) {
    EXPECT_STRNE(nbt_status_text(status), "unknown status") << status;
  }
  EXPECT_STREQ(nbt_status_text(-1), "unknown status");
  EXPECT_STREQ(nbt_status_text(NBT_ERROR_INTERNAL + 1), "unknown status");
  EXPECT_STREQ(nbt_status_text(INT32_MAX), "unknown status");
}

TEST(Handle, VersionHasThreeNumbers) {
  int major = -1, minor = -1, patch = -1;
  EXPECT_EQ(std::sscanf(nbt_version(), "%d.%d.%d", &major, &minor, &patch), 3) << nbt_version();
}

TEST(Handle, DestroyingNothingIsAllowed) {
  nbt_destroy(nullptr);
}

TEST(LastError, IsEmptyUntilACallFailsAndStaysAfterOnesThatSucceed) {
  const Handle handle;
  EXPECT_EQ(handle.error(), "");
  EXPECT_EQ(nbt_unset(handle, "crystal.cels"), NBT_ERROR_UNKNOWN_NAME);
  const std::string message = handle.error();
  EXPECT_NE(message.find("crystal.cels"), std::string::npos) << message;
  EXPECT_NE(message.find("crystal.cells"), std::string::npos) << "the nearest name is missing: " << message;
  EXPECT_EQ(nbt_unset(handle, "crystal.cells"), NBT_OK);
  EXPECT_EQ(handle.error(), message);
}

TEST(LastError, OfOneHandleIsNotThatOfAnother) {
  const Handle failed, untouched;
  EXPECT_EQ(nbt_unset(failed, "nothing"), NBT_ERROR_UNKNOWN_NAME);
  EXPECT_EQ(untouched.error(), "");
}

TEST(LastError, WithoutAHandleBelongsToTheThread) {
  EXPECT_EQ(nbt_create(nullptr), NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_STRNE(nbt_last_error(nullptr), "");
  std::string of_other_thread = "not asked";
  std::thread([&] { of_other_thread = nbt_last_error(nullptr); }).join();
  EXPECT_EQ(of_other_thread, "");
}

TEST(LastError, OfANullHandleNamesTheArgument) {
  EXPECT_EQ(nbt_unset(nullptr, "crystal.cells"), NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(nbt_last_error(nullptr), "simulation is null");
}

TEST(Clone, TakesParametersAndDataAndThenIsIndependent) {
  const Handle original;
  describe_small_scene(original);
  const std::int32_t h[] = {0, 1}, k[] = {0, 1}, l[] = {0, 1};
  const double F[] = {10, 20};
  ASSERT_EQ(nbt_set_structure_factors(original, h, k, l, F, 2), NBT_OK);
  const std::vector<float> before = run(original);

  const Handle copy(original);
  EXPECT_EQ(copy.dump(), original.dump());
  EXPECT_TRUE(same_bits(run(copy), before));

  copy.set("crystal.cells", {9, 9, 9});
  ASSERT_EQ(nbt_set_structure_factors(copy, nullptr, nullptr, nullptr, nullptr, 0), NBT_OK);
  EXPECT_FALSE(same_bits(run(copy), before));
  EXPECT_TRUE(same_bits(run(original), before));
}

TEST(Clone, SurvivesItsOriginal) {
  std::vector<float> before;
  nbt_simulation* copy = nullptr;
  {
    const Handle original;
    describe_small_scene(original);
    before = run(original);
    ASSERT_EQ(nbt_clone(original, &copy), NBT_OK);
  }
  std::vector<float> after(before.size());
  EXPECT_EQ(nbt_run(copy, 0, NBT_FLOAT32, after.data(), static_cast<std::int64_t>(after.size()), small_fast), NBT_OK);
  EXPECT_TRUE(same_bits(after, before));
  nbt_destroy(copy);
}

TEST(Clone, DoesNotTakeAPendingCancel) {
  const Handle original;
  describe_small_scene(original);
  ASSERT_EQ(nbt_cancel(original), NBT_OK);
  const Handle copy(original);
  run(copy);
}

TEST(Clone, RunsBesideItsOriginalWithTheSameBits) {
  const Handle original;
  describe_small_scene(original);
  original.set("detector.pixels", {200, 150});
  original.set("crystal.mosaic_spread_deg", 1);
  original.set("crystal.mosaic_domains", 9);
  const std::vector<float> alone = run(original);
  const Handle copy(original);
  for (int repetition = 0; repetition < 5; ++repetition) {
    std::vector<float> of_copy;
    std::thread other([&] { of_copy = run(copy); });
    const std::vector<float> of_original = run(original);
    other.join();
    EXPECT_TRUE(same_bits(of_original, alone)) << repetition;
    EXPECT_TRUE(same_bits(of_copy, alone)) << repetition;
  }
}

struct Nested {
  nbt_simulation* handle;
  nbt_status status = NBT_OK;
  std::string message;
};

std::int32_t call_back_into_the_handle(const nbt_rows*, void* user) {
  auto& nested = *static_cast<Nested*>(user);
  nested.status = nbt_unset(nested.handle, "crystal.cells");
  nested.message = nbt_last_error(nullptr);
  return 0;
}

TEST(Handle, RefusesCallsFromItsOwnCallbacks) {
  const Handle handle;
  describe_small_scene(handle);
  Nested nested{handle, NBT_OK, ""};
  EXPECT_EQ(nbt_run_chunked(handle, 100, NBT_FLOAT32, call_back_into_the_handle, &nested), NBT_OK);
  EXPECT_EQ(nested.status, NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_NE(nested.message.find("in use"), std::string::npos) << nested.message;
  EXPECT_EQ(handle.error(), "");
  EXPECT_EQ(nbt_unset(handle, "crystal.cells"), NBT_OK);
}

}  // namespace
}  // namespace nbt::test
