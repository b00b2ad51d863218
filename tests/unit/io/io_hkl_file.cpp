#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "../formats/expect_error.hpp"
#include "../formats/scratch_folder.hpp"
#include "file_size_limit.hpp"
#include "formats/hkl.hpp"
#include "io/hkl_file.hpp"
#include "io/wilson.hpp"

namespace nbt::io {
namespace {

CrystalReflections some_crystal() {
  WilsonOptions options;
  options.cell = {20, 21, 22, 80, 95, 100};
  options.d_min_A = 3;
  return wilson_reflections(options);
}

TEST(HklFile, ReaderGetsBackWhatWasWritten) {
  const ScratchFolder folder;
  const CrystalReflections crystal = some_crystal();
  write_hkl_file(folder.file("out.hkl"), crystal);
  const auto reflections = formats::read_hkl(ScratchFolder::content(folder.file("out.hkl")), {}, "out.hkl");
  ASSERT_EQ(reflections.size(), crystal.reflections.size());
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    const Reflection& written = crystal.reflections[i];
    const Reflection& read = reflections[i];
    ASSERT_TRUE(read.h == written.h && read.k == written.k && read.l == written.l) << "line " << i;
    ASSERT_NEAR(read.F, written.F, 1e-8 * written.F) << "line " << i;
  }
}

TEST(HklFile, CommentsTellSourceGroupCellAndResolution) {
  const ScratchFolder folder;
  CrystalReflections crystal = some_crystal();
  crystal.source = "two\nlines";
  write_hkl_file(folder.file("out.hkl"), crystal);
  const std::string text = ScratchFolder::content(folder.file("out.hkl"));
  for (const char* words :
       {"# source: two lines\n", "# space group: P 1\n", "# cell: 20 21 22 A, 80 95 100 degrees\n", "# d_min: 3 A\n"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << " in\n" << text.substr(0, 400);
  }
}

TEST(HklFile, FailureLeavesNothing) {
  const ScratchFolder folder;
  expect_error(Status::file, {"nowhere/out.hkl"},
               [&] { write_hkl_file(folder.file("nowhere/out.hkl"), some_crystal()); });
  {
    const FileSizeLimit limit(100);
    expect_error(Status::file, {"out.hkl"}, [&] { write_hkl_file(folder.file("out.hkl"), some_crystal()); });
  }
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace nbt::io
