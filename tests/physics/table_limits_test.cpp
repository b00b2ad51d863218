// No kernel reads amplitudes outside its table: the table lies between pages that cannot be read, so a stray read ends
// the test. Boxes that do not hold 0 0 0 and loops that are filled before their first result are the cases that matter.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cpu/kernels.hpp"
#include "cpu/scratch.hpp"
#include "cpu/simd_targets.hpp"

namespace nbt {
namespace {

// Numbers that begin right behind an unreadable page, or end right before one.
template <class T>
class GuardedTable {
 public:
  enum class Against { beginning, end };

  GuardedTable(std::size_t count, Against against) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t inside = (count * sizeof(T) + page - 1) / page * page;
    size_ = inside + 2 * guard_bytes;
    whole_ = mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (whole_ == MAP_FAILED) throw std::runtime_error("no pages for the table");
    char* const first = static_cast<char*>(whole_) + guard_bytes;
    if (mprotect(first, inside, PROT_READ | PROT_WRITE) != 0) throw std::runtime_error("the table cannot be written");
    data_ = reinterpret_cast<T*>(against == Against::beginning ? first : first + inside - count * sizeof(T));
    std::fill_n(data_, count, T(2));
  }
  ~GuardedTable() { munmap(whole_, size_); }
  GuardedTable(const GuardedTable&) = delete;
  GuardedTable& operator=(const GuardedTable&) = delete;

  const T* data() const { return data_; }

 private:
  static constexpr std::size_t guard_bytes = std::size_t{1} << 30;

  void* whole_;
  std::size_t size_;
  T* data_;
};

struct Case {
  std::string target;
  Precision precision;
  Shape shape;
};

std::string name_of(const Case& c) {
  const char* shapes[] = {"Square", "Round", "Gauss", "Tophat"};
  const char* precision =
      c.precision == Precision::fast ? "Fast" : (c.precision == Precision::single ? "Single" : "Double");
  return c.target + precision + shapes[static_cast<int>(c.shape)];
}

std::ostream& operator<<(std::ostream& stream, const Case& c) {
  return stream << name_of(c);
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::string& target : simd_targets()) {
    for (const Shape shape : {Shape::square, Shape::round, Shape::gauss, Shape::tophat}) {
      cases.push_back({target, Precision::single, shape});
      cases.push_back({target, Precision::double_, shape});
    }
    cases.push_back({target, Precision::fast, Shape::square});
  }
  return cases;
}

AddTerms kernel(const Case& c) {
  const std::int64_t target = find_simd_target(c.target);
  if (c.precision == Precision::fast) return add_terms_fast_for(target, c.shape);
  return c.precision == Precision::single ? add_terms_single_for(target, c.shape)
                                          : add_terms_double_for(target, c.shape);
}

constexpr int box_edge = 8;

// The box that begins at `corner`, filled with the amplitude 2.
AmplitudeTable table_at(const double (&corner)[3], const double* in_double, const float* in_float) {
  AmplitudeTable table;
  for (int axis = 0; axis < 3; ++axis) {
    table.box.first[axis] = corner[axis];
    table.box.last[axis] = corner[axis] + box_edge - 1;
    table.box.count[axis] = box_edge;
  }
  table.box.row_stride = box_edge;
  table.box.plane_stride = box_edge * box_edge;
  table.in_double = in_double;
  table.in_float = in_float;
  table.default_F = table.default_in_float = 2;
  return table;
}

// A row on an arc through the box; `reach` 3 keeps inside, more leaves it. The sums of one cell, which is F^2 = 4 for
// the square: every amplitude is 2.
std::vector<double> sums_of(const Case& c, const AmplitudeTable& table, Lookup lookup, double reach) {
  const auto scratch = std::make_unique<Scratch>();
  for (int i = 0; i < tile_pixels; ++i) {
    scratch->coordinate[0][i] = 1;
    scratch->coordinate[1][i] = reach * (2.0 * i / (tile_pixels - 1) - 1);
  }
  TermBatch batch;
  batch.pixels = tile_pixels;
  // Indices are middle + (0.9, -0.8, 0.7) w_1.
  Orientation orientation{};
  const double slope[3] = {0.9, -0.8, 0.7};
  double(*const axes[3])[3] = {&orientation.a, &orientation.b, &orientation.c};
  for (int axis = 0; axis < 3; ++axis) {
    (*axes[axis])[0] = table.box.first[axis] + 0.5 * (box_edge - 1) + 0.1;
    (*axes[axis])[1] = slope[axis];
  }
  batch.directions.basis[0][0] = batch.directions.basis[1][1] = 1;
  for (int j = 0; j < 2; ++j) batch.directions.coordinate[j] = scratch->coordinate[j];
  PlannedSource source{};
  source.wavelength_m = 1;
  scratch->block.count = 0;
  append_orientations(batch.directions.basis, source, &orientation, 1, scratch->block);
  batch.block = &scratch->block;
  CrystalConstants crystal;
  crystal.shape = c.shape;
  batch.crystal = &crystal;
  batch.table = &table;
  batch.lookup = lookup;
  batch.work = &scratch->work;
  batch.sums = scratch->terms;
  std::fill_n(scratch->terms, tile_pixels, 0.0);
  kernel(c)(batch);
  return {scratch->terms, scratch->terms + tile_pixels};
}

class TableLimits : public testing::TestWithParam<Case> {};

TEST_P(TableLimits, AreKeptWhereverTheBoxLies) {
  constexpr std::size_t count = box_edge * box_edge * box_edge;
  const double corners[][3] = {{-4, -4, -4}, {3, 5, 9}, {-40, -30, -20}, {900, -800, 700}};
  using Against = GuardedTable<double>::Against;
  for (const bool at_end : {false, true}) {
    const GuardedTable<double> in_double(count, at_end ? Against::end : Against::beginning);
    const GuardedTable<float> in_float(
        count, at_end ? GuardedTable<float>::Against::end : GuardedTable<float>::Against::beginning);
    for (const auto& corner : corners) {
      const AmplitudeTable table = table_at(corner, in_double.data(), in_float.data());
      for (const Lookup lookup : {Lookup::nearest, Lookup::tricubic}) {
        for (const double reach : {1.0, 3.0, 12.0}) {
          SCOPED_TRACE(testing::Message()
                       << "box at " << corner[0] << ' ' << corner[1] << ' ' << corner[2] << ", reach " << reach);
          const std::vector<double> sums = sums_of(GetParam(), table, lookup, reach);
          if (GetParam().shape != Shape::square) continue;
          for (const double sum : sums) ASSERT_NEAR(sum, 4, 1e-4);
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, TableLimits, testing::ValuesIn(all_cases()),
                         [](const auto& tested) { return name_of(tested.param); });

}  // namespace
}  // namespace nbt
