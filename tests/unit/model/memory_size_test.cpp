#include "model/memory_size.hpp"

#include <gtest/gtest.h>

namespace nbt {
namespace {

TEST(MemorySize, KeepsWhatCanBeAddressed) {
  EXPECT_EQ(memory_size<double>(0), 0u);
  EXPECT_EQ(memory_size<double>(1000), 1000u);
}

TEST(MemorySize, RefusesWhatCannotBeAddressed) {
  EXPECT_THROW(memory_size<double>(-1), std::bad_alloc);
  EXPECT_THROW(memory_size<double>(std::numeric_limits<std::int64_t>::max()), std::bad_alloc);
  EXPECT_EQ(memory_size<char>(std::numeric_limits<std::ptrdiff_t>::max()),
            static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()));
}

}  // namespace
}  // namespace nbt
