#include "kb/entity_schema.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/annotations.pb.h"
#include "cartograph/v1/entity.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/kb/schema_testing.h"
#include "tests/support/paths.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;

// The base schema of `schema` without comments and blank lines, or the error.
std::string Declarations(const TinySchema& tiny) {
  TestPool pool;
  pool.AddText(tiny.Text());
  auto schema = EntitySchema::Create(pool.entity());
  if (!schema.ok()) {
    return std::string(schema.status().message());
  }
  std::istringstream lines((*schema)->base_schema());
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.rfind("//", 0) != 0 && line.rfind(".type Plant", 0) != 0 &&
        line.rfind(".type Soil", 0) != 0 && line.rfind(".type Entity", 0) != 0) {
      absl::StrAppend(&kept, line, "\n");
    }
  }
  return kept;
}

TEST(EntitySchemaTest, BaseSchemaOfTheProtosIsTheGoldenOne) {
  auto schema = EntitySchema::Create(v1::Entity::descriptor());
  ASSERT_TRUE(schema.ok()) << schema.status();
  std::string path = absl::StrCat(testing::SourceDir(), "/tests/golden/kb/base_schema.dl");
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << (*schema)->base_schema();
  }
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ((*schema)->base_schema(), golden.str());
}

TEST(EntitySchemaTest, KnowsItsKinds) {
  auto schema = EntitySchema::Create(v1::Entity::descriptor());
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ((*schema)->kinds().size(), 7u);
  ASSERT_NE((*schema)->KindOf("diseases/sle"), nullptr);
  EXPECT_EQ((*schema)->KindOf("diseases/sle")->type, "Disease");
  EXPECT_EQ((*schema)->KindOf("disease/sle"), nullptr);
  EXPECT_EQ((*schema)->KindOf(""), nullptr);
}

TEST(EntitySchemaTest, FeedsDeclareRelations) {
  struct Case {
    TinySchema schema;
    const char* declarations;
  };
  const std::string deep = R"(message Part { string text = 1; repeated Leaf leaves = 2; }
                              message Leaf { string color = 1; int32 size = 2; })";
  const std::vector<Case> cases = {
      {{}, ""},
      {{.plant_option = R"(collection: "plants" type: "Plant" feeds: {relation: "plant"})"},
       ".decl plant(entity: Plant)\n"},
      {{.plant = "int32 height = 1; uint32 age = 2;",
        .plant_option =
            R"(collection: "plants" type: "Plant" feeds: {relation: "plant" columns: ["age", "height"]})"},
       ".decl plant(entity: Plant, age: unsigned, height: number)\n"},
      {{.plant = R"(float ph = 1 [@{feeds: {relation: "ph"}}];)"},
       ".decl ph(entity: Plant, ph: float)\n"},
      {{.plant = R"(bool wild = 1 [@{feeds: {relation: "wild"}}];)"},
       ".decl wild(entity: Plant)\n"},
      {{.plant = R"(repeated string soils = 1 [@{refers_to: "soils" feeds: {relation: "in"}}];)"},
       ".decl in(entity: Plant, soils: Soil)\n"},
      {{.plant = R"(string near = 1 [@{refers_to: "*" feeds: {relation: "near"}}];)"},
       ".decl near(entity: Plant, near: Entity)\n"},
      {{.plant =
            R"(string near = 1 [@{refers_to: "soils" refers_to: "plants" feeds: {relation: "near"}}];)"},
       ".decl near(entity: Plant, near: Entity)\n"},
      {{.plant = R"(Color color = 1 [@{feeds: {relation: "color"}}];)",
        .more = "enum Color { COLOR_UNSPECIFIED = 0; COLOR_DARK_RED = 1; }"},
       ".type Color <: symbol\n.decl color(entity: Plant, color: Color)\n"},
      {{.plant =
            R"(repeated Part parts = 1 [@{feeds: {relation: "part" columns: ["text", "leaves.color", "leaves.size"]}}];)",
        .more = deep},
       ".decl part(entity: Plant, text: symbol, color: symbol, size: number)\n"},
      // A feed inside a message that two kinds have.
      {{.plant = "Note note = 1;",
        .soil = "repeated Note notes = 1;",
        .more = R"(message Note { string text = 1 [@{feeds: {relation: "noted"}}]; })"},
       ".decl noted(entity: Entity, text: symbol)\n"},
      // Two feeds of one relation.
      {{.plant = R"(string text = 1 [@{feeds: {relation: "text"}}];)",
        .soil = R"(repeated string text = 1 [@{feeds: {relation: "text"}}];)"},
       ".decl text(entity: Entity, text: symbol)\n"},
      // A message that contains itself.
      {{.plant = "Tree tree = 1;",
        .more =
            R"(message Tree { Tree left = 1; string leaf = 2 [@{feeds: {relation: "leaf"}}]; })"},
       ".decl leaf(entity: Plant, leaf: symbol)\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Declarations(c.schema), c.declarations) << c.schema.Text();
  }
}

