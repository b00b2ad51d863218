#include "formats/pgm.hpp"

#include <gtest/gtest.h>

namespace nbt::formats {
namespace {

TEST(Pgm, TheHeaderNamesTheScaleInAComment) {
  EXPECT_EQ(pgm_header(80, 56, 93.48042), "P5\n80 56\n# pixels scaled by 93.4804\n255\n");
  EXPECT_EQ(pgm_header(100000, 1, 1), "P5\n100000 1\n# pixels scaled by 1\n255\n");
}

}  // namespace
}  // namespace nbt::formats
