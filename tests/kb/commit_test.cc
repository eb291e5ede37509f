// Commit as a whole: shape of requests, limits, request ids, validate_only.

#include <functional>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/change.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store_snapshot.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(CommitTest, RefusesMalformedRequestsAndChangesNothing) {
  TestBase base;
  struct Case {
    std::vector<std::string> mutations;
    WriteContext context;
    const char* error;
  };
  for (const Case& c : std::vector<Case>{
           {{},
            {.actor = "ada"},
            "mutations: has 0 elements; 1 to mutations_max = 1000 are allowed"},
           {{""}, {.actor = "ada"}, "mutations[0]: says nothing: set one of its kinds"},
           {{Disease("create", "a"), Disease("put", "a")},
            {.actor = "ada"},
            "mutations[1].put: is the second mutation of diseases/a"},
           {{"delete: 'a'"}, {.actor = "ada"}, "name: is not a collection"},
           {{"delete: 'rocks/a'", ""},
            {.actor = "ada"},
            "mutations[0].delete: there is no collection \"rocks\""},
           {{"create {}"}, {.actor = "ada"}, "entity.name: is required"},
           {{"create {}", Disease("put", "a")},
            {.actor = "ada"},
            "mutations[0].create.name: is required"},
           {{Disease("create", "a")}, {}, "actor: is required"},
           {{Disease("create", "a")},
            {.actor = std::string(129, 'a')},
            "actor: has 129 bytes; at most 128 are allowed"},
           {{Disease("create", "a")},
            {.actor = "ada", .reason = std::string(1025, 'a')},
            "write.reason: has 1025 bytes"},
           {{Disease("create", "a")},
            {.actor = "ada", .request_id = std::string(129, 'a')},
            "write.request_id: has 129 bytes"},
           {{Disease("create", "a")},
            {.actor = "ada", .request_id = "a\nb"},
            "write.request_id: has a control character"},
       }) {
    EXPECT_THAT(base.Try(c.mutations, c.context), HasSubstr(c.error));
    EXPECT_THAT(base.Try(c.mutations, c.context),
                StartsWith("INVALID_ARGUMENT FIELD_VIOLATIONS: "));
  }
  auto result = base.kb().Commit({ParseMutation(Disease("put", "b"))}, {v1::Precondition()},
                                 {.actor = "ada"});
  EXPECT_EQ(Describe(result.status()),
            "INVALID_ARGUMENT FIELD_VIOLATIONS: preconditions[0].name: is required (and 1 more)\n"
            "  preconditions[0].name: is required\n"
            "  preconditions[0]: says nothing: set one of its conditions");
  EXPECT_EQ(base.revision(), 0u);
}

TEST(CommitTest, NamesTheLimitThatWasHit) {
  struct Case {
    std::function<void(KnowledgeBaseOptions*)> limit;
    const char* error;
  };
  for (const Case& c : std::vector<Case>{
           {[](auto* o) { o->mutations_max = 2; },
            "INVALID_ARGUMENT FIELD_VIOLATIONS: mutations: has 3 elements; 1 to mutations_max = 2 "
            "are allowed"},
           {[](auto* o) { o->entity_bytes_max = 20; },
            "INVALID_ARGUMENT FIELD_VIOLATIONS: mutations[0].create: has "},
           {[](auto* o) { o->facts_per_entity_max = 2; },
            "RESOURCE_EXHAUSTED LIMIT_REACHED: diseases/b feeds more base facts than "
            "facts_per_entity_max = 2"},
           {[](auto* o) { o->symbols_max = 30; }, "RESOURCE_EXHAUSTED LIMIT_REACHED: there are "},
           {[](auto* o) { o->commit_budget.facts_max = 2; },
            "RESOURCE_EXHAUSTED LIMIT_REACHED: the budget facts_max = 2 was spent in "},
       }) {
    KnowledgeBaseOptions options;
    TestBase base(options);
    base.Activate(kDiseaseRules);
    options = base.options();
    base.Close();
    c.limit(&options);
    auto kb = KnowledgeBase::Open(options);
    ASSERT_TRUE(kb.ok()) << kb.status();
    std::vector<v1::Mutation> mutations = {ParseMutation(Disease("create", "a")),
                                           ParseMutation(Disease("create", "b", {"a"})),
                                           ParseMutation(Disease("create", "c", {"b"}))};
    auto result = (*kb)->Commit(mutations, {}, {.actor = "ada"});
    EXPECT_THAT(Describe(result.status()), StartsWith(c.error));
    EXPECT_EQ((*kb)->Latest().revision().number(), 1u);
    EXPECT_EQ((*kb)->Latest().model().size(), 0u);
  }
}

