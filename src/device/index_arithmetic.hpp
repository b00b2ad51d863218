// How a CUDA device computes Miller indices in precisions `single` and `fast` (docs/cuda.md).
#pragma once

#include <string>

namespace nbt {

enum class IndexArithmetic { automatic, in_double, fixed_point, float_pairs };

// Words of execution.index_arithmetic. The first throws Error(invalid_argument).
IndexArithmetic index_arithmetic_named(const std::string& word);
std::string name_of(IndexArithmetic arithmetic);

}  // namespace nbt
