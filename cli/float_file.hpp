// A float image that somebody else wrote: float32, fast axis first, no header (files-and-cli.md 4.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "photon_rows.hpp"

namespace nbt::program {

class FloatFile {
 public:
  // Throws Error(file) when it cannot be read or its length is not that of the size.
  FloatFile(const std::string& path, ImageSize size);
  ~FloatFile();
  FloatFile(const FloatFile&) = delete;
  FloatFile& operator=(const FloatFile&) = delete;

  PhotonRows rows() const;

 private:
  void read(std::uint64_t offset, std::span<std::byte> bytes) const;

  std::string path_;
  ImageSize size_;
  int descriptor_ = -1;
};

}  // namespace nbt::program
