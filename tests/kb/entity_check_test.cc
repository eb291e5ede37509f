#include "kb/entity_check.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity.pb.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "tests/kb/schema_testing.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;

class EntityCheckTest : public ::testing::Test {
 protected:
  // What is wrong with an entity in text format.
  std::string Check(const std::string& text) {
    v1::Entity entity;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entity)) << text;
    return Check(entity);
  }
  std::string Check(const v1::Entity& entity) {
    Violations violations;
    EntityCheck(schema_.get(), 256 << 10).Check(entity, "entity", &violations);
    return violations.Dump();
  }

  std::unique_ptr<EntitySchema> schema_ = *EntitySchema::Create(v1::Entity::descriptor());
};

const char kName[] = "names { text: 'lupus' kind: NAME_KIND_PREFERRED }";

TEST_F(EntityCheckTest, AcceptsWhatIsRight) {
  for (const std::string text : {
           "name: 'diseases/sle' disease { names { text: 'SLE' language: 'zh-Hans' kind: "
           "NAME_KIND_EXACT } "
           "parents { parent: 'diseases/a.b_c~d-1' hierarchy: 'seeds' } description: 'a\\nb\\tc' }",
           "name: 'sources/s' revision: 7 etag: 'x' create_actor: 'a' source { kind: "
           "SOURCE_KIND_ARTICLE "
           "standing: STANDING_CURRENT published { year: 2024 month: 2 day: 29 } published_online "
           "{ year: 2024 } "
           "text_sha256: '0123456789012345678901234567890123456789012345678901234567890123' }",
       }) {
    EXPECT_EQ(Check(text), "") << text;
  }
}

struct Wrong {
  std::string text;
  std::string violations;
};

TEST_F(EntityCheckTest, NamesEveryViolationOfNamesAndTexts) {
  const std::string name(kName);
  for (const Wrong& c : std::vector<Wrong>{
           {"", "entity.name: is required\nentity: has no body: set one of its kinds\n"},
           {"name: 'diseases/a'", "entity: has no body: set one of its kinds\n"},
           {"name: 'diseases/' disease { " + name + " }",
            "entity.name: is not a collection, a slash, and 1 to 128 of A-Z a-z 0-9 . _ ~ - that "
            "begin "
            "with a letter or digit\n"},
           {"name: 'diseases/-a' disease { " + name + " }",
            "entity.name: is not a collection, a slash, and 1 to 128 of A-Z a-z 0-9 . _ ~ - that "
            "begin "
            "with a letter or digit\n"},
           {"name: 'illnesses/a' disease { " + name + " }",
            "entity.name: there is no collection \"illnesses\"\n"
            "entity.disease: a Disease is named \"diseases/…\", not \"illnesses/a\"\n"},
           {"name: 'targets/a' disease { " + name + " }",
            "entity.disease: a Disease is named \"diseases/…\", not \"targets/a\"\n"},
           {"name: 'diseases/a' disease {}", "entity.disease.names: needs at least one element\n"},
           {"name: 'diseases/a' disease { names {} }",
            "entity.disease.names[0].text: is required\nentity.disease.names[0].kind: is "
            "required\n"},
           {"name: 'diseases/a' disease { names { text: 'a' kind: 99 } }",
            "entity.disease.names[0].kind: is 99, which is no NameKind\n"},
           {"name: 'diseases/a' disease { names { text: 'a' kind: NAME_KIND_EXACT language: "
            "'english "
            "please' } }",
            "entity.disease.names[0].language: must match ([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?\n"},
           {"name: 'diseases/a' disease { names { text: 'a\\tb' kind: NAME_KIND_EXACT } }",
            "entity.disease.names[0].text: has a control character, a tab or a newline\n"},
           {"name: 'diseases/a' disease { " + name + " description: 'a\\rb' }",
            "entity.disease.description: has a control character\n"},
           {"name: 'diseases/a' disease { " + name + " description: 'a\\000b' }",
            "entity.disease.description: has a control character\n"},
           {"name: 'diseases/a' disease { " + name + " description: 'a\\302\\205b' }",
            "entity.disease.description: has a control character\n"},
           {"name: 'diseases/a' disease { " + name + " description: 'a\\177' }",
            "entity.disease.description: has a control character\n"},
       }) {
    EXPECT_EQ(Check(c.text), c.violations) << c.text;
  }
}

