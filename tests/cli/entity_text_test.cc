#include "clients/cli/entity_text.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

v1::Entity Parse(const std::string& text) {
  v1::Entity entity;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &entity)) << text;
  return entity;
}

TEST(EntityText, SaysLabelAndKind) {
  struct Case {
    const char* entity;
    const char* label;
    const char* kind;
  };
  const Case kCases[] = {
      {"therapy { names { text: 'CD19' kind: NAME_KIND_EXACT } names { text: 'CD19 CAR T' kind: "
       "NAME_KIND_PREFERRED } "
       "modality: THERAPY_MODALITY_CAR_T }",
       "CD19 CAR T", "car_t"},
      {"target { names { text: 'GD2' } kind: TARGET_KIND_GLYCOLIPID }", "GD2", "glycolipid"},
      {"disease {}", "", ""},
      {"challenge { kind: CHALLENGE_KIND_EVIDENCE_GAP }", "", "evidence_gap"},
      {"evidence { statement: 'It works.' proposition { predicate: CLAIM_PREDICATE_IS_A } }",
       "It works.", "is_a"},
      {"source { titles { text: 'A review' } kind: SOURCE_KIND_REVIEW }", "A review", "review"},
      {"source { identifiers { curie: 'DOI:10.1/x' } kind: SOURCE_KIND_UNIDENTIFIED }",
       "DOI:10.1/x", "unidentified"},
      {"", "", ""},
  };
  for (const Case& c : kCases) {
    v1::Entity entity = Parse(c.entity);
    EXPECT_EQ(EntityLabel(entity), c.label) << c.entity;
    EXPECT_EQ(EntityKindWord(entity), c.kind) << c.entity;
  }
}

TEST(EntityText, ListsFieldsByPath) {
  v1::Entity entity = Parse(R"(
      name: "evidence/e"
      evidence {
        proposition { subjects: "therapies/a" subjects: "therapies/b" outcomes: OUTCOME_REMISSION }
        quotes { text: "short" locator { char_offset: 7 } }
      }
      revision: 12
      create_time { seconds: 1792663681 })");
  std::string dump;
  for (const auto& [path, value] : FieldsOf(entity)) {
    absl::StrAppend(&dump, path, " = ", value, "\n");
  }
  EXPECT_EQ(dump,
            "name = evidence/e\n"
            "evidence.proposition.subjects[0] = therapies/a\n"
            "evidence.proposition.subjects[1] = therapies/b\n"
            "evidence.proposition.outcomes[0] = remission\n"
            "evidence.quotes[0].text = short\n"
            "evidence.quotes[0].locator.char_offset = 7\n"
            "revision = 12\n"
            "create_time = 2026-10-22 10:08:01\n");
}

TEST(EntityText, ListsEveryScalarKindThatEntitiesHave) {
  v1::Entity entity = Parse(R"(source {
      author_list_complete: true
      published { year: 2024 month: 12 }
    })");
  std::string dump;
  for (const auto& [path, value] : FieldsOf(entity)) {
    absl::StrAppend(&dump, path, " = ", value, "\n");
  }
  EXPECT_EQ(dump,
            "source.author_list_complete = true\n"
            "source.published.year = 2024\n"
            "source.published.month = 12\n");
}

}  // namespace
}  // namespace cartograph::clients
