#include "trace_difference.hpp"

#include <algorithm>
#include <cmath>

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;
using Found = std::optional<TraceDifference>;

class TraceComparison {
 public:
  explicit TraceComparison(const TraceTolerance& tolerance) : tolerance_(tolerance) {}

  Found compare(const Json& first, const Json& second, const std::string& name) const {
    if (first.is_number() && second.is_number()) return compare_numbers(first, second, name);
    if (first.is_array() && second.is_array()) return compare_arrays(first, second, name);
    if (first.is_object() && second.is_object()) return compare_objects(first, second, name);
    if (first == second) return {};
    return TraceDifference{name, first.dump(), second.dump(), {}, {}};
  }

 private:
  Found compare_numbers(const Json& first, const Json& second, const std::string& name) const {
    const auto a = first.get<double>();
    const auto b = second.get<double>();
    const double difference = std::abs(a - b);
    const double size = std::max(std::abs(a), std::abs(b));
    if (difference <= std::max(tolerance_.absolute, tolerance_.relative * size)) return {};
    return TraceDifference{name, first.dump(), second.dump(), difference, difference / size};
  }

  Found compare_arrays(const Json& first, const Json& second, const std::string& name) const {
    for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
      if (auto found = compare(first[i], second[i], name + "/" + std::to_string(i))) return found;
    }
    if (first.size() == second.size()) return {};
    return TraceDifference{
        name, std::to_string(first.size()) + " entries", std::to_string(second.size()) + " entries", {}, {}};
  }

  Found compare_objects(const Json& first, const Json& second, const std::string& name) const {
    const std::string prefix = name.empty() ? "" : name + "/";
    for (const auto& [key, value] : first.items()) {
      if (!second.contains(key)) return TraceDifference{prefix + key, value.dump(), "absent", {}, {}};
      if (auto found = compare(value, second.at(key), prefix + key)) return found;
    }
    for (const auto& [key, value] : second.items()) {
      if (!first.contains(key)) return TraceDifference{prefix + key, "absent", value.dump(), {}, {}};
    }
    return {};
  }

  TraceTolerance tolerance_;
};

}  // namespace

std::optional<TraceDifference> first_difference(const Json& first, const Json& second,
                                                const TraceTolerance& tolerance) {
  return TraceComparison(tolerance).compare(first, second, "");
}

}  // namespace nbt::program