TEST_F(EntityCheckTest, NamesEveryViolationOfReferencesAndPatterns) {
  const std::string name(kName);
  const std::string source = "kind: SOURCE_KIND_ARTICLE standing: STANDING_CURRENT ";
  for (const Wrong& c : std::vector<Wrong>{
           {"name: 'diseases/a' disease { " + name +
                " parents { parent: 'diseases/b' } parents { hierarchy: 'h' } }",
            "entity.disease.parents[0].hierarchy: is required\nentity.disease.parents[1].parent: "
            "is "
            "required\n"},
           {"name: 'diseases/a' disease { " + name + " parents { parent: 'b' hierarchy: 'h' } }",
            "entity.disease.parents[0].parent: \"b\" is not the name of an entity\n"},
           {"name: 'diseases/a' disease { " + name +
                " parents { parent: 'targets/b' hierarchy: 'h' } }",
            "entity.disease.parents[0].parent: must name an entity of diseases; \"targets/b\" does "
            "not\n"},
           {"name: 'therapies/a' therapy { " + name +
                " modality: THERAPY_MODALITY_CAR_T parents: '' }",
            "entity.therapy.parents[0]: \"\" is not the name of an entity\n"},
           {"name: 'diseases/a' disease { " + name +
                " cross_references { curie: 'no curie' mapping: MAPPING_EXACT } }",
            "entity.disease.cross_references[0].curie: must match "
            "[A-Za-z][A-Za-z0-9_.-]*:[^\\s]+\n"},
           {"name: 'diseases/a' disease { " + name + " cross_references { curie: 'A:1' } }",
            "entity.disease.cross_references[0].mapping: is required\n"},
           {"name: 'sources/a' source { " + source + " text_sha256: 'ABC' }",
            "entity.source.text_sha256[0]: must match [0-9a-f]{64}\n"},
       }) {
    EXPECT_EQ(Check(c.text), c.violations) << c.text;
  }
}

TEST_F(EntityCheckTest, NamesEveryViolationOfDates) {
  const std::string source = "kind: SOURCE_KIND_ARTICLE standing: STANDING_CURRENT ";
  for (const Wrong& c : std::vector<Wrong>{
           {"name: 'sources/a' source { " + source + " published {} }",
            "entity.source.published.year: is required\n"},
           {"name: 'sources/a' source { " + source + " published { year: 10000 } }",
            "entity.source.published: the year must be 1 to 9999\n"},
           {"name: 'sources/a' source { " + source + " published { year: 2024 month: 13 } }",
            "entity.source.published: the month must be 1 to 12, or 0 when it is unknown\n"},
           {"name: 'sources/a' source { " + source + " published { year: 2024 month: 1 day: 32 } }",
            "entity.source.published: the day must be 1 to 31, or 0 when it is unknown\n"},
           {"name: 'sources/a' source { " + source + " published { year: 2024 day: 3 } }",
            "entity.source.published: a day needs a month\n"},
           {"name: 'sources/a' source { " + source + " published { year: 2023 month: 2 day: 29 } }",
            "entity.source.published: there is no such day\n"},
       }) {
    EXPECT_EQ(Check(c.text), c.violations) << c.text;
  }
}

TEST_F(EntityCheckTest, BoundsSizes) {
  v1::Entity entity;
  entity.set_name("diseases/a");
  v1::Name* name = entity.mutable_disease()->add_names();
  name->set_kind(v1::NAME_KIND_EXACT);
  name->set_text(std::string(512, 'x'));
  entity.mutable_disease()->set_description(std::string(4096, 'x'));
  for (int i = 0; i < 255; ++i) {
    *entity.mutable_disease()->add_names() = *name;
  }
  EXPECT_EQ(Check(entity), "");
  entity.mutable_disease()->mutable_names(0)->set_text(std::string(513, 'x'));
  entity.mutable_disease()->set_description(std::string(4097, 'x'));
  EXPECT_EQ(Check(entity),
            "entity.disease.names[0].text: has 513 bytes; at most 512 are allowed\n"
            "entity.disease.description: has 4097 bytes; at most 4096 are allowed\n");
  *entity.mutable_disease()->add_names() = entity.disease().names(1);
  EXPECT_THAT(Check(entity),
              HasSubstr("entity.disease.names: has 257 elements; at most 256 are allowed\n"));

  Violations violations;
  EntityCheck(schema_.get(), 1000).Check(entity, "entity", &violations);
  EXPECT_EQ(violations.Dump(), absl::StrCat("entity: has ", entity.ByteSizeLong(),
                                            " bytes; entity_bytes_max = 1000\n"));
}

TEST_F(EntityCheckTest, RefusesUnknownFields) {
  v1::Entity entity;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      absl::StrCat("name: 'diseases/a' disease { ", kName, " }"), &entity));
  auto* name = entity.mutable_disease()->mutable_names(0);
  name->GetReflection()->MutableUnknownFields(name)->AddVarint(77, 1);
  entity.GetReflection()->MutableUnknownFields(&entity)->AddVarint(99, 1);
  EXPECT_EQ(Check(entity),
            "entity: has a field of unknown number 99\n"
            "entity.disease.names[0]: has a field of unknown number 77\n");
}

