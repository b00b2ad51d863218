// Where writers put their bytes, in order.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nbt::formats {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(std::span<const std::byte> bytes) = 0;

  void write_text(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
};

class MemorySink final : public ByteSink {
 public:
  void write(std::span<const std::byte> bytes) override {
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace nbt::formats
