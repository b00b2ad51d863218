// What nbt.h promises about records with a size: programs compiled with older, smaller ones go on working.
//
// These tests run twice: with the library as it is, and with one whose records have all grown (grow_records.cmake),
// which makes the records of this file, compiled with nbt.h, those of an older program.
#include "records.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <limits>

#include "handle.hpp"

namespace nbt::test {
namespace {

// A record whose last byte is the last of a page and whose next byte may not be touched: a library that reads or writes
// past the size it was given ends the test with a signal.
template <class Record>
class BeforeForbiddenMemory {
 public:
  BeforeForbiddenMemory() {
    void* pages = mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char*>(pages) + page_, page_, PROT_NONE) != 0) std::abort();
    pages_ = pages;
    record_ = new (static_cast<char*>(pages) + page_ - sizeof(Record)) Record{};
    record_->struct_size = sizeof(Record);
  }
  ~BeforeForbiddenMemory() { munmap(pages_, 2 * page_); }
  BeforeForbiddenMemory(const BeforeForbiddenMemory&) = delete;
  BeforeForbiddenMemory& operator=(const BeforeForbiddenMemory&) = delete;

  Record* operator->() { return record_; }
  Record* get() { return record_; }

 private:
  std::size_t page_ = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* pages_ = nullptr;
  Record* record_ = nullptr;
};

// A call with one record of each kind that a caller hands in.
class Records : public testing::Test {
 protected:
  void SetUp() override {
    describe_small_scene(handle_);
    handle_.set("noise.seed", 1);
    image_ = run<float>(handle_);
    counts_.resize(image_.size());
  }

  nbt_status digitize(nbt_digitize_result* result) {
    return nbt_digitize(handle_, NBT_DIGITIZE_NOISE, 0, image_.data(), small_fast, counts_.data(), result);
  }
  nbt_status digitize_end(nbt_digitize_result* result) {
    EXPECT_EQ(nbt_digitize_begin(handle_, NBT_DIGITIZE_NOISE, 0, 0), NBT_OK);
    return nbt_digitize_end(handle_, result);
  }
  void fill(nbt_loss& loss) const {
    loss.kind = NBT_LOSS_LEAST_SQUARES;
    loss.data = image_.data();
    loss.capacity = static_cast<std::int64_t>(image_.size());
    loss.readout_variance = 1;
  }
  nbt_status gradient(const nbt_loss* loss, const nbt_gradient_outputs* outputs, nbt_gradient_result* result) {
    const char* const parameters[] = {"detector.distance_mm"};
    return nbt_run_gradient(handle_, loss, parameters, 1, gradient_, 1, outputs, result);
  }
  nbt_status normal_equations(const nbt_loss* loss, nbt_gradient_result* result) {
    const char* const parameters[] = {"detector.distance_mm"};
    return nbt_run_normal_equations(handle_, loss, parameters, 1, 0, matrix_, gradient_, 1, result);
  }

  Handle handle_;
  std::vector<float> image_;
  std::vector<std::uint16_t> counts_;
  double gradient_[1] = {};
  double matrix_[1] = {};
};

TEST_F(Records, ParameterOfThisSizeIsFilledAndNothingPastIt) {
  BeforeForbiddenMemory<nbt_parameter> parameter;
  ASSERT_EQ(nbt_parameter_describe(0, parameter.get()), NBT_OK) << nbt_last_error(nullptr);
  EXPECT_EQ(parameter->struct_size, sizeof(nbt_parameter));
  EXPECT_STRNE(parameter->name, "");
  EXPECT_STRNE(parameter->sentence, "");
}

TEST_F(Records, DeviceOfThisSizeIsFilledAndNothingPastIt) {
  BeforeForbiddenMemory<nbt_device> device;
  ASSERT_EQ(nbt_device_describe(0, device.get()), NBT_OK) << nbt_last_error(nullptr);
  EXPECT_EQ(device->struct_size, sizeof(nbt_device));
  EXPECT_STREQ(device->name, "cpu");
  ASSERT_NE(device->other_names, nullptr);
}

TEST_F(Records, MemoryRequestAndEstimateOfThisSizeAreTakenAndNothingPastThem) {
  BeforeForbiddenMemory<nbt_memory_request> request;
  BeforeForbiddenMemory<nbt_memory_estimate> estimate;
  request->run = NBT_RUN_GRADIENT;
  request->with_amplitudes = 1;
  ASSERT_EQ(nbt_estimate_memory(handle_, request.get(), estimate.get()), NBT_OK) << handle_.error();
  EXPECT_EQ(estimate->struct_size, sizeof(nbt_memory_estimate));
  EXPECT_GT(estimate->working_bytes, estimate_of(handle_, 0, 0, NBT_RUN_GRADIENT).working_bytes)
      << "with_amplitudes, the last field, was not read";
}

