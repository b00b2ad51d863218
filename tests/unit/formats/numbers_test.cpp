#include "formats/numbers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <clocale>
#include <cstdio>
#include <locale>
#include <string>

namespace nbt::formats {
namespace {

TEST(Numbers, WholeTokensOnly) {
  EXPECT_EQ(parse_real("-1.5e-3"), -1.5e-3);
  EXPECT_EQ(parse_real("+2"), 2.0);
  EXPECT_EQ(parse_real(".5"), 0.5);
  EXPECT_EQ(parse_int32("-12"), -12);
  EXPECT_EQ(parse_int32("+7"), 7);
  EXPECT_EQ(parse_int64("-9000000000"), -9000000000);
  for (const char* text :
       {"", "+", "-", "abc", "1x", "1 ", " 1", "nan", "inf", "-inf", "1e999", "0x10", "+-1", "1,5"}) {
    EXPECT_FALSE(parse_real(text)) << '"' << text << '"';
  }
  for (const char* text : {"", "+", "1.0", "1e3", "2147483648", "-2147483649", "99999999999999999999", "+-1", "7 "}) {
    EXPECT_FALSE(parse_int32(text)) << '"' << text << '"';
  }
}

TEST(Numbers, ScanningTakesTheNumberOffTheText) {
  std::string_view rest = "\n\t 12abc";
  EXPECT_EQ(scan_int32(rest), 12);
  EXPECT_EQ(rest, "abc");
  EXPECT_FALSE(scan_int32(rest));
  rest = " 1.0 2";
  EXPECT_EQ(scan_int32(rest), 1);
  EXPECT_EQ(rest, ".0 2");
  EXPECT_EQ(scan_real(rest), 0.0);
  EXPECT_EQ(scan_real(rest), 2.0);
  EXPECT_FALSE(scan_real(rest));
}

TEST(Numbers, AreWrittenAsPrintfGWrites) {
  for (const double value : {0.0, -0.0, 1.0, 100.0, 0.1, 1e5, 1e6, 123456.5, 1234567.0, 1e-4, 1e-5, -2.5e-17, 1.0 / 3,
                             2.0 / 3e10, 3.35001, 1e300, 4.9e-324}) {
    std::array<char, 64> expected{};
    std::snprintf(expected.data(), expected.size(), "%g", value);
    EXPECT_EQ(format_g(value), expected.data());
  }
}

// A program that embeds the library may have set a locale with a decimal comma. The C++ one can always be made; the
// C one depends on what is installed.
class DecimalComma : public std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Numbers, DoNotDependOnTheLocale) {
  const std::string c_locale = std::setlocale(LC_ALL, nullptr);
  const std::locale cpp_locale = std::locale::global(std::locale(std::locale(), new DecimalComma));
  std::setlocale(LC_ALL, "de_DE.UTF-8");
  EXPECT_EQ(parse_real("1.5"), 1.5);
  EXPECT_FALSE(parse_real("1,5"));
  EXPECT_EQ(format_g(1.5), "1.5");
  EXPECT_EQ(format_g(100000), "100000");
  std::locale::global(cpp_locale);
  std::setlocale(LC_ALL, c_locale.c_str());
}

}  // namespace
}  // namespace nbt::formats
