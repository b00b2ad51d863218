// What every device asks of a request before it starts. Throws Error(out_of_range) and Error(invalid_argument).
#pragma once

#include "device/device.hpp"

namespace nbt {

// The panel, which has these rows.
const Panel& require_rows(const Plan& plan, std::int32_t panel, std::int64_t first_row, std::int64_t row_count);

void require_request(const Plan& plan, const RenderRequest& request);

}  // namespace nbt
