// Every intermediate value of one pixel, as JSON.
#pragma once

#include <cstdint>
#include <string>

#include "plan/plan.hpp"

namespace nbt {

// Computed in the order of operations of precision `exact`, whatever the plan's precision. Lengths in metres unless a
// name says otherwise; numbers with all their digits. Throws Error(out_of_range) for a pixel that does not exist.
std::string trace_pixel_json(const Plan& plan, std::int32_t panel, std::int64_t slow, std::int64_t fast);

}  // namespace nbt
