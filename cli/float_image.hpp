// The float image of a run: written row by row as it is rendered, read back for the images made from it.
#pragma once

#include <memory>
#include <string>

#include "formats/file.hpp"
#include "photon_rows.hpp"
#include "simulation.hpp"

namespace nbt::program {

class FloatImage {
 public:
  // Rows go to `file`, which may be null, and, where rows are to be read back and the file cannot give them, to a
  // temporary file in `scratch_directory`.
  FloatImage(ImageSize size, formats::OutputFile* file, bool reads_back, const std::string& scratch_directory);

  ImageSize size() const { return size_; }
  void append(const nbt_rows& rows);
  PhotonRows rows() const;

 private:
  ImageSize size_;
  formats::OutputFile* file_;
  std::unique_ptr<formats::ScratchFile> scratch_;
};

}  // namespace nbt::program
