// An image that somebody measured, in a file: SMV with 16-bit pixels, or float32 without header. Read row by row, so
// that it is never in memory as a whole.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "simulation.hpp"

namespace nbt::program {

class MeasuredImage {
 public:
  // `what` says in messages what the file is ("the data"). A file that begins as SMV does is SMV. Throws Error(file)
  // when it cannot be read or its size is not that of the image.
  MeasuredImage(std::string path, std::string what, ImageSize size);

  bool is_smv() const { return is_smv_; }

  // row_count rows without gaps, as they are in the file: uint16 of SMV, otherwise float32.
  void read_counts(std::int64_t first_row, std::int64_t row_count, std::vector<std::uint16_t>& counts);
  void read_floats(std::int64_t first_row, std::int64_t row_count, std::vector<float>& values);
  // As float32 whatever the file has.
  void read_values(std::int64_t first_row, std::int64_t row_count, std::vector<float>& values);

 private:
  [[noreturn]] void fail(const std::string& reason) const;
  void open_smv(const std::string& start);
  void open_floats(std::uint64_t bytes);
  void read_bytes(std::int64_t first_row, std::int64_t row_count, std::size_t pixel_bytes, void* target);

  std::string path_;
  std::string what_;
  ImageSize size_;
  std::ifstream file_;
  bool is_smv_ = false;
  bool is_swapped_ = false;
  std::int64_t header_bytes_ = 0;
};

}  // namespace nbt::program
