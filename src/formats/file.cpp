#include "formats/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "model/error.hpp"

namespace nbt::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t write_buffer_bytes = std::size_t{1} << 16;
constexpr std::size_t read_block_bytes = std::size_t{1} << 16;
// One system call moves at most this much; Linux stops at 2^31 - 4096.
constexpr std::size_t largest_transfer_bytes = std::size_t{1} << 30;
constexpr unsigned permission_bits = 07777;
constexpr unsigned default_mode = 0666;  // the process's umask applies

std::string reason_of(int error_number) {
  return std::generic_category().message(error_number);
}

[[noreturn]] void fail(const std::string& what, const std::string& reason) {
  throw Error(Status::file, what + ": " + reason);
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

struct stat status_of(int descriptor, const std::string& what) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail(what, reason_of(errno));
  return status;
}

std::size_t read_some(int descriptor, char* data, std::size_t count, const std::string& what) {
  for (;;) {
    const ssize_t got = ::read(descriptor, data, std::min(count, largest_transfer_bytes));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(what, reason_of(errno));
  }
}

void require_within(std::uint64_t size, std::uint64_t limit, const std::string& what) {
  if (size > limit) {
    fail(what, "it is larger than " + std::to_string(limit) + " bytes, the most that is read");
  }
}

// Reads to the end whatever the size was said to be: files may grow or shrink, pipes have none.
std::string read_to_end(int descriptor, std::size_t expected, std::uint64_t limit, const std::string& what) {
  std::string content(expected, '\0');
  std::size_t filled = 0;
  while (filled < expected) {
    const std::size_t got = read_some(descriptor, content.data() + filled, expected - filled, what);
    if (got == 0) break;
    filled += got;
  }
  content.resize(filled);
  std::vector<char> block(read_block_bytes);
  while (const std::size_t got = read_some(descriptor, block.data(), block.size(), what)) {
    require_within(content.size() + got, limit, what);
    content.append(block.data(), got);
  }
  return content;
}

// A name beside `target` that no other writer of this or another process uses.
std::string temporary_name(const std::string& target) {
  static std::atomic<unsigned> serial{0};
  const std::string name = ".nbt-" + std::to_string(::getpid()) + "-" + std::to_string(serial++) + ".part";
  return (fs::path(target).parent_path() / name).string();
}

std::string follow_links(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::canonical(path, error);
  if (error) fail("cannot write " + path, "it is a link that leads nowhere (" + error.message() + ")");
  return target.string();
}

}  // namespace

std::string read_file(const std::string& path, std::string_view what, std::uint64_t size_limit_bytes) {
  const std::string subject = "cannot read " + std::string(what) + " " + path;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail(subject, reason_of(errno));
  const struct stat status = status_of(file.get(), subject);
  if (S_ISDIR(status.st_mode)) fail(subject, "it is a directory");
  const bool regular = S_ISREG(status.st_mode);
  const std::uint64_t limit = regular ? size_limit_bytes : std::min(size_limit_bytes, largest_piped_input_bytes);
  const auto size = regular ? static_cast<std::uint64_t>(status.st_size) : 0;
  require_within(size, limit, subject);
  try {
    return read_to_end(file.get(), static_cast<std::size_t>(size), limit, subject);
  } catch (const std::bad_alloc&) {
    throw Error(Status::out_of_memory, subject + ": no memory for its " + std::to_string(size) + " bytes");
  }
}

OutputFile::OutputFile(std::string name) : name_(std::move(name)) {
  buffer_.reserve(write_buffer_bytes);
}

OutputFile::~OutputFile() {
  discard();
}

void OutputFile::adopt(int descriptor, bool can_read_back) {
  descriptor_ = descriptor;
  can_read_back_ = can_read_back;
}

void OutputFile::write(std::span<const std::byte> bytes) {
  bytes_written_ += bytes.size();
  if (buffer_.size() + bytes.size() > write_buffer_bytes) flush();
  if (bytes.size() > write_buffer_bytes) {
    write_through(bytes.data(), bytes.size());
  } else {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  }
}

void OutputFile::flush() {
  write_through(buffer_.data(), buffer_.size());
  buffer_.clear();
}

void OutputFile::write_through(const std::byte* data, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, data, std::min(count, largest_transfer_bytes));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write " + name_, reason_of(errno));
    data += written;
    count -= static_cast<std::size_t>(written);
  }
}

void OutputFile::read_back(std::uint64_t offset, std::span<std::byte> bytes) {
  const std::string subject = "cannot read back " + name_;
  if (!can_read_back_) fail(subject, "it is not a regular file");
  flush();
  while (!bytes.empty()) {
    const std::size_t count = std::min(bytes.size(), largest_transfer_bytes);
    const ssize_t got = ::pread(descriptor_, bytes.data(), count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(subject, reason_of(errno));
    if (got == 0) fail(subject, "it ends before byte " + std::to_string(offset + bytes.size()));
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

void OutputFile::close() {
  flush();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot write " + name_, reason_of(errno));
}

void OutputFile::discard() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

AtomicFile::AtomicFile(const std::string& path) : OutputFile(path), path_(path), target_(follow_links(path)) {
  if (path_.empty()) fail("cannot write a file", "its name is empty");
  struct stat status {};
  const bool exists = ::stat(target_.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) fail("cannot write " + path_, reason_of(errno));
  if (exists && S_ISDIR(status.st_mode)) fail("cannot write " + path_, "it is a directory");
  if (exists && ::access(target_.c_str(), W_OK) != 0) fail("cannot write " + path_, reason_of(errno));
  if (exists && !S_ISREG(status.st_mode)) {
    open_directly();
  } else {
    open_temporary(exists ? status.st_mode & permission_bits : default_mode, exists);
  }
}

void AtomicFile::open_directly() {
  const int descriptor = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) fail("cannot write " + path_, reason_of(errno));
  adopt(descriptor, false);
}

void AtomicFile::open_temporary(unsigned mode, bool mode_is_given) {
  std::string name = temporary_name(target_);
  int descriptor = -1;
  // A name left over from a process that was killed is passed over.
  while ((descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)) < 0 && errno == EEXIST) {
    name = temporary_name(target_);
  }
  if (descriptor < 0) fail("cannot write " + path_, reason_of(errno));
  temporary_path_ = std::move(name);
  adopt(descriptor, true);
  // The umask has acted on the mode; a file that is replaced keeps its own. Failing to is no reason to stop.
  if (mode_is_given && ::fchmod(descriptor, mode) != 0) errno = 0;
}

AtomicFile::~AtomicFile() {
  discard();
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

void AtomicFile::commit() {
  if (!is_open()) throw Error(Status::internal, "the file " + path_ + " was committed before");
  close();
  if (temporary_path_.empty()) return;
  if (::rename(temporary_path_.c_str(), target_.c_str()) != 0) fail("cannot write " + path_, reason_of(errno));
  temporary_path_.clear();
}

ScratchFile::ScratchFile(const std::string& directory) : OutputFile("a temporary file in " + directory) {
  std::string name = (fs::path(directory) / "nbt-XXXXXX").string();
  const int descriptor = ::mkstemp(name.data());
  if (descriptor < 0) fail("cannot create a temporary file in " + directory, reason_of(errno));
  ::unlink(name.c_str());
  adopt(descriptor, true);
}

}  // namespace nbt::formats
