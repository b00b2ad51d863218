#include "formats/file.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "expect_error.hpp"
#include "scratch_folder.hpp"

namespace nbt::formats {
namespace {

namespace fs = std::filesystem;

TEST(ReadFile, GivesTheWholeContentAlsoWhenEmptyOrBinary) {
  const ScratchFolder folder;
  for (const std::string& content : {std::string(), std::string("a\0\r\nb", 5), std::string(300000, 'x')}) {
    EXPECT_EQ(read_file(folder.put("in", content), "the list"), content);
  }
}

TEST(ReadFile, ReadsPipesToTheirEnd) {
  const ScratchFolder folder;
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string content(200000, 'p');
  std::thread writer([&] { std::ofstream(pipe) << content; });
  EXPECT_EQ(read_file(pipe, "the list"), content);
  writer.join();
}

TEST(ReadFile, WhatCannotBeReadIsAnErrorWithPathRoleAndReason) {
  const ScratchFolder folder;
  const auto expect_refused = [&](const std::string& path, const std::string& reason) {
    expect_error(Status::file, {path, "the reflection list", reason}, [&] { read_file(path, "the reflection list"); });
  };
  expect_refused(folder.file("missing.hkl"), "No such file");
  expect_refused(folder.path(), "directory");
  fs::create_symlink(folder.file("nowhere"), folder.file("dangling"));
  expect_refused(folder.file("dangling"), "No such file");
  fs::create_symlink("loop", folder.file("loop"));
  expect_refused(folder.file("loop"), "symbolic links");
  expect_refused(folder.put("file", "x") + "/below", "Not a directory");
  expect_refused(folder.file(std::string(300, 'n')), "name too long");
}

TEST(ReadFile, LargerThanTheLimitIsAnErrorBeforeReading) {
  const ScratchFolder folder;
  const std::string path = folder.put("sparse", "");
  fs::resize_file(path, std::uintmax_t{1} << 36);
  expect_error(Status::file, {path, "larger than 17179869184 bytes"}, [&] { read_file(path, "the list"); });
  expect_error(Status::file, {"larger than 4 bytes"}, [&] { read_file(folder.put("five", "12345"), "the list", 4); });
  expect_error(Status::file, {"larger than 1000 bytes"}, [] { read_file("/dev/zero", "the list", 1000); });
}

TEST(AtomicFile, AppearsOnCommitOnly) {
  const ScratchFolder folder;
  const std::string path = folder.file("out.bin");
  AtomicFile file(path);
  file.write_text("one ");
  file.write_text(std::string(100000, 'x'));
  file.write_text(" two");
  EXPECT_FALSE(fs::exists(path));
  file.commit();
  EXPECT_EQ(ScratchFolder::content(path), "one " + std::string(100000, 'x') + " two");
  EXPECT_EQ(file.bytes_written(), 100008U);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.bin"});
}

TEST(AtomicFile, WithoutCommitLeavesTheOldFileAndNothingElse) {
  const ScratchFolder folder;
  const std::string path = folder.put("out.bin", "old");
  {
    AtomicFile file(path);
    file.write_text("new");
  }
  EXPECT_EQ(ScratchFolder::content(path), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.bin"});
}

TEST(AtomicFile, ReplacesTheTargetOfALinkAndKeepsItsPermissions) {
  const ScratchFolder folder;
  const std::string path = folder.put("target", "old");
  fs::permissions(path, fs::perms(0640));
  fs::create_symlink("target", folder.file("link"));
  AtomicFile file(folder.file("link"));
  file.write_text("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_EQ(ScratchFolder::content(path), "new");
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0640));
}

TEST(AtomicFile, ANewFileHasThePermissionsThatTheUmaskLeaves) {
  const ScratchFolder folder;
  const mode_t before = ::umask(027);
  AtomicFile file(folder.file("new"));
  ::umask(before);
  file.commit();
  EXPECT_EQ(fs::status(folder.file("new")).permissions(), fs::perms(0640));
}

TEST(AtomicFile, TwoWritersOfOneNameDoNotMix) {
  const ScratchFolder folder;
  const std::string path = folder.file("out");
  AtomicFile first(path);
  AtomicFile second(path);
  first.write_text("first");
  second.write_text("second");
  second.commit();
  first.commit();
  EXPECT_EQ(ScratchFolder::content(path), "first");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out"});
}

TEST(AtomicFile, WhereNothingCanBeWrittenIsAnErrorAtOnce) {
  const ScratchFolder folder;
  const auto expect_refused = [&](const std::string& path, const std::string& reason) {
    expect_error(Status::file, {"cannot write " + path, reason}, [&] { AtomicFile file(path); });
  };
  expect_refused(folder.file("missing/out"), "No such file");
  expect_refused(folder.path(), "directory");
  fs::create_symlink(folder.file("nowhere"), folder.file("dangling"));
  expect_refused(folder.file("dangling"), "link that leads nowhere");
  expect_refused(folder.put("file", "x") + "/below", "Not a directory");
  expect_error(Status::file, {"name is empty"}, [] { AtomicFile file(""); });
  if (::geteuid() != 0) {
    const std::string path = folder.put("read-only", "old");
    fs::permissions(path, fs::perms(0444));
    expect_refused(path, "Permission denied");
  }
}

TEST(AtomicFile, DevicesAreWrittenDirectlyAndTheirErrorsReported) {
  const std::string rows(1 << 20, 'x');
  expect_error(Status::file, {"/dev/full", "No space left"}, [&] { AtomicFile("/dev/full").write_text(rows); });
  expect_error(Status::file, {"/dev/full", "No space left"}, [] {
    AtomicFile file("/dev/full");
    file.write_text("stays in the buffer until the end");
    file.commit();
  });
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
  AtomicFile null("/dev/null");
  EXPECT_FALSE(null.can_read_back());
  null.write_text(rows);
  EXPECT_NO_THROW(null.commit());
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

// A limit on file sizes stands in for a full disk: both refuse a write half-way.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  sighandler_t handler_;
  rlimit before_{};
};

TEST(AtomicFile, AWriteThatFailsHalfWayLeavesTheOldFileAndNothingElse) {
  const ScratchFolder folder;
  const std::string path = folder.put("out.bin", "old");
  {
    const FileSizeLimit limit(150000);
    expect_error(Status::file, {"cannot write " + path, "too large"}, [&] {
      AtomicFile file(path);
      for (int row = 0; row < 100; ++row) file.write_text(std::string(4096, 'x'));
      file.commit();
    });
  }
  EXPECT_EQ(ScratchFolder::content(path), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"out.bin"});
}

TEST(AtomicFile, CommitTwiceIsAnError) {
  const ScratchFolder folder;
  AtomicFile file(folder.file("out"));
  file.commit();
  expect_error(Status::internal, {"committed before"}, [&] { file.commit(); });
}

TEST(OutputFile, ReadsBackWhatWasWrittenWhileWritingGoesOn) {
  const ScratchFolder folder;
  AtomicFile named(folder.file("out"));
  ScratchFile nameless(folder.path());
  for (OutputFile* file : std::initializer_list<OutputFile*>{&named, &nameless}) {
    ASSERT_TRUE(file->can_read_back());
    file->write_text("0123456789");
    std::string piece(4, ' ');
    file->read_back(3, std::as_writable_bytes(std::span(piece.data(), piece.size())));
    EXPECT_EQ(piece, "3456");
    file->write_text("abc");
    file->read_back(9, std::as_writable_bytes(std::span(piece.data(), piece.size())));
    EXPECT_EQ(piece, "9abc");
    expect_error(Status::file, {"cannot read back"},
                 [&] { file->read_back(12, std::as_writable_bytes(std::span(piece.data(), piece.size()))); });
  }
}

TEST(ScratchFile, HasNoNameAndNeedsAFolderThatExists) {
  const ScratchFolder folder;
  const ScratchFile file(folder.path());
  EXPECT_TRUE(folder.names().empty());
  expect_error(Status::file, {"temporary file", "No such file"}, [&] { ScratchFile missing(folder.file("missing")); });
}

}  // namespace
}  // namespace nbt::formats
