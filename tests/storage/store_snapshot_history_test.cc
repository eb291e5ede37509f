// As-of reads. The random comparison with a map is in store_model_test.cc; here the corners.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

class StoreHistoryTest : public ::testing::Test {
 protected:
  // "3=x", "4=deleted" or a code: what GetAt says.
  std::string At(const std::string& name, uint64_t revision) {
    auto version = store_->Latest()->GetAt(name, Revision(revision));
    if (!version.ok()) return Code(version.status());
    return absl::StrCat(version->revision.number(), "=",
                        version->bytes ? version->bytes->view() : "deleted");
  }
  std::string Revisions(const std::string& name, size_t limit, uint64_t before = 0) {
    std::string dump;
    auto revisions = *store_->Latest()->ListRevisions(name, limit, Revision(before));
    for (Revision r : revisions) {
      absl::StrAppend(&dump, r.number(), " ");
    }
    return dump;
  }
  std::string Packs(const absl::StatusOr<std::vector<RulePackRef>>& packs) {
    if (!packs.ok()) return Code(packs.status());
    std::string dump;
    for (const RulePackRef& pack : *packs) {
      absl::StrAppend(&dump, pack.name, "@", pack.revision.number(), " ");
    }
    return dump;
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = OpenOrDie(OptionsFor(folder_.Join("store")));
};

TEST_F(StoreHistoryTest, EveryVersionOfAName) {
  CommitOrDie(store_.get(), Entities({{"other", "o"}}));       // 1
  CommitOrDie(store_.get(), Entities({{"a", "x"}}));           // 2
  CommitOrDie(store_.get(), Entities({{"ab", "not a's"}}));    // 3
  CommitOrDie(store_.get(), Entities({{"a", std::nullopt}}));  // 4
  CommitOrDie(store_.get(), Entities({{"a", ""}}));            // 5
  const std::vector<std::string> expected = {"NOT_FOUND", "NOT_FOUND", "2=x",         "2=x",
                                             "4=deleted", "5=",        "OUT_OF_RANGE"};
  for (size_t r = 0; r < expected.size(); ++r) EXPECT_EQ(At("a", r), expected[r]) << r;
  EXPECT_EQ(At("never", 5), "NOT_FOUND");
  EXPECT_EQ(store_->Latest()->GetAt("a", Revision(1)).status().message(),
            "a did not exist yet at revision 1");
  EXPECT_EQ(store_->Latest()->GetAt("a", Revision(6)).status().message(),
            "revision 6 is later than the snapshot's 5");
  EXPECT_EQ(Revisions("a", 10), "5 4 2 ");
  EXPECT_EQ(Revisions("a", 2), "5 4 ");
  EXPECT_EQ(Revisions("a", 10, 5), "4 2 ");
  EXPECT_EQ(Revisions("a", 10, 1), "");
  EXPECT_EQ(Revisions("never", 10), "");
}

TEST_F(StoreHistoryTest, VisitsPrefixesAndPagesAtHeadAndAsOf) {
  CommitOrDie(store_.get(), Entities({{"a/1", "x"}, {"b/1", "y"}, {"b/2", "z"}, {"c", "w"}}));
  CommitOrDie(store_.get(), Entities({{"b/1", std::nullopt}, {"b/3", "new"}}));
  struct Case {
    std::string prefix;
    std::string after;
    std::string first;   // as of revision 1
    std::string second;  // at head
  };
  for (const Case& c :
       std::vector<Case>{{"", "", "a/1 b/1 b/2 c", "a/1 b/2 b/3 c"},
                         {"b/", "", "b/1 b/2", "b/2 b/3"},
                         {"b/", "b/1", "b/2", "b/2 b/3"},
                         {"b/", "b/2", "", "b/3"},
                         {"b/", "a/1", "b/1 b/2", "b/2 b/3"},  // before the prefix: from its first
                         {"b/", "b/zzz", "", ""},
                         {"b/", "c", "", ""},  // after the prefix: nothing
                         {"", "b/15", "b/2 c", "b/2 b/3 c"},
                         {"nothing", "", "", ""}}) {
    for (uint64_t r : {1U, 2U}) {
      std::string dump;
      EntityRange range{.prefix = c.prefix, .start_after = c.after, .as_of = Revision(r)};
      ASSERT_TRUE(store_->Latest()
                      ->VisitEntities(range,
                                      [&](auto name, auto) {
                                        absl::StrAppend(&dump, dump.empty() ? "" : " ", name);
                                        return true;
                                      })
                      .ok());
      EXPECT_EQ(dump, r == 1 ? c.first : c.second) << c.prefix << " after " << c.after;
    }
  }
}

TEST_F(StoreHistoryTest, RulePacksAndTheirActivations) {
  EXPECT_EQ(Packs(store_->Latest()->ActiveRulePacks(Revision(0))), "");
  WriteSet writes;
  writes.rule_packs = {{"main", "text 1"}};
  writes.active_rule_packs = std::vector<RulePackRef>{{"main", Revision()}};
  CommitOrDie(store_.get(), writes);                  // 1: put and activated
  CommitOrDie(store_.get(), Entities({{"a", "x"}}));  // 2
  writes.rule_packs = {{"main", "text 3"}, {"more", ""}};
  writes.active_rule_packs = std::nullopt;
  CommitOrDie(store_.get(), writes);  // 3: put only
  writes.rule_packs.clear();
  writes.active_rule_packs = std::vector<RulePackRef>{{"more", Revision(3)}, {"main", Revision(1)}};
  CommitOrDie(store_.get(), writes);  // 4: two, one of them old
  auto snapshot = store_->Latest();
  EXPECT_EQ(Packs(snapshot->ActiveRulePacks(Revision(0))), "");
  for (uint64_t r : {1U, 2U, 3U}) {
    EXPECT_EQ(Packs(snapshot->ActiveRulePacks(Revision(r))), "main@1 ");
  }
  EXPECT_EQ(Packs(snapshot->ActiveRulePacks(Revision(4))), "more@3 main@1 ");
  EXPECT_EQ(Packs(snapshot->ActiveRulePacks(Revision(5))), "OUT_OF_RANGE");
  EXPECT_EQ(Packs(snapshot->ListRulePacks()), "main@3 main@1 more@3 ");
  EXPECT_EQ(snapshot->GetRulePack("main", Revision(2))->bytes->view(), "text 1");
  EXPECT_EQ(snapshot->GetRulePack("main", Revision(2))->revision, Revision(1));
  EXPECT_EQ(snapshot->GetRulePack("main", Revision(4))->bytes->view(), "text 3");
  EXPECT_EQ(snapshot->GetRulePack("more", Revision(2)).status().message(),
            "the rule pack more does not exist at revision 2");
}

}  // namespace
}  // namespace cartograph::storage
