#include "outputs.hpp"

#include <filesystem>
#include <span>

#include "exit_code.hpp"

namespace nbt::program {
namespace {

namespace fs = std::filesystem;

bool is_same_file(const fs::path& one, const fs::path& other) {
  std::error_code error;
  return fs::weakly_canonical(fs::absolute(one), error) == fs::weakly_canonical(fs::absolute(other), error);
}

}  // namespace

formats::AtomicFile& OutputSet::add(const std::string& kind, const std::string& path) {
  require_new_path(kind, path);
  outputs_.push_back({kind, std::make_unique<formats::AtomicFile>(path)});
  return *outputs_.back().file;
}

void OutputSet::add_self_written(const std::string& kind, const std::string& path, std::function<void()> finish) {
  require_new_path(kind, path);
  const formats::AtomicFile trial(path);
  self_written_.push_back({kind, path, std::move(finish)});
}

void OutputSet::require_new_path(const std::string& kind, const std::string& path) const {
  const auto refuse_same = [&](const std::string& earlier_kind, const std::string& earlier_path) {
    if (!is_same_file(earlier_path, path)) return;
    throw UsageError("the " + earlier_kind + " and the " + kind + " output are both named " + path +
                     ": give each a file of its own");
  };
  for (const Output& earlier : outputs_) {
    if (earlier.file->can_read_back()) refuse_same(earlier.kind, earlier.file->path());
  }
  for (const SelfWritten& earlier : self_written_) refuse_same(earlier.kind, earlier.path);
}

// Devices and pipes go first: their failure, and that of the last bytes of any file, must come before the first name.
void OutputSet::commit() {
  for (const Output& output : outputs_) {
    formats::AtomicFile& file = *output.file;
    if (file.can_read_back()) {
      file.read_back(file.bytes_written(), std::span<std::byte>());  // brings everything to the system
    } else {
      file.commit();
    }
  }
  for (const SelfWritten& output : self_written_) output.finish();
  for (const Output& output : outputs_) {
    if (output.file->can_read_back()) output.file->commit();
  }
}

std::vector<OutputSet::Written> OutputSet::written() const {
  std::vector<Written> result;
  for (const Output& output : outputs_) {
    result.push_back({output.kind, output.file->path(), output.file->bytes_written()});
  }
  for (const SelfWritten& output : self_written_) result.push_back({output.kind, output.path, {}});
  return result;
}

}  // namespace nbt::program