TEST(CommitTest, ARuleThatCannotBeEvaluatedRefusesTheCommit) {
  TestBase base;
  base.Activate(
      ".decl odd(n: number)\nodd(1 / n) :- published(_, n, _, _), n = 2024 - 2024 * 1.\n"
      ".decl bad(n: number)\nbad(10 / (y - 2000)) :- published(_, y, _, _).");
  const std::string source =
      "create { name: 'sources/s' source { kind: SOURCE_KIND_ARTICLE standing: STANDING_CURRENT "
      "published { year: ";
  EXPECT_THAT(base.Try({source + "2000 } } }"}),
              StartsWith("FAILED_PRECONDITION PRECONDITION_FAILED: the active rules cannot be "
                         "evaluated over this: "));
  EXPECT_EQ(base.revision(), 1u);
  EXPECT_EQ(base.Try({source + "2010 } } }"}), "r2 +4 -0");
}

TEST(CommitTest, ValidateOnlyChangesNothing) {
  TestBase base;
  base.Activate(kDiseaseRules);
  ASSERT_EQ(base.Try({Disease("create", "top")}), "r2 +4 -0");
  uint64_t symbols = base.kb().GetStats()->symbols;
  WriteContext check{.actor = "ada", .request_id = "once", .validate_only = true};
  EXPECT_EQ(base.Try({Disease("create", "a", {"top"})}, check), "r2 +6 -1");
  EXPECT_EQ(base.Try({Disease("create", "top")}, check),
            "ALREADY_EXISTS ENTITY_EXISTS: diseases/top exists already");
  EXPECT_EQ(base.revision(), 2u);
  EXPECT_EQ(base.Entity("diseases/a"), "");
  EXPECT_EQ(base.kb().GetStats()->symbols, symbols);
  EXPECT_EQ(base.Facts("ancestor"), "");
  // The request id is still free; the outcome is as foretold.
  EXPECT_EQ(base.Try({Disease("create", "a", {"top"})}, {.actor = "ada", .request_id = "once"}),
            "r3 +6 -1");
}

TEST(CommitTest, ARequestIdIsAppliedOnceAlsoAcrossRestarts) {
  TestBase base;
  WriteContext once{.actor = "ada", .request_id = "import/7"};
  ASSERT_EQ(base.Try({Disease("create", "a"), Disease("create", "b", {"a"})}, once), "r1 +5 -0");
  ASSERT_EQ(base.Try({Disease("put", "b")}), "r2 +0 -1");
  for (int i = 0; i < 2; ++i) {
    auto again = base.Commit({Disease("create", "a"), Disease("create", "b", {"a"})}, once);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->revision.number(), 1u);
    EXPECT_EQ(again->facts_added, 5u);
    ASSERT_EQ(again->entities.size(), 2u);
    EXPECT_EQ(again->entities[1].disease().parents_size(), 1);  // as it was then
    EXPECT_EQ(base.revision(), 2u);
    base.Reopen();
  }
  EXPECT_EQ(base.Try({Disease("create", "c")}, {.actor = "ada", .request_id = "import/8"}),
            "r3 +2 -0");
}

TEST(CommitTest, RecordsWhoWhyAndWhat) {
  KnowledgeBaseOptions options;
  options.clock = [] { return absl::FromUnixSeconds(1000); };
  TestBase base(options);
  base.Activate(kDiseaseRules);
  WriteContext context{.actor = "ada", .reason = "because", .request_id = "id"};
  base.Try({Disease("create", "b")});
  base.Try({Disease("put", "b"), Disease("create", "a", {"b"})}, context);
  v1::ChangeRecord record;
  ASSERT_TRUE(record.ParseFromString(
      std::string(base.kb().Latest().store().ReadChange(base::Revision(3))->view())));
  EXPECT_EQ(record.facts_added(), 6u);
  EXPECT_EQ(record.facts_removed(), 1u);
  std::string relations;
  for (const v1::RelationDelta& delta : record.delta()) {
    absl::StrAppend(&relations, delta.relation(), "-", delta.rows_removed(), "+",
                    delta.rows_added(), " ");
  }
  EXPECT_EQ(relations, "children-1+2 name-0+1 disease-0+1 disease_parent-0+1 ancestor-0+1 ");
  record.clear_delta();
  EXPECT_EQ(record.ShortDebugString(),
            "commit_time { seconds: 1000 } actor: \"ada\" reason: \"because\" request_id: \"id\" "
            "verdict: CHANGE_VERDICT_APPLIED "
            "entities { name: \"diseases/b\" kind: ENTITY_CHANGE_KIND_UNCHANGED } "
            "entities { name: \"diseases/a\" kind: ENTITY_CHANGE_KIND_CREATED } facts_removed: 1 "
            "facts_added: 6");
}

}  // namespace
}  // namespace cartograph::kb
