// The kernel that renders one tile (tile_pixels pixels of one row), one block of threads.
//
// Orientations come in batches: the threads compute the coefficients of their Miller indices together, once for the
// tile, then each thread adds them up for its own pixels. A batch's sum may be float (numerics.md 4), batches are added
// in double. Every pixel is computed by one thread in a fixed order, so no bit depends on how rows are launched.
#pragma once

#include "cuda/term.hpp"
#include "cuda/tile_pixel.hpp"
#include "cuda/tile_walk.hpp"

namespace nbt::cuda {

inline constexpr int largest_batch = 64;  // float sums stay good to 1e-6 (numerics.md 4)

template <class Peel, Shape shape, Lookup most, int products>
class RenderTile {
 public:
  // On one multiprocessor, as far as registers go; without the number the compiler counts on as many as shared memory
  // leaves room for, and spills.
  static constexpr int blocks_at_once = most == Lookup::tricubic ? 2 : 4;

  using Term = TermOf<Peel, shape, most, products>;
  using T = typename Term::T;
  using Coordinate = typename Peel::Coordinate;

  struct Shared {
    TilePixel pixel[tile_pixels];
    TilePlace place;
    typename Term::Coefficients batch[largest_batch];
    bool first_sweep;  // Plan::first_sweep holds for the next terms
  };

  NBT_KERNEL_FN RenderTile(const FrozenScene& scene, const RenderTask& task, std::int64_t block, Shared& shared)
      : scene_(scene),
        task_(task),
        term_(scene),
        shared_(shared),
        walk_(scene, task.special, task.first_row, task.first_tile + block, tile_pixels) {}

  NBT_KERNEL_FN void run() {
    start();
    if (any_pixel_is_active()) add_everything();
    finish();
  }

