// Golden data as values: one reference run with its arguments, images and facts.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace nbt::golden {

// The folder that holds index.json, NAME.json, inputs/ and traces/.
std::filesystem::path data_directory();

struct GoldenCase {
  std::string name;
  std::string summary;
  std::vector<std::string> arguments;  // as given to the reference; input files are relative to data_directory()
  std::vector<std::string> inputs;
  int reference_threads = 1;
  int fast = 0;
  int slow = 0;
  std::string image_sha256;
  nlohmann::json facts;  // the whole NAME.json: image, derived, int, noise, pgm, dump, conditioning ...
};

// Names of all cases in the order of index.json.
std::vector<std::string> case_names();
GoldenCase load_case(const std::string& name);

// The float image, slow-major.
std::vector<float> load_image(const GoldenCase& golden);

// Bytes of another output as the reference wrote it: "int", "noise", "pgm" or "dump". Empty optional if the case has
// none stored.
std::optional<std::string> load_output(const GoldenCase& golden, const std::string& kind);

// Traces of single pixels, parsed.
struct GoldenTrace {
  std::string name;  // file name without extension
  std::string case_name;
  int slow = 0;
  int fast = 0;
  nlohmann::json facts;

  friend std::ostream& operator<<(std::ostream& stream, const GoldenTrace& trace) { return stream << trace.name; }
};
std::vector<GoldenTrace> load_traces();

// Facts of the full-frame case (pilatus6m/facts.json).
nlohmann::json load_pilatus_facts();

// The folder with the full-frame case's own input files, where one is found beside the checkout.
std::optional<std::filesystem::path> find_pilatus_directory();

std::string read_file(const std::filesystem::path& path);
std::string read_gzip(const std::filesystem::path& path);

// Lower-case hexadecimal SHA-256.
std::string sha256(const void* bytes, std::size_t count);
std::string sha256(const std::string& bytes);
std::string sha256(const std::vector<float>& image);

}  // namespace nbt::golden