TEST_F(Records, DigitizeResultOfThisSizeIsFilledAndNothingPastIt) {
  BeforeForbiddenMemory<nbt_digitize_result> result;
  ASSERT_EQ(digitize(result.get()), NBT_OK) << handle_.error();
  EXPECT_GT(result->total_photons, 0);
  ASSERT_EQ(digitize_end(result.get()), NBT_OK) << handle_.error();
  EXPECT_EQ(result->struct_size, sizeof(nbt_digitize_result));
}

TEST_F(Records, LossOutputsAndResultOfThisSizeAreTakenAndNothingPastThem) {
  BeforeForbiddenMemory<nbt_loss> loss;
  BeforeForbiddenMemory<nbt_gradient_outputs> outputs;
  BeforeForbiddenMemory<nbt_gradient_result> result;
  fill(*loss.get());
  double orientation[3] = {-1, -1, -1};
  outputs->orientations = orientation;
  outputs->orientation_count = 1;
  ASSERT_EQ(gradient(loss.get(), outputs.get(), result.get()), NBT_OK) << handle_.error();
  EXPECT_EQ(result->pixels, small_fast * small_slow);
  EXPECT_NE(orientation[2], -1);
  result->pixels = 0;
  ASSERT_EQ(normal_equations(loss.get(), result.get()), NBT_OK) << handle_.error();
  EXPECT_EQ(result->pixels, small_fast * small_slow);
}

// The callback knows the record of this file only.
TEST_F(Records, DataRowsHaveAtLeastThisSizeAndMayBeLeftAtItsDefaults) {
  struct Source {
    const std::vector<float>& image;
    std::size_t struct_size = 0;
    static std::int32_t give(nbt_data_rows* rows, void* user) {
      auto& self = *static_cast<Source*>(user);
      self.struct_size = rows->struct_size;
      rows->data = self.image.data() + rows->first_row * rows->fast_count;
      return 0;
    }
  } source{image_};
  BeforeForbiddenMemory<nbt_loss> loss;
  BeforeForbiddenMemory<nbt_gradient_result> result;
  fill(*loss.get());
  loss->data = nullptr;
  loss->callback = Source::give;
  loss->user = &source;
  ASSERT_EQ(gradient(loss.get(), nullptr, result.get()), NBT_OK) << handle_.error();
  EXPECT_GE(source.struct_size, sizeof(nbt_data_rows));
  EXPECT_EQ(result->pixels, small_fast * small_slow);
}

TEST_F(Records, RowsHaveAtLeastThisSize) {
  const Collected<float> collected = run_chunked<float>(handle_, 5);
  for (const nbt_rows& rows : collected.calls) EXPECT_GE(rows.struct_size, sizeof(nbt_rows));
  EXPECT_TRUE(same_bits(collected.image, image_));
  const char* const parameters[] = {"detector.distance_mm"};
  const auto take = [](const nbt_jacobian_rows* rows, void*) -> std::int32_t {
    EXPECT_GE(rows->struct_size, sizeof(nbt_jacobian_rows));
    EXPECT_EQ(rows->components, std::size_t{1});
    return 0;
  };
  EXPECT_EQ(nbt_run_jacobian(handle_, parameters, 1, nullptr, 0, 5, take, nullptr), NBT_OK) << handle_.error();
}

// The CPU refuses the image; before that, all of its record is read.
TEST_F(Records, DeviceImageOfThisSizeIsTakenAndNothingPastIt) {
  handle_.set_text("execution.device", "cpu");
  BeforeForbiddenMemory<nbt_device_image> image;
  image->pixels = image_.data();
  image->capacity = static_cast<std::int64_t>(image_.size());
  EXPECT_EQ(nbt_run_to_device(handle_, 0, image.get()), NBT_ERROR_UNSUPPORTED) << handle_.error();
  image->struct_size = sizeof(nbt_device_image) - 1;
  EXPECT_EQ(nbt_run_to_device(handle_, 0, image.get()), NBT_ERROR_INVALID_ARGUMENT);
  EXPECT_NE(handle_.error().find("image->struct_size"), std::string::npos) << handle_.error();
}

// Never set, one byte short of the first release's, and absurd sizes.
template <class Record, class Call>
void expect_sizes_are_checked(const char* name, Call call) {
  for (const std::size_t size : {std::size_t{0}, sizeof(Record) - 1, std::numeric_limits<std::size_t>::max()}) {
    Record record{};
    record.struct_size = size;
    EXPECT_EQ(call(&record), NBT_ERROR_INVALID_ARGUMENT) << name << ", struct_size " << size;
  }
  Record record{};
  record.struct_size = sizeof record;
  EXPECT_EQ(call(&record), NBT_OK) << name;
  EXPECT_EQ(record.struct_size, sizeof record) << name;
}

