#include "kb/knowledge_base.h"

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;

TEST(KnowledgeBaseTest, BeginsEmpty) {
  TestBase base;
  EXPECT_EQ(base.revision(), 0u);
  EXPECT_EQ(base.kb().Latest().model().size(), 0u);
  EXPECT_EQ(base.kb().Latest().pack(), nullptr);
  EXPECT_FALSE(base.kb().Latest().GetEntity("diseases/a")->has_value());
  EXPECT_EQ(base.kb().schema().kinds().size(), 7u);
}

TEST(KnowledgeBaseTest, ComesBackAsItWas) {
  TestBase base;
  base.Activate(kDiseaseRules);
  ASSERT_TRUE(
      base.Commit({Disease("create", "a"), Disease("create", "b", {"a"}), Disease("create", "c")})
          .ok());
  ASSERT_TRUE(base.Commit({"delete: 'diseases/c'"}).ok());
  std::string facts = DumpModel(base.kb().Latest().model());
  std::string entity = *base.kb().Latest().EntityBytes("diseases/c").value();
  base.Reopen();
  EXPECT_EQ(base.revision(), 3u);
  EXPECT_EQ(DumpModel(base.kb().Latest().model()), facts);
  EXPECT_EQ(*base.kb().Latest().EntityBytes("diseases/c").value(), entity);
  EXPECT_EQ(base.kb().Latest().pack()->label(), "pack@1.0.0");
}

TEST(KnowledgeBaseTest, ListsRevisionsNewestFirst) {
  TestBase base;
  ASSERT_TRUE(base.Commit({Disease("create", "a")}).ok());
  ASSERT_TRUE(base.Commit({Disease("create", "b")}).ok());
  ASSERT_TRUE(base.Commit({Disease("put", "a", {"b"})}).ok());
  ASSERT_TRUE(base.Commit({"delete: 'diseases/a'"}).ok());
  auto list = [&](uint64_t before, size_t limit) {
    std::string text;
    const auto entities = base.kb().ListRevisions("diseases/a", base::Revision(before), limit);
    for (const v1::Entity& entity : *entities) {
      absl::StrAppend(&text, entity.revision(), entity.has_delete_time() ? "x" : "", ":",
                      entity.disease().parents_size(), " ");
    }
    return text;
  };
  EXPECT_EQ(list(0, 10), "4x:1 3:1 1:0 ");
  EXPECT_EQ(list(0, 2), "4x:1 3:1 ");
  EXPECT_EQ(list(3, 10), "1:0 ");
  EXPECT_TRUE(base.kb().ListRevisions("diseases/none", base::Revision(), 10)->empty());
}

TEST(KnowledgeBaseTest, KeepsTextsByTheirHash) {
  TestBase base;
  std::string text("Raw bytes \xff\0 of a document.", 27);
  std::string sha256 = base::Sha256Hex(text);
  EXPECT_FALSE(base.kb().GetText(sha256)->has_value());
  EXPECT_EQ(base.kb().AttachText(std::string(64, '0'), text).code(),
            absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(base.kb().AttachText(sha256, text, {.actor = "ada"}).ok());
  EXPECT_EQ(base.revision(), 1u);
  ASSERT_TRUE(base.kb().AttachText(sha256, text, {.actor = "ada"}).ok());
  EXPECT_EQ(base.revision(), 1u);  // it is there already
  base.Reopen();
  EXPECT_EQ(base.kb().GetText(sha256)->value(), text);
  EXPECT_FALSE(base.kb().GetText("no hash")->has_value());
  EXPECT_EQ(base.Try({Disease("create", "a")}), "r2 +2 -0");
}

TEST(KnowledgeBaseTest, Counts) {
  TestBase base;
  base.Activate(kDiseaseRules);
  ASSERT_TRUE(
      base.Commit({Disease("create", "a"), Disease("create", "b", {"a"}), Disease("create", "c")})
          .ok());
  ASSERT_TRUE(base.Commit({"delete: 'diseases/c'", Disease("put", "a")}).ok());
  auto check = [&] {
    auto stats = base.kb().GetStats();
    ASSERT_TRUE(stats.ok());
    std::string entities;
    for (const auto& [collection, count] : stats->entities) {
      absl::StrAppend(&entities, collection, " ", count, " ");
    }
    EXPECT_EQ(entities,
              "therapies 0 targets 0 diseases 2 challenges 0 evidence 0 sources 0 records 0 ");
    EXPECT_EQ(stats->base_facts, 5u);
    EXPECT_EQ(stats->derived_facts, 4u);
    EXPECT_GT(stats->model_bytes, 0u);
    EXPECT_GT(stats->symbols, 0u);
    EXPECT_GT(stats->store_bytes, 0u);
  };
  check();
  base.Reopen();
  check();
}

TEST(KnowledgeBaseTest, RefusesToOpenWhatDoesNotDecode) {
  auto write = [](TestBase* base, const storage::WriteSet& writes) {
    base->Close();
    storage::StoreOptions options;
    options.path = base->options().data_dir;
    auto store = storage::Store::Open(options);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE((*store)->WaitDurable(*(*store)->Append(writes)).ok());
  };
  TestBase broken;
  storage::WriteSet entity;
  entity.entities.push_back({"diseases/a", "no entity"});
  write(&broken, entity);
  EXPECT_EQ(broken.TryOpen().ToString(), "DATA_LOSS: the stored bytes of diseases/a do not decode");

  TestBase strange;
  storage::WriteSet kind;
  kind.entities.push_back({"rocks/a", ""});
  write(&strange, kind);
  EXPECT_EQ(strange.TryOpen().ToString(),
            "DATA_LOSS: rocks/a is stored and of no kind that this program knows");

  TestBase misfit;
  storage::WriteSet pack;
  pack.rule_packs.push_back({"pack", PackOf("p(x) :- q(x).").SerializeAsString()});
  pack.active_rule_packs.emplace().push_back({"pack", base::Revision()});
  write(&misfit, pack);
  EXPECT_THAT(
      misfit.TryOpen().ToString(),
      HasSubstr("FAILED_PRECONDITION: the rule pack pack@1.0.0 of revision 1 does not compile "
                "over the base relations"));
}

}  // namespace
}  // namespace cartograph::kb
