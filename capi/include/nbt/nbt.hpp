// nbt for C++20: nbt.h with classes, spans, lambdas and exceptions. Header-only; link libnbt.
//
//     nbt::Simulation sim;
//     sim.set("crystal.cell_lengths_A", {79.1, 79.1, 37.9});
//     sim.set("crystal.cells", {10, 10, 10});
//     sim.set("structure_factors.default_F", 100);
//     const std::vector<float> photons = sim.run();
//
// Images are photons per pixel, slow-major: pixel (slow, fast) is element slow * row_stride + fast.
//
// Errors: every function throws nbt::Error with the status and the sentence of the library. What a lambda throws ends
// the run and comes out of the call that it was given to, or during which it was called. A failed call changes nothing,
// except that the pixels of a failed run are unspecified.
//
// Threads: a simulation belongs to one thread at a time; different ones are independent. Only cancel() may be called
// from any thread. A call on a simulation that is in use is refused.
//
// Memory: spans are read or filled during the call and not kept. What comes back belongs to the caller.
// nbt.h says what each function does; here stands what differs.
#pragma once

#if (defined(_MSVC_LANG) ? _MSVC_LANG : __cplusplus) < 202002L
#error "nbt.hpp needs C++20 (std::span); nbt.h can be used from any C++"
#endif

