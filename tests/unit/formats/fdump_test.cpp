#include "formats/fdump.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "expect_error.hpp"

namespace nbt::formats {
namespace {

SharedStructureFactors small_box() {
  return box_of_reflections({{-1, 2, 0, 1.5}, {0, 3, 1, 2.5}, {0, 2, 0, 3.5}}, 9);
}

std::string dump_of(const StructureFactors& factors) {
  MemorySink sink;
  write_fdump(factors, sink);
  return sink.bytes();
}

std::string bytes_of(const std::vector<double>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)};
}

// Every row, plane and the whole have one extra element, row and plane of zeros.
TEST(Fdump, HasTheDescribedBytes) {
  const std::vector<double> data = {1.5, 9, 0, 9, 9,   0, 0, 0, 0,   // h = -1
                                    3.5, 9, 0, 9, 2.5, 0, 0, 0, 0,   // h = 0
                                    0,   0, 0, 0, 0,   0, 0, 0, 0};  // extra
  EXPECT_EQ(dump_of(*small_box()), "-1 0 2 3 0 1\n\f" + bytes_of(data));
}

TEST(Fdump, ReadsWhatItWrote) {
  const auto box = small_box();
  const auto again = read_fdump(dump_of(*box), "Fdump.bin");
  EXPECT_EQ(again->amplitudes, box->amplitudes);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    EXPECT_EQ(again->range[axis].first, box->range[axis].first);
    EXPECT_EQ(again->range[axis].last, box->range[axis].last);
  }
}

// The reference skips white space behind its header and then misreads everything [Q39].
TEST(Fdump, DataMayBeginWithBytesThatLookLikeWhiteSpace) {
  std::uint64_t bits = 0x4009090a0b0c0d20U;
  double amplitude = 0;
  std::memcpy(&amplitude, &bits, sizeof amplitude);
  const auto box = box_of_reflections({{0, 0, 0, amplitude}}, 0);
  EXPECT_EQ(read_fdump(dump_of(*box), "Fdump.bin")->amplitudes.front(), amplitude);
}

TEST(Fdump, OtherContentOfTheExtraElementsIsIgnored) {
  std::vector<double> data(8, 7.0);
  data[0] = 4;
  EXPECT_EQ(read_fdump("5 5 5 5 5 5\n\f" + bytes_of(data), "Fdump.bin")->amplitudes, std::vector<double>{4});
}

TEST(Fdump, AnyOtherLengthIsAnError) {
  const std::string dump = dump_of(*small_box());
  const std::size_t header = dump.find('\f') + 1;
  for (std::size_t length = 0; length < dump.size(); length += length < header ? 1 : 13) {
    SCOPED_TRACE(length);
    expect_error(Status::file, {"Fdump.bin", "not a usable structure-factor dump"},
                 [&] { read_fdump(std::string_view(dump).substr(0, length), "Fdump.bin"); });
  }
  expect_error(Status::file, {"bytes of data"}, [&] { read_fdump(dump + "x", "Fdump.bin"); });
}

TEST(Fdump, ForgedLimitsAreErrorsThatTakeNoMemory) {
  const std::string data(64, '\0');
  for (const char* header :
       {"0 2000000000 0 2000000000 0 2000000000", "-2147483648 2147483647 0 0 0 0", "5 4 0 0 0 0", "0 0 0 0 0",
        "0 0 0 0 0 0 0", "0 0 0 0 0 x", "0 0 0 0 0 99999999999", "0.0 0 0 0 0 0", ""}) {
    SCOPED_TRACE(header);
    expect_error(Status::file, {"Fdump.bin"}, [&] { read_fdump(header + ("\n\f" + data), "Fdump.bin"); });
  }
}

TEST(Fdump, AmplitudesThatAreNotFiniteAreErrors) {
  std::vector<double> data(8, 0.0);
  data[0] = std::numeric_limits<double>::quiet_NaN();
  expect_error(Status::file, {"nan", "h k l = 0 0 0"},
               [&] { read_fdump("0 0 0 0 0 0\n\f" + bytes_of(data), "Fdump.bin"); });
  std::vector<double> larger(3 * 2 * 3, 0.0);  // h -1 to 0, k 5, l 2 to 3, each with one more
  larger[(1 * 2 + 0) * 3 + 1] = -std::numeric_limits<double>::infinity();
  expect_error(Status::file, {"-inf", "h k l = 0 5 3"},
               [&] { read_fdump("-1 0 5 5 2 3\n\f" + bytes_of(larger), "Fdump.bin"); });
}

}  // namespace
}  // namespace nbt::formats
