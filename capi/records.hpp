// Records that cross the interface start with their size: a program may have been compiled for an earlier version of
// nbt.h, with fewer fields, or for a later one, with more. (Records that the library hands out to callbacks are always
// ours as a whole.)
#pragma once

#include <nbt/nbt.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include "model/error.hpp"

namespace nbt {

// The table of records: how long each was in the first release that had it. Programs of that release set struct_size to
// this, so rows never change. To add a field: put it at the end of the record in nbt.h, with 0 meaning "as before", and
// assert below the record's row that it does not fall into the padding at the end of the first release's record:
//     static_assert(is_past_first_release<nbt_loss>(offsetof(nbt_loss, added)));
template <class Record>
inline constexpr std::size_t first_release_bytes = 0;

// A row: the record and its last field then.
#define NBT_FIRST_RELEASE(record, last_field)                                                               \
  template <>                                                                                               \
  inline constexpr std::size_t first_release_bytes<record> =                                                \
      (offsetof(record, last_field) + sizeof(record::last_field) + alignof(record) - 1) / alignof(record) * \
      alignof(record)

NBT_FIRST_RELEASE(nbt_parameter, sentence);
NBT_FIRST_RELEASE(nbt_device, other_names);
NBT_FIRST_RELEASE(nbt_device_image, stream);
NBT_FIRST_RELEASE(nbt_memory_request, with_amplitudes);
NBT_FIRST_RELEASE(nbt_memory_estimate, device_bytes);
NBT_FIRST_RELEASE(nbt_loss, readout_variance);
NBT_FIRST_RELEASE(nbt_gradient_outputs, orientation_count);
NBT_FIRST_RELEASE(nbt_gradient_result, pixels);
NBT_FIRST_RELEASE(nbt_digitize_result, overloads);

template <class Record>
constexpr bool is_past_first_release(std::size_t offset_of_added_field) {
  return offset_of_added_field >= first_release_bytes<Record>;
}

// No record comes near it; a larger struct_size is a record that was never filled in.
inline constexpr std::size_t largest_record_bytes = 4096;

// Smaller than in the first release is a mistake, larger than ours a program compiled for a later version.
template <class Record>
void require_record(const Record* record, const char* name) {
  static_assert(first_release_bytes<Record> > 0, "the table of records above needs a row for this one");
  if (!record) throw Error(Status::invalid_argument, std::string(name) + " is null");
  if (record->struct_size < first_release_bytes<Record> || record->struct_size > largest_record_bytes) {
    throw Error(Status::invalid_argument, std::string(name) + "->struct_size is " +
                                              std::to_string(record->struct_size) + ": set it to sizeof(" + name +
                                              " record), here " + std::to_string(sizeof(Record)));
  }
}

// The bytes that both the caller's record and ours have.
template <class Record>
std::size_t shared_bytes(const Record* record) {
  return std::min(record->struct_size, sizeof(Record));
}

// A request as this version has it. Fields that the caller's version did not have are 0; fields that this version does
// not have are refused unless they are 0.
template <class Record>
Record known_request(const Record* record, const char* name) {
  require_record(record, name);
  const auto* bytes = reinterpret_cast<const unsigned char*>(record);
  if (std::any_of(bytes + shared_bytes(record), bytes + record->struct_size, [](unsigned char b) { return b != 0; })) {
    throw Error(Status::unsupported,
                std::string(name) + " uses fields that version " + nbt_version() + " does not have");
  }
  Record request{};
  std::memcpy(&request, record, shared_bytes(record));
  return request;
}

// An answer in the caller's length: fields that it does not have are not written, fields that we do not have become 0.
template <class Record>
void fill_record(Record* target, Record values) {
  values.struct_size = target->struct_size;
  const std::size_t shared = shared_bytes(target);
  std::memset(reinterpret_cast<unsigned char*>(target) + shared, 0, target->struct_size - shared);
  std::memcpy(target, &values, shared);
}

}  // namespace nbt
