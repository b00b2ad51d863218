// What run_chunked() tells a device of the rows to come, and how long it lets it keep something.
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "device/runs.hpp"
#include "fake_device.hpp"

namespace {

using namespace nbt;
using namespace nbt::test;

// Keeps a token from request to request.
class RecordingDevice : public FakeDevice {
 public:
  RecordingDevice() : FakeDevice(described("cuda:0", "fake card")) {}

  void render(const Plan& plan, const RenderRequest& request, const RenderOptions& options,
              const RunControl& control) const override {
    ASSERT_NE(request.kept, nullptr);
    EXPECT_EQ(*request.kept, token_.lock()) << "what was kept is another's, or lost";
    if (!*request.kept) token_ = *request.kept = std::make_shared<int>(0);
    requests.push_back(request);
    FakeDevice::render(plan, request, options, control);
  }
  bool is_kept() const { return !token_.expired(); }

  mutable std::vector<RenderRequest> requests;

 private:
  mutable std::weak_ptr<void> token_;
};

std::shared_ptr<const Plan> plan_with_panels_of(const std::vector<std::int64_t>& slow_counts) {
  Parameters parameters;
  parameters.set_text("crystal.cell_lengths_A", "70 80 90");
  parameters.set_text("structure_factors.default_F", "100");
  parameters.set_text("detector.pixels", "3 4");
  parameters.set_text("sampling.oversample", "1");
  Scene scene = resolve(parameters, {});
  Panel panel = scene.panels.front();
  scene.panels.clear();
  for (const std::int64_t slow_count : slow_counts) {
    panel.slow_count = slow_count;
    scene.panels.push_back(panel);
  }
  return make_plan(std::move(scene));
}

TEST(AnnouncedRows, AreThoseThatAreAskedForNext) {
  const std::vector<std::int64_t> slow_counts = {10, 1, 7};
  const auto plan = plan_with_panels_of(slow_counts);
  for (const std::int64_t chunk : {1, 3, 7, 10, 50}) {
    RecordingDevice device;
    RunHooks hooks;
    hooks.rows = [&](const FinishedRows&) { EXPECT_TRUE(device.is_kept()) << "while the caller has rows"; };
    run_chunked({*plan, device, {}, PixelType::float32}, chunk, hooks);
    EXPECT_FALSE(device.is_kept()) << "after the run";
    std::int64_t announced = 0, next = 0;
    for (const RenderRequest& request : device.requests) {
      const std::string what = "chunks of " + std::to_string(chunk) + ", panel " + std::to_string(request.panel) +
                               ", row " + std::to_string(request.first_row);
      if (announced > 0) {
        EXPECT_EQ(request.first_row, next) << what;
        EXPECT_EQ(request.row_count + request.rows_to_come, announced) << what;
      }
      next = request.first_row + request.row_count;
      announced = request.rows_to_come;
      EXPECT_EQ(next + announced, slow_counts[static_cast<std::size_t>(request.panel)]) << what;
    }
    EXPECT_EQ(announced, 0) << "chunks of " << chunk << ": announced to the end and never asked for";
  }
}

TEST(AnnouncedRows, LetGoOfWhatIsKeptWhenTheCallerThrows) {
  const auto plan = plan_with_panels_of({10});
  const RecordingDevice device;
  RunHooks hooks;
  hooks.rows = [](const FinishedRows&) { throw std::runtime_error("enough"); };
  EXPECT_THROW(run_chunked({*plan, device, {}, PixelType::float32}, 2, hooks), std::runtime_error);
  EXPECT_EQ(device.requests.size(), 1u);
  EXPECT_FALSE(device.is_kept());
}

}  // namespace
