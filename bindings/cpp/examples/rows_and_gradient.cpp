// An image that is never held as a whole, a measured image made of it, and the gradient of a loss against that.
#include <iostream>
#include <nbt/nbt.hpp>

int main() try {
  nbt::Simulation sim;
  sim.set_arguments({"-default_F", "100", "-cell", "50", "60", "70", "-N", "10", "-detpixels", "256"});
  sim.set("noise.seed", 1);

  // Rows as they finish; returning false, or throwing, stops the run.
  std::vector<std::uint16_t> measured;
  sim.digitize_begin(NBT_DIGITIZE_NOISE, 0);
  const nbt::ImageSize size = sim.image_size();
  nbt::Simulation renderer = sim.clone();
  renderer.run_chunked(32, [&](const nbt::Rows<float>& rows) {
    std::vector<std::uint16_t> counts(static_cast<std::size_t>(rows.row_count * size.fast_count));
    sim.digitize_rows(rows.all(), counts, rows.row_stride);
    measured.insert(measured.end(), counts.begin(), counts.end());
  });
  std::cout << sim.digitize_end().total_photons << " photons were drawn\n";

  // The counts are read where they lie. 40 is the offset of the analog-to-digital converter.
  const std::vector<double> offset(measured.size(), 40);
  const nbt::Names parameters = {"crystal.misset_deg", "detector.distance_mm"};
  const nbt::Gradient fit = sim.gradient({.image = {.data = measured, .background = offset}}, parameters);
  const nbt::Names names = sim.component_names(parameters);
  for (std::size_t i = 0; i < names.size(); ++i) std::cout << names[i] << " " << fit.values[i] << "\n";
} catch (const nbt::Error& error) {
  std::cerr << nbt_status_text(error.status()) << ": " << error.what() << "\n";
  return 1;
}
