#include "device/request_rules.hpp"

#include "model/error.hpp"

namespace nbt {

const Panel& require_rows(const Plan& plan, std::int32_t panel, std::int64_t first_row, std::int64_t row_count) {
  const auto panels = static_cast<std::int64_t>(plan.scene.panels.size());
  if (panel < 0 || panel >= panels) {
    throw Error(Status::out_of_range,
                "panel " + std::to_string(panel) + " does not exist; there are " + std::to_string(panels));
  }
  const Panel& found = plan.scene.panels[static_cast<std::size_t>(panel)];
  const bool rows_fit = first_row >= 0 && row_count >= 0 && row_count <= found.slow_count - first_row;
  if (!rows_fit) {
    throw Error(Status::out_of_range, "rows " + std::to_string(first_row) + " and " + std::to_string(row_count - 1) +
                                          " more do not lie on the panel's " + std::to_string(found.slow_count) +
                                          " rows");
  }
  return found;
}

void require_request(const Plan& plan, const RenderRequest& request) {
  const Panel& panel = require_rows(plan, request.panel, request.first_row, request.row_count);
  require_rows(plan, request.panel, request.first_row + request.row_count, request.rows_to_come);
  if (request.row_count > 0 && request.pixels == nullptr) throw Error(Status::invalid_argument, "no pixel buffer");
  if (request.row_stride < panel.fast_count) {
    throw Error(Status::out_of_range, "row stride " + std::to_string(request.row_stride) + " is less than the row's " +
                                          std::to_string(panel.fast_count) + " pixels");
  }
}

}  // namespace nbt
