// The tables of docs/memory.md against what nbt_estimate_memory says.
#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

namespace {

constexpr const char* page = NBT_SOURCE_DIR "/docs/memory.md";
constexpr double MiB = 1024.0 * 1024.0;
constexpr int threads = 8;  // of the tables; scratch grows with it

std::string text_of_page() {
  std::ifstream file(page);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class Estimator {
 public:
  Estimator() {
    check(nbt_create(&simulation_));
    const double cell_A[] = {79.1, 79.1, 37.9};
    check(nbt_set(simulation_, "crystal.cell_lengths_A", cell_A, 3));
    set("crystal.mosaic_spread_deg", 0.5);
    set("sampling.oversample", 1);
    set("structure_factors.default_F", 100);
    set("execution.threads", threads);
  }
  ~Estimator() { nbt_destroy(simulation_); }
  Estimator(const Estimator&) = delete;
  Estimator& operator=(const Estimator&) = delete;

  void set_pixels(double fast, double slow) {
    const double pixels[] = {fast, slow};
    check(nbt_set(simulation_, "detector.pixels", pixels, 2));
  }
  void set_orientations(double phi_steps, double domains) {
    set("goniometer.phi_range_deg", 1);
    set("goniometer.phi_steps", phi_steps);
    set("crystal.mosaic_domains", domains);
  }
  nbt_memory_estimate estimate(std::int64_t rows_per_chunk, double limit_bytes = 0) {
    nbt_memory_request request{};
    request.struct_size = sizeof request;
    request.run = NBT_RUN_CHUNKED;
    request.rows_per_chunk = rows_per_chunk;
    request.limit_bytes = limit_bytes;
    nbt_memory_estimate result{};
    result.struct_size = sizeof result;
    check(nbt_estimate_memory(simulation_, &request, &result));
    return result;
  }

 private:
  void set(const char* name, double value) { check(nbt_set(simulation_, name, &value, 1)); }
  void check(nbt_status status) { ASSERT_EQ(status, NBT_OK) << nbt_last_error(simulation_); }

  nbt_simulation* simulation_ = nullptr;
};

std::string number(double value, int digits) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string mebibytes(double bytes) {
  return number(bytes / MiB, bytes < 100 * MiB ? 1 : 0);
}

// Two digits, downwards: a few bytes more or less in the library should not change the page.
std::int64_t about(std::int64_t rows) {
  std::int64_t unit = 1;
  while (rows / unit >= 100) unit *= 10;
  return rows / unit * unit;
}

std::string fitting_rows(const nbt_memory_estimate& estimate) {
  return estimate.whole_image_fits ? "all" : std::to_string(about(estimate.largest_rows_per_chunk));
}

void expect_on_page(const std::string& table) {
  EXPECT_NE(text_of_page().find(table), std::string::npos) << page << " should have this table:\n" << table;
}

TEST(MemoryPage, HasTheTableOfDetectorsAndDomains) {
  std::string table;
  for (const int edge : {512, 1024, 2048, 4096, 8192, 16384}) {
    Estimator estimator;
    estimator.set_pixels(edge, edge);
    table += "| " + std::to_string(edge) + " x " + std::to_string(edge);
    table += " | " + mebibytes(estimator.estimate(1).output_bytes);
    for (const int domains : {1, 10, 100, 1000}) {
      estimator.set_orientations(1, domains);
      table += " | " + mebibytes(estimator.estimate(64).working_bytes);
    }
    const nbt_memory_estimate automatic = estimator.estimate(0);
    table += " | " + std::to_string(automatic.recommended_rows_per_chunk);
    table += " | " + mebibytes(automatic.working_bytes) + " |\n";
  }
  expect_on_page(table);
}

TEST(MemoryPage, HasTheTableOfOrientations) {
  std::string table;
  for (const int phi_steps : {1, 10, 100, 1000}) {
    Estimator estimator;
    estimator.set_pixels(2048, 2048);
    table += "| " + std::to_string(phi_steps);
    for (const int domains : {1, 10, 100, 1000}) {
      estimator.set_orientations(phi_steps, domains);
      table += " | " + mebibytes(estimator.estimate(64).working_bytes);
    }
    table += " |\n";
  }
  expect_on_page(table);
}

TEST(MemoryPage, HasTheTableOfLimits) {
  Estimator estimator;
  std::string table;
  for (const double limit : {32 * MiB, 128 * MiB, 512 * MiB, 8e9 * 0.8, 12e9 * 0.8, 24e9 * 0.8, 40e9 * 0.8}) {
    table += limit < 1e9 ? "| small host | " + number(limit / MiB, 0) + "M"
                         : "| " + number(limit / 0.8e9, 0) + " GB | " + number(limit / 1e9 * 1000, 0) + "000000";
    for (const int edge : {4096, 16384, 65536}) {
      estimator.set_pixels(edge, edge);
      estimator.set_orientations(1, 1000);
      table += " | " + fitting_rows(estimator.estimate(0, limit));
    }
    table += " |\n";
  }
  expect_on_page(table);
}

}  // namespace
