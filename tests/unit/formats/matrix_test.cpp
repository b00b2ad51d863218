#include "formats/matrix.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"

namespace nbt::formats {
namespace {

TEST(Matrix, IsTheFirstNineNumbersWhateverTheLinesAndTheRest) {
  const std::array<double, 9> expected = {1, 0, 0, 0, 2, 0.5, 0, 0, 3};
  EXPECT_EQ(read_matrix("1 0 0\n0 2 0.5\n0 0 3\n 0.0 0.0 0.0\n text\n", "A.mat"), expected);
  EXPECT_EQ(read_matrix("# A\r\n1 0 0 0 2\r\n0.5 0 0 3 nonsense", "A.mat"), expected);
}

TEST(Matrix, IncompleteOrUnreadableIsAnError) {
  expect_error(Status::file, {"A.mat", "nine numbers", "only 0"}, [] { read_matrix("", "A.mat"); });
  expect_error(Status::file, {"only 8"}, [] { read_matrix("1 0 0\n0 1 0\n0 0\n", "A.mat"); });
  for (const char* word : {"x", "nan", "inf", "1e999", "1.0.0"}) {
    const std::string text = std::string("1 0 0\n0 1 ") + word + "\n0 0 1\n";
    expect_error(Status::file, {"A.mat", "line 2", word}, [&] { read_matrix(text, "A.mat"); });
  }
}

TEST(Matrix, SingularIsAnErrorAtAnyScale) {
  for (const char* text : {"0 0 0 0 0 0 0 0 0", "1 2 3 2 4 6 0 0 1", "1e-3 1e-3 0 1e-3 1e-3 0 0 0 1e-3"}) {
    expect_error(Status::file, {"A.mat", "singular"}, [&] { read_matrix(text, "A.mat"); });
  }
  EXPECT_NO_THROW(read_matrix("1e-30 0 0 0 1e-30 0 0 0 1e-30", "A.mat"));
}

}  // namespace
}  // namespace nbt::formats
