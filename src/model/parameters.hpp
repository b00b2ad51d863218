// Parameters by name: the one table and a set of values for it.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nbt {

enum class ParameterKind : std::int32_t { real = 0, integer = 1, boolean = 2, choice = 3, text = 4 };

// detector.distance_mm is ParameterId::detector_distance_mm.
enum class ParameterId : int {
#define NBT_PARAMETER(group, name, ...) group##_##name,
#include "model/parameters.def"
#undef NBT_PARAMETER
  count
};

inline constexpr std::size_t parameter_count = static_cast<std::size_t>(ParameterId::count);

// One number of a parameter: crystal.cell_lengths_A, 1 is the edge b.
struct ParameterComponent {
  ParameterId id;
  int component;
};

struct ParameterInfo {
  ParameterId id;
  std::string_view name;  // "detector.distance_mm"
  ParameterKind kind;
  int length;                // number of components
  std::string_view unit;     // of a choice: empty
  std::string_view choices;  // "beam|sample"; empty for the other kinds
  double minimum;            // closed range of numbers
  double maximum;
  std::string_view default_text;  // empty: automatic
  bool differentiable;
  std::string_view flags;
  std::string_view sentence;
};

std::span<const ParameterInfo> parameter_table();
const ParameterInfo& parameter_info(ParameterId id);

// Throws Error(unknown_name) naming the nearest known name.
const ParameterInfo& find_parameter(std::string_view name);

// One value per row of the table, each given by the caller or left at its default. A setter checks its own
// value only and changes nothing when it throws; checks between parameters belong to resolve().
class Parameters {
 public:
  Parameters();

  // Numbers, also for booleans (0 or 1). Errors: unknown_name, wrong_length, out_of_range (NaN, infinity,
  // outside the range, not whole), invalid_argument (a text parameter).
  void set(std::string_view name, std::span<const double> values);
  // Text of any kind: words of a choice, free text, numbers separated by blanks or commas.
  void set_text(std::string_view name, std::string_view text);
  void unset(std::string_view name);

  // NaN for every component of an automatic numeric value.
  std::vector<double> get(std::string_view name) const;
  // Numbers with 17 digits, so that set_text(get_text) changes nothing; empty when automatic.
  std::string get_text(std::string_view name) const;

  // For the library's own code, which names rows at compile time.
  bool given(ParameterId id) const { return values_[index(id)].given; }
  bool automatic(ParameterId id) const { return values_[index(id)].automatic; }
  double real(ParameterId id, int component = 0) const;
  std::int64_t integer(ParameterId id, int component = 0) const;
  bool boolean(ParameterId id) const { return real(id) != 0; }
  const std::string& text(ParameterId id) const { return values_[index(id)].text; }  // also of choices
  void set(ParameterId id, std::span<const double> values);
  void set(ParameterId id, double value) { set(id, std::span<const double>(&value, 1)); }
  void set_text(ParameterId id, std::string_view text);
  void unset(ParameterId id);

 private:
  struct Value {
    bool given = false;      // set by the caller
    bool automatic = false;  // neither set nor a default in the table
    std::vector<double> numbers;
    std::string text;
  };
  static std::size_t index(ParameterId id) { return static_cast<std::size_t>(id); }

  std::array<Value, parameter_count> values_;
};

}  // namespace nbt