struct Refusal {
  TinySchema schema;
  const char* problem;
};

void ExpectRefused(const std::vector<Refusal>& refusals) {
  for (const Refusal& c : refusals) {
    EXPECT_THAT(Declarations(c.schema), HasSubstr(c.problem)) << c.schema.Text();
  }
}

// Plant with one field.
TinySchema Field(const std::string& type, const std::string& annotation) {
  return {.plant = absl::StrCat(type, " x = 1 [@{", annotation, "}];"),
          .more =
              "message Part { string text = 1; int64 big = 2; Inner inner = 3; }"
              "message Inner { string text = 1; }"
              "enum Color { COLOR_NONE = 0; BLUE = 1; }"};
}

// Plant with another (entity) option.
TinySchema Option(const std::string& text) {
  return {.plant = "string text = 1;", .plant_option = text};
}

TEST(EntitySchemaTest, RefusesLimitsAndReferencesThatItDoesNotUnderstand) {
  ExpectRefused({
      {Field("int32", "pattern: \"a\""),
       "test.Plant.x: pattern stands on a field that is not a string"},
      {Field("bytes", "pattern: \"a\""), "pattern stands on a field that is not a string"},
      {Field("string", "pattern: \"(\""),
       "test.Plant.x: the pattern \"(\" does not compile: missing )"},
      {Field("int32", "bytes_max: 3"), "bytes_max stands on a field that is not text"},
      {Field("string", "items_max: 3"), "items_max stands on a field that is not repeated"},
      {Field("int32", "refers_to: \"soils\""), "refers_to stands on a field that is not a string"},
      {Field("string", "refers_to: \"rocks\""), "refers_to: there is no collection \"rocks\""},
      {Field("string", "refers_to: \"*\" refers_to: \"soils\""), "\"*\" beside other collections"},
      {Field("string", "refers_to: \"soils\" refers_to: \"soils\""), "names \"soils\" twice"},
      {Field("string", "refers_to: \"soils\" pattern: \"a\""), "has refers_to and pattern"},
      {Field("string", "required: true output_only: true"),
       "is required of the client and output_only"},
      {Field("bool", "required: true"), "is required and a bool without presence"},
  });
}

TEST(EntitySchemaTest, RefusesFeedsThatItDoesNotUnderstand) {
  ExpectRefused({
      {Field("int64", "feeds: {relation: \"r\"}"), "is of type int64, which rules do not have"},
      {Field("double", "feeds: {relation: \"r\"}"), "is of type double"},
      {Field("bytes", "feeds: {relation: \"r\"}"), "is of type bytes"},
      {Field("repeated bool", "feeds: {relation: \"r\"}"), "a repeated bool feeds nothing"},
      {Field("string", "feeds: {relation: \"r\" columns: \"x\"}"), "has no columns"},
      {Field("Part", "feeds: {relation: \"r\"}"), "a feed from a message names its columns"},
      {Field("Part", "feeds: {relation: \"r\" columns: \"nope\"}"),
       "test.Plant.x feeds \"r\": there is no field \"nope\" in Part"},
      {Field("Part", "feeds: {relation: \"r\" columns: \"text.more\"}"),
       "goes on below a field that is not a message"},
      {Field("Part", "feeds: {relation: \"r\" columns: \"inner\"}"), "\"inner\" ends in a message"},
      {Field("Part", "feeds: {relation: \"r\" columns: \"big\"}"), "Part.big is of type int64"},
      {Field("Part", "feeds: {relation: \"r\" columns: [\"text\", \"inner.text\"]}"),
       "there are two columns \"text\""},
      {Field("Part", "feeds: {relation: \"r\" columns: [\"text\", \"text\"]}"),
       "there are two columns \"text\""},
      {Field("Color", "feeds: {relation: \"r\"}"),
       "the enum value BLUE does not begin with COLOR_"},
      {Field("string", "feeds: {relation: \"count\"}"),
       "the relation name \"count\" is a word of the rule language"},
      {Field("string", "feeds: {relation: \"two words\"}"),
       "the relation name \"two words\" is not"},
      {Field("string", "feeds: {}"), "the relation name \"\" is not"},
      {Field("map<string, string>", ""), "maps are not supported"},
      {{.plant = "string max = 1 [@{feeds: {relation: \"r\"}}];"},
       "the column name \"max\" is a word of the rule language"},
      {{.plant = "string entity = 1 [@{feeds: {relation: \"r\"}}];"},
       "there are two columns \"entity\""},
      {{.plant = R"(string a = 1 [@{feeds: {relation: "r"}}];)",
        .soil = R"(string b = 1 [@{feeds: {relation: "r"}}];)"},
       "test.Soil.b feeds \"r\": with the columns (b: symbol), elsewhere with (a: symbol)"},
      {{.plant = R"(string a = 1 [@{feeds: {relation: "r"}}];)",
        .soil = R"(int32 a = 1 [@{feeds: {relation: "r"}}];)"},
       "with the columns (a: number), elsewhere with (a: symbol)"},
      {{.plant = R"(oneof pick { string a = 1 [@{required: true}]; int32 b = 2; })"},
       "is required and a member of a oneof"},
  });
}

