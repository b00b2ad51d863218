#include "compare_traces_command.hpp"

#include "console.hpp"
#include "exit_code.hpp"
#include "formats/file.hpp"
#include "sub_command.hpp"
#include "trace_difference.hpp"

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;

Json read_trace(const std::string& path) {
  const std::string text = formats::read_file(path, "the trace");
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw Error(Status::file, "the trace " + path + " is no JSON: " + error.what());
  }
}

void print_text(const TraceDifference& difference) {
  std::string text = "first difference: " + difference.name + "\n  " + difference.first + "\n  " + difference.second;
  if (difference.absolute) {
    text += formatted("\n  absolute difference %g, relative %g", *difference.absolute, *difference.relative);
  }
  Console().answer(text);
}

void print_json(const std::optional<TraceDifference>& difference) {
  Json json = {{"equal", !difference}};
  if (difference) {
    json["name"] = difference->name;
    json["first"] = difference->first;
    json["second"] = difference->second;
    json["absolute"] = difference->absolute ? Json(*difference->absolute) : Json();
    json["relative"] = difference->relative ? Json(*difference->relative) : Json();
  }
  Console().answer(json.dump(1));
}

}  // namespace

int compare_traces_command(const std::vector<std::string>& arguments) {
  CLI::App app("Names the first intermediate value in which two files written by --trace-pixel differ.",
               "nbt compare-traces");
  std::string first, second;
  TraceTolerance tolerance;
  bool json = false;
  app.add_option("A", first, "Trace.")->required();
  app.add_option("B", second, "Trace to compare with.")->required();
  app.add_option("--relative", tolerance.relative, "Relative difference that counts as none.")->capture_default_str();
  app.add_option("--absolute", tolerance.absolute, "Absolute difference that counts as none.")->capture_default_str();
  app.add_flag("--json", json, "As JSON.");
  if (!parse_command(app, arguments)) return exit_success;
  const auto difference = first_difference(read_trace(first), read_trace(second), tolerance);
  if (json) {
    print_json(difference);
  } else if (difference) {
    print_text(*difference);
  } else {
    Console().answer("the traces agree");
  }
  return difference ? exit_difference : exit_success;
}

}  // namespace nbt::program