TEST_F(Records, OfLessThanTheFirstSizeAreRefused) {
  nbt_loss loss{};
  loss.struct_size = sizeof loss;
  fill(loss);
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  expect_sizes_are_checked<nbt_parameter>("parameter", [](auto* record) { return nbt_parameter_describe(0, record); });
  expect_sizes_are_checked<nbt_device>("device", [](auto* record) { return nbt_device_describe(0, record); });
  expect_sizes_are_checked<nbt_digitize_result>("digitize", [&](auto* record) { return digitize(record); });
  expect_sizes_are_checked<nbt_digitize_result>("digitize_end", [&](auto* record) { return digitize_end(record); });
  expect_sizes_are_checked<nbt_memory_request>(
      "request", [&](auto* record) { return nbt_estimate_memory(handle_, record, &estimate); });
  expect_sizes_are_checked<nbt_memory_estimate>(
      "estimate", [&](auto* record) { return nbt_estimate_memory(handle_, &request, record); });
  expect_sizes_are_checked<nbt_loss>("loss", [&](auto* record) {
    fill(*record);
    return gradient(record, nullptr, nullptr);
  });
  expect_sizes_are_checked<nbt_gradient_outputs>("outputs",
                                                 [&](auto* record) { return gradient(&loss, record, nullptr); });
  expect_sizes_are_checked<nbt_gradient_result>("result",
                                                [&](auto* record) { return gradient(&loss, nullptr, record); });
  expect_sizes_are_checked<nbt_gradient_result>("normal equations",
                                                [&](auto* record) { return normal_equations(&loss, record); });
}

// A caller that was compiled for a later version: longer records.
struct LongerEstimate {
  nbt_memory_estimate known;
  std::array<unsigned char, 64> unknown;
};
struct LongerRequest {
  nbt_memory_request known;
  std::array<unsigned char, 64> unknown;
};

TEST_F(Records, LongerOnesAreFilledWithZerosAndRefusedWhenTheyAskForSomethingUnknown) {
  LongerRequest request{};
  request.known.struct_size = sizeof request;
  LongerEstimate estimate{};
  estimate.known.struct_size = sizeof estimate;
  estimate.unknown.fill(0xff);
  EXPECT_EQ(nbt_estimate_memory(handle_, &request.known, &estimate.known), NBT_OK) << handle_.error();
  EXPECT_EQ(estimate.known.struct_size, sizeof estimate);
  EXPECT_EQ(estimate.unknown, (std::array<unsigned char, 64>{}));
  request.unknown[63] = 1;
  EXPECT_EQ(nbt_estimate_memory(handle_, &request.known, &estimate.known), NBT_ERROR_UNSUPPORTED);
}

// A record that grew twice; its first release had `first` alone, and padding after it.
struct Grown {
  std::size_t struct_size;
  std::int32_t first;
  std::int32_t in_padding;
  double second_release;
  double third_release;
};

}  // namespace
}  // namespace nbt::test

namespace nbt {
NBT_FIRST_RELEASE(test::Grown, first);
}

namespace nbt::test {
namespace {

TEST(GrownRecord, AFieldInThePaddingOfTheFirstReleaseIsToldFromOnePastIt) {
  EXPECT_FALSE(is_past_first_release<Grown>(offsetof(Grown, in_padding)));
  EXPECT_TRUE(is_past_first_release<Grown>(offsetof(Grown, second_release)));
}

TEST(GrownRecord, FieldsThatTheCallerDoesNotHaveAreZeroInRequests) {
  Grown sent{0, 7, 0, 8, 9};
  for (const std::size_t size : {offsetof(Grown, second_release), offsetof(Grown, third_release), sizeof(Grown)}) {
    sent.struct_size = size;
    const Grown known = known_request(&sent, "sent");
    EXPECT_EQ(known.first, 7) << size;
    EXPECT_EQ(known.second_release, size > offsetof(Grown, second_release) ? 8 : 0) << size;
    EXPECT_EQ(known.third_release, size > offsetof(Grown, third_release) ? 9 : 0) << size;
  }
}

TEST(GrownRecord, FieldsThatTheCallerDoesNotHaveAreNotWrittenInAnswers) {
  for (const std::size_t size : {offsetof(Grown, second_release), offsetof(Grown, third_release), sizeof(Grown)}) {
    Grown received{size, -1, 0, -1, -1};
    fill_record(&received, Grown{0, 7, 0, 8, 9});
    EXPECT_EQ(received.struct_size, size);
    EXPECT_EQ(received.first, 7) << size;
    EXPECT_EQ(received.second_release, size > offsetof(Grown, second_release) ? 8 : -1) << size;
    EXPECT_EQ(received.third_release, size > offsetof(Grown, third_release) ? 9 : -1) << size;
  }
}

}  // namespace
}  // namespace nbt::test
