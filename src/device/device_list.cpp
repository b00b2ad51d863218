#include "device/device_list.hpp"

#include <algorithm>

#include "model/error.hpp"

namespace nbt {
namespace {

bool has_name(const DeviceDescription& description, const std::string& name) {
  if (description.name == name) return true;
  const std::vector<std::string> others = other_names(description);
  return std::find(others.begin(), others.end(), name) != others.end();
}

std::string in_words(const DeviceDescription& description) {
  if (!description.available) return description.name + " (not available: " + description.reason + ")";
  return description.name + (description.model.empty() ? "" : " (" + description.model + ")");
}

std::string in_words(const DeviceList& list) {
  std::string text;
  for (const auto& device : list) text += (text.empty() ? "" : ", ") + in_words(device->describe());
  return text;
}

}  // namespace

std::string kind_of_device(const std::string& name) {
  return name.substr(0, name.find(':'));
}

std::vector<std::string> other_names(const DeviceDescription& description) {
  std::vector<std::string> names;
  for (const std::string& name : description.also) names.push_back(kind_of_device(description.name) + ":" + name);
  return names;
}

std::shared_ptr<const Device> best_device(const DeviceList& list) {
  const auto best =
      std::find_if(list.begin() + 1, list.end(), [](const auto& device) { return device->describe().available; });
  return best == list.end() ? list.front() : *best;
}

std::shared_ptr<const Device> device_named(const DeviceList& list, const std::string& name) {
  DeviceDescription unavailable;
  for (const auto& device : list) {
    const DeviceDescription description = device->describe();
    if (!has_name(description, name) && kind_of_device(description.name) != name) continue;
    if (description.available) return device;
    if (unavailable.name.empty()) unavailable = description;
  }
  if (unavailable.name.empty()) {
    throw Error(Status::device, "there is no device '" + name + "'; known devices: auto, " + in_words(list));
  }
  throw Error(Status::device, "device '" + name + "' is not available: " + unavailable.reason);
}

}  // namespace nbt
