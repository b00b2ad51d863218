#include "model/compatibility.hpp"

#include <gtest/gtest.h>

#include <set>

#include "model/error.hpp"

namespace nbt {
namespace {

TEST(Compatibility, TableHasEveryQuirkOnceInOrder) {
  std::set<std::string_view> tokens;
  int expected = 0;
  for (const QuirkInfo& q : quirk_table()) {
    EXPECT_EQ(static_cast<int>(q.quirk), expected++) << q.token;
    EXPECT_TRUE(tokens.insert(q.token).second) << q.token;
  }
}

TEST(Compatibility, FlagsMeanWhatTheyMeanAndPhysicsIsRightByDefault) {
  const Compatibility standard;
  for (const QuirkInfo& q : quirk_table()) {
    EXPECT_EQ(standard.reference(q.quirk), q.policy == QuirkPolicy::reproduced) << q.token;
  }
}

TEST(Compatibility, EveryTokenSwitchesItsOwnQuirkOnly) {
  for (const QuirkInfo& q : quirk_table()) {
    const bool fix = q.policy == QuirkPolicy::reproduced;
    const Compatibility one = Compatibility::from_tokens(fix ? "" : q.token, fix ? q.token : "");
    for (const QuirkInfo& other : quirk_table()) {
      const bool changed = one.reference(other.quirk) != Compatibility().reference(other.quirk);
      EXPECT_EQ(changed, other.quirk == q.quirk) << q.token << " and " << other.token;
    }
  }
}

TEST(Compatibility, NanobraggSetsEverythingAndClearsFixes) {
  const Compatibility all = Compatibility::from_tokens("nanobragg", "phi-midpoint, twotheta-ratio");
  for (const QuirkInfo& q : quirk_table()) EXPECT_TRUE(all.reference(q.quirk)) << q.token;
}

TEST(Compatibility, UnknownAndMisplacedTokensAreErrors) {
  const auto message = [](std::string_view compat, std::string_view fixes) -> std::string {
    try {
      Compatibility::from_tokens(compat, fixes);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Status::unknown_name);
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(message("skewed-sell", "").find("skewed-cell"), std::string::npos);
  EXPECT_NE(message("phi-midpoint", "").find("--fix"), std::string::npos);
  EXPECT_NE(message("", "skewed-cell").find("--compat"), std::string::npos);
}

}  // namespace
}  // namespace nbt
