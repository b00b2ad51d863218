// What nbt.hpp adds to the C call: a 64 x 64 image, through nbt_run and through run().
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nbt/nbt.hpp>

namespace {

constexpr std::int64_t side = 64;

template <class Call>
double microseconds(Call&& call) {
  constexpr int repeats = 500;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < repeats; ++i) call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / repeats;
}

struct Measured {
  const char* name;
  std::vector<double> times = {};

  void print() {
    std::ranges::sort(times);
    std::printf("%-22s %7.2f us  (%.2f to %.2f)\n", name, times[times.size() / 2], times.front(), times.back());
  }
};

}  // namespace

int main() {
  nbt::Simulation sim;
  sim.set_arguments(
      {"-default_F", "100", "-cell", "50", "60", "70", "-N", "10", "-detpixels", "64", "-oversample", "1"});
  std::vector<float> image(side * side);

  Measured c_call{"C call"}, into_span{"sim.run(image)"}, new_vector{"sim.run()"};
  for (int i = 0; i < 7; ++i) {  // in turn, so that a busy machine slows all of them
    c_call.times.push_back(
        microseconds([&] { nbt_run(sim.handle(), 0, NBT_FLOAT32, image.data(), side * side, side); }));
    into_span.times.push_back(microseconds([&] { sim.run(image, {.row_stride = side}); }));
    new_vector.times.push_back(microseconds([&] { image = sim.run(); }));
  }
  for (Measured* measured : {&c_call, &into_span, &new_vector}) measured->print();
}
