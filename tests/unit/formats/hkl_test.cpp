#include "formats/hkl.hpp"

#include <gtest/gtest.h>

#include <string>

#include "expect_error.hpp"

namespace nbt::formats {
namespace {

std::vector<Reflection> read(std::string_view text, int columns = 4) {
  return read_hkl(text, {.columns = columns}, "list.hkl");
}

void expect_line_error(std::string_view text, std::initializer_list<std::string> words, int columns = 4) {
  SCOPED_TRACE(text);
  expect_error(Status::file, words, [&] { read(text, columns); });
}

TEST(HklText, CommentsBlankLinesCrlfAndAMissingLastLineFeedAreFine) {
  const auto list = read("# cell 10 20 30\r\n0 0 1 12.5\r\n\n  -1\t2  +3  1e2 # strong\n4 5 6 0");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].l, 1);
  EXPECT_EQ(list[0].F, 12.5);
  EXPECT_EQ(list[1].h, -1);
  EXPECT_EQ(list[1].k, 2);
  EXPECT_EQ(list[1].l, 3);
  EXPECT_EQ(list[1].F, 100);
  EXPECT_EQ(list[2].F, 0);
}

TEST(HklText, KeepsTheOrderAndTheDuplicates) {
  const auto list = read("1 1 1 5\n0 0 0 4\n1 1 1 6\n");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].F, 5);
  EXPECT_EQ(list[2].F, 6);
}

TEST(HklText, FiveColumnsAreAnErrorNamingTheLine) {
  expect_line_error("0 0 1 5\n0 0 2 5 0.1\n", {"list.hkl", "line 2", "5 columns instead of 4"});
}

TEST(HklText, ThreeColumnsAreAnErrorNamingTheLine) {
  expect_line_error("0 0 1\n", {"line 1", "3 columns"});
}

TEST(HklText, ExtraColumnsAreSkippedWhenTheirNumberIsGiven) {
  const auto list = read("0 0 1 5 0.1 free\n0 0 2 6 0.2 work\n", 6);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].F, 6);
  expect_line_error("0 0 1 5 0.1\n", {"5 columns instead of 6"}, 6);
}

TEST(HklText, IndicesThatAreNotWholeNumbersAreErrors) {
  expect_line_error("0 0.5 1 5\n", {"line 1", "index k is \"0.5\"", "not a whole number"});
  expect_line_error("1.0 0 1 5\n", {"index h is \"1.0\"", "without decimal point"});
  expect_line_error("0 0 x 5\n", {"index l is \"x\""});
  expect_line_error("3000000000 0 0 5\n", {"index h", "32-bit"});
  expect_line_error("nan 0 0 5\n", {"index h is \"nan\""});
}

TEST(HklText, AmplitudesThatAreNotFiniteAreErrors) {
  for (const char* amplitude : {"nan", "inf", "-inf", "1e999", "12.3.4", "F", "1,5"}) {
    expect_line_error(std::string("0 0 1 5\n0 0 2 ") + amplitude + "\n", {"line 2", "F is", amplitude});
  }
}

TEST(HklText, WithoutReflectionsIsAnError) {
  for (const char* text : {"", "\n\n", "# only a comment\n"}) expect_line_error(text, {"list.hkl", "no reflections"});
}

TEST(HklText, BinaryRubbishIsAnErrorWithAPrintableMessage) {
  const std::string rubbish("\x1f\x8b\x08\x00\xff\x00\x03 1 2 3\n", 14);
  expect_line_error(rubbish, {"line 1", "index h is \"??"});
}

TEST(HklText, FewerThanFourColumnsCannotBeAskedFor) {
  expect_error(Status::out_of_range, {"4 columns"}, [] { read("0 0 1 5\n", 3); });
}

TEST(HklText, ABoxHoldsTheListWithTheDefaultInTheHoles) {
  const auto box = read_hkl_box("0 0 0 4\n0 0 2 6\n", {}, 1.5, "list.hkl");
  EXPECT_EQ(box->amplitudes, (std::vector<double>{4, 1.5, 6}));
}

TEST(HklStream, IgnoresLinesAndStopsAtTheFirstThatDoesNotParse) {
  const HklOptions stream{.number_stream = true};
  auto list = read_hkl("0 0 1 5 0\n0 2 6 0 0 3\n7 # 1 1 1 1", stream, "list.hkl");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[1].l, 2);
  EXPECT_EQ(list[2].F, 7);
  // Five columns shift everything after the first line.
  list = read_hkl("0 0 1 5 9\n0 0 2 6 9\n", stream, "list.hkl");
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].h, 9);
  EXPECT_EQ(list[1].F, 2);
  expect_error(Status::file, {"no reflections"}, [&] { read_hkl("# h k l F\n0 0 1 5\n", stream, "list.hkl"); });
}

// The first pass reads reals, the second integers: "1.0" keeps its place in the box, and nothing from there on is
// stored [Q36].
TEST(HklStream, TheBoxCoversGroupsThatTheSecondPassCannotRead) {
  const auto box = read_hkl_box("0 0 0 4\n1.0 0 0 5\n2 0 0 6\n", {.number_stream = true}, 0.5, "list.hkl");
  EXPECT_EQ(box->range[0].last, 2);
  EXPECT_EQ(box->amplitudes, (std::vector<double>{4, 0.5, 0.5}));
  expect_error(Status::file, {"no reflections"},
               [] { read_hkl_box("text\n", {.number_stream = true}, 0, "list.hkl"); });
  expect_error(Status::file, {"1e+12", "out of range"},
               [] { read_hkl_box("1e12 0 0 1\n", {.number_stream = true}, 0, "list.hkl"); });
}

TEST(HklText, AnIndexThatIsASlipDoesNotTakeAllMemory) {
  expect_error(Status::memory_limit, {"h 0 to 2000000000", "GiB"},
               [] { read_hkl_box("0 0 0 1\n2000000000 10 10 1\n", {}, 0, "list.hkl"); });
  for (const bool number_stream : {false, true}) {
    const HklOptions options{.number_stream = number_stream, .box_byte_limit = 800};
    EXPECT_NO_THROW(read_hkl_box("0 0 0 1\n99 0 0 1\n", options, 0, "list.hkl"));
    expect_error(Status::memory_limit, {"h 0 to 100"},
                 [&] { read_hkl_box("0 0 0 1\n100 0 0 1\n", options, 0, "list.hkl"); });
  }
}

}  // namespace
}  // namespace nbt::formats
