#include <nbt/nbt.h>

#include <cfloat>

#include "console.hpp"
#include "docs_command.hpp"
#include "markdown.hpp"

namespace nbt::program {
namespace {

constexpr const char* introduction = R"(# Parameters

Every parameter of nbt, by the name that `nbt_set`, scene files and `--set` use. This page is made from the table in the
source; change it with `cmake --build build --target nbt_docs`.

"Automatic" means that a run decides; `nbt_report` and `--json` tell what was decided. Numbers in "range" include both
ends, and hold for each component. The nanoBragg options that set a parameter are explained in [flags.md](flags.md).
A parameter marked with a * is differentiable.
)";

const char* kind_word(int32_t kind) {
  switch (kind) {
    case NBT_KIND_REAL:
      return "real";
    case NBT_KIND_INTEGER:
      return "integer";
    case NBT_KIND_BOOLEAN:
      return "0 or 1";
    case NBT_KIND_CHOICE:
      return "word";
    default:
      return "text";
  }
}

std::string bound_text(double value) {
  if (value > 0 && value <= DBL_MIN) return "above 0";
  return value < 180 && value > 179.9 ? "below 180" : formatted("%.10g", value);
}

std::string range_text(const nbt_parameter& parameter) {
  if (parameter.kind == NBT_KIND_CHOICE) return list_of_words(parameter.choices, '|');
  if (parameter.kind == NBT_KIND_TEXT || parameter.kind == NBT_KIND_BOOLEAN) return "";
  const std::string lowest = bound_text(parameter.minimum);
  const std::string highest = bound_text(parameter.maximum);
  return lowest + (highest.starts_with("below") ? ", " : " to ") + highest;
}

std::string type_text(const nbt_parameter& parameter) {
  const std::string kind = kind_word(parameter.kind);
  return parameter.length > 1 ? std::to_string(parameter.length) + " x " + kind : kind;
}

std::string group_of(const nbt_parameter& parameter) {
  const std::string name = parameter.name;
  return name.substr(0, name.find('.'));
}

std::string row(const nbt_parameter& parameter) {
  const std::string value = parameter.default_text;
  return table_row({code(parameter.name) + (parameter.differentiable ? " *" : ""), type_text(parameter),
                    escaped(parameter.unit), range_text(parameter), value.empty() ? "automatic" : code(value),
                    escaped(parameter.flags), escaped(parameter.sentence)});
}

nbt_parameter described(int32_t index) {
  nbt_parameter parameter{};
  parameter.struct_size = sizeof parameter;
  nbt_parameter_describe(index, &parameter);
  return parameter;
}

}  // namespace

std::string parameters_page() {
  std::string page = introduction;
  std::string group;
  for (int32_t index = 0; index < nbt_parameter_count(); ++index) {
    const nbt_parameter parameter = described(index);
    if (group_of(parameter) != group) {
      group = group_of(parameter);
      page += "\n## " + group + "\n\n" + table_head({"name", "type", "unit", "range", "default", "options", "meaning"});
    }
    page += row(parameter);
  }
  return page;
}

}  // namespace nbt::program
