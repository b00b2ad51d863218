#include "model/read_real.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace nbt {
namespace {

#ifdef __cpp_lib_to_chars
void expect_as_from_chars(const std::string& text) {
  double expected = 17, found = 17;
  const auto standard = std::from_chars(text.data(), text.data() + text.size(), expected);
  const auto ours = read_real_by_strtod(text.data(), text.data() + text.size(), found);
  EXPECT_EQ(ours.ec, standard.ec) << '"' << text << '"';
  EXPECT_EQ(ours.ptr - text.data(), standard.ptr - text.data()) << '"' << text << '"';
  EXPECT_EQ(std::bit_cast<std::uint64_t>(found), std::bit_cast<std::uint64_t>(expected)) << '"' << text << '"';
}

TEST(ReadReal, ByStrtodIsFromChars) {
  const std::vector<std::string> texts = {
      "",     "-",    "+1",    " 1",   "1 ",    "1.",  ".5",    "-.5",       ".",       "1e5",    "1e",     "1e+",
      "1E-3", "1e-x", "1.5.2", "0x10", "1,5",   "1d5", "1e400", "-1e400",    "1e-400",  "0e-400", "-0",     "5e-324",
      "1e-5", "inf",  "-inf",  "nan",  "12abc", "--1", "-e5",   "infinity3", "9e99999", "0.0",    "1e0005", "i",
  };
  for (const std::string& text : texts) expect_as_from_chars(text);
}

TEST(ReadReal, ByStrtodIsFromCharsForRandomCharacters) {
  std::mt19937 random(1);
  const std::string alphabet = "0123456789019.eE+- x";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) text += alphabet[random() % alphabet.size()];
    expect_as_from_chars(text);
  }
}
#endif

TEST(ReadReal, ReadsTheNumberAtTheStart) {
  const std::string text = "-12.5e1mm";
  double value = 0;
  const auto [end, error] = read_real(text.data(), text.data() + text.size(), value);
  EXPECT_EQ(error, std::errc());
  EXPECT_EQ(end - text.data(), 7);
  EXPECT_EQ(value, -125);
}

}  // namespace
}  // namespace nbt
