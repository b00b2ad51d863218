#include "formats/scene_json.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "formats/text.hpp"
#include "model/error.hpp"
#include "model/given_data.hpp"
#include "model/names.hpp"

namespace nbt::formats {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // for writing; its look-up is too slow for hostile input

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(Status::invalid_argument, "scene: " + where + " " + reason);
}

// ---- Reading ----

// The format is shallow; deeper text is refused while it is being read.
constexpr int deepest_level = 6;

// Refuses what the parser would take in silence: depth, and a key that stands twice in an object.
class Guard {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    const auto level = static_cast<std::size_t>(depth);
    if (depth > deepest_level) fail("the text", "is nested too deeply");
    if (event == Json::parse_event_t::object_start) {
      keys_.resize(std::max(keys_.size(), level + 2));
      keys_[level + 1].clear();
    }
    if (event == Json::parse_event_t::key && !keys_[level].insert(parsed.get<std::string>()).second) {
      fail(formats::quoted(parsed.get<std::string>()), "stands there twice");
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> keys_;  // by depth
};

Json parse(std::string_view text) {
  try {
    return Json::parse(text, [guard = Guard()](int depth, Json::parse_event_t event, Json& parsed) mutable {
      return guard(depth, event, parsed);
    });
  } catch (const Json::exception& error) {
    // The library's prefix, "[json.exception.parse_error.101] ", is of no use to anyone.
    const std::string_view message = error.what();
    fail("the text", "is not JSON: " + std::string(message.substr(std::min(message.find("] ") + 2, message.size()))));
  }
}

const Json& as_object(const Json& value, const std::string& where) {
  if (!value.is_object()) fail(where, "must be an object {...}");
  return value;
}

const Json& as_array(const Json& value, const std::string& where) {
  if (!value.is_array()) fail(where, "must be a list [...]");
  return value;
}

double as_number(const Json& value, const std::string& where) {
  if (!value.is_number()) fail(where, "must be a number");
  return value.get<double>();
}

std::int64_t as_integer(const Json& value, const std::string& where, std::int64_t minimum, std::int64_t maximum) {
  const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(maximum)
                                               : value.is_number_integer();
  if (!fits || value.get<std::int64_t>() < minimum || value.get<std::int64_t>() > maximum) {
    fail(where, "must be a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum));
  }
  return value.get<std::int64_t>();
}

const Json& member(const Json& object, const char* key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end()) fail(where, std::string("lacks \"") + key + "\"");
  return *found;
}

// `Known`: the keys that an object may have.
template <std::size_t Count>
void require_keys(const Json& object, const std::string& where, const std::array<std::string_view, Count>& known) {
  as_object(object, where);
  for (const auto& item : object.items()) {
    if (std::find(known.begin(), known.end(), item.key()) != known.end()) continue;
    throw Error(Status::unknown_name, "scene: unknown key " + formats::quoted(item.key()) + " in " + where +
                                          suggestion(nearest_name(item.key(), known)));
  }
}

std::string element(const std::string& where, std::size_t index) {
  return where + "[" + std::to_string(index) + "]";
}

template <std::size_t Count>
std::array<double, Count> numbers(const Json& value, const std::string& where) {
  as_array(value, where);
  if (value.size() != Count) fail(where, "must have " + std::to_string(Count) + " numbers");
  std::array<double, Count> result{};
  for (std::size_t i = 0; i < Count; ++i) result[i] = as_number(value[i], element(where, i));
  return result;
}

std::vector<double> number_list(const Json& value, const std::string& where) {
  if (!value.is_array()) return {as_number(value, where)};
  std::vector<double> result;
  result.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) result.push_back(as_number(value[i], element(where, i)));
  return result;
}

void read_parameter(const std::string& name, const Json& value, Parameters& parameters) {
  const ParameterInfo& info = find_parameter(name);
  const bool is_text = info.kind == ParameterKind::choice || info.kind == ParameterKind::text;
  if (is_text) {
    if (!value.is_string()) fail(name, "must be a text");
    parameters.set_text(info.id, value.get_ref<const std::string&>());
  } else if (info.kind == ParameterKind::boolean) {
    if (!value.is_boolean()) fail(name, "must be true or false");
    parameters.set(info.id, value.get<bool>() ? 1.0 : 0.0);
  } else {
    parameters.set(info.id, number_list(value, name));
  }
}

Parameters read_parameters(const Json& value) {
  Parameters parameters;
  for (const auto& item : as_object(value, "parameters").items()) read_parameter(item.key(), item.value(), parameters);
  return parameters;
}

