// Images of counts made from the float image, block after block: integer and noise (16 bit, SMV) and grey map.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "console.hpp"
#include "formats/file.hpp"
#include "outputs.hpp"
#include "photon_rows.hpp"
#include "simulation.hpp"

namespace nbt::program {

// Null: not wanted.
struct CountFiles {
  formats::AtomicFile* integer = nullptr;
  formats::AtomicFile* pgm = nullptr;
  formats::AtomicFile* noise = nullptr;

  bool any() const { return integer || pgm || noise; }
};

// As the nanoBragg options say.
CountFiles open_count_files(const Simulation& simulation, bool with_integer, OutputSet& outputs);

struct PhotonStatistics {
  double maximum = 0;
  double rmsd = 0;
};

// What was used and found.
struct CountFacts {
  std::optional<double> integer_scale;
  std::optional<double> pgm_scale;
  std::optional<double> noise_photons;
  std::optional<std::int64_t> noise_overloads;
};

// Writes the wanted images and prints the reference's lines about them. `report` is what nbt_report gives.
CountFacts write_count_images(Simulation& simulation, const Console& console, const nlohmann::ordered_json& report,
                              const PhotonRows& photons, const PhotonStatistics& statistics, const CountFiles& files);

void say_writing(const Console& console, const std::string& path, const std::string& values);

}  // namespace nbt::program
