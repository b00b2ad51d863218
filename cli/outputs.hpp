// The files of a run. They get their names together, after the last of them is complete; until then, and after any
// failure, nothing of them is to be seen.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/file.hpp"

namespace nbt::program {

class OutputSet {
 public:
  struct Written {
    std::string kind;
    std::string path;
    std::optional<std::uint64_t> bytes;  // nothing: not known before commit()
  };

  // Opens the file, so that a path that cannot be written fails before anything is computed. `kind` says what it is
  // in messages and reports: "float", "integer". Throws Error(file), and UsageError where two outputs have one path.
  formats::AtomicFile& add(const std::string& kind, const std::string& path);

  // For an output with a writer of its own that leaves the file whole or not at all: `finish` is called when all other
  // files are complete.
  void add_self_written(const std::string& kind, const std::string& path, std::function<void()> finish);

  // Finishes all files, then names them.
  void commit();

  std::vector<Written> written() const;

 private:
  struct Output {
    std::string kind;
    std::unique_ptr<formats::AtomicFile> file;
  };
  struct SelfWritten {
    std::string kind;
    std::string path;
    std::function<void()> finish;
  };
  void require_new_path(const std::string& kind, const std::string& path) const;

  std::vector<Output> outputs_;
  std::vector<SelfWritten> self_written_;
};

}  // namespace nbt::program
