// Which pixels a block of threads works on, and by which rules: a tile, or a pixel with rules of its own.
#pragma once

#include "cuda/frozen_scene.hpp"
#include "cuda/team.hpp"

namespace nbt::cuda {

NBT_KERNEL_FN std::int64_t tiles_of_row(std::int64_t fast_count, int pixels) {
  return (fast_count + pixels - 1) / pixels;
}

class TileWalk {
 public:
  // `tile`: a pixel's place in FrozenScene::special_pixels if `special`, else counted in tiles of so many pixels from
  // the row on.
  NBT_KERNEL_FN TileWalk(const FrozenScene& scene, bool special, std::int64_t first_row, std::int64_t tile, int pixels)
      : scene_(scene) {
    if (special) {
      special_ = &scene.special_pixels[tile];
      slow_ = special_->slow;
      first_fast_ = special_->fast / pixels * pixels;
    } else {
      const std::int64_t tiles_per_row = tiles_of_row(scene.panel.fast_count, pixels);
      slow_ = first_row + tile / tiles_per_row;
      first_fast_ = tile % tiles_per_row * pixels;
    }
  }

  NBT_KERNEL_FN std::int64_t slow() const { return slow_; }
  NBT_KERNEL_FN std::int64_t first_fast() const { return first_fast_; }
  NBT_KERNEL_FN const SpecialPixel* special() const { return special_; }

  NBT_KERNEL_FN bool is_active(std::int64_t fast) const {
    const Region& region = scene_.panel.region;
    const bool inside = slow_ >= region.slow_first && slow_ <= region.slow_last && fast >= region.fast_first &&
                        fast <= region.fast_last && fast < scene_.panel.fast_count;
    if (!inside || (special_ != nullptr && fast != special_->fast)) return false;
    if (scene_.mask == nullptr) return true;
    const auto bit = static_cast<std::uint64_t>(slow_ * scene_.panel.fast_count + fast);
    return ((scene_.mask[bit >> 6] >> (bit & 63)) & 1u) != 0;
  }

  // Pixels behind the latch look up the nearest reflection [Q20].
  NBT_KERNEL_FN Lookup lookup_of(std::int64_t fast) const {
    if (special_ != nullptr) return special_->lookup;
    const bool latched = scene_.latch_slow >= 0 &&
                         (slow_ > scene_.latch_slow || (slow_ == scene_.latch_slow && fast > scene_.latch_fast));
    return latched ? Lookup::nearest : scene_.lookup;
  }

  // How many terms of a batch come before the latch, which is in one pixel only.
  NBT_KERNEL_FN int count_before_latch(std::int64_t sweep, std::int64_t first, int count) const {
    if (special_ == nullptr || !special_->latched || sweep < special_->latch_sweep) return count;
    if (sweep > special_->latch_sweep) return 0;
    const std::int64_t before = special_->latch_orientation - first;
    return static_cast<int>(before < 0 ? 0 : before > count ? count : before);
  }

 private:
  const FrozenScene& scene_;
  const SpecialPixel* special_ = nullptr;
  std::int64_t slow_ = 0;
  std::int64_t first_fast_ = 0;
};

}  // namespace nbt::cuda
