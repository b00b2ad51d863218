#include "refine_report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "console.hpp"

namespace nbt::program {
namespace {

using Json = nlohmann::ordered_json;

constexpr double large_correlation = 0.9;

const char* ending_word(refine::Ending ending) {
  switch (ending) {
    case refine::Ending::converged:
      return "converged";
    case refine::Ending::stalled:
      return "stalled";
    case refine::Ending::iterations_spent:
      break;
  }
  return "iterations-spent";
}

std::string error_text(const refine::RefinedValue& value) {
  if (value.at_bound) return "at its bound";
  if (value.undetermined) return "undetermined";
  return formatted("+- %.3g", value.standard_error);
}

std::string value_text(const refine::RefinedValue& value, int name_width) {
  const std::string line = formatted("  %-*s %16.9g %16.9g   %s", name_width, value.name.c_str(), value.start,
                                     value.found, error_text(value).c_str());
  return value.unit.empty() ? line : line + " " + value.unit;
}

std::string values_text(const refine::RefineReport& report) {
  int width = 0;
  for (const refine::RefinedValue& value : report.values) width = std::max(width, static_cast<int>(value.name.size()));
  std::string text = formatted("  %-*s %16s %16s   %s", width, "value", "start", "found", "standard error");
  for (const refine::RefinedValue& value : report.values) text += "\n" + value_text(value, width);
  return text;
}

std::string correlations_text(const refine::RefineReport& report) {
  const std::size_t size = report.values.size();
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) {
      const double correlation = report.correlations[i * size + j];
      if (!(std::fabs(correlation) > large_correlation)) continue;
      text +=
          formatted("\n  %s and %s: %.4f", report.values[i].name.c_str(), report.values[j].name.c_str(), correlation);
    }
  }
  return text.empty() ? "" : "\ncorrelations above 0.9:" + text;
}

std::string undetermined_text(const refine::RefineReport& report) {
  for (const refine::RefinedValue& value : report.values) {
    if (!value.undetermined) continue;
    return "\nundetermined: the image stays the same when these values change together; fix one of them or tie them";
  }
  return "";
}

std::string options_text(const std::vector<std::string>& options) {
  std::string text;
  for (const std::string& option : options) text += " " + option;
  return text.empty() ? "" : "\noptions with the values found:" + text;
}

// Numbers that are not finite have no form in JSON.
Json or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}

Json iterations_json(const refine::RefineReport& report) {
  Json list = Json::array();
  for (const refine::Iteration& iteration : report.iterations) {
    list.push_back({{"iteration", iteration.number},
                    {"loss", iteration.loss},
                    {"accepted", iteration.accepted},
                    {"distance", or_null(iteration.distance)},
                    {"values", iteration.values}});
  }
  return list;
}

Json values_json(const refine::RefineReport& report) {
  Json list = Json::array();
  for (const refine::RefinedValue& value : report.values) {
    list.push_back({{"name", value.name},
                    {"unit", value.unit},
                    {"start", value.start},
                    {"found", value.found},
                    {"standard_error", or_null(value.standard_error)},
                    {"at_bound", value.at_bound},
                    {"undetermined", value.undetermined}});
  }
  return list;
}

Json correlations_json(const refine::RefineReport& report) {
  const std::size_t size = report.values.size();
  Json rows = Json::array();
  for (std::size_t i = 0; i < size; ++i) {
    Json row = Json::array();
    for (std::size_t j = 0; j < size; ++j) row.push_back(or_null(report.correlations[i * size + j]));
    rows.push_back(row);
  }
  return rows;
}

Json outputs_json(const std::vector<OutputSet::Written>& outputs) {
  Json list = Json::array();
  for (const OutputSet::Written& output : outputs) list.push_back({{"kind", output.kind}, {"path", output.path}});
  return list;
}

}  // namespace

std::string iteration_text(const refine::Iteration& iteration) {
  return formatted("iteration %3d: loss %.10g, %.3g standard errors from the minimum%s", iteration.number,
                   iteration.loss, iteration.distance, iteration.accepted ? "" : " (step taken back)");
}

std::string refine_text(const RefineFacts& facts) {
  const refine::RefineReport& report = facts.report;
  std::string text = report.ending == refine::Ending::converged ? "converged: " : "NOT CONVERGED: ";
  text += report.reason;
  text += formatted("\nloss %.10g -> %.10g (%s, %lld pixels), %d evaluations\n", report.start_loss, report.loss,
                    facts.loss_name.c_str(), static_cast<long long>(report.pixels), report.evaluations);
  return text + values_text(report) + undetermined_text(report) + correlations_text(report) +
         options_text(facts.options);
}

std::string refine_json(const RefineFacts& facts, const std::vector<OutputSet::Written>& outputs) {
  const refine::RefineReport& report = facts.report;
  const Json json = {{"nbt_refine", 1},
                     {"converged", report.ending == refine::Ending::converged},
                     {"ending", ending_word(report.ending)},
                     {"reason", report.reason},
                     {"loss_name", facts.loss_name},
                     {"start_loss", report.start_loss},
                     {"loss", report.loss},
                     {"pixels", report.pixels},
                     {"evaluations", report.evaluations},
                     {"values", values_json(report)},
                     {"correlations", correlations_json(report)},
                     {"iterations", iterations_json(report)},
                     {"options", facts.options},
                     {"outputs", outputs_json(outputs)}};
  return json.dump(1);
}

}  // namespace nbt::program
