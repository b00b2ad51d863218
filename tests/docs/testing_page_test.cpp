// The tests that docs/testing.md names exist.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace {

constexpr const char* page = NBT_SOURCE_DIR "/docs/testing.md";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "Suite" and "Suite.Name" of everything below tests/ that gtest or ctest knows by that name.
std::set<std::string> existing_tests() {
  std::set<std::string> names;
  const std::regex in_code(R"(\bTEST(?:_P|_F)?\(\s*(\w+),\s*(\w+)\))"), in_cmake(R"(\bNAME\s+(\w+)\.(\w+))");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(NBT_SOURCE_DIR "/tests")) {
    const std::filesystem::path& path = entry.path();
    const bool code = path.extension() == ".cpp", cmake = path.filename() == "CMakeLists.txt";
    if (!code && !cmake) continue;
    const std::string text = text_of(path);
    for (std::sregex_iterator i(text.begin(), text.end(), code ? in_code : in_cmake), end; i != end; ++i) {
      names.insert((*i)[1].str());
      names.insert((*i)[1].str() + "." + (*i)[2].str());
    }
  }
  return names;
}

// `Suite.Name`, `Suite.*`, `Suite`, `Instance/Suite.Name` in back quotes, without the instance and ".*".
std::set<std::string> named_tests() {
  std::set<std::string> names;
  const std::string text = text_of(page);
  const std::regex quoted(R"(`(?:[A-Z]\w+/)?([A-Z][A-Za-z0-9]+(?:\.[A-Z]\w+)?)(?:\.\*)?`)");
  for (std::sregex_iterator i(text.begin(), text.end(), quoted), end; i != end; ++i) names.insert((*i)[1].str());
  for (const char* other : {"SLOW", "TEST"}) names.erase(other);
  return names;
}

TEST(TestingPage, NamesTestsThatExist) {
  const std::set<std::string> existing = existing_tests(), named = named_tests();
  EXPECT_GE(named.size(), 5u) << "the page's form has changed, or this test no longer understands it";
  for (const std::string& name : named) EXPECT_EQ(existing.count(name), 1u) << page << ": " << name;
}

}  // namespace
