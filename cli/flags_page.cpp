#include "arguments/option_table.hpp"
#include "docs_command.hpp"
#include "markdown.hpp"
#include "program_options.hpp"

namespace nbt::program {
namespace {

constexpr const char* introduction = R"(# Flags

Every option of nanoBragg and of nbt, and the parameter that it sets. This page is made from the tables in the source;
change it with `cmake --build build --target nbt_docs`.

Options may be written with one dash or two. Names must be exact; where a name here ends in "...", any longer spelling
will do. An unknown or incomplete option is an error that names the nearest known one. Options act from left to right,
later ones override earlier ones. `--compat lax-args` brings back nanoBragg's reading, in which unknown options are
ignored ([compatibility.md](compatibility.md)). Parameters are described in [parameters.md](parameters.md), the program
itself in [program.md](program.md).
)";

const char* heading(OptionGroup group) {
  switch (group) {
    case OptionGroup::crystal:
      return "Crystal and structure factors";
    case OptionGroup::detector:
      return "Detector";
    case OptionGroup::beam:
      return "Beam and rotation";
    case OptionGroup::output:
      return "Output";
    case OptionGroup::nbt:
      break;
  }
  return "nbt's own, for library and program";
}

std::string spellings(const OptionInfo& option) {
  std::string text;
  for (const Spelling& spelling : option.spellings) {
    if (spelling.text.empty()) break;
    text += (text.empty() ? "" : ", ") + code(std::string(spelling.text));
    if (spelling.rule == SpellingRule::open) text += "...";
  }
  return text;
}

std::string parameters_of(const OptionInfo& option) {
  std::string text;
  for (const Effect& effect : option.effects) {
    if (effect.parameter == ParameterId::count) continue;
    text += (text.empty() ? "" : ", ") + code(std::string(parameter_info(effect.parameter).name));
  }
  return text;
}

std::string row(const OptionInfo& option) {
  const std::string values(option.values);
  return table_row({spellings(option), values.empty() ? "" : code(values), parameters_of(option),
                    escaped(std::string(option.sentence))});
}

std::string program_rows() {
  std::string rows;
  for (const ProgramOptionHelp& option : program_option_help()) {
    rows +=
        table_row({code(option.name), option.values.empty() ? "" : code(option.values), "", escaped(option.sentence)});
  }
  return rows;
}

}  // namespace

std::string flags_page() {
  const std::string head = table_head({"option", "values", "parameter", "meaning"});
  std::string page = introduction;
  const OptionInfo* last = nullptr;
  for (const OptionInfo& option : option_table()) {
    if (!last || last->group != option.group) page += "\n## " + std::string(heading(option.group)) + "\n\n" + head;
    last = &option;
    page += row(option);
  }
  return page + "\n## nbt's own, for the program only\n\n" + head + program_rows();
}

}  // namespace nbt::program