std::int32_t as_index(const Json& value, const std::string& where) {
  return static_cast<std::int32_t>(
      as_integer(value, where, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
}

std::array<IndexRange, 3> read_ranges(const Json& first, const Json& last) {
  const std::string name_of_first = "structure_factors.first", name_of_last = "structure_factors.last";
  if (as_array(first, name_of_first).size() != 3) fail(name_of_first, "must have the indices h, k, l");
  if (as_array(last, name_of_last).size() != 3) fail(name_of_last, "must have the indices h, k, l");
  std::array<IndexRange, 3> range;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    range[axis] = {as_index(first[axis], element(name_of_first, axis)),
                   as_index(last[axis], element(name_of_last, axis))};
  }
  return range;
}

std::vector<Reflection> read_reflections(const Json& list) {
  const std::string name = "structure_factors.reflections";
  std::vector<Reflection> reflections;
  reflections.reserve(as_array(list, name).size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& row = as_array(list[i], element(name, i));
    if (row.size() != 4) fail(element(name, i), "must be [h, k, l, F]");
    reflections.push_back({as_index(row[0], element(name, i)), as_index(row[1], element(name, i)),
                           as_index(row[2], element(name, i)), as_number(row[3], element(name, i))});
  }
  return reflections;
}

SharedStructureFactors read_structure_factors(const Json& value, std::uint64_t byte_limit) {
  const std::string where = "structure_factors";
  require_keys<5>(value, where, {"first", "last", "fill", "reflections", "amplitudes"});
  const Json& first = member(value, "first", where);
  const auto range = read_ranges(first, member(value, "last", where));
  if (value.contains("amplitudes")) {
    if (value.contains("reflections") || value.contains("fill")) {
      fail(where, "has amplitudes beside a list of reflections: only one of them may be there");
    }
    return dense_box(range, number_list(as_array(value["amplitudes"], where + ".amplitudes"), where + ".amplitudes"));
  }
  const double fill = as_number(member(value, "fill", where), where + ".fill");
  return fill_box(range, read_reflections(member(value, "reflections", where)), fill, byte_limit);
}

GivenSource read_source(const Json& value, const std::string& where) {
  require_keys<3>(value, where, {"direction", "wavelength_m", "weight"});
  const auto direction = numbers<3>(member(value, "direction", where), where + ".direction");
  GivenSource source;
  source.position = {direction[0], direction[1], direction[2]};
  if (value.contains("wavelength_m")) source.wavelength_m = as_number(value["wavelength_m"], where + ".wavelength_m");
  if (value.contains("weight")) source.weight = as_number(value["weight"], where + ".weight");
  require_source(source, where);
  return source;
}

std::vector<GivenSource> read_sources(const Json& list) {
  std::vector<GivenSource> sources;
  sources.reserve(as_array(list, "sources").size());
  for (std::size_t i = 0; i < list.size(); ++i) sources.push_back(read_source(list[i], element("sources", i)));
  return sources;
}

std::vector<Matrix3> read_rotations(const Json& list) {
  const std::string name = "mosaic_rotations";
  std::vector<Matrix3> rotations;
  rotations.reserve(as_array(list, name).size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    rotations.push_back(numbers<9>(list[i], element(name, i)));
    require_rotation(rotations.back(), element(name, i));
  }
  return rotations;
}

// Whether pixels are rendered, asked for in order: lengths of runs, the first one of rendered pixels.
class MaskRuns {
 public:
  explicit MaskRuns(std::vector<std::int64_t> lengths) : lengths_(std::move(lengths)) {}

  bool next() {
    while (used_ == lengths_[run_]) {
      ++run_;
      used_ = 0;
    }
    ++used_;
    return run_ % 2 == 0;
  }

 private:
  std::vector<std::int64_t> lengths_;
  std::size_t run_ = 0;
  std::int64_t used_ = 0;
};

MaskRuns read_mask_runs(const Json& list, std::int64_t pixels) {
  const std::string name = "mask.runs";
  std::vector<std::int64_t> lengths;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < as_array(list, name).size(); ++i) {
    lengths.push_back(as_integer(list[i], element(name, i), 0, pixels - sum));
    sum += lengths.back();
  }
  if (sum != pixels) fail(name, "add up to " + std::to_string(sum) + ", not to fast_count * slow_count");
  return MaskRuns(std::move(lengths));
}

std::shared_ptr<const Mask> read_mask(const Json& value) {
  require_keys<3>(value, "mask", {"fast_count", "slow_count", "runs"});
  const std::int64_t fast =
      as_integer(member(value, "fast_count", "mask"), "mask.fast_count", 1, largest_mask_edge_pixels);
  const std::int64_t slow =
      as_integer(member(value, "slow_count", "mask"), "mask.slow_count", 1, largest_mask_edge_pixels);
  MaskRuns runs = read_mask_runs(member(value, "runs", "mask"), fast * slow);
  return make_mask(fast, slow, [&runs](std::uint64_t) { return runs.next(); });
}

// ---- Writing ----

OrderedJson parameter_json(const ParameterInfo& info, const Parameters& parameters) {
  if (info.kind == ParameterKind::choice || info.kind == ParameterKind::text) return parameters.text(info.id);
  if (info.kind == ParameterKind::boolean) return parameters.boolean(info.id);
  OrderedJson values = OrderedJson::array();
  for (int i = 0; i < info.length; ++i) {
    const bool whole = info.kind == ParameterKind::integer;
    values.push_back(whole ? OrderedJson(parameters.integer(info.id, i)) : OrderedJson(parameters.real(info.id, i)));
  }
  return info.length == 1 ? values[0] : values;
}

