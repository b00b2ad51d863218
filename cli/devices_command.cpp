#include "devices_command.hpp"

#include <nbt/nbt.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "console.hpp"
#include "exit_code.hpp"
#include "sub_command.hpp"

namespace nbt::program {
namespace {

std::vector<nbt_device> list_devices() {
  std::vector<nbt_device> devices(static_cast<std::size_t>(nbt_device_count()));
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i].struct_size = sizeof devices[i];
    const nbt_status status = nbt_device_describe(static_cast<int32_t>(i), &devices[i]);
    if (status != NBT_OK) throw Error(static_cast<Status>(status), nbt_last_error(nullptr));
  }
  return devices;
}

std::vector<std::string> other_names(const nbt_device& device) {
  std::istringstream text(device.other_names);
  return {std::istream_iterator<std::string>(text), {}};
}

std::string in_words(const nbt_device& device) {
  std::string line = device.name;
  if (*device.description) line += std::string("  ") + device.description;
  if (!device.available) line += std::string("  (not available: ") + device.reason + ")";
  std::string others;
  for (const std::string& name : other_names(device)) others += (others.empty() ? "" : ", ") + name;
  return others.empty() ? line : line + "  (also " + others + ")";
}

void print_text(const Console& console, const std::vector<nbt_device>& devices) {
  for (const nbt_device& device : devices) console.answer(in_words(device));
}

void print_json(const Console& console, const std::vector<nbt_device>& devices) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const nbt_device& device : devices) {
    list.push_back({{"name", device.name},
                    {"description", device.description},
                    {"available", device.available != 0},
                    {"reason", device.reason},
                    {"other_names", other_names(device)}});
  }
  console.answer(list.dump(1));
}

}  // namespace

int devices_command(const std::vector<std::string>& arguments) {
  CLI::App app("Lists what nbt can run on; --device takes the names.", "nbt devices");
  bool json = false;
  app.add_flag("--json", json, "As JSON.");
  if (!parse_command(app, arguments)) return exit_success;
  json ? print_json(Console(), list_devices()) : print_text(Console(), list_devices());
  return exit_success;
}

}  // namespace nbt::program
