#include "kb/entity_facts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cartograph/v1/entity.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "tests/kb/schema_testing.h"

namespace cartograph::kb {
namespace {

constexpr size_t kFactsMax = 1000;

// A schema with a program over its base relations alone.
class World {
 public:
  explicit World(const google::protobuf::Descriptor* entity)
      : schema_(*EntitySchema::Create(entity)), interning_(std::make_shared<rules::Interning>()) {
    rules::CompileOptions options;
    options.base_schema = schema_->base_schema();
    program_ = rules::Compile({}, interning_, options).program;
  }

  absl::StatusOr<std::vector<rules::Fact>> Facts(const google::protobuf::Message& entity,
                                                 size_t facts_max = kFactsMax) {
    return EntityFacts(schema_.get(), facts_max).Facts(entity, *program_, interning_.get());
  }
  // "relation(values) …" in order of text.
  std::string Dump(const google::protobuf::Message& entity) {
    auto facts = Facts(entity);
    if (!facts.ok()) {
      return std::string(facts.status().message());
    }
    std::vector<std::string> texts;
    for (const rules::Fact& fact : *facts) {
      texts.push_back(rules::ToText(fact, *program_, *interning_));
    }
    std::sort(texts.begin(), texts.end());
    return absl::StrJoin(texts, " ");
  }
  std::string References(const google::protobuf::Message& entity) {
    return absl::StrJoin(EntityFacts(schema_.get(), kFactsMax).References(entity), " ",
                         [](std::string* out, const EntityReference& reference) {
                           absl::StrAppend(out, reference.field, "→", reference.to);
                         });
  }
  size_t symbols() const { return interning_->symbols.size(); }

 private:
  std::unique_ptr<EntitySchema> schema_;
  std::shared_ptr<rules::Interning> interning_;
  std::shared_ptr<const rules::Program> program_;
};

v1::Entity Parse(const std::string& text) {
  v1::Entity entity;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entity)) << text;
  return entity;
}

TEST(EntityFactsTest, OfTheProtos) {
  World world(v1::Entity::descriptor());
  struct Case {
    const char* entity;
    const char* facts;
    const char* references;
  };
  for (
      const Case& c : std::vector<Case>{
          {"name: 'diseases/a' disease { names { text: 'A' kind: NAME_KIND_EXACT } names { text: "
           "'A' kind: NAME_KIND_EXACT } }",
           R"(disease("diseases/a") name("diseases/a", "", "exact", "A"))", ""},
          {"name: 'diseases/a' disease { parents { parent: 'diseases/b' hierarchy: 'h' evidence: "
           "'evidence/e' } "
           "parents { parent: 'diseases/b' hierarchy: 'i' } }",
           R"(disease("diseases/a") )"
           R"(disease_parent("diseases/a", "diseases/b", "h", "evidence/e") )"
           R"(disease_parent("diseases/a", "diseases/b", "i", ""))",
           "disease.parents.evidence→evidence/e disease.parents.parent→diseases/b"},
          {"name: 'diseases/a' delete_time { seconds: 1 } disease { parents { parent: 'diseases/b' "
           "hierarchy: 'h' } }",
           "", ""},
          {"name: 'therapies/t' therapy { modality: THERAPY_MODALITY_CAR_T parents: 'therapies/u' "
           "parents: 'therapies/v' }",
           R"(therapy("therapies/t", "car_t") )"
           R"(therapy_parent("therapies/t", "therapies/u") )"
           R"(therapy_parent("therapies/t", "therapies/v"))",
           "therapy.parents→therapies/u therapy.parents→therapies/v"},
          {"name: 'therapies/t' therapy {}", R"(therapy("therapies/t", "unspecified"))", ""},
          // The product of the sets; elements of one message stay together; unset scalars of the
          // evidence give no row.
          {"name: 'evidence/e' evidence { source: 'sources/s' proposition { subjects: "
           "'therapies/t' subjects: 'therapies/u' "
           "predicate: CLAIM_PREDICATE_STUDIED_IN objects: 'diseases/a' objects: 'diseases/b' "
           "qualifiers { key: 'k' value: 'v' } qualifiers { key: 'l' value: 'w' } } review { "
           "status: REVIEW_STATUS_ACCEPTED submitter: 'x' } }",
           R"(claim("evidence/e", "therapies/t", "studied_in", "diseases/a") )"
           R"(claim("evidence/e", "therapies/t", "studied_in", "diseases/b") )"
           R"(claim("evidence/e", "therapies/u", "studied_in", "diseases/a") )"
           R"(claim("evidence/e", "therapies/u", "studied_in", "diseases/b") )"
           R"(evidence("evidence/e", "sources/s", "accepted") )"
           R"(qualifier("evidence/e", "k", "v") qualifier("evidence/e", "l", "w") )"
           R"(review("evidence/e", "x", ""))",
           "evidence.proposition.objects→diseases/a evidence.proposition.objects→diseases/b "
           "evidence.proposition.subjects→therapies/t evidence.proposition.subjects→therapies/u "
           "evidence.source→sources/s"},
          // An unset message: its columns are defaults below the body, and no row of its own.
          {"name: 'evidence/e' evidence {}", R"(evidence("evidence/e", "", "unspecified"))", ""},
          {"name: 'sources/s' source { kind: SOURCE_KIND_ARTICLE author_list_complete: true "
           "published { year: 2024 } }",
           R"(author_list_complete("sources/s") published("sources/s", 2024, 0, 0) source("sources/s", "article"))",
           ""},
      }) {
    EXPECT_EQ(world.Dump(Parse(c.entity)), c.facts) << c.entity;
    EXPECT_EQ(world.References(Parse(c.entity)), c.references) << c.entity;
  }
}