OrderedJson parameters_json(const Parameters& parameters) {
  OrderedJson object = OrderedJson::object();
  for (const ParameterInfo& info : parameter_table()) {
    if (parameters.given(info.id)) object[std::string(info.name)] = parameter_json(info, parameters);
  }
  return object;
}

// The value that holes of the box most likely have: that of its first corner, a place that reflection lists,
// which end at a resolution limit, rarely reach.
double fill_of(const StructureFactors& box) {
  return box.amplitudes.front();
}

OrderedJson reflections_json(const StructureFactors& box, double fill) {
  OrderedJson list = OrderedJson::array();
  std::size_t index = 0;
  for (std::int64_t h = box.range[0].first; h <= box.range[0].last; ++h) {
    for (std::int64_t k = box.range[1].first; k <= box.range[1].last; ++k) {
      for (std::int64_t l = box.range[2].first; l <= box.range[2].last; ++l, ++index) {
        const double F = box.amplitudes[index];
        if (F != fill) list.push_back({h, k, l, F});
      }
    }
  }
  return list;
}

OrderedJson structure_factors_json(const StructureFactors& box) {
  const auto& [h, k, l] = box.range;
  OrderedJson object = {{"first", {h.first, k.first, l.first}}, {"last", {h.last, k.last, l.last}}};
  const double fill = fill_of(box);
  const auto filled = static_cast<std::size_t>(std::count(box.amplitudes.begin(), box.amplitudes.end(), fill));
  // A row h k l F is about three times as long as a bare amplitude.
  const bool mostly_holes = (box.amplitudes.size() - filled) * 3 < box.amplitudes.size();
  if (mostly_holes) {
    object["fill"] = fill;
    object["reflections"] = reflections_json(box, fill);
  } else {
    object["amplitudes"] = box.amplitudes;
  }
  return object;
}

OrderedJson sources_json(const std::vector<GivenSource>& sources) {
  OrderedJson list = OrderedJson::array();
  for (const GivenSource& source : sources) {
    OrderedJson object = {{"direction", {source.position.x, source.position.y, source.position.z}}};
    if (source.wavelength_m > 0) object["wavelength_m"] = source.wavelength_m;
    object["weight"] = source.weight;
    list.push_back(std::move(object));
  }
  return list;
}

// Lengths of the runs of equal pixels, rendered ones first.
OrderedJson mask_json(const Mask& mask) {
  OrderedJson runs = OrderedJson::array();
  bool rendered = true;
  std::int64_t length = 0;
  for (std::int64_t slow = 0; slow < mask.slow_count; ++slow) {
    for (std::int64_t fast = 0; fast < mask.fast_count; ++fast, ++length) {
      if (mask.at(slow, fast) == rendered) continue;
      runs.push_back(length);
      rendered = !rendered;
      length = 0;
    }
  }
  runs.push_back(length);
  return {{"fast_count", mask.fast_count}, {"slow_count", mask.slow_count}, {"runs", runs}};
}

}  // namespace

SceneFile read_scene(std::string_view text) {
  const Json json = parse(text);
  require_keys<6>(json, "the scene",
                  {"nbt_scene", "parameters", "structure_factors", "sources", "mosaic_rotations", "mask"});
  const Json& version = member(json, "nbt_scene", "the text");
  if (!version.is_number_integer() || version != scene_version) {
    throw Error(Status::unsupported, "scene: \"nbt_scene\" must be " + std::to_string(scene_version) +
                                         ", the only version that there is so far");
  }
  SceneFile scene;
  if (json.contains("parameters")) scene.parameters = read_parameters(json["parameters"]);
  if (json.contains("structure_factors")) {
    scene.data.structure_factors = read_structure_factors(json["structure_factors"], box_limit_bytes(scene.parameters));
  }
  if (json.contains("sources")) scene.data.sources = read_sources(json["sources"]);
  if (json.contains("mosaic_rotations")) scene.data.mosaic_rotations = read_rotations(json["mosaic_rotations"]);
  if (json.contains("mask")) scene.data.mask = read_mask(json["mask"]);
  return scene;
}

std::string write_scene(const Parameters& parameters, const SceneData& data) {
  OrderedJson scene = {{"nbt_scene", scene_version}, {"parameters", parameters_json(parameters)}};
  if (data.structure_factors) scene["structure_factors"] = structure_factors_json(*data.structure_factors);
  if (!data.sources.empty()) scene["sources"] = sources_json(data.sources);
  if (!data.mosaic_rotations.empty()) scene["mosaic_rotations"] = data.mosaic_rotations;
  if (data.mask) scene["mask"] = mask_json(*data.mask);
  return scene.dump(1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace nbt::formats
