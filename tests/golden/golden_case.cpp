#include "golden_case.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#ifndef NBT_GOLDEN_DIRECTORY
#error "NBT_GOLDEN_DIRECTORY must name the folder with the golden data"
#endif

namespace nbt::golden {
namespace {

nlohmann::json read_json(const std::filesystem::path& path) {
  return nlohmann::json::parse(read_file(path));
}

}  // namespace

std::filesystem::path data_directory() {
  return NBT_GOLDEN_DIRECTORY;
}

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : read_json(data_directory() / "index.json")) names.push_back(entry.at("name"));
  return names;
}

GoldenCase load_case(const std::string& name) {
  GoldenCase golden;
  golden.facts = read_json(data_directory() / (name + ".json"));
  golden.name = name;
  golden.summary = golden.facts.at("summary");
  golden.arguments = golden.facts.at("args").get<std::vector<std::string>>();
  golden.inputs = golden.facts.at("inputs").get<std::vector<std::string>>();
  golden.reference_threads = golden.facts.at("reference_threads");
  golden.fast = golden.facts.at("image").at("fast");
  golden.slow = golden.facts.at("image").at("slow");
  golden.image_sha256 = golden.facts.at("image").at("sha256");
  return golden;
}

std::vector<float> load_image(const GoldenCase& golden) {
  const std::string file = golden.facts.at("files").at("float");
  const std::string bytes = read_gzip(data_directory() / file);
  const auto count = static_cast<std::size_t>(golden.fast) * static_cast<std::size_t>(golden.slow);
  if (bytes.size() != count * sizeof(float)) throw std::runtime_error(file + " has not the size of the image");
  std::vector<float> image(count);
  std::memcpy(image.data(), bytes.data(), bytes.size());
  return image;
}

std::optional<std::string> load_output(const GoldenCase& golden, const std::string& kind) {
  const auto& files = golden.facts.at("files");
  if (!files.contains(kind)) return std::nullopt;
  return read_gzip(data_directory() / files.at(kind).get<std::string>());
}

std::vector<GoldenTrace> load_traces() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(data_directory() / "traces")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<GoldenTrace> traces;
  for (const auto& path : paths) {
    auto facts = read_json(path);
    traces.push_back({path.stem().string(), facts.at("case"), facts.at("slow"), facts.at("fast"), std::move(facts)});
  }
  return traces;
}

nlohmann::json load_pilatus_facts() {
  return read_json(data_directory() / "pilatus6m" / "facts.json");
}

std::optional<std::filesystem::path> find_pilatus_directory() {
  auto folder = std::filesystem::weakly_canonical(data_directory());
  while (folder.has_relative_path()) {
    const auto candidate = folder / "shared" / "golden" / "pilatus6m";
    if (std::filesystem::exists(candidate / "A.mat")) return candidate;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string read_gzip(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const int count = gzread(file.get(), buffer.data(), static_cast<unsigned>(buffer.size()));
    if (count < 0) throw std::runtime_error(path.string() + " is not a whole gzip file");
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string sha256(const void* bytes, std::size_t count) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(bytes, count, digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

std::string sha256(const std::string& bytes) {
  return sha256(bytes.data(), bytes.size());
}

std::string sha256(const std::vector<float>& image) {
  return sha256(image.data(), image.size() * sizeof(float));
}

}  // namespace nbt::golden
