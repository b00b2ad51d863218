// Integer and noise images, looking inside, devices.
#include <string>
#include <vector>

#include "boundary.hpp"
#include "device/device_list.hpp"

using nbt::at_boundary;
using nbt::Simulation;

namespace {

nbt::DigitizeKind kind_of(int32_t kind) {
  if (kind == NBT_DIGITIZE_INTEGER) return nbt::DigitizeKind::integer;
  if (kind == NBT_DIGITIZE_NOISE) return nbt::DigitizeKind::noise;
  throw nbt::Error(nbt::Status::invalid_argument,
                   "kind is " + std::to_string(kind) + ": use NBT_DIGITIZE_INTEGER or NBT_DIGITIZE_NOISE");
}

nbt_digitize_result record_of(const nbt::Digitizer::Result& result) {
  nbt_digitize_result record{};
  record.scale = result.scale;
  record.total_photons = result.total_photons;
  record.overloads = result.overloads;
  return record;
}

void require_optional_result(const nbt_digitize_result* result) {
  if (result) nbt::require_record(result, "result");
}

struct ListedDevice {
  nbt::DeviceDescription description;
  std::string other_names;
};

std::string with_spaces(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

// Kept for ever, because the caller gets pointers to the texts.
const std::vector<ListedDevice>& listed_devices() {
  static const std::vector<ListedDevice> listed = [] {
    std::vector<ListedDevice> list;
    for (const auto& device : nbt::devices()) {
      const nbt::DeviceDescription description = device->describe();
      list.push_back({description, with_spaces(nbt::other_names(description))});
    }
    return list;
  }();
  return listed;
}

nbt_device record_of(const ListedDevice& device) {
  const nbt::DeviceDescription& description = device.description;
  nbt_device record{};
  record.name = description.name.c_str();
  record.description = description.model.c_str();
  record.available = description.available ? 1 : 0;
  record.reason = description.reason.c_str();
  record.other_names = device.other_names.c_str();
  return record;
}

}  // namespace

nbt_status nbt_digitize(nbt_simulation* simulation, int32_t kind, int32_t panel, const float* pixels,
                        int64_t row_stride, uint16_t* counts, nbt_digitize_result* result) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(pixels, "pixels");
    nbt::require_pointer(counts, "counts");
    require_optional_result(result);
    const nbt::Digitizer::Result made = s.digitize(kind_of(kind), panel, pixels, row_stride, counts);
    if (result) nbt::fill_record(result, record_of(made));
  });
}

nbt_status nbt_digitize_begin(nbt_simulation* simulation, int32_t kind, int32_t panel, double max_photons) {
  return at_boundary(simulation, [&](Simulation& s) { s.digitize_begin(kind_of(kind), panel, max_photons); });
}

nbt_status nbt_digitize_rows(nbt_simulation* simulation, int64_t row_count, const float* pixels, int64_t row_stride,
                             uint16_t* counts) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(pixels, "pixels");
    nbt::require_pointer(counts, "counts");
    s.digitize_rows(row_count, pixels, row_stride, counts);
  });
}

nbt_status nbt_digitize_end(nbt_simulation* simulation, nbt_digitize_result* result) {
  return at_boundary(simulation, [&](Simulation& s) {
    require_optional_result(result);
    const nbt::Digitizer::Result made = s.digitize_end();
    if (result) nbt::fill_record(result, record_of(made));
  });
}

nbt_status nbt_trace_pixel(nbt_simulation* simulation, int32_t panel, int64_t slow, int64_t fast, const char** json) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(json, "json");
    *json = s.keep(s.trace_pixel(panel, slow, fast));
  });
}

nbt_status nbt_report(nbt_simulation* simulation, const char** json) {
  return at_boundary(simulation, [&](Simulation& s) {
    nbt::require_pointer(json, "json");
    *json = s.keep(s.report());
  });
}

int32_t nbt_device_count(void) {
  // Only a failure to list them, for want of memory, could throw.
  int32_t count = 0;
  at_boundary([&] { count = static_cast<int32_t>(listed_devices().size()); });
  return count;
}

nbt_status nbt_device_describe(int32_t index, nbt_device* device) {
  return at_boundary([&] {
    nbt::require_record(device, "device");
    if (index < 0 || index >= nbt_device_count()) {
      throw nbt::Error(nbt::Status::out_of_range, "there is no device " + std::to_string(index) +
                                                      ": they count from 0 to " +
                                                      std::to_string(nbt_device_count() - 1));
    }
    nbt::fill_record(device, record_of(listed_devices()[static_cast<std::size_t>(index)]));
  });
}
