// Times a device through the C interface and prints Markdown; tests/bench/device/measure runs it.
// Usage: nbt_device_bench DEVICE [short]
//
// A run to host memory costs its evaluations and what every run costs: launches, rows to the host. Rendering the same
// pixels with four times the domains adds evaluations alone, so the difference of both times is the rate of the kernel.
// Times are medians on the wall after two runs that load kernels and keep the plan on the device.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scene.hpp"

namespace {

using nbt_bench::Arguments;
using nbt_bench::Clock;
using nbt_bench::Scene;

struct Size {
  int edge_pixels;
  int domains;
};

struct Plan {
  std::string device;
  std::vector<Size> sizes;
  Size gradient;
  int repeats;
};

struct Kind {
  const char* shape;             // crystal.shape
  const char* lookup;            // "default F", or structure_factors.interpolation
  const char* indices = "auto";  // execution.index_arithmetic
};

constexpr Kind kinds[] = {{"square", "default F"}, {"square", "nearest"},  {"square", "tricubic"},
                          {"round", "default F"},  {"gauss", "default F"}, {"tophat", "default F"}};
constexpr const char* arithmetics[] = {"double", "fixed_point", "float_pairs"};
constexpr const char* precisions[] = {"single", "fast", "double"};

bool takes_list(const Kind& kind) {
  return std::strcmp(kind.lookup, "default F") != 0;
}

// Pixels as small as the edge asks, so that every size sees the same angles.
void prepare(Scene& scene, const Plan& plan, const Kind& kind, const char* precision, int edge_pixels) {
  scene.set("execution.device", plan.device.c_str());
  scene.set("execution.threads", {std::max(1.0, static_cast<double>(std::thread::hardware_concurrency()))});
  scene.set("detector.pixel_size_mm", {102.4 / edge_pixels});
  scene.set("crystal.cells", {10, 10, 10});
  scene.set("execution.index_arithmetic", kind.indices);
  scene.set("crystal.shape", kind.shape);
  scene.set("structure_factors.interpolation", takes_list(kind) ? kind.lookup : "nearest");
  if (takes_list(kind)) scene.set_grid(nbt_bench::covering_grid());
  if (!scene.set_precision(precision)) throw std::runtime_error(std::string("no precision ") + precision);
}

template <class Work>
double median_s(const Plan& plan, const Work& work) {
  std::vector<double> seconds;
  work();
  work();
  for (int i = 0; i < plan.repeats; ++i) {
    const double start_s = nbt_bench::seconds_now(Clock::wall);
    work();
    seconds.push_back(nbt_bench::seconds_now(Clock::wall) - start_s);
  }
  return nbt_bench::median(seconds);
}

struct Timing {
  double seconds;
  double evaluations;
  std::string indices;  // as the report tells
};

Timing time_size(const Plan& plan, const Kind& kind, const char* precision, const Size& size) {
  Scene scene(nbt_bench::basic_arguments(size.edge_pixels, size.domains));
  prepare(scene, plan, kind, precision, size.edge_pixels);
  const double seconds = median_s(plan, [&] { scene.run(); });
  return {seconds, scene.evaluations(), scene.index_arithmetic_used()};
}

void print_row(const Plan& plan, const Kind& kind, const char* precision, const Size& size) {
  const Timing few = time_size(plan, kind, precision, size);
  const Timing many = time_size(plan, kind, precision, {size.edge_pixels, 4 * size.domains});
  const double kernel_rate = (many.evaluations - few.evaluations) / (many.seconds - few.seconds);
  const double beyond_kernel_s = few.seconds - few.evaluations / kernel_rate;
  std::printf("| %s | %s | %s | %s | %d x %d | %d | %.4g | %.4g | %.4g | %.3g |\n", precision, kind.shape, kind.lookup,
              few.indices.c_str(), size.edge_pixels, size.edge_pixels, size.domains, 1e3 * few.seconds,
              1e-9 * few.evaluations / few.seconds, 1e-9 * kernel_rate, 1e3 * beyond_kernel_s);
  std::fflush(stdout);
}

void print_images(const Plan& plan) {
  std::puts(
      "| precision | shape | lookup | indices | pixels | domains | to the host, ms | 1e9/s to the host | 1e9/s of the "
      "kernel |"
      " beyond the kernel, ms |");
  std::puts("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const char* precision : precisions) {
    for (const Kind& kind : kinds) {
      for (const Size& size : plan.sizes) print_row(plan, kind, precision, size);
    }
  }
  // Every arithmetic of indices: the device takes one of them by itself.
  for (const char* precision : {"single", "fast"}) {
    for (Kind kind : {kinds[0], kinds[1]}) {
      for (const char* indices : arithmetics) {
        kind.indices = indices;
        print_row(plan, kind, precision, plan.sizes[plan.sizes.size() / 2]);
      }
    }
  }
}

void print_gradients(const Plan& plan) {
  std::puts("\n| gradient by everything | lookup | pixels | domains | image, ms | loss and gradient, ms | ratio |");
  std::puts("| --- | --- | --- | --- | --- | --- | --- |");
  for (const char* precision : {"single", "double"}) {
    for (const Kind& kind : {kinds[0], kinds[1]}) {
      const Size size = plan.gradient;
      Scene scene(nbt_bench::basic_arguments(size.edge_pixels, size.domains));
      prepare(scene, plan, kind, precision, size.edge_pixels);
      const double image_s = median_s(plan, [&] { scene.run(); });
      const double gradient_s = median_s(plan, [&] { scene.run_gradient(takes_list(kind)); });
      std::printf("| %s | %s | %d x %d | %d | %.4g | %.4g | %.3g |\n", precision,
                  takes_list(kind) ? "nearest, by every F" : kind.lookup, size.edge_pixels, size.edge_pixels,
                  size.domains, 1e3 * image_s, 1e3 * gradient_s, gradient_s / image_s);
      std::fflush(stdout);
    }
  }
}

// Of 11 movements (Scene::run_jacobian).
void print_derivatives(const Plan& plan) {
  std::puts(
      "\n| derivatives, 11 movements | pixels | domains | image, ms | images, ms | ratio | normal equations, ms |"
      " ratio |");
  std::puts("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const char* precision : {"single", "double"}) {
    const Size size = plan.gradient;
    Scene scene(nbt_bench::basic_arguments(size.edge_pixels, size.domains));
    prepare(scene, plan, kinds[0], precision, size.edge_pixels);
    const double image_s = median_s(plan, [&] { scene.run(); });
    const double images_s = median_s(plan, [&] { scene.run_jacobian(); });
    const double equations_s = median_s(plan, [&] { scene.run_normal_equations(); });
    std::printf("| %s | %d x %d | %d | %.4g | %.4g | %.3g | %.4g | %.3g |\n", precision, size.edge_pixels,
                size.edge_pixels, size.domains, 1e3 * image_s, 1e3 * images_s, images_s / image_s, 1e3 * equations_s,
                equations_s / image_s);
    std::fflush(stdout);
  }
}

void print_device(const Plan& plan) {
  for (std::int32_t i = 0; i < nbt_device_count(); ++i) {
    nbt_device device{};
    device.struct_size = sizeof device;
    if (nbt_device_describe(i, &device) == NBT_OK && plan.device == device.name) {
      std::printf("%s: %s\n\n", device.name, device.available != 0 ? device.description : device.reason);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3 || (argc == 3 && std::strcmp(argv[2], "short") != 0)) {
    std::fputs("usage: nbt_device_bench DEVICE [short]\n", stderr);
    return 2;
  }
  Plan plan{argv[1], {{1024, 10}, {1024, 100}, {8192, 9}}, {1024, 100}, 5};
  if (argc == 3) plan = {argv[1], {{32, 1}}, {32, 2}, 1};
  try {
    print_device(plan);
    print_images(plan);
    print_gradients(plan);
    print_derivatives(plan);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "nbt_device_bench: %s\n", error.what());
    return 1;
  }
}
