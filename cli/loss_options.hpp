// The options of `nbt gradient` and `nbt refine` that say what the image is compared with, and how.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nbt::program {

struct LossOptions {
  std::string data_file;
  std::string loss;  // a word that loss_kind knows, once it is checked
  std::optional<double> gain;
  std::optional<double> readout_variance;
  std::optional<double> scale;
  std::string background_file;
  std::string mask_file;
  std::string weights_file;
};

void add_loss_options(CLI::App& app, LossOptions& options);

// What CLI11 cannot see: options that are missing, or that go with another loss. Throws UsageError.
void check_loss_options(const CLI::App& app, const LossOptions& options);

// NBT_LOSS_... of a name that was checked.
int loss_kind(const std::string& name);

// "crystal.misset_deg,detector.distance_mm" taken apart.
std::vector<std::string> parameter_names(const std::string& list);

}  // namespace nbt::program
