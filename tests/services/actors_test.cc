#include "services/actors.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::services {
namespace {

constexpr char kTokens[] =
    "# curators\n"
    "ada    0123456789abcdef-ada\r\n"
    "\n"
    "  pipeline\t0123456789abcdef-pipe\n";

std::string Find(const ActorTable& table, absl::string_view authorization) {
  auto found = table.Find(authorization);
  return found.ok() ? *found : absl::StatusCodeToString(found.status().code());
}

TEST(ActorTableTest, WithoutTokensEveryoneIsLocal) {
  ActorTable table;
  EXPECT_FALSE(table.required());
  EXPECT_EQ(Find(table, ""), "local");
  EXPECT_EQ(Find(table, "Bearer whatever"), "local");
}

TEST(ActorTableTest, TokensNameTheirSubject) {
  auto table = ActorTable::Parse(kTokens);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_TRUE(table->required());
  EXPECT_EQ(Find(*table, "Bearer 0123456789abcdef-ada"), "ada");
  EXPECT_EQ(Find(*table, "bearer 0123456789abcdef-pipe"), "pipeline");
  for (absl::string_view wrong :
       {"", "Bearer ", "Bearer 0123456789abcdef-ad", "Bearer 0123456789abcdef-ada ",
        "Basic 0123456789abcdef-ada", "0123456789abcdef-ada", "Bearer ada"}) {
    EXPECT_EQ(Find(*table, wrong), "UNAUTHENTICATED") << wrong;
  }
}

TEST(ActorTableTest, RefusesWrongFiles) {
  const struct {
    std::string text;
    std::string want;
  } kCases[] = {
      {"", "no token in it"},
      {"# nobody\n", "no token in it"},
      {"ada\n", "line 1: want \"subject token\", got 1 words"},
      {"\nada 0123456789abcdef extra\n", "line 2: want \"subject token\", got 3 words"},
      {"ada short\n", "line 1: the token is shorter than 16 bytes"},
      {std::string(129, 'a') + " 0123456789abcdef\n",
       "line 1: the subject is longer than 128 bytes"},
      {"ada 0123456789abcdef\nbob 0123456789abcdef\n", "line 2: this token stands above already"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(ActorTable::Parse(each.text).status().message(), each.want) << each.text;
  }
}

TEST(ActorTableTest, AMissingFileIsNamed) {
  auto table = ActorTable::ReadFile("/nowhere/tokens");
  EXPECT_EQ(table.status().message(), "token file /nowhere/tokens: cannot be read");
}

}  // namespace
}  // namespace cartograph::services
