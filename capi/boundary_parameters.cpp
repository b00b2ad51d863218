// Parameters by name, command lines.
#include <vector>

#include "boundary.hpp"
#include "model/parameters.hpp"

using nbt::at_boundary;
using nbt::required_text;
using nbt::Simulation;

namespace {

// Texts of the table are literals, so they end with a zero byte.
nbt_parameter record_of(const nbt::ParameterInfo& info) {
  nbt_parameter record{};
  record.name = info.name.data();
  record.kind = static_cast<int32_t>(info.kind);
  record.length = info.length;
  record.unit = info.unit.empty() ? "" : info.unit.data();
  record.choices = info.choices.empty() ? "" : info.choices.data();
  record.minimum = info.minimum;
  record.maximum = info.maximum;
  record.default_text = info.default_text.empty() ? "" : info.default_text.data();
  record.differentiable = info.differentiable ? 1 : 0;
  record.flags = info.flags.empty() ? "" : info.flags.data();
  record.sentence = info.sentence.data();
  return record;
}

std::vector<std::string> texts_of(int32_t argc, const char* const* argv) {
  if (argc < 0) throw nbt::Error(nbt::Status::out_of_range, "argc is " + std::to_string(argc));
  nbt::require_array(argv, static_cast<std::size_t>(argc), "argv");
  std::vector<std::string> texts;
  for (int32_t i = 0; i < argc; ++i) {
    nbt::require_pointer(argv[i], ("argv[" + std::to_string(i) + "]").c_str());
    texts.emplace_back(argv[i]);
  }
  return texts;
}

}  // namespace

int32_t nbt_parameter_count(void) {
  return static_cast<int32_t>(nbt::parameter_count);
}

nbt_status nbt_parameter_describe(int32_t index, nbt_parameter* parameter) {
  return at_boundary([&] {
    nbt::require_record(parameter, "parameter");
    if (index < 0 || index >= nbt_parameter_count()) {
      throw nbt::Error(nbt::Status::out_of_range, "there is no parameter " + std::to_string(index) +
                                                      ": they count from 0 to " +
                                                      std::to_string(nbt_parameter_count() - 1));
    }
    nbt::fill_record(parameter, record_of(nbt::parameter_table()[static_cast<std::size_t>(index)]));
  });
}

nbt_status nbt_set(nbt_simulation* simulation, const char* name, const double* values, size_t count) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_array(values, count, "values");
    s.set(required_text(name, "name"), {values, count});
  });
}

nbt_status nbt_set_text(nbt_simulation* simulation, const char* name, const char* text) {
  return at_boundary(simulation,
                     [&](Simulation& s) { s.set_text(required_text(name, "name"), required_text(text, "text")); });
}

nbt_status nbt_unset(nbt_simulation* simulation, const char* name) {
  return at_boundary(simulation, [&](Simulation& s) { s.unset(required_text(name, "name")); });
}

nbt_status nbt_get(const nbt_simulation* simulation, const char* name, double* values, size_t count) {
  return at_boundary(simulation, [&](const Simulation& s) {
    nbt::require_array(values, count, "values");
    const std::vector<double> found = s.parameters().get(required_text(name, "name"));
    if (count != found.size()) {
      throw nbt::Error(nbt::Status::wrong_length, std::string(name) + " has " + std::to_string(found.size()) +
                                                      " components, count is " + std::to_string(count));
    }
    std::copy(found.begin(), found.end(), values);
  });
}

nbt_status nbt_get_text(const nbt_simulation* simulation, const char* name, const char** text) {
  return at_boundary(simulation, [&](const Simulation& s) {
    nbt::require_pointer(text, "text");
    *text = s.keep(s.parameters().get_text(required_text(name, "name")));
  });
}

nbt_status nbt_set_arguments(nbt_simulation* simulation, int32_t argc, const char* const* argv) {
  return at_boundary(simulation, [&](Simulation& s) { s.set_arguments(texts_of(argc, argv)); });
}
