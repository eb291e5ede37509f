// The promise of docs/api.md: a field added to the protos is validated, indexed and feeds a
// relation, by its descriptor alone. The fields below stand in no .proto file, and no C++ knows
// them.

#include "absl/strings/str_cat.h"
#include "cartograph/v1/annotations.pb.h"
#include "cartograph/v1/entity.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "kb/entity_check.h"
#include "kb/entity_facts.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "storage/store.h"
#include "tests/kb/schema_testing.h"
#include "tests/kb/test_base.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::kb {
namespace {

const char kAddedFields[] = R"(
  field {
    name: "registries" number: 20 label: LABEL_REPEATED type: TYPE_STRING
    options { [cartograph.v1.field] { refers_to: "sources" items_max: 2 feeds { relation: "registered_in" } } }
  }
  field {
    name: "onset_year" number: 21 label: LABEL_OPTIONAL type: TYPE_INT32
    options { [cartograph.v1.field] { required: true feeds { relation: "onset" } } }
  }
  field {
    name: "code" number: 22 label: LABEL_OPTIONAL type: TYPE_STRING
    options { [cartograph.v1.field] { pattern: "[A-Z][0-9]+" } }
  })";

class AddedFieldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    google::protobuf::FileDescriptorProto file;
    v1::Entity::descriptor()->file()->CopyTo(&file);
    for (auto& message : *file.mutable_message_type()) {
      if (message.name() == "Disease") {
        ASSERT_TRUE(google::protobuf::TextFormat::MergeFromString(kAddedFields, &message));
      }
    }
    pool_.AddFile(file);
    auto schema = EntitySchema::Create(pool_.entity());
    ASSERT_TRUE(schema.ok()) << schema.status();
    schema_ = *std::move(schema);
  }

  std::unique_ptr<google::protobuf::Message> Parse(const std::string& added) {
    return pool_.Parse(absl::StrCat(
        "name: 'diseases/a' disease { names { text: 'a' kind: NAME_KIND_EXACT } ", added, " }"));
  }
  std::string Check(const std::string& added) {
    Violations violations;
    EntityCheck(schema_.get(), 1000).Check(*Parse(added), "entity", &violations);
    return violations.Dump();
  }

  TestPool pool_;
  std::unique_ptr<EntitySchema> schema_;
};

TEST_F(AddedFieldTest, IsValidated) {
  EXPECT_EQ(Check("registries: 'sources/orphanet' onset_year: 1990 code: 'M32'"), "");
  EXPECT_EQ(Check("registries: 'targets/x' registries: 'none' code: 'm'"),
            "entity.disease.registries[0]: must name an entity of sources; \"targets/x\" does not\n"
            "entity.disease.registries[1]: \"none\" is not the name of an entity\n"
            "entity.disease.onset_year: is required\n"
            "entity.disease.code: must match [A-Z][0-9]+\n");
  EXPECT_EQ(Check("registries: ['sources/a', 'sources/b', 'sources/c'] onset_year: 1 code: 'M3'"),
            "entity.disease.registries: has 3 elements; at most 2 are allowed\n");
}

TEST_F(AddedFieldTest, IsIndexed) {
  testing::TemporaryFolder folder;
  storage::StoreOptions options;
  options.path = folder.Join("store");
  options.create_if_missing = true;
  auto store = storage::Store::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  storage::WriteSet writes;
  for (const EntityReference& reference :
       EntityFacts(schema_.get(), 100)
           .References(*Parse("registries: 'sources/b' registries: 'sources/a'"))) {
    writes.references_added.push_back({reference.to, "diseases/a", reference.field});
  }
  ASSERT_TRUE((*store)->Append(writes).ok());
  auto page = (*store)->WriterView()->Referrers("sources/a", 10);
  ASSERT_TRUE(page.ok());
  ASSERT_EQ(page->referrers.size(), 1u);
  EXPECT_EQ(page->referrers[0],
            (storage::Reference{"sources/a", "diseases/a", "disease.registries"}));
}

TEST_F(AddedFieldTest, FeedsARelationThatRulesUse) {
  auto interning = std::make_shared<rules::Interning>();
  rules::CompileOptions options;
  options.base_schema = schema_->base_schema();
  auto compiled = rules::Compile({{"q.dl",
                                   ".decl late(d: Disease, s: Source)\n"
                                   "late(d, s) :- registered_in(d, s), onset(d, y), y > 1980."}},
                                 interning, options);
  ASSERT_NE(compiled.program, nullptr) << rules::Render(compiled.diagnostics[0], compiled.sources);
  auto facts =
      EntityFacts(schema_.get(), 100)
          .Facts(*Parse("registries: 'sources/b' registries: 'sources/a' onset_year: 1990"),
                 *compiled.program, interning.get());
  ASSERT_TRUE(facts.ok());
  std::vector<rules::Rows> rows;
  for (const rules::Fact& fact : *facts) {
    rows.push_back({fact.predicate, fact.values});
  }
  base::Budget budget;
  auto model = rules::Evaluate(compiled.program, rows, &budget);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(DumpModel(**model),
            "disease(\"diseases/a\")\n"
            "late(\"diseases/a\", \"sources/a\")\n"
            "late(\"diseases/a\", \"sources/b\")\n"
            "name(\"diseases/a\", \"\", \"exact\", \"a\")\n"
            "onset(\"diseases/a\", 1990)\n"
            "registered_in(\"diseases/a\", \"sources/a\")\n"
            "registered_in(\"diseases/a\", \"sources/b\")");
}

}  // namespace
}  // namespace cartograph::kb
