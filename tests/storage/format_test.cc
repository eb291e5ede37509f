#include "storage/format.h"

#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace cartograph::storage {
namespace {

using base::Revision;

TEST(FormatTest, WorkedExample) {
  EXPECT_EQ(absl::BytesToHexString(EncodeHead({.revision = Revision(7), .durable = Revision(5)})),
            "00000000000000070000000000000005");
}

TEST(FormatTest, WhatIsWrittenIsRead) {
  Head head{.revision = Revision(UINT64_MAX), .durable = Revision(3)};
  EXPECT_EQ(*ParseHead(EncodeHead(head)), head);
  EXPECT_EQ(*ParseFormat(EncodeFormat(0xdeadbeef)), 0xdeadbeef);
  EXPECT_EQ(*ParseRevision(EncodeRevision(Revision(300))), Revision(300));
  EXPECT_TRUE(*ParseVersion(EncodeVersion("")));
  EXPECT_TRUE(*ParseVersion(EncodeVersion("bytes")));
  EXPECT_FALSE(*ParseVersion(EncodeVersion(std::nullopt)));
  std::vector<RulePackRef> packs = {{"a", Revision(1)}, {std::string("b\0c", 3), Revision(2)}};
  EXPECT_EQ(*ParseActivation(EncodeActivation(packs)), packs);
  EXPECT_TRUE(ParseActivation("")->empty());
}

TEST(FormatTest, RefusesWhatIsNeverWritten) {
  EXPECT_FALSE(ParseFormat("abc").ok());
  EXPECT_FALSE(ParseHead("short").ok());
  EXPECT_FALSE(ParseHead(std::string(17, '\x00')).ok());
  EXPECT_FALSE(ParseHead(EncodeHead({.revision = Revision(5), .durable = Revision(5)})).ok());
  EXPECT_FALSE(ParseVersion("").ok());
  EXPECT_FALSE(ParseVersion("\x02").ok());
  EXPECT_FALSE(ParseVersion(std::string("\x00more", 5)).ok());
  EXPECT_FALSE(ParseRevision("123456789").ok());
  EXPECT_FALSE(ParseActivation("a").ok());
}

TEST(FormatTest, ParsingIsTotal) {
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 3 == 0 ? random() : 0);
    auto head = ParseHead(bytes);
    auto packs = ParseActivation(bytes);
    if (head.ok()) {
      EXPECT_EQ(EncodeHead(*head), bytes);
    }
    if (packs.ok()) {
      EXPECT_EQ(EncodeActivation(*packs), bytes);
    }
    ParseFormat(bytes).status().IgnoreError();
    ParseVersion(bytes).status().IgnoreError();
    ParseRevision(bytes).status().IgnoreError();
  }
}

}  // namespace
}  // namespace cartograph::storage
