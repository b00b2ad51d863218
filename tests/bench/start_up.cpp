// Prints where the time of a small image goes: 64 x 64 pixels, one domain, from nbt_create in a fresh process on.
// Usage: nbt_start_up [threads [edge_pixels]]
// Run it several times: the first line of each run is a fresh process.
#include "measured.hpp"

namespace {

using namespace nbt::bench;

template <class Work>
double milliseconds_of(Work work) {
  return 1e3 * seconds_of(work);
}

void describe(nbt_simulation* simulation, double threads, double edge_pixels) {
  set(simulation, "crystal.cell_lengths_A", {79.1, 79.1, 37.9});
  set(simulation, "crystal.cells", {10, 10, 10});
  set(simulation, "structure_factors.default_F", {100});
  set(simulation, "detector.pixels", {edge_pixels, edge_pixels});
  if (threads > 0) set(simulation, "execution.threads", {threads});
}

template <class Work>
double median_milliseconds(Work work) {
  std::vector<double> values;
  for (int i = 0; i < 101; ++i) values.push_back(milliseconds_of([&] { work(i); }));
  return median(values);
}

// A box of ten million amplitudes, of which `single` makes a float copy at the first run.
void use_large_box(nbt_simulation* simulation) {
  constexpr std::int32_t edge = 216;
  const std::int32_t first[3] = {-edge / 2, -edge / 2, -edge / 2}, last[3] = {edge / 2 - 1, edge / 2 - 1, edge / 2 - 1};
  const std::vector<double> amplitudes(static_cast<std::size_t>(edge) * edge * edge, 100.0);
  check(simulation, nbt_set_structure_factor_grid(simulation, first, last, amplitudes.data(), amplitudes.size()));
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 0;
  const int edge_pixels = argc > 2 ? std::atoi(argv[2]) : 64;
  Image image(edge_pixels);
  nbt_simulation* simulation = nullptr;
  const double create = milliseconds_of([&] { check(nullptr, nbt_create(&simulation)); });
  const double setters = milliseconds_of([&] { describe(simulation, threads, edge_pixels); });
  const double first = milliseconds_of([&] { image.render(simulation); });
  const double later = median_milliseconds([&](int) { image.render(simulation); });
  const double turned = median_milliseconds([&](int i) {
    set(simulation, "crystal.misset_deg", {0.1 * i, 0, 0});
    image.render(simulation);
  });
  const double again = median_milliseconds([&](int) {
    nbt_simulation* other = nullptr;
    check(nullptr, nbt_create(&other));
    describe(other, threads, edge_pixels);
    image.render(other);
    nbt_destroy(other);
  });
  std::printf("create %.3f ms, parameters %.3f ms, first run %.3f ms, in all %.3f ms\n", create, setters, first,
              create + setters + first);
  std::printf("later runs %.3f ms, after a changed orientation %.3f ms, from create with a second handle %.3f ms\n",
              later, turned, again);
  use_large_box(simulation);
  const double first_with_box = milliseconds_of([&] { image.render(simulation); });
  const double turned_with_box = median_milliseconds([&](int i) {
    set(simulation, "crystal.misset_deg", {0.1 * i, 0, 0});
    image.render(simulation);
  });
  std::printf("ten million amplitudes: first run %.3f ms, after a changed orientation %.3f ms\n", first_with_box,
              turned_with_box);
  nbt_destroy(simulation);
}
