#include "formats/source_file.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"

namespace nbt::formats {
namespace {

TEST(SourceFile, AnyOfTheSeparatorsStandsBetweenNumbers) {
  const auto rows = read_source_file("-10,0.5;1:2!1e-10\n -10 \t 0\t 1 1 , 2e-10\n", "sources.txt");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(*rows[0].x, -10);
  EXPECT_EQ(*rows[0].y, 0.5);
  EXPECT_EQ(*rows[0].z, 1);
  EXPECT_EQ(*rows[0].weight, 2);
  EXPECT_EQ(*rows[0].wavelength_m, 1e-10);
  EXPECT_EQ(*rows[1].wavelength_m, 2e-10);
}

// In the reference each of these turns the absent columns into 0 [Q14].
TEST(SourceFile, AbsentColumnsAreAbsentWithCrlfCommentsAndAMissingLastLineFeed) {
  const auto rows = read_source_file("# x y z\r\n-10 0 0\r\n-10 0 1 0.5 # weak\n\n-10", "sources.txt");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_TRUE(rows[0].z);
  EXPECT_FALSE(rows[0].weight);
  EXPECT_TRUE(rows[1].weight);
  EXPECT_FALSE(rows[1].wavelength_m);
  EXPECT_TRUE(rows[2].x);
  EXPECT_FALSE(rows[2].y);
}

TEST(SourceFile, WhatIsNoSourceIsAnErrorNamingTheLine) {
  const std::initializer_list<std::pair<const char*, const char*>> cases = {
      {"-10 0 zero", "\"zero\""},         {"-10 0 0 1 1e-10 7", "6 columns"}, {"-10 0 0 1 0", "wavelength 0"},
      {"-10 0 0 1 -1e-10", "wavelength"}, {"-10 0 0 -1", "weight -1"},        {"0 0 0 1 1e-10", "origin"},
      {"-10 nan 0", "\"nan\""},           {"-10 0 0 inf", "\"inf\""},         {"-10 0 0 1 1e-10 text", "6 columns"},
      {"-10 0 0 1 1e-999", "\"1e-999\""}};
  for (const auto& [line, word] : cases) {
    SCOPED_TRACE(line);
    const std::string text = std::string("-10 0 0\n") + line + "\n";
    expect_error(Status::file, {"sources.txt", "line 2", word}, [&] { read_source_file(text, "sources.txt"); });
  }
}

TEST(SourceFile, WithoutSourcesIsAnError) {
  for (const char* text : {"", "\n \n", "# nothing\n", ",;:!\n"}) {
    expect_error(Status::file, {"sources.txt", "no sources"}, [&] { read_source_file(text, "sources.txt"); });
  }
}

}  // namespace
}  // namespace nbt::formats