TEST(EntitySchemaTest, RefusesKindsThatItDoesNotUnderstand) {
  ExpectRefused({
      {{.plant = "Part part = 1;",
        .more = R"(message Part { option (cartograph.v1.entity) = {collection: "parts"}; })"},
       "test.Part: has an (entity) option and is not a body of Entity"},
      {{.plant = R"(Plants x = 1 [@{feeds: {relation: "r"}}];)",
        .plant_option = R"(collection: "plants" type: "Plants")",
        .more = "enum Plants { PLANTS_NONE = 0; }"},
       "the type name \"Plants\" is given twice"},
      {Option("collection: \"Plants\" type: \"Plant\""),
       "the collection \"Plants\" is not 1 to 64 lower-case letters"},
      {Option("collection: \"\" type: \"Plant\""), "the collection \"\" is not"},
      {Option("collection: \"soils\" type: \"Plant\""),
       "shares its collection, type or message with test.Plant"},
      {Option("collection: \"plants\" type: \"Soil\""),
       "shares its collection, type or message with test.Plant"},
      {Option("collection: \"plants\" type: \"Entity\""),
       "the type name \"Entity\" is given twice"},
      {Option("collection: \"plants\" type: \"symbol\""),
       "\"symbol\" is a word of the rule language"},
      {Option("collection: \"plants\" type: \"Plant\" feeds: {relation: \"r\" columns: \"nope\"}"),
       "test.Plant feeds \"r\": there is no field \"nope\" in Plant"},
  });
}

TEST(EntitySchemaTest, RefusesAnAnnotationOnEntityItself) {
  std::string text = TinySchema{}.Text();
  std::string plain = "string name = 1;";
  text.replace(text.find(plain), plain.size(),
               "string name = 1 [(cartograph.v1.field) = {required: true}];");
  TestPool pool;
  pool.AddText(text);
  EXPECT_THAT(EntitySchema::Create(pool.entity()).status().message(),
              HasSubstr("test.Entity.name: an annotation stands on fields below a body only"));
}

// Annotations as a newer program would have them: content of numbers that this one does not know.
TEST(EntitySchemaTest, RefusesUnknownContent) {
  auto create = [](auto edit) {
    google::protobuf::FileDescriptorProto file;
    v1::Entity::descriptor()->file()->CopyTo(&file);
    for (auto& message : *file.mutable_message_type()) {
      if (message.name() == "Disease") {
        edit(&message);
      }
    }
    TestPool pool;
    pool.AddFile(file);
    auto schema = EntitySchema::Create(pool.entity());
    EXPECT_EQ(schema.status().code(), absl::StatusCode::kFailedPrecondition);
    return std::string(schema.status().message());
  };
  using Message = google::protobuf::DescriptorProto;
  auto unknown = [](google::protobuf::Message* message) {
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(99, 1);
  };
  EXPECT_THAT(
      create([&](Message* m) {
        unknown(m->mutable_field(0)->mutable_options()->MutableExtension(v1::field));
      }),
      HasSubstr("cartograph.v1.Disease.names: field number 99 of FieldAnnotation is not known"));
  EXPECT_THAT(
      create([&](Message* m) {
        unknown(
            m->mutable_field(0)->mutable_options()->MutableExtension(v1::field)->mutable_feeds(0));
      }),
      HasSubstr("cartograph.v1.Disease.names: field number 99 of Feed is not known"));
  EXPECT_THAT(
      create([&](Message* m) { unknown(m->mutable_options()->MutableExtension(v1::entity)); }),
      HasSubstr("cartograph.v1.Disease: field number 99 of EntityAnnotation is not known"));
  EXPECT_THAT(
      create([&](Message* m) { unknown(m->mutable_field(0)->mutable_options()); }),
      HasSubstr("cartograph.v1.Disease.names: has an option that this program does not know"));
}

}  // namespace
}  // namespace cartograph::kb
