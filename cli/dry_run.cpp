#include "dry_run.hpp"

#include <algorithm>

#include "outputs.hpp"
#include "progress.hpp"
#include "stopwatch.hpp"

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;
constexpr double enough_seconds = 0.25;

struct Region {
  std::int64_t first_fast, last_fast, first_slow, last_slow;
  std::int64_t rows() const { return last_slow - first_slow + 1; }
};

Region region_of(const Json& report) {
  const auto limits = report.at("detector").at("panels").at(0).at("region").get<std::array<std::int64_t, 4>>();
  return {limits[0], limits[1], limits[2], limits[3]};
}

struct EnoughRows {};

// Rows around the middle of the region, on a copy of the simulation.
double seconds_for_rows(const Simulation& simulation, const Region& region, std::int64_t rows) {
  const std::unique_ptr<Simulation> trial = simulation.clone();
  const std::int64_t first = region.first_slow + (region.rows() - rows) / 2;
  trial->set_roi(region.first_fast, region.last_fast, first, first + rows - 1);
  trial->estimate_memory(0);  // makes the plan, which is no part of the time per row
  const Stopwatch watch;
  try {
    trial->run_chunked(0, [&](const nbt_rows& done) {
      if (done.first_row + done.row_count >= first + rows) throw EnoughRows();
    });
  } catch (const EnoughRows&) {
    return watch.seconds();
  }
  return watch.seconds();
}

struct Trial {
  std::int64_t rows = 0;
  double seconds = 0;
};

// The difference of two trials leaves out what does not grow with the rows.
double seconds_per_row(const Trial& shortest, const Trial& longest) {
  if (longest.rows > shortest.rows && longest.seconds > shortest.seconds) {
    return (longest.seconds - shortest.seconds) / static_cast<double>(longest.rows - shortest.rows);
  }
  return longest.seconds / static_cast<double>(longest.rows);
}

double estimated_seconds(const Simulation& simulation, const Region& region) {
  if (region.rows() <= 0 || region.last_fast < region.first_fast) return 0;
  constexpr std::int64_t growth = 4;
  const Trial shortest{1, seconds_for_rows(simulation, region, 1)};
  Trial longest = shortest;
  while (longest.seconds - shortest.seconds < enough_seconds && longest.rows < region.rows()) {
    longest.rows = std::min(longest.rows * growth, region.rows());
    longest.seconds = seconds_for_rows(simulation, region, longest.rows);
  }
  return seconds_per_row(shortest, longest) * static_cast<double>(region.rows());
}

std::string bytes_text(double bytes) {
  return formatted("%.0f bytes (%.1f MiB)", bytes, bytes / (1024 * 1024));
}

void print_estimate(const Console& console, const nbt_memory_estimate& memory, double seconds) {
  console.line("dry run, nothing is written:");
  console.line("  working memory: " + bytes_text(memory.working_bytes));
  if (memory.device_bytes > 0) console.line("  memory of the device: " + bytes_text(memory.device_bytes));
  console.line("  float image: " + bytes_text(memory.output_bytes) +
               (memory.whole_image_fits ? ", would fit as a whole" : ", does not fit as a whole"));
  console.line(formatted("  rows at a time: %lld recommended, %lld at most within the limit",
                         static_cast<long long>(memory.recommended_rows_per_chunk),
                         static_cast<long long>(memory.largest_rows_per_chunk)));
  console.line(formatted("  evaluations: %.0f", memory.evaluations));
  console.line(formatted("  estimated time: %.3g s", seconds) +
               (seconds >= 60 ? " (" + duration_text(seconds) + ")" : ""));
}

std::string estimate_json(const nbt_memory_estimate& memory, double seconds, const Json& report) {
  const Json json = {{"nbt_dry_run", 1},
                     {"working_bytes", memory.working_bytes},
                     {"device_bytes", memory.device_bytes},
                     {"output_bytes", memory.output_bytes},
                     {"evaluations", memory.evaluations},
                     {"whole_image_fits", memory.whole_image_fits != 0},
                     {"recommended_rows_per_chunk", memory.recommended_rows_per_chunk},
                     {"largest_rows_per_chunk", memory.largest_rows_per_chunk},
                     {"estimated_seconds", seconds},
                     {"report", report}};
  constexpr int indent = 1;
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void dry_run(Simulation& simulation, const ProgramOptions& options, const Console& console, const Json& report) {
  const nbt_memory_estimate memory = simulation.estimate_memory(options.rows_per_chunk);
  const double seconds = memory.largest_rows_per_chunk > 0 ? estimated_seconds(simulation, region_of(report)) : 0;
  print_estimate(console, memory, seconds);
  if (!options.json) return;
  const std::string json = estimate_json(memory, seconds, report);
  if (options.json_file.empty()) return console.answer(json);
  OutputSet outputs;
  outputs.add("report", options.json_file).write_text(json + "\n");
  outputs.commit();
}

}  // namespace nbt::program