TEST(EntityFactsTest, OfOtherSchemas) {
  struct Case {
    const char* plant;
    const char* text;
    const char* facts;
  };
  const char kMore[] = R"(
    message Bed { string id = 1; repeated Row rows = 2; Row edge = 3; repeated int32 sizes = 4; }
    message Row { string color = 1; int32 n = 2; }
    message Tree { Tree left = 1; Tree right = 2; string leaf = 3 [@{feeds: {relation: "leaf"}}]; })";
  for (
      const Case& c : std::vector<Case>{
          {R"(int32 a = 1 [@{feeds: {relation: "a"}}];)", "a: -3", R"(a("plants/p", -3))"},
          {R"(int32 a = 1 [@{feeds: {relation: "a"}}];)", "", ""},
          {R"(optional int32 a = 1 [@{feeds: {relation: "a"}}];)", "a: 0", R"(a("plants/p", 0))"},
          {R"(uint32 a = 1 [@{feeds: {relation: "a"}}];)", "a: 4294967295",
           R"(a("plants/p", 4294967295))"},
          {R"(float a = 1 [@{feeds: {relation: "a"}}];)", "a: 1.5", R"(a("plants/p", 1.5))"},
          {R"(repeated int32 a = 1 [@{feeds: {relation: "a"}}];)", "a: [2, 1, 2]",
           R"(a("plants/p", 1) a("plants/p", 2))"},
          {R"(bool a = 1 [@{feeds: {relation: "a"}}];)", "a: true", R"(a("plants/p"))"},
          {R"(optional bool a = 1 [@{feeds: {relation: "a"}}];)", "a: false", ""},
          // Rows of one bed stay with its id; a bed without rows gives none.
          {R"(repeated Bed beds = 1 [@{feeds: {relation: "bed" columns: ["id", "rows.color", "rows.n"]}}];)",
           "beds { id: 'x' rows { color: 'r' n: 1 } rows { color: 'g' } } beds { id: 'y' }",
           R"(bed("plants/p", "x", "g", 0) bed("plants/p", "x", "r", 1))"},
          // Two repeated paths multiply, in the order of the columns.
          {R"(Bed bed = 1 [@{feeds: {relation: "bed" columns: ["rows.n", "id", "sizes"]}}];)",
           "bed { id: 'x' rows { n: 1 } rows { n: 2 } sizes: [7, 8] }",
           R"(bed("plants/p", 1, "x", 7) bed("plants/p", 1, "x", 8) )"
           R"(bed("plants/p", 2, "x", 7) bed("plants/p", 2, "x", 8))"},
          {R"(Bed bed = 1 [@{feeds: {relation: "bed" columns: ["id", "edge.color"]}}];)", "bed {}",
           R"(bed("plants/p", "", ""))"},
          {R"(Bed bed = 1 [@{feeds: {relation: "bed" columns: ["id", "edge.color"]}}];)", "", ""},
          {R"(Tree tree = 1;)",
           "tree { leaf: 'a' left { leaf: 'b' left { leaf: 'c' } } right { leaf: 'd' } }",
           R"(leaf("plants/p", "a") leaf("plants/p", "b") leaf("plants/p", "c") leaf("plants/p", "d"))"},
      }) {
    TestPool pool;
    pool.AddText(TinySchema{.plant = c.plant, .more = kMore}.Text());
    World world(pool.entity());
    EXPECT_EQ(world.Dump(*pool.Parse(absl::StrCat("name: 'plants/p' plant { ", c.text, " }"))),
              c.facts)
        << c.plant << " with " << c.text;
  }
}

TEST(EntityFactsTest, BoundsTheProductBeforeMakingIt) {
  World world(v1::Entity::descriptor());
  v1::Entity entity;
  entity.set_name("evidence/e");
  v1::Proposition* proposition = entity.mutable_evidence()->mutable_proposition();
  for (int i = 0; i < 20; ++i) {
    proposition->add_subjects(absl::StrCat("therapies/t", i));
    proposition->add_objects(absl::StrCat("diseases/d", i));
  }
  size_t symbols = world.symbols();
  auto facts = world.Facts(entity, 400);  // 20 × 20 claims, and evidence(…)
  EXPECT_EQ(facts.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(facts.status().message(),
            "evidence/e feeds more base facts than facts_per_entity_max = 400");
  EXPECT_EQ(world.symbols(), symbols);
  EXPECT_EQ(world.Facts(entity, 401)->size(), 401u);
  EXPECT_GT(world.symbols(), symbols);
}

}  // namespace
}  // namespace cartograph::kb
