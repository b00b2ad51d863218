#include "pixel_printer.hpp"

namespace nbt::program {

PixelPrinter::PixelPrinter(const Simulation& simulation, const Console& console)
    : console_(console), prints_(simulation.flag("program.print_pixels") && !console.keeps_output_for_json()) {
  const double fast = simulation.number("program.print_pixel", 0, 2);
  const double slow = simulation.number("program.print_pixel", 1, 2);
  // Not given (NaN) or negative: every pixel, as in the reference.
  if (fast >= 0) only_ = Pixel{static_cast<std::int64_t>(fast), static_cast<std::int64_t>(slow)};
}

void PixelPrinter::print(const nbt_rows& rows) const {
  if (!prints_) return;
  const auto* pixels = static_cast<const float*>(rows.pixels);
  for (std::int64_t row = 0; row < rows.row_count; ++row) {
    print_row(rows.first_row + row, pixels + row * rows.row_stride, rows.fast_count);
  }
}

void PixelPrinter::print_row(std::int64_t slow, const float* photons, std::int64_t fast_count) const {
  if (only_ && only_->slow != slow) return;
  const std::int64_t first = only_ ? only_->fast : 0;
  const std::int64_t last = only_ ? only_->fast : fast_count - 1;
  for (std::int64_t fast = first; fast <= last && fast < fast_count; ++fast) {
    console_.answer(formatted("%4lld %4lld : %.9g", static_cast<long long>(fast), static_cast<long long>(slow),
                              static_cast<double>(photons[fast])));
  }
}

}  // namespace nbt::program