 private:
  NBT_KERNEL_FN void start() {
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      pixel = TilePixel();
      pixel.active = walk_.is_active(walk_.first_fast() + at);
      pixel.lookup = walk_.lookup_of(walk_.first_fast() + at);
    });
  }

  // Masks and regions leave many a tile without.
  NBT_KERNEL_FN bool any_pixel_is_active() const {
    return any_thread([&](int thread) {
      bool any = false;
      for (int p = 0; p < pixels_per_thread; ++p) any = any || shared_.pixel[thread + p * team_threads].active;
      return any;
    });
  }

  NBT_KERNEL_FN void add_everything() {
    if (scene_.running_product) start_running_product();
    for (int layer = 0; layer < scene_.panel.layers; ++layer) {
      for (int sub_slow = 0; sub_slow < scene_.oversample; ++sub_slow) {
        for (int sub_fast = 0; sub_fast < scene_.oversample; ++sub_fast) sub_pixel(layer, sub_slow, sub_fast);
      }
    }
  }

  // It starts from the background, with the cached captures of all layers in it.
  NBT_KERNEL_FN void start_running_product() {
    if (scene_.capture != FactorRule::cached) {
      each_pixel([&](int at) { shared_.pixel[at].total = scene_.background; });
      return;
    }
    for (int layer = 0; layer < scene_.panel.layers; ++layer) {
      place(layer, 0, 0);
      each_pixel([&](int at) { shared_.pixel[at].total += scene_.background * shared_.pixel[at].capture; });
    }
  }

  NBT_KERNEL_FN void place(int layer, int sub_slow, int sub_fast) {
    meet();  // the place before may still be read
    each_thread([&](int thread) {
      if (thread == 0) shared_.place = tile_place(scene_, walk_.slow(), walk_.first_fast(), layer, sub_slow, sub_fast);
    });
    meet();
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      place_pixel(scene_, shared_.place, static_cast<double>(walk_.first_fast() + at), pixel);
    });
  }

  NBT_KERNEL_FN void sub_pixel(int layer, int sub_slow, int sub_fast) {
    place(layer, sub_slow, sub_fast);
    const std::int64_t step = scene_.sources_together && walk_.special() == nullptr ? scene_.source_count : 1;
    for (std::int64_t source = 0; source < scene_.source_count; source += step) sweep(source, step);
  }

  // Sources that share weight and factors, one after the other in the same batches.
  NBT_KERNEL_FN void sweep(std::int64_t first_source, std::int64_t count) {
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      for (std::int64_t s = 0; s < count; ++s) {
        aim_pixel(scene_, shared_.place, scene_.sources[first_source + s], sweeps_ + s, pixel);
      }
      pixel.terms = 0;
    });
    choose_orientations();
    const std::int64_t terms = count * scene_.orientation_count;
    for (std::int64_t first = 0; first < terms; first += largest_batch) {
      const int batch = static_cast<int>(terms - first < largest_batch ? terms - first : largest_batch);
      fill(first_source, first, batch);
      meet();
      add(first_source, first, batch);
      meet();
    }
    if (!scene_.running_product) add_terms(scene_.sources[first_source].weight);
    sweeps_ += count;
  }

  // The first sweep that a thread of the reference executes may have orientations of its own [C-PARITY-001].
  NBT_KERNEL_FN void choose_orientations() {
    orientations_ = scene_.orientations;
    if (walk_.special() == nullptr || !walk_.special()->first_sweep) return;
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      if (pixel.active) shared_.first_sweep = pixel.kept && !executed_;
    });
    meet();
    if (shared_.first_sweep) {
      orientations_ = scene_.first_sweep;
      executed_ = true;
    }
    meet();
  }

  NBT_KERNEL_FN void fill(std::int64_t first_source, std::int64_t first, int count) {
    each_thread([&](int thread) {
      for (int o = thread; o < count; o += team_threads) {
        const std::int64_t at = first + o;
        const FrozenSource& source = scene_.sources[first_source + at / scene_.orientation_count];
        const Orientation& cell = orientations_[at % scene_.orientation_count];
        set_axis(source, cell.a, shared_.batch[o].axis[0]);
        set_axis(source, cell.b, shared_.batch[o].axis[1]);
        set_axis(source, cell.c, shared_.batch[o].axis[2]);
      }
    });
  }

  template <class Axis>
  NBT_KERNEL_FN void set_axis(const FrozenSource& source, const double (&x)[3], Axis& axis) const {
    double along[3];
    for (int j = 0; j < 3; ++j) along[j] = dot3(x, shared_.place.basis[j]) * source.per_wavelength_m;
    axis = term_.peel().template coefficients<products>(along, dot3(x, source.incident) * source.per_wavelength_m);
  }

  NBT_KERNEL_FN void add(std::int64_t first_source, std::int64_t first, int count) {
    const int tricubic = walk_.count_before_latch(sweeps_, first, count);
    if (scene_.running_product) {
      each_pixel([&](int at) { multiply_terms(scene_, shared_, {0, count, tricubic}, first_source, at); });
      return;
    }
    each_thread([&](int thread) {
      add_batch(thread, 0, tricubic, false);
      if (tricubic < count) add_batch(thread, tricubic, count, true);
    });
  }

  // For the pixels of one thread.
  NBT_KERNEL_FN void add_batch(int thread, int first, int end, bool latched) {
    T sum[pixels_per_thread] = {};
    Coordinate w[pixels_per_thread][3] = {};
    Lookup lookup[pixels_per_thread];
#pragma unroll
    for (int p = 0; p < pixels_per_thread; ++p) {
      const TilePixel& pixel = shared_.pixel[thread + p * team_threads];
      lookup[p] = latched ? Lookup::nearest : pixel.lookup;
      set_coordinates(pixel, w[p]);
    }
#pragma unroll 1
    for (int o = first; o < end; ++o) {
#pragma unroll
      for (int p = 0; p < pixels_per_thread; ++p) {
        sum[p] = term_.template add<false>(shared_.batch[o], w[p], lookup[p], sum[p]);
      }
    }
#pragma unroll
    for (int p = 0; p < pixels_per_thread; ++p) {
      TilePixel& pixel = shared_.pixel[thread + p * team_threads];
      // Not finite: a whole index, which is 0/0. Rare, so found afterwards.
      if (!(sum[p] - sum[p] == T(0))) {
        sum[p] = careful_sum(scene_, shared_, {first, end, latched ? first : end}, thread + p * team_threads);
      }
      pixel.terms += static_cast<double>(sum[p]);
    }
  }

  static NBT_KERNEL_FN void set_coordinates(const TilePixel& pixel, Coordinate (&w)[3]) {
    for (int j = 0; j < products; ++j) w[j] = Peel::coordinate(pixel.w[j]);
  }

  // Of a batch.
  struct Terms {
    int first;
    int end;
    int latched;  // from this one on
  };

  // These two are calls, so they are handed what they need: a kernel whose own address is handed out keeps its members
  // in memory, and its shared memory is read through addresses that could be anywhere.
  static NBT_KERNEL_CALL T careful_sum(const FrozenScene& scene, const Shared& shared, Terms terms, int at) {
    const Term term(scene);
    T sum = 0;
    for (int o = terms.first; o < terms.end; ++o) {
      sum += careful_term(term, shared.batch[o], shared.pixel[at], o >= terms.latched);
    }
    return sum;
  }

  // I = (I + x) f after every term; terms whose F_latt is exactly 0 are skipped unless there is water [Q22].
  static NBT_KERNEL_CALL void multiply_terms(const FrozenScene& scene, Shared& shared, Terms terms, std::int64_t source,
                                             int at) {
    TilePixel& pixel = shared.pixel[at];
    if (!pixel.active || !pixel.kept) return;
    const Term term(scene);
    const double weight = term_weight(scene, scene.sources[source].weight, pixel);
    Coordinate w[3] = {};
    set_coordinates(pixel, w);
    for (int o = terms.first; o < terms.end; ++o) {
      if (!scene.water && !term.counts(shared.batch[o], w)) continue;
      const auto x = static_cast<double>(careful_term(term, shared.batch[o], pixel, o >= terms.latched));
      pixel.total = (pixel.total + weight * x) * pixel.factors;
    }
  }

  static NBT_KERNEL_FN T careful_term(const Term& term, const typename Term::Coefficients& c, const TilePixel& pixel,
                                      bool latched) {
    const Lookup lookup = latched ? Lookup::nearest : pixel.lookup;
    Coordinate w[3] = {};
    set_coordinates(pixel, w);
    const T x = term.template add<false>(c, w, lookup, T(0));
    return x - x == T(0) ? x : term.template add<true>(c, w, lookup, T(0));
  }

  NBT_KERNEL_FN void add_terms(double source_weight) {
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      if (pixel.kept) pixel.total += pixel.factors * term_weight(scene_, source_weight, pixel) * pixel.terms;
    });
  }

  NBT_KERNEL_FN void finish() {
    each_pixel([&](int at) {
      TilePixel& pixel = shared_.pixel[at];
      const std::int64_t fast = walk_.first_fast() + at;
      if (fast >= scene_.panel.fast_count || (walk_.special() != nullptr && !pixel.active)) return;
      const double value = pixel.active ? pixel_value(scene_, sweeps_, pixel) : 0;
      const std::int64_t to = (walk_.slow() - task_.first_row) * task_.row_stride + fast;
      if (!task_.in_double) {
        static_cast<float*>(task_.pixels)[to] = static_cast<float>(value);
      } else {
        static_cast<double*>(task_.pixels)[to] = value;
      }
    });
  }

  const FrozenScene& scene_;
  const RenderTask& task_;
  const Term term_;
  Shared& shared_;
  const TileWalk walk_;
  const Orientation* orientations_ = nullptr;
  std::int64_t sweeps_ = 0;  // layers, sub-pixels and sources so far
  bool executed_ = false;    // of the special pixel: some sweep was not cut off by dmin
};

}  // namespace nbt::cuda