#include <nbt/nbt.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nbt {
// Keeps these classes apart from the library's own in a program that links libnbt.a.
inline namespace client {

class Error : public std::runtime_error {
 public:
  Error(nbt_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  nbt_status status() const noexcept { return status_; }  // NBT_ERROR_...

 private:
  nbt_status status_;
};

// ---- What goes in and comes out ------------------------------------------------------------------------------

template <class Type>
concept ImagePixel = std::same_as<Type, float> || std::same_as<Type, double>;
template <class Type>
concept DataPixel = ImagePixel<Type> || std::same_as<Type, std::uint16_t> || std::same_as<Type, std::int32_t>;

// NBT_FLOAT32 and so on.
template <DataPixel Type>
constexpr std::int32_t type_code() {
  if (std::same_as<Type, float>) return NBT_FLOAT32;
  if (std::same_as<Type, double>) return NBT_FLOAT64;
  return std::same_as<Type, std::uint16_t> ? NBT_UINT16 : NBT_INT32;
}

struct ImageSize {
  std::int64_t fast_count = 0;
  std::int64_t slow_count = 0;
  std::size_t pixels() const { return static_cast<std::size_t>(fast_count * slow_count); }
};

// Where an image lies: of which panel it is, and how many elements there are from row to row (0: the fast count).
struct Layout {
  std::int32_t panel = 0;
  std::int64_t row_stride = 0;
};

// Inclusive limits in pixels.
struct Region {
  std::int64_t first_fast, last_fast, first_slow, last_slow;
};

// Rows that have been finished, with the fields of nbt_rows; valid during the lambda only.
template <ImagePixel Pixel>
struct Rows : nbt_rows {
  std::span<const Pixel> row(std::int64_t index) const {  // index counts from first_row
    return {static_cast<const Pixel*>(pixels) + index * row_stride, static_cast<std::size_t>(fast_count)};
  }
  std::span<const Pixel> all() const {  // the last row ends it; row_stride elements from row to row
    return {static_cast<const Pixel*>(pixels), static_cast<std::size_t>((row_count - 1) * row_stride + fast_count)};
  }
};

// Rows of the image and its derivative images, without gaps; valid during the lambda only.
struct JacobianRows : nbt_jacobian_rows {
  std::size_t pixels() const { return static_cast<std::size_t>(row_count * fast_count); }
  std::span<const double> image_rows() const { return {image, pixels()}; }
  std::span<const double> derivative_rows(std::size_t component) const {
    return {derivatives + component * pixels(), pixels()};
  }
};

struct MemoryRequest {
  std::int32_t run = NBT_RUN_WHOLE;
  std::int32_t pixel_type = NBT_FLOAT32;
  std::int64_t rows_per_chunk = 0;
  double limit_bytes = 0;
  std::int64_t components = 0;
  bool with_amplitudes = false;
};

// A span of float, double, uint16 or int32 elements that knows which; whatever is contiguous converts to it. It does
// not own them.
class View {
 public:
  View() = default;
  template <std::ranges::contiguous_range Range>
  requires DataPixel<std::remove_cv_t<std::ranges::range_value_t<Range>>> View(const Range& range)
      : data_(std::ranges::data(range)),
        size_(std::ranges::size(range)),
        type_(type_code<std::remove_cv_t<std::ranges::range_value_t<Range>>>()) {}

  const void* data() const { return data_; }  // null when empty
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int32_t type() const { return type_; }

 private:
  const void* data_ = nullptr;
  std::size_t size_ = 0;
  std::int32_t type_ = NBT_FLOAT64;
};

// Measured pixels. What is empty does not count; the others have the layout of the data.
struct Measured {
  View data;
  std::span<const std::uint8_t> mask = {};  // 0: the pixel is left out
  View background = {};                     // float or double; the weights of the same type
  View weights = {};
  std::int64_t row_stride = 0;  // 0: the fast count
};

struct RowRange {
  std::int32_t panel;
  std::int64_t first_row, row_count, fast_count;
};

// A loss against a measured image: the whole of it, or `rows`, which is asked for rows in order. What it returns must
// stay valid until it is called again or the run ends, and has the types that are named here (of an image they are
// known).
struct Loss {
  std::int32_t kind = NBT_LOSS_LEAST_SQUARES;
  Measured image = {};
  std::function<Measured(const RowRange&)> rows = {};
  std::int64_t rows_per_chunk = 0;
  std::int32_t data_type = NBT_FLOAT64;
  std::int32_t real_type = NBT_FLOAT64;
  double scale = 1;
  double gain = 0;
  double readout_variance = 0;
};

// What a gradient is to give beside the parameters' derivatives.
struct GradientExtras {
  bool amplitudes = false, sources = false, orientations = false;
};

// Results have the fields of the records of nbt.h (loss, scale_derivative, pixels; scale, total_photons, overloads).
struct Gradient : nbt_gradient_result {
  std::vector<double> values;                 // one per component
  std::vector<double> amplitudes;             // one per point of structure_factor_box()
  std::vector<double> sources, orientations;  // 5 and 3 each, as nbt_gradient_outputs has them
};

struct NormalEquations : nbt_gradient_result {
  std::vector<double> matrix, gradient;  // count * count and count
};

struct Jacobian {
  ImageSize size;
  std::vector<double> image, derivatives;  // component after component
};

struct Digitized : nbt_digitize_result {
  std::vector<std::uint16_t> counts;  // as many as the image has pixels, without gaps
};

struct Box {
  std::array<std::int32_t, 3> first = {}, last = {};
  std::size_t count = 0;  // 0: there are no structure factors
};

struct SampleCounts {
  std::size_t sources = 0, phi_steps = 0, domains = 0;
};

// Parameters or components of gradients; empty where functions allow it: all that are differentiable.
using Names = std::vector<std::string>;

namespace detail {

// A record of nbt.h that knows its size, or a class derived from it.
template <class Record, class Result = Record>
Result sized() {
  Result result{};
  result.struct_size = sizeof(Record);
  return result;
}

inline void check(nbt_status status, const nbt_simulation* handle) {
  if (status != NBT_OK) throw Error(status, nbt_last_error(handle));
}

inline void require_length(std::size_t size, std::size_t wanted, const char* what) {
  if (size == wanted) return;
  throw Error(NBT_ERROR_WRONG_LENGTH, std::string(what) + " has " + std::to_string(size) +
                                          " elements: " + std::to_string(wanted) + " are needed");
}

// The library's strings end at the first NUL.
inline const char* c_text(const std::string& text) {
  if (text.find('\0') == std::string::npos) return text.c_str();
  throw Error(NBT_ERROR_INVALID_ARGUMENT, "a text has a NUL character after \"" + std::string(text.c_str()) + "\"");
}

inline std::vector<const char*> c_texts(const Names& names) {
  std::vector<const char*> texts;
  for (const std::string& name : names) texts.push_back(c_text(name));
  return texts;
}

inline std::int64_t signed_size(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

inline std::size_t elements(std::int64_t rows, std::int64_t fast_count, std::int64_t row_stride) {
  return rows > 0 ? static_cast<std::size_t>((rows - 1) * row_stride + fast_count) : 0;
}

inline void require_elements(std::size_t size, std::size_t needed, const char* what) {
  if (size < needed) require_length(size, needed, what);
}

template <class Record, class Describe>
std::vector<Record> described(std::int32_t count, Describe describe) {
  std::vector<Record> list(static_cast<std::size_t>(count), sized<Record>());
  for (std::int32_t i = 0; i < count; ++i) check(describe(i, &list[static_cast<std::size_t>(i)]), nullptr);
  return list;
}

// What a simulation keeps at an address that does not move with it.
struct State {
  nbt_simulation* handle = nullptr;
  std::function<void(double)> progress;
  std::function<void(std::int32_t, std::string_view)> log;
  std::exception_ptr thrown;  // by a lambda in the present call
  std::int64_t digitized_fast_count = 0;
  std::atomic<bool> in_use = false;

  ~State() { nbt_destroy(handle); }

  // For C callbacks: 0, or 1 where the lambda threw or returned false.
  template <class Body>
  std::int32_t guarded(Body&& body) noexcept {
    try {
      if constexpr (std::is_same_v<decltype(body()), bool>) return body() ? 0 : 1;
      body();
      return 0;
    } catch (...) {
      thrown = std::current_exception();
      return 1;
    }
  }
};

// Keeps a second call out until it is destroyed.
struct Leave {
  void operator()(State* state) const { state->in_use = false; }
};
using InUse = std::unique_ptr<State, Leave>;

inline InUse enter(State* state) {
  if (!state) throw Error(NBT_ERROR_INVALID_ARGUMENT, "the simulation was moved from: it can only be assigned to");
  if (!state->in_use.exchange(true)) return InUse(state);
  throw Error(NBT_ERROR_INVALID_ARGUMENT, "the simulation is in use: wait until the call that uses it has returned");
}

// A lambda for rows with the state that keeps what it throws.
template <class Take>
struct Taker {
  State* state;
  Take* take;
};

// A callback of nbt.h that hands a record on as Given, which is derived from it. The library's record may be shorter.
template <class Given, class Record, class Take>
std::int32_t hand_over(const Record* record, void* user) {
  auto& taker = *static_cast<Taker<Take>*>(user);
  Given given{};
  std::memcpy(static_cast<Record*>(&given), record, std::min(record->struct_size, sizeof(Record)));
  return taker.state->guarded([&] { return (*taker.take)(std::as_const(given)); });
}

// Null where the view is empty; the library refuses data that are missing.
inline const void* checked(const View& view, std::int32_t type, std::size_t needed, const char* what) {
  if (view.empty()) return nullptr;
  require_elements(view.size(), needed, what);
  if (view.type() == type) return view.data();
  throw Error(NBT_ERROR_INVALID_ARGUMENT, std::string(what) + " has elements of type " + std::to_string(view.type()) +
                                              ": " + std::to_string(type) + " is expected (NBT_FLOAT32, ...)");
}

// Pointers into nbt_loss or nbt_data_rows.
template <class Target>
void point_to(Target& target, const Measured& given, const Loss& types, std::size_t needed) {
  if (!given.mask.empty()) require_elements(given.mask.size(), needed, "mask");
  target.data = checked(given.data, types.data_type, needed, "data");
  target.mask = given.mask.empty() ? nullptr : given.mask.data();
  target.background = checked(given.background, types.real_type, needed, "background");
  target.weights = checked(given.weights, types.real_type, needed, "weights");
}

// A loss as nbt.h takes it; stays where it is during the run.
class LossRecord {
 public:
  LossRecord(State* state, const Loss& loss, const ImageSize& size) : state_(state), loss_(loss) {
    if (!loss_.rows) take_image(size);
    record_.kind = loss_.kind;
    record_.data_type = loss_.data_type;
    record_.real_type = loss_.real_type;
    record_.callback = loss_.rows ? give_rows : nullptr;
    record_.user = this;
    record_.rows_per_chunk = loss_.rows_per_chunk;
    record_.scale = loss_.scale;
    record_.gain = loss_.gain;
    record_.readout_variance = loss_.readout_variance;
  }
  LossRecord(const LossRecord&) = delete;
  LossRecord& operator=(const LossRecord&) = delete;

  const nbt_loss* get() const { return &record_; }

 private:
  // An image tells its types by itself.
  void take_image(const ImageSize& size) {
    const Measured& image = loss_.image;
    loss_.data_type = image.data.type();
    loss_.real_type = image.background.empty() ? image.weights.type() : image.background.type();
    record_.row_stride = image.row_stride > 0 ? image.row_stride : size.fast_count;
    record_.capacity = signed_size(image.data.size());
    point_to(record_, image, loss_, elements(size.slow_count, size.fast_count, record_.row_stride));
  }

  static std::int32_t give_rows(nbt_data_rows* rows, void* user) {
    const auto& self = *static_cast<const LossRecord*>(user);
    return self.state_->guarded([&] {
      const Measured given = self.loss_.rows({rows->panel, rows->first_row, rows->row_count, rows->fast_count});
      if (given.row_stride > 0) rows->row_stride = given.row_stride;
      point_to(*rows, given, self.loss_, elements(rows->row_count, rows->fast_count, rows->row_stride));
    });
  }

  State* state_;
  Loss loss_;
  nbt_loss record_ = sized<nbt_loss>();
};

}  // namespace detail

// ---- The library ---------------------------------------------------------------------------------------------

inline std::string_view version() {
  return nbt_version();
}

// The parameter table and the devices; their texts live for ever.
inline std::vector<nbt_parameter> parameters() {
  return detail::described<nbt_parameter>(nbt_parameter_count(), nbt_parameter_describe);
}
inline std::vector<nbt_device> devices() {
  return detail::described<nbt_device>(nbt_device_count(), nbt_device_describe);
}

// ---- The simulation ------------------------------------------------------------------------------------------

// A scene that is being described, and what was computed from it. Moves are cheap; clone() copies.
class Simulation {
 public:
  Simulation() : state_(std::make_unique<detail::State>()) { detail::check(nbt_create(&state_->handle), nullptr); }

  // Independent; shares the structure factors and has copies of the callbacks.
  Simulation clone() const {
    auto copy = std::make_unique<detail::State>();
    call(nbt_clone, &copy->handle);
    copy->progress = state_->progress;
    copy->log = state_->log;
    Simulation made(std::move(copy));
    made.register_callbacks();
    return made;
  }

  // For functions of nbt.h beside this class. Null after a move; do not destroy it or set callbacks on it.
  nbt_simulation* handle() const noexcept { return state_ ? state_->handle : nullptr; }

  // -- Parameters

  void set(const std::string& name, std::span<const double> values) {
    call(nbt_set, detail::c_text(name), values.data(), values.size());
  }
  void set(const std::string& name, std::initializer_list<double> values) {
    set(name, std::span<const double>(values.begin(), values.size()));
  }
  void set(const std::string& name, double value) { set(name, std::span<const double>(&value, 1)); }
  void set(const std::string& name, const std::string& text) {
    call(nbt_set_text, detail::c_text(name), detail::c_text(text));
  }
  void unset(const std::string& name) { call(nbt_unset, detail::c_text(name)); }

  // Numbers as they were set, or the default; NaN where that is automatic.
  std::vector<double> get(const std::string& name) const {
    std::size_t length = 1;  // of an unknown name, which the library refuses
    for (const nbt_parameter& row : parameters()) {
      if (row.name == name) length = static_cast<std::size_t>(row.length);
    }
    std::vector<double> values(length);
    call(nbt_get, detail::c_text(name), values.data(), length);
    return values;
  }
  std::string get_text(const std::string& name) const { return text(nbt_get_text, detail::c_text(name)); }

  // A nanoBragg command line without the program's name. All or nothing.
  void set_arguments(const Names& arguments) {
    call(nbt_set_arguments, static_cast<std::int32_t>(arguments.size()), detail::c_texts(arguments).data());
  }

  // -- Data; empty spans remove what was set before

  void set_structure_factors(std::span<const std::int32_t> h, std::span<const std::int32_t> k,
                             std::span<const std::int32_t> l, std::span<const double> F) {
    detail::require_length(h.size(), F.size(), "h");
    detail::require_length(k.size(), F.size(), "k");
    detail::require_length(l.size(), F.size(), "l");
    call(nbt_set_structure_factors, h.data(), k.data(), l.data(), F.data(), F.size());
  }
  // A dense box, h slowest, l fastest.
  void set_structure_factor_grid(const std::array<std::int32_t, 3>& first, const std::array<std::int32_t, 3>& last,
                                 std::span<const double> F) {
    call(nbt_set_structure_factor_grid, first.data(), last.data(), F.data(), F.size());
  }
  // `directions`: x, y, z of each source. Empty wavelengths or weights: those of the beam, 1.
  void set_sources(std::span<const double> directions, std::span<const double> wavelengths_A = {},
                   std::span<const double> weights = {}) {
    const std::size_t count = directions.size() / 3;
    detail::require_length(directions.size(), 3 * count, "directions");
    if (!wavelengths_A.empty()) detail::require_length(wavelengths_A.size(), count, "wavelengths_A");
    if (!weights.empty()) detail::require_length(weights.size(), count, "weights");
    call(nbt_set_sources, directions.data(), wavelengths_A.empty() ? nullptr : wavelengths_A.data(),
         weights.empty() ? nullptr : weights.data(), count);
  }
  // Nine numbers each, row by row.
  void set_mosaic_rotations(std::span<const double> rotations) {
    detail::require_length(rotations.size(), rotations.size() / 9 * 9, "rotations");
    call(nbt_set_mosaic_rotations, rotations.data(), rotations.size() / 9);
  }
  // 0: the pixel is not rendered.
  void set_mask(std::span<const std::uint8_t> mask, const ImageSize& size) {
    detail::require_length(mask.size(), size.pixels(), "mask");
    call(nbt_set_mask, mask.data(), size.fast_count, size.slow_count);
  }
  void set_roi(const Region& roi) { call(nbt_set_roi, roi.first_fast, roi.last_fast, roi.first_slow, roi.last_slow); }

  // -- Scenes as JSON text

  void load_scene(std::string_view json) { call(nbt_load_scene, json.data() ? json.data() : "", json.size()); }
  std::string dump_scene() const { return text(nbt_dump_scene); }

  // -- Callbacks and cancelling

  // Called on the thread of the run with 0..1. An empty function removes it.
  void set_progress_callback(std::function<void(double fraction_done)> progress) {
    const auto in_use = detail::enter(state_.get());
    state_->progress = std::move(progress);
    register_callbacks();
  }
  // Called with NBT_LOG_... and a line.
  void set_log_callback(std::function<void(std::int32_t level, std::string_view message)> log) {
    const auto in_use = detail::enter(state_.get());
    state_->log = std::move(log);
    register_callbacks();
  }
  // Any thread, as long as the simulation is neither moved nor destroyed meanwhile: stops the run, which throws
  // Error with NBT_ERROR_CANCELLED, or the next run at its start.
  void cancel() const noexcept { nbt_cancel(handle()); }

  // -- Images

  ImageSize image_size(std::int32_t panel = 0) const {
    ImageSize size;
    call(nbt_get_image_size, panel, &size.fast_count, &size.slow_count);
    return size;
  }

  // Into the caller's memory, without a copy.
  void run(std::span<float> pixels, const Layout& layout = {}) { run_into(pixels, layout); }
  void run(std::span<double> pixels, const Layout& layout = {}) { run_into(pixels, layout); }

  // Without gaps between rows.
  template <ImagePixel Pixel = float>
  std::vector<Pixel> run(std::int32_t panel = 0) {
    const ImageSize size = image_size(panel);
    std::vector<Pixel> pixels(size.pixels());
    run(std::span(pixels), {panel, size.fast_count});
    return pixels;
  }

  // Into memory of the device that execution.device chooses: so many elements, in a stream of the device (a
  // cudaStream_t).
  template <ImagePixel Pixel>
  void run_to_device(Pixel* pixels, std::size_t capacity, const Layout& layout = {}, void* stream = nullptr) {
    auto image = detail::sized<nbt_device_image>();
    image.pixel_type = type_code<Pixel>();
    image.pixels = pixels;
    image.capacity = detail::signed_size(capacity);
    image.row_stride = layout.row_stride;
    image.stream = stream;
    call(nbt_run_to_device, layout.panel, &image);
  }

  // `take(const Rows<Pixel>&)` gets rows in order; where it returns false the run stops and throws Error with
  // NBT_ERROR_CANCELLED. It must not use the simulation, except for cancel(). Zero rows per chunk: chosen.
  template <ImagePixel Pixel = float, class Take>
  void run_chunked(std::int64_t rows_per_chunk, Take&& take) {
    detail::Taker<std::remove_reference_t<Take>> taker{state_.get(), &take};
    call(nbt_run_chunked, rows_per_chunk, type_code<Pixel>(),
         detail::hand_over<Rows<Pixel>, nbt_rows, std::remove_reference_t<Take>>, &taker);
  }

  nbt_memory_estimate estimate_memory(const MemoryRequest& wanted = {}) const {
    auto request = detail::sized<nbt_memory_request>();
    request.run = wanted.run;
    request.pixel_type = wanted.pixel_type;
    request.rows_per_chunk = wanted.rows_per_chunk;
    request.limit_bytes = wanted.limit_bytes;
    request.components = wanted.components;
    request.with_amplitudes = wanted.with_amplitudes ? 1 : 0;
    auto estimate = detail::sized<nbt_memory_estimate>();
    call(nbt_estimate_memory, &request, &estimate);
    return estimate;
  }

  // -- Derivatives

  Names component_names(const Names& parameters = {}) const {
    Names names;
    const std::vector<const char*> texts = detail::c_texts(parameters);
    const std::size_t count = component_count(texts);
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back(text(nbt_get_component_name, list(texts), texts.size(), i));
    }
    return names;
  }
  Box structure_factor_box() const {
    Box box;
    call(nbt_get_structure_factor_box, box.first.data(), box.last.data(), &box.count);
    return box;
  }
  SampleCounts sample_counts() const {
    SampleCounts counts;
    call(nbt_get_sample_counts, &counts.sources, &counts.phi_steps, &counts.domains);
    return counts;
  }

  Gradient gradient(const Loss& loss, const Names& parameters = {}, const GradientExtras& extras = {}) {
    const std::vector<const char*> texts = detail::c_texts(parameters);
    const detail::LossRecord record(state_.get(), loss, image_size());
    auto gradient = detail::sized<nbt_gradient_result, Gradient>();
    gradient.values.resize(component_count(texts));
    const nbt_gradient_outputs outputs = make_room(gradient, extras);
    call(nbt_run_gradient, record.get(), list(texts), texts.size(), gradient.values.data(), gradient.values.size(),
         &outputs, &gradient);
    return gradient;
  }

  // With the scale it is the last component.
  NormalEquations normal_equations(const Loss& loss, const Names& parameters = {}, bool with_scale = false) {
    const std::vector<const char*> texts = detail::c_texts(parameters);
    const detail::LossRecord record(state_.get(), loss, image_size());
    const std::size_t count = component_count(texts) + (with_scale ? 1 : 0);
    auto equations = detail::sized<nbt_gradient_result, NormalEquations>();
    equations.matrix.resize(count * count);
    equations.gradient.resize(count);
    call(nbt_run_normal_equations, record.get(), list(texts), texts.size(), with_scale ? 1 : 0, equations.matrix.data(),
         equations.gradient.data(), count, &equations);
    return equations;
  }

  // `take(const JacobianRows&)` as for run_chunked. With `tangent` (a factor per component) there is one derivative
  // image, along it.
  template <class Take>
  void run_jacobian(const Names& parameters, std::span<const double> tangent, std::int64_t rows_per_chunk,
                    Take&& take) {
    const std::vector<const char*> texts = detail::c_texts(parameters);
    detail::Taker<std::remove_reference_t<Take>> taker{state_.get(), &take};
    call(nbt_run_jacobian, list(texts), texts.size(), tangent.empty() ? nullptr : tangent.data(), tangent.size(),
         rows_per_chunk, detail::hand_over<JacobianRows, nbt_jacobian_rows, std::remove_reference_t<Take>>, &taker);
  }

  // All of it at once.
  Jacobian jacobian(const Names& parameters = {}, std::span<const double> tangent = {}) {
    Jacobian all{image_size(), {}, {}};
    const std::size_t pixels = all.size.pixels();
    all.image.resize(pixels);
    run_jacobian(parameters, tangent, 0, [&](const JacobianRows& rows) {
      all.derivatives.resize(rows.components * pixels);
      const auto first = rows.first_row * rows.fast_count;
      std::ranges::copy(rows.image_rows(), all.image.begin() + first);
      for (std::size_t p = 0; p < rows.components; ++p) {
        std::ranges::copy(rows.derivative_rows(p), all.derivatives.begin() + detail::signed_size(p * pixels) + first);
      }
    });
    return all;
  }

  // -- Integer and noise images: `kind` is NBT_DIGITIZE_INTEGER or NBT_DIGITIZE_NOISE

  Digitized digitize(std::int32_t kind, std::span<const float> pixels, const Layout& layout = {}) {
    const ImageSize size = image_size(layout.panel);
    const std::int64_t stride = layout.row_stride > 0 ? layout.row_stride : size.fast_count;
    detail::require_elements(pixels.size(), detail::elements(size.slow_count, size.fast_count, stride), "pixels");
    auto digitized = detail::sized<nbt_digitize_result, Digitized>();
    digitized.counts.resize(size.pixels());
    call(nbt_digitize, kind, layout.panel, pixels.data(), stride, digitized.counts.data(), &digitized);
    return digitized;
  }

  // Row by row in order, for programs that never hold the image.
  void digitize_begin(std::int32_t kind, double max_photons, std::int32_t panel = 0) {
    const ImageSize size = image_size(panel);
    call(nbt_digitize_begin, kind, panel, max_photons);
    state_->digitized_fast_count = size.fast_count;
  }
  // As many whole rows as `counts` holds. `row_stride` is that of the pixels.
  void digitize_rows(std::span<const float> pixels, std::span<std::uint16_t> counts, std::int64_t row_stride = 0) {
    const std::int64_t fast_count = digitized_fast_count();
    const std::int64_t rows = fast_count > 0 ? detail::signed_size(counts.size()) / fast_count : 0;
    detail::require_length(counts.size(), static_cast<std::size_t>(rows * fast_count), "counts");
    const std::int64_t stride = row_stride > 0 ? row_stride : fast_count;
    detail::require_elements(pixels.size(), detail::elements(rows, fast_count, stride), "pixels");
    call(nbt_digitize_rows, rows, pixels.data(), stride, counts.data());
  }
  nbt_digitize_result digitize_end() {
    auto result = detail::sized<nbt_digitize_result>();
    call(nbt_digitize_end, &result);
    return result;
  }

  // -- Looking inside, as JSON text (docs/trace.md, docs/report.md)

  std::string trace(std::int64_t slow, std::int64_t fast, std::int32_t panel = 0) const {
    return text(nbt_trace_pixel, panel, slow, fast);
  }
  std::string report() const { return text(nbt_report); }

 private:
  explicit Simulation(std::unique_ptr<detail::State> state) : state_(std::move(state)) {}

  // Every call on the handle: refuses a second one, and throws what a lambda threw rather than what became of it.
  template <class Function, class... Arguments>
  void call(Function function, Arguments... arguments) const {
    const auto in_use = detail::enter(state_.get());
    checked_call(function, arguments...);
  }
  template <class Function, class... Arguments>
  void checked_call(Function function, Arguments... arguments) const {
    const nbt_status status = function(state_->handle, arguments...);
    if (state_->thrown) std::rethrow_exception(std::exchange(state_->thrown, nullptr));
    detail::check(status, state_->handle);
  }

  // A text that lives until the next call on the handle, copied before that.
  template <class Function, class... Arguments>
  std::string text(Function function, Arguments... arguments) const {
    const auto in_use = detail::enter(state_.get());
    const char* found = nullptr;
    checked_call(function, arguments..., &found);
    return found;
  }

  static const char* const* list(const std::vector<const char*>& texts) {
    return texts.empty() ? nullptr : texts.data();
  }

  std::size_t component_count(const std::vector<const char*>& texts) const {
    std::size_t count = 0;
    call(nbt_get_component_count, list(texts), texts.size(), &count);
    return count;
  }

  template <class Pixel>
  void run_into(std::span<Pixel> pixels, const Layout& layout) {
    const std::int64_t stride = layout.row_stride > 0 ? layout.row_stride : image_size(layout.panel).fast_count;
    call(nbt_run, layout.panel, type_code<Pixel>(), pixels.data(), detail::signed_size(pixels.size()), stride);
  }

  nbt_gradient_outputs make_room(Gradient& gradient, const GradientExtras& extras) const {
    auto outputs = detail::sized<nbt_gradient_outputs>();
    const SampleCounts counts = extras.sources || extras.orientations ? sample_counts() : SampleCounts{};
    if (extras.amplitudes) {
      gradient.amplitudes.resize(outputs.amplitude_count = structure_factor_box().count);
      outputs.amplitudes = gradient.amplitudes.data();
    }
    if (extras.sources) {
      gradient.sources.resize(5 * (outputs.source_count = counts.sources));
      outputs.sources = gradient.sources.data();
    }
    if (extras.orientations) {
      gradient.orientations.resize(3 * (outputs.orientation_count = counts.phi_steps * counts.domains));
      outputs.orientations = gradient.orientations.data();
    }
    return outputs;
  }

  std::int64_t digitized_fast_count() const {
    const auto in_use = detail::enter(state_.get());
    return state_->digitized_fast_count;
  }

  // Both, even for one: a run whose log callback threw is stopped at its next progress.
  void register_callbacks() const {
    const bool wanted = state_->progress || state_->log;
    checked_call(nbt_set_progress_callback, wanted ? on_progress : nullptr, state_.get());
    checked_call(nbt_set_log_callback, wanted ? on_log : nullptr, state_.get());
  }
  static void on_progress(double fraction_done, void* user) {
    auto& state = *static_cast<detail::State*>(user);
    if (!state.thrown && state.progress) state.guarded([&] { state.progress(fraction_done); });
    if (state.thrown) nbt_cancel(state.handle);
  }
  static void on_log(std::int32_t level, const char* message, void* user) {
    auto& state = *static_cast<detail::State*>(user);
    if (!state.thrown && state.log) state.guarded([&] { state.log(level, message); });
  }

  std::unique_ptr<detail::State> state_;
};

}  // namespace client
}  // namespace nbt
