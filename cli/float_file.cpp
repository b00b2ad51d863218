#include "float_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "model/error.hpp"

namespace nbt::program {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw Error(Status::file, "cannot read the float image " + path + ": " + reason);
}

void require_length(const std::string& path, int descriptor, const ImageSize& size) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) fail(path, std::strerror(errno));
  const std::int64_t needed = size.fast_count * size.slow_count * std::int64_t{sizeof(float)};
  if (status.st_size == needed) return;
  fail(path, "it has " + std::to_string(status.st_size) + " bytes; " + std::to_string(size.fast_count) + " x " +
                 std::to_string(size.slow_count) + " pixels (fast x slow) have " + std::to_string(needed));
}

}  // namespace

FloatFile::FloatFile(const std::string& path, ImageSize size)
    : path_(path), size_(size), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (descriptor_ < 0) fail(path, std::strerror(errno));
  try {
    require_length(path, descriptor_, size);
  } catch (const Error&) {
    ::close(descriptor_);
    throw;
  }
}

FloatFile::~FloatFile() {
  ::close(descriptor_);
}

PhotonRows FloatFile::rows() const {
  return {size_, [this](std::uint64_t offset, std::span<std::byte> bytes) { read(offset, bytes); }};
}

void FloatFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, std::strerror(errno));
    if (got == 0) fail(path_, "it became shorter while it was read");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

}  // namespace nbt::program
