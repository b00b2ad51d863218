// Files, read whole or written so that nobody ever sees half of one. Failures are Error(Status::file) with the
// path and the system's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formats/byte_sink.hpp"

namespace nbt::formats {

inline constexpr std::uint64_t largest_input_bytes = std::uint64_t{1} << 34;
inline constexpr std::uint64_t largest_piped_input_bytes = std::uint64_t{1} << 30;

// The whole content. `what` names the file's role in messages ("the reflection list"). Pipes are read to their
// end; they have no size to check beforehand, so their limit is lower.
std::string read_file(const std::string& path, std::string_view what,
                      std::uint64_t size_limit_bytes = largest_input_bytes);

// An open descriptor with a write buffer: sequential append, reading back anywhere. Base of the two below.
class OutputFile : public ByteSink {
 public:
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() override;

  void write(std::span<const std::byte> bytes) override;
  std::uint64_t bytes_written() const { return bytes_written_; }

  // False for devices and pipes.
  bool can_read_back() const { return can_read_back_; }
  // Fills `bytes` with what was written at `offset`; earlier and later writes are unaffected.
  void read_back(std::uint64_t offset, std::span<std::byte> bytes);

 protected:
  explicit OutputFile(std::string name);
  void adopt(int descriptor, bool can_read_back);
  void flush();
  void close();  // flushes; reports what the system kept back until now
  bool is_open() const { return descriptor_ >= 0; }
  void discard() noexcept;  // closes without flushing

 private:
  void write_through(const std::byte* data, std::size_t count);

  std::string name_;  // for messages
  int descriptor_ = -1;
  bool can_read_back_ = false;
  std::uint64_t bytes_written_ = 0;
  std::vector<std::byte> buffer_;
};

// Writes to a temporary name in the same directory; commit() gives the file its name. Without commit() the
// temporary disappears and whatever had the name before is untouched. Symbolic links are followed. A path that
// exists and is no regular file (a device, a pipe) is written directly.
class AtomicFile final : public OutputFile {
 public:
  explicit AtomicFile(const std::string& path);
  ~AtomicFile() override;

  void commit();
  const std::string& path() const { return path_; }

 private:
  void open_directly();
  void open_temporary(unsigned mode, bool mode_is_given);

  std::string path_;
  std::string target_;          // path_ with links followed
  std::string temporary_path_;  // empty: written directly, or committed
};

// A nameless file in `directory`, gone with the object or the process.
class ScratchFile final : public OutputFile {
 public:
  explicit ScratchFile(const std::string& directory);
};

}  // namespace nbt::formats
