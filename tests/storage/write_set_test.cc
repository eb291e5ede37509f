#include "storage/write_set.h"

#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace cartograph::storage {
namespace {

StoreOptions SmallLimits() {
  StoreOptions options;
  options.name_bytes_max = 4;
  options.write_set_bytes_max = 100;
  return options;
}

struct Case {
  std::function<void(WriteSet*)> change;
  std::string message;
};

TEST(WriteSetTest, ChecksEveryNameAndSize) {
  for (const Case& c :
       std::vector<Case>{{[](WriteSet* w) {
                            w->entities.push_back({"", "b"});
                          },
                          "an empty entity name"},
                         {[](WriteSet* w) {
                            w->entities.push_back({"abcde", "b"});
                          },
                          "the entity name \"abcde…\" has 5 bytes; the limit is 4"},
                         {[](WriteSet* w) {
                            w->references_added.push_back({"", "a", "f"});
                          },
                          "an empty referenced name"},
                         {[](WriteSet* w) {
                            w->references_removed.push_back({"a", "", "f"});
                          },
                          "an empty referring name"},
                         {[](WriteSet* w) {
                            w->references_added.push_back({"a", "b", ""});
                          },
                          "an empty referring field"},
                         {[](WriteSet* w) {
                            w->rule_packs.push_back({"", "b"});
                          },
                          "an empty rule pack name"},
                         {[](WriteSet* w) {
                            w->active_rule_packs = {{"abcde", base::Revision()}};
                          },
                          "the rule pack name \"abcde…\" has 5 bytes; the limit is 4"},
                         {[](WriteSet* w) {
                            w->meta.push_back({"", "b"});
                          },
                          "an empty meta key"},
                         {[](WriteSet* w) { w->request_id = "abcde"; },
                          "the request id \"abcde…\" has 5 bytes; the limit is 4"},
                         {[](WriteSet* w) {
                            w->texts.push_back({"short", "b"});
                          },
                          "a SHA-256 has 5 bytes instead of 32"}}) {
    WriteSet writes;
    c.change(&writes);
    absl::Status status = CheckLimits(writes, SmallLimits());
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), c.message);
  }
}

TEST(WriteSetTest, TakesTheLimitAndRefusesOneMore) {
  WriteSet writes;
  writes.entities.push_back({"abcd", std::string(96, 'x')});
  EXPECT_TRUE(CheckLimits(writes, SmallLimits()).ok());
  writes.change = "y";
  absl::Status status = CheckLimits(writes, SmallLimits());
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "a write of 101 bytes; write_set_bytes_max is 100");
}

TEST(WriteSetTest, ByteSizeCountsEverything) {
  WriteSet writes;
  writes.entities = {{"a", "12"}, {"b", std::nullopt}};                          // 4
  writes.references_added = {{"to", "from", "f"}};                               // 7
  writes.references_removed = {{"to", "from", "f"}};                             // 7
  writes.change = "123";                                                         // 3
  writes.request_id = "r";                                                       // 1
  writes.rule_packs = {{"p", "12345"}};                                          // 6
  writes.active_rule_packs = std::vector<RulePackRef>{{"p", base::Revision()}};  // 1
  writes.texts = {{std::string(32, 's'), "1"}};                                  // 33
  writes.meta = {{"m", "1"}, {"n", std::nullopt}};                               // 3
  EXPECT_EQ(ByteSize(writes), 65u);
}

}  // namespace
}  // namespace cartograph::storage
