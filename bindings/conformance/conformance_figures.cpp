// conformance_figures SUITE           passes when every figure of the suite is what its independent source gives
// conformance_figures --write SUITE   writes the figures anew
#include <cmath>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>

#include "truth.hpp"

namespace nbt::suite {
namespace {

// Between two compilers' libm, after rounding to 12 digits.
constexpr double same_figure = 1e-9;

bool agree(const Json& stored, const Json& truth) {
  if (!stored.is_number() || !truth.is_number()) return stored == truth;
  const double a = stored, b = truth;
  return std::fabs(a - b) <= same_figure * std::max(std::fabs(a), std::fabs(b));
}

// Tolerances are digits enough when they are of the right size.
bool agree_as_tolerance(const Json& stored, const Json& truth) {
  const double a = stored, b = truth;
  return std::fabs(a - b) <= 0.2 * std::fabs(b);
}

// Prints what differs and gives their number. `scale`: the largest number of the list, below which cancelled sums are
// only rounding.
int differences(const Json& stored, const Json& truth, const std::string& where, double allowed = 0) {
  if (stored.is_structured() && stored.size() == truth.size()) {
    int count = 0;
    for (auto i = stored.items().begin(); i != stored.items().end(); ++i) {
      const std::string key = i.key();
      const Json& other = stored.is_object() ? truth.value(key, Json()) : truth.at(std::stoul(key));
      if (key == "tolerances") {
        for (std::size_t t = 0; t < other.size(); ++t) {
          if (i.value().size() != other.size() || !agree_as_tolerance(i.value()[t], other[t])) {
            std::cout << where << "/tolerances/" << t << ": the source gives " << other[t] << '\n';
            ++count;
          }
        }
        continue;
      }
      count += differences(i.value(), other, where + "/" + key, allowed);
    }
    return count;
  }
  if (agree(stored, truth)) return 0;
  std::cout << where << ": the suite has " << stored << ", its source gives " << truth << '\n';
  return 1;
}

// Short lists on one line, everything else indented by one.
void write(std::ostream& out, const Json& value, int indent) {
  const std::string on_one_line = value.dump(-1, ' ', false);
  if (!value.is_structured() || on_one_line.size() + static_cast<std::size_t>(indent) < 110) {
    out << on_one_line;
    return;
  }
  const std::string margin(static_cast<std::size_t>(indent) + 1, ' ');
  const bool is_object = value.is_object();
  const bool is_flat = !is_object && !value.front().is_structured();
  out << (is_object ? '{' : '[');
  std::size_t column = 200;
  bool first = true;
  for (const auto& item : value.items()) {
    const std::string text = item.value().dump(-1, ' ', false);
    if (!first) out << ',';
    column += text.size() + 1;
    if (!is_flat || column > 110) {
      out << '\n' << margin;
      column = margin.size() + text.size();
    }
    if (is_object) out << Json(item.key()).dump() << ": ";
    write(out, item.value(), indent + 1);
    first = false;
  }
  out << '\n' << std::string(static_cast<std::size_t>(indent), ' ') << (is_object ? '}' : ']');
}

int run(const std::string& path, bool writes) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  const Json stored = Json::parse(file);
  Json suite = stored;
  int count = 0;
  for (std::size_t i = 0; i < suite.at("cases").size(); ++i) {
    Json& suite_case = suite["cases"][i];
    fill_figures(suite_case);
    if (!writes) count += differences(stored["cases"][i], suite_case, suite_case.at("name"));
  }
  if (writes) {
    std::ofstream out(path);
    write(out, suite, 0);
    out << '\n';
    return out.good() ? 0 : 1;
  }
  std::cout << suite["cases"].size() << " cases, " << count << " figures differ from their sources\n";
  return count == 0 ? 0 : 1;
}

}  // namespace
}  // namespace nbt::suite

int main(int argc, char** argv) {
  try {
    const bool writes = argc == 3 && std::string(argv[1]) == "--write";
    if (argc != 2 && !writes) throw std::runtime_error("usage: conformance_figures [--write] SUITE");
    return nbt::suite::run(argv[argc - 1], writes);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
