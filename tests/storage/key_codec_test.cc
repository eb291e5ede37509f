#include "storage/key_codec.h"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace cartograph::storage {
namespace {

using base::Revision;

constexpr int kRounds = 20'000;

// Bytes that the grammar gives a meaning come often, so that the corners are met.
std::string RandomText(std::mt19937* random) {
  static const std::string bytes(
      "\x00\x00\x01\x02\xff\xfe"
      "ab/",
      9);
  std::string text;
  for (size_t length = (*random)() % 5; length > 0; --length) {
    text.push_back(bytes[(*random)() % bytes.size()]);
  }
  return text;
}

Revision RandomRevision(std::mt19937* random) {
  static const std::vector<uint64_t> corners = {0, 1, 2, 255, 256, 65'535, UINT64_MAX};
  return Revision(corners[(*random)() % corners.size()]);
}

TEST(KeyCodecTest, WorkedExample) {
  EXPECT_EQ(absl::BytesToHexString(HistoryKey("d/sle", Revision(5))),
            "642f736c650001fffffffffffffffa");
}

TEST(KeyCodecTest, HistorySortsByNameThenNewestFirst) {
  std::mt19937 random(1);
  for (int i = 0; i < kRounds; ++i) {
    std::string a = RandomText(&random);
    std::string b = RandomText(&random);
    Revision r = RandomRevision(&random);
    Revision s = RandomRevision(&random);
    EXPECT_EQ(std::tie(a, s) < std::tie(b, r), HistoryKey(a, r) < HistoryKey(b, s))
        << absl::CHexEscape(a) << " at " << r.number() << ", " << absl::CHexEscape(b) << " at "
        << s.number();
  }
}

TEST(KeyCodecTest, ReferencesSortByTheirParts) {
  std::mt19937 random(2);
  for (int i = 0; i < kRounds; ++i) {
    Reference a{RandomText(&random), RandomText(&random), RandomText(&random)};
    Reference b{RandomText(&random), RandomText(&random), RandomText(&random)};
    EXPECT_EQ(a < b, ReferenceKey(a) < ReferenceKey(b));
    bool shares_prefix =
        ReferenceKey(a).compare(0, ReferencesTo(b.to).size(), ReferencesTo(b.to)) == 0;
    EXPECT_EQ(a.to == b.to, shares_prefix);
  }
}

TEST(KeyCodecTest, RevisionsSort) {
  std::mt19937 random(3);
  for (int i = 0; i < 1000; ++i) {
    Revision r = RandomRevision(&random);
    Revision s = RandomRevision(&random);
    EXPECT_EQ(r < s, ChangeKey(r) < ChangeKey(s));
    EXPECT_EQ(r < s, RequestAgeKey(r) < RequestAgeKey(s));
    EXPECT_EQ(r < s, ActivationKey(s) < ActivationKey(r));
  }
}

TEST(KeyCodecTest, WhatIsWrittenIsRead) {
  std::mt19937 random(4);
  for (int i = 0; i < kRounds; ++i) {
    NameAndRevision at{RandomText(&random), RandomRevision(&random)};
    EXPECT_EQ(*ParseHistoryKey(HistoryKey(at.name, at.revision)), at);
    EXPECT_EQ(*ParseRulePackKey(RulePackKey(at.name, at.revision)), at);
    EXPECT_EQ(*ParseChangeKey(ChangeKey(at.revision)), at.revision);
    EXPECT_EQ(*ParseRequestAgeKey(RequestAgeKey(at.revision)), at.revision);
    EXPECT_EQ(*ParseActivationKey(ActivationKey(at.revision)), at.revision);
    Reference reference{at.name, RandomText(&random), RandomText(&random)};
    EXPECT_EQ(*ParseReferenceKey(ReferenceKey(reference)), reference);
  }
}

// Any bytes parse or are refused, and what parses is exactly what would have been written.
TEST(KeyCodecTest, ParsingIsTotalAndCanonical) {
  std::mt19937 random(5);
  int parsed = 0;
  int refused = 0;
  for (int i = 0; i < kRounds; ++i) {
    std::string key = HistoryKey(RandomText(&random), RandomRevision(&random));
    if (i % 2 == 0) key = RulePackKey(RandomText(&random), RandomRevision(&random));
    for (size_t edits = random() % 3; edits > 0 && !key.empty(); --edits) {
      key[random() % key.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) key.resize(random() % (key.size() + 1));
    auto history = ParseHistoryKey(key);
    auto pack = ParseRulePackKey(key);
    auto reference = ParseReferenceKey(key);
    if (history.ok()) {
      EXPECT_EQ(HistoryKey(history->name, history->revision), key);
    }
    if (pack.ok()) {
      EXPECT_EQ(RulePackKey(pack->name, pack->revision), key);
    }
    if (reference.ok()) {
      EXPECT_EQ(ReferenceKey(*reference), key);
    }
    ++(history.ok() || pack.ok() ? parsed : refused);
    if (!history.ok()) {
      EXPECT_EQ(history.status().code(), absl::StatusCode::kDataLoss);
    }
  }
  EXPECT_GT(parsed, kRounds / 10);
  EXPECT_GT(refused, kRounds / 10);
}

TEST(KeyCodecTest, SaysWhatDoesNotDecode) {
  struct Case {
    std::string key;
    std::string message;
  };
  std::string whole = HistoryKey("a", Revision(1));
  for (const Case& c : std::vector<Case>{
           {"abc", "stored bytes do not decode: a text has no end"},
           {std::string("a\x00", 2), "stored bytes do not decode: a text has no end"},
           {std::string("a\x00\x07", 3),
            "stored bytes do not decode: 0x00 in a text is not escaped"},
           {whole.substr(0, whole.size() - 1),
            "stored bytes do not decode: 7 bytes where a revision of 8 bytes should stand"},
           {whole + "x", "stored bytes do not decode: \"x\" is left over"}}) {
    EXPECT_EQ(ParseHistoryKey(c.key).status().message(), c.message);
  }
  EXPECT_EQ(ParseRulePackKey("x").status().message(),
            "stored bytes do not decode: a key does not begin with 'p'");
}

TEST(KeyCodecTest, PrefixesBoundTheirKeys) {
  std::mt19937 random(6);
  for (int i = 0; i < kRounds; ++i) {
    std::string prefix = RandomText(&random);
    std::string name = RandomText(&random);
    std::string key = HistoryKey(name, RandomRevision(&random));
    bool within = key >= HistoryPrefix(prefix) && (PrefixEnd(HistoryPrefix(prefix)).empty() ||
                                                   key < PrefixEnd(HistoryPrefix(prefix)));
    EXPECT_EQ(within, name.compare(0, prefix.size(), prefix) == 0);
    EXPECT_EQ(key < HistoryEnd(prefix), name <= prefix);
  }
}

TEST(KeyCodecTest, PrefixEnd) {
  EXPECT_EQ(PrefixEnd("a"), "b");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
}

}  // namespace
}  // namespace cartograph::storage
