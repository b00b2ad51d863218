// Pages that are made from tables are those of the tables.
#include <gtest/gtest.h>

#include "golden_case.hpp"
#include "run_program.hpp"

namespace nbt::cli_tests {
namespace {

void expect_up_to_date(const std::string& page) {
  const WorkDirectory directory;
  const Outcome outcome = run_program(directory, {"docs", page});
  ASSERT_EQ(outcome.exit_code, 0) << outcome;
  const std::string committed = golden::read_file(std::filesystem::path(NBT_SOURCE_DIR) / "docs" / (page + ".md"));
  EXPECT_TRUE(committed == outcome.output)
      << "docs/" << page << ".md is out of date: cmake --build build --target nbt_docs";
}

TEST(Docs, ParametersPageIsUpToDate) {
  expect_up_to_date("parameters");
}

TEST(Docs, FlagsPageIsUpToDate) {
  expect_up_to_date("flags");
}

TEST(Docs, ProgramPageNamesEveryProgramOption) {
  const std::string page = golden::read_file(std::filesystem::path(NBT_SOURCE_DIR) / "docs" / "program.md");
  const WorkDirectory directory;
  const std::string flags = run_program(directory, {"docs", "flags"}).output;
  const std::string heading = "for the program only";
  ASSERT_NE(flags.find(heading), std::string::npos);
  for (std::size_t at = flags.find("| `--", flags.find(heading)); at != std::string::npos;
       at = flags.find("| `--", at + 1)) {
    const std::string option = flags.substr(at + 2, flags.find('`', at + 3) - at - 1);
    EXPECT_NE(page.find(option.substr(0, option.size() - 1)), std::string::npos) << option;
  }
}

}  // namespace
}  // namespace nbt::cli_tests
