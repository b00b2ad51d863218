// A handle with RAII, a small scene, and images as vectors: what the tests of the C interface share.
#pragma once

#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace nbt::test {

class Handle {
 public:
  Handle() { EXPECT_EQ(nbt_create(&handle_), NBT_OK) << nbt_last_error(nullptr); }
  Handle(const Handle& original) { EXPECT_EQ(nbt_clone(original, &handle_), NBT_OK) << original.error(); }
  ~Handle() { nbt_destroy(handle_); }
  Handle& operator=(const Handle&) = delete;

  operator nbt_simulation*() const { return handle_; }  // NOLINT: stands for the pointer in every call
  std::string error() const { return nbt_last_error(handle_); }

  void set(const char* name, const std::vector<double>& values) const {
    EXPECT_EQ(nbt_set(handle_, name, values.data(), values.size()), NBT_OK) << name << ": " << error();
  }
  void set(const char* name, double value) const { set(name, std::vector<double>{value}); }
  void set_text(const char* name, const char* text) const {
    EXPECT_EQ(nbt_set_text(handle_, name, text), NBT_OK) << name << ": " << error();
  }
  std::string get_text(const char* name) const {
    const char* text = nullptr;
    EXPECT_EQ(nbt_get_text(handle_, name, &text), NBT_OK) << name << ": " << error();
    return text ? text : "";
  }
  std::string report() const {
    const char* json = nullptr;
    EXPECT_EQ(nbt_report(handle_, &json), NBT_OK) << error();
    return json ? json : "";
  }
  std::string dump() const {
    const char* json = nullptr;
    EXPECT_EQ(nbt_dump_scene(handle_, &json), NBT_OK) << error();
    return json ? json : "";
  }

 private:
  nbt_simulation* handle_ = nullptr;
};

inline constexpr std::int64_t small_fast = 23;
inline constexpr std::int64_t small_slow = 17;

// Everything that a run needs, cheap to render, with an orientation that puts different values into all pixels.
inline void describe_small_scene(const Handle& handle) {
  handle.set("crystal.cell_lengths_A", {61, 72, 83});
  handle.set("crystal.misset_deg", {10, 20, 30});
  handle.set("crystal.cells", {4, 5, 6});
  handle.set("structure_factors.default_F", 100);
  handle.set("detector.pixels", {small_fast, small_slow});
  handle.set("detector.pixel_size_mm", 2);
  handle.set("sampling.oversample", 1);
}

template <class Pixel>
constexpr std::int32_t pixel_type() {
  return sizeof(Pixel) == 4 ? NBT_FLOAT32 : NBT_FLOAT64;
}

template <class Pixel = float>
std::vector<Pixel> run(const Handle& handle) {
  std::int64_t fast = 0, slow = 0;
  EXPECT_EQ(nbt_get_image_size(handle, 0, &fast, &slow), NBT_OK) << handle.error();
  std::vector<Pixel> image(static_cast<std::size_t>(fast * slow), Pixel(-1));
  EXPECT_EQ(nbt_run(handle, 0, pixel_type<Pixel>(), image.data(), fast * slow, fast), NBT_OK) << handle.error();
  return image;
}

// Rows as they came, put together.
template <class Pixel>
struct Collected {
  std::vector<Pixel> image;
  std::vector<nbt_rows> calls;

  static std::int32_t add(const nbt_rows* rows, void* user) {
    auto& self = *static_cast<Collected*>(user);
    self.calls.push_back(*rows);
    for (std::int64_t row = 0; row < rows->row_count; ++row) {
      const auto* first = static_cast<const Pixel*>(rows->pixels) + row * rows->row_stride;
      self.image.insert(self.image.end(), first, first + rows->fast_count);
    }
    return 0;
  }
};

template <class Pixel = float>
Collected<Pixel> run_chunked(const Handle& handle, std::int64_t rows_per_chunk) {
  Collected<Pixel> collected;
  EXPECT_EQ(nbt_run_chunked(handle, rows_per_chunk, pixel_type<Pixel>(), Collected<Pixel>::add, &collected), NBT_OK)
      << handle.error();
  return collected;
}

template <class Pixel>
bool same_bits(const std::vector<Pixel>& a, const std::vector<Pixel>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(Pixel)) == 0;
}

inline nbt_memory_estimate estimate_of(const Handle& handle, std::int64_t rows_per_chunk, double limit_bytes = 0,
                                       std::int32_t run_kind = NBT_RUN_CHUNKED, std::int32_t pixel_type = NBT_FLOAT32) {
  nbt_memory_request request{};
  request.struct_size = sizeof request;
  request.run = run_kind;
  request.pixel_type = pixel_type;
  request.rows_per_chunk = rows_per_chunk;
  request.limit_bytes = limit_bytes;
  nbt_memory_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  EXPECT_EQ(nbt_estimate_memory(handle, &request, &estimate), NBT_OK) << handle.error();
  return estimate;
}

}  // namespace nbt::test
