#include "float_image.hpp"

#include <span>

namespace nbt::program {

FloatImage::FloatImage(ImageSize size, formats::OutputFile* file, bool reads_back, const std::string& scratch_directory)
    : size_(size), file_(file) {
  const bool file_gives_back = file && file->can_read_back();
  if (reads_back && !file_gives_back) scratch_ = std::make_unique<formats::ScratchFile>(scratch_directory);
}

void FloatImage::append(const nbt_rows& rows) {
  const auto* pixels = static_cast<const float*>(rows.pixels);
  for (std::int64_t row = 0; row < rows.row_count; ++row) {
    const std::span photons(pixels + row * rows.row_stride, static_cast<std::size_t>(rows.fast_count));
    if (file_) file_->write(std::as_bytes(photons));
    if (scratch_) scratch_->write(std::as_bytes(photons));
  }
}

PhotonRows FloatImage::rows() const {
  formats::OutputFile* source = scratch_ ? static_cast<formats::OutputFile*>(scratch_.get()) : file_;
  return {size_, [source](std::uint64_t offset, std::span<std::byte> bytes) { source->read_back(offset, bytes); }};
}

}  // namespace nbt::program
