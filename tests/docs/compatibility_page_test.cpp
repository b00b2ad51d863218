// The tables of docs/compatibility.md against the one table of tokens.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "model/compatibility.hpp"

namespace nbt {
namespace {

constexpr const char* page = NBT_SOURCE_DIR "/docs/compatibility.md";

// A row is "| `token` | id | sentence | what nbt does |"; the value is the row up to its last cell, and the heading
// under which it stands.
struct Row {
  std::string beginning;
  std::string heading;
};

std::map<std::string, Row> rows_of_page() {
  std::map<std::string, Row> rows;
  std::ifstream file(page);
  std::string heading;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("## ", 0) == 0) heading = line;
    if (line.rfind("| `", 0) != 0 || line.find("` | Q") == std::string::npos) continue;
    const std::string token = line.substr(3, line.find('`', 3) - 3);
    EXPECT_EQ(rows.count(token), 0u) << token << " stands there twice";
    rows[token] = {line.substr(0, line.rfind(" | ")), heading};
  }
  return rows;
}

std::string option_of(const QuirkInfo& quirk) {
  return quirk.policy == QuirkPolicy::reproduced ? "`--fix`" : "`--compat`";
}

TEST(CompatibilityPage, HasEveryTokenWithItsRowAndSentenceUnderItsOption) {
  const std::map<std::string, Row> rows = rows_of_page();
  for (const QuirkInfo& quirk : quirk_table()) {
    const auto found = rows.find(std::string(quirk.token));
    ASSERT_NE(found, rows.end()) << page << " has no row for " << quirk.token;
    const std::string expected =
        "| `" + std::string(quirk.token) + "` | " + std::string(quirk.id) + " | " + std::string(quirk.sentence);
    EXPECT_EQ(found->second.beginning, expected);
    EXPECT_NE(found->second.heading.find(option_of(quirk)), std::string::npos)
        << quirk.token << " stands under \"" << found->second.heading << "\"";
  }
}

TEST(CompatibilityPage, HasNoTokenThatDoesNotExist) {
  EXPECT_EQ(rows_of_page().size(), quirk_table().size());
}

}  // namespace
}  // namespace nbt
