// A float image in a file, read in blocks of rows. It is never in memory as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "simulation.hpp"

namespace nbt::program {

class PhotonRows {
 public:
  using ReadBytes = std::function<void(std::uint64_t offset, std::span<std::byte> bytes)>;

  PhotonRows(ImageSize size, ReadBytes read) : size_(size), read_(std::move(read)) {}

  ImageSize size() const { return size_; }

  struct Block {
    std::int64_t first_row = 0;
    std::int64_t row_count = 0;
    std::int64_t fast_count = 0;
    std::span<const float> photons;  // rows without gaps

    std::span<const float> row(std::int64_t index) const {
      return photons.subspan(static_cast<std::size_t>(index * fast_count), static_cast<std::size_t>(fast_count));
    }
  };
  // All rows in order, in blocks of about a megabyte. Stops with Interrupted after a signal.
  void for_each_block(const std::function<void(const Block&)>& action) const;
  // The same, row by row.
  void for_each_row(const std::function<void(std::int64_t slow, std::span<const float> photons)>& action) const;

 private:
  std::int64_t block_rows() const;

  ImageSize size_;
  ReadBytes read_;
};

}  // namespace nbt::program