TEST_F(EntityCheckTest, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(TextProblem("caf\xc3\xa9", false), "");
  EXPECT_EQ(TextProblem("caf\xe9", false), "is not UTF-8");
  EXPECT_EQ(TextProblem("a\nb", true), "");
}

TEST_F(EntityCheckTest, ReportsAllOfThemUpToALimitAsBadRequest) {
  v1::Entity entity;
  entity.set_name("diseases/a");
  for (int i = 0; i < 60; ++i) {
    entity.mutable_disease()->add_names();
  }
  Violations violations;
  EntityCheck(schema_.get(), 256 << 10).Check(entity, "mutations[2].create", &violations);
  absl::Status status = violations.ToStatus();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "mutations[2].create.disease.names[0].text: is required (and 119 more)");
  google::rpc::BadRequest request;
  ASSERT_TRUE(request.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.BadRequest"))));
  ASSERT_EQ(request.field_violations_size(), 100);
  EXPECT_EQ(request.field_violations(99).field(), "mutations[2].create.disease.names[49].kind");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(
      std::string(*status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo"))));
  EXPECT_EQ(info.reason() + " " + info.domain(), "FIELD_VIOLATIONS cartograph");
}

// Rules that no field of ours has at present.
TEST(EntityCheckOfOtherSchemasTest, ChecksByAnnotation) {
  struct Case {
    const char* plant;
    const char* text;
    const char* violations;
  };
  for (const Case& c : std::vector<Case>{
           {"float x = 1;", "x: inf", "entity.plant.x: must be a finite number\n"},
           {"repeated double x = 1;", "x: [1, nan]",
            "entity.plant.x[1]: must be a finite number\n"},
           {"repeated string x = 1 [@{required: true}];", "x: ['a', '']",
            "entity.plant.x[1]: must not be empty\n"},
           {"repeated string x = 1 [@{items_max: 1}];", "x: ['a', 'b']",
            "entity.plant.x: has 2 elements; at most 1 are allowed\n"},
           {"bytes x = 1 [@{bytes_max: 2}];", "x: 'a\\000b'",
            "entity.plant.x: has 3 bytes; at most 2 are allowed\n"},
           {"string x = 1 [@{pattern: 'a+'}];", "", "entity.plant.x: must match a+\n"},
           {"string x = 1 [@{pattern: 'a+'}];", "x: 'aab'", "entity.plant.x: must match a+\n"},
           {"optional bool x = 1 [@{required: true}];", "", "entity.plant.x: is required\n"},
           {"optional bool x = 1 [@{required: true}];", "x: false", ""},
           {"repeated E x = 1 [@{required: true}];", "x: E_NONE",
            "entity.plant.x[0]: must not be unspecified\n"},
           {"string x = 1 [@{output_only: true pattern: 'a'}];", "x: 'b'", ""},
           {"string x = 1 [@{refers_to: '*'}];", "x: 'rocks/b'",
            "entity.plant.x: must name an entity of plants, soils; \"rocks/b\" does not\n"},
       }) {
    TestPool pool;
    pool.AddText(TinySchema{.plant = c.plant, .more = "enum E { E_NONE = 0; E_ONE = 1; }"}.Text());
    auto schema = EntitySchema::Create(pool.entity());
    ASSERT_TRUE(schema.ok()) << schema.status();
    auto entity = pool.Parse(absl::StrCat("name: 'plants/a' plant { ", c.text, " }"));
    Violations violations;
    EntityCheck(schema->get(), 1000).Check(*entity, "entity", &violations);
    EXPECT_EQ(violations.Dump(), c.violations) << c.plant << " with " << c.text;
  }
}

TEST(EntityCheckOfOtherSchemasTest, ClearsWhatOnlyTheServerSets) {
  TestPool pool;
  pool.AddText(TinySchema{.plant = "string a = 1 [@{output_only: true}]; "
                                   "Part part = 2; repeated Part parts = 3;",
                          .more = "message Part { string b = 1 [(cartograph.v1.field) = "
                                  "{output_only: true}]; string c = 2; }"}
                   .Text());
  auto schema = EntitySchema::Create(pool.entity());
  ASSERT_TRUE(schema.ok()) << schema.status();
  auto entity =
      pool.Parse("name: 'plants/p' plant { a: 'x' part { b: 'x' c: 'y' } parts { b: 'x' } }");
  ClearOutputOnly(**schema, entity.get());
  EXPECT_EQ(entity->ShortDebugString(), "name: \"plants/p\" plant { part { c: \"y\" } parts { } }");
}

}  // namespace
}  // namespace cartograph::kb
