// Random arguments end in a result or in an Error, never in anything else.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "../formats/scratch_folder.hpp"
#include "applied.hpp"
#include "arguments/option_table.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

std::vector<std::string> vocabulary(const ScratchFolder& folder) {
  std::vector<std::string> words = {"",
                                    "-",
                                    "--",
                                    "---",
                                    "0",
                                    "1",
                                    "-1",
                                    "2.5",
                                    "1e999",
                                    "-1e-999",
                                    "nan",
                                    "inf",
                                    "random",
                                    "beam",
                                    "=",
                                    "x=",
                                    "crystal.cells=3 4 5",
                                    "4G",
                                    "nanobragg",
                                    "exact",
                                    "\xff\xfe",
                                    "99999999999999999999",
                                    std::string(5000, '-')};
  for (const OptionInfo& option : option_table()) {
    for (const Spelling& spelling : option.spellings) {
      if (!spelling.text.empty()) words.emplace_back(spelling.text);
    }
  }
  words.push_back(folder.put("a.hkl", "1 2 3 4\n"));
  words.push_back(folder.put("text", "neither this nor that"));
  words.push_back(folder.path());
  words.push_back(golden_input("mask64.img"));
  return words;
}

TEST(ArgumentSoup, IsDigestedOrRefused) {
  const ScratchFolder folder;
  const auto words = vocabulary(folder);
  std::filesystem::current_path(folder.path());
  const unsigned seed = 20240611;
  std::mt19937 generator(seed);
  int accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<std::string> args;
    if (round % 2 == 0) args = {"--compat", "lax-args"};
    const auto length = generator() % 8;
    for (std::size_t i = 0; i < length; ++i) args.push_back(words[generator() % words.size()]);
    std::string line;
    for (const std::string& arg : args) line += arg.substr(0, 40) + " ";
    SCOPED_TRACE("round " + std::to_string(round) + ": " + line);
    try {
      run_words(args, {round});
      ++accepted;
    } catch (const Error& error) {
      EXPECT_STRNE(error.what(), "");
    } catch (const std::exception& error) {
      ADD_FAILURE() << "not an Error: " << error.what();
    }
  }
  EXPECT_GT(accepted, 400) << "the soup is too thin to test anything";
  std::filesystem::current_path("/");
}

}  // namespace
}  // namespace nbt
