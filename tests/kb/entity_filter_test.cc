#include "kb/entity_filter.h"

#include "cartograph/v1/entity.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

absl::StatusOr<EntityFilter> Parse(absl::string_view text) {
  return EntityFilter::Parse(text, v1::Entity::descriptor());
}

v1::Entity EntityOf(const char* textproto) {
  v1::Entity entity;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(textproto, &entity)) << textproto;
  return entity;
}

TEST(EntityFilterTest, ParsesOrCloserThanAnd) {
  struct Case {
    const char* text;
    const char* dump;
  };
  for (const Case& c : std::vector<Case>{
           {"", "()"},
           {"  ", "()"},
           {"name = a", R"(name="a")"},
           {"(((name=a)))", R"(name="a")"},
           {"name=a AND name=b OR name=c", R"((name="a" AND (name="b" OR name="c")))"},
           {"(name=a AND name=b) OR name=c", R"(((name="a" AND name="b") OR name="c"))"},
           {"NOT name=a OR -name=b", R"((NOT name="a" OR NOT name="b"))"},
           {"NOT (name=a AND NOT name=b)", R"(NOT (name="a" AND NOT name="b"))"},
           {"name = \"a \\\"b\\\" \\\\ (c)\"", R"x(name="a \"b\" \\ (c)")x"},
           {"name='it''s'", nullptr},
           {"name='say \"a\"'", R"(name="say \"a\"")"},
           {"evidence.proposition.subjects:car-t", R"(evidence.proposition.subjects:"car-t")"},
           {"disease.parents:*", "disease.parents:*"},
           {"revision>=-", nullptr},
           {"source.published.year > -5", R"(source.published.year>"-5")"},
       }) {
    auto filter = Parse(c.text);
    ASSERT_EQ(filter.ok(), c.dump != nullptr) << c.text << ": " << filter.status();
    EXPECT_EQ(filter.ok() ? filter->Dump() : "", c.dump == nullptr ? "" : c.dump) << c.text;
  }
}

TEST(EntityFilterTest, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* message;
  };
  for (
      const Case& c : std::vector<Case>{
          {"sorce = a", R"(at character 1: Entity has no field "sorce"; did you mean "source"?)"},
          {"evidence.sourse = a",
           R"(at character 10: Evidence has no field "sourse"; did you mean "source"?)"},
          {"evidence.zzz = a", R"(at character 10: Evidence has no field "zzz")"},
          {"name.x = a", R"(at character 6: "name" has no fields)"},
          {"create_time.seconds = 1", R"(at character 13: "create_time" has no fields)"},
          {"name", "at character 5: expected one of = != < <= > >= :"},
          {"name =", "at character 7: expected a value"},
          {"name = a name = b", "at character 10: expected AND, OR or the end"},
          {"name = a AND", "at character 13: expected the name of a field"},
          {"AND name = a", R"(at character 1: Entity has no field "AND")"},
          {"name = é AND name = \"b", "at character 21: the quote is not closed"},
          {"name = \"a\\n\"",
           "at character 11: a backslash stands only before a quote or a backslash"},
          {"(name = a", "at character 10: expected )"},
          {"name = a)", "at character 9: expected AND, OR or the end"},
          {"evidence. = a", "at character 10: expected the name of a field"},
          {"evidence = a",
           R"(at character 12: "evidence" is a message: compare one of its fields, or ask whether it is set with :*)"},
          {"evidence.direction = DIRECTION_SUPORTS",
           R"(at character 22: "DIRECTION_SUPORTS" is not a value of Direction; did you mean "DIRECTION_SUPPORTS"?)"},
          {"evidence.direction < DIRECTION_SUPPORTS",
           R"(at character 20: "direction" has no order: use = or !=)"},
          {"source.author_list_complete = yes",
           R"(at character 31: "yes" is neither true nor false)"},
          {"revision > -1", R"(at character 12: "-1" is not a whole number that is not negative)"},
          {"source.published.year = soon", R"(at character 25: "soon" is not a whole number)"},
          {"create_time > yesterday",
           R"(at character 15: "yesterday" is not a time like "2026-01-31T12:00:00Z")"},
      }) {
    auto filter = Parse(c.text);
    EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << c.text;
    EXPECT_EQ(filter.status().message(), c.message) << c.text;
  }
}

TEST(EntityFilterTest, MatchesByTypeOfTheField) {
  const v1::Entity evidence = EntityOf(R"pb(
    name: "evidence/f01"
    revision: 7
    create_time { seconds: 1767225600 nanos: 500 }
    evidence {
      source: "sources/wang-2024"
      direction: DIRECTION_SUPPORTS
      proposition {
        subjects: "therapies/cd19-car-t"
        subjects: "therapies/bcma-car-t"
        qualifiers { key: "stage" value: "Early Clinical" }
        qualifiers { key: "population" value: "refractory" }
      }
    })pb");
  struct Case {
    const char* text;
    bool matches;
  };
  for (const Case& c : std::vector<Case>{
           {"", true},
           {R"(name = "evidence/f01")", true},
           {R"(name = "evidence/F01")", false},
           {R"(name : "F01")", true},
           {R"(name > "evidence/f00" AND name < "evidence/f02")", true},
           {"evidence.source = sources/wang-2024", true},
           {"evidence.source != sources/wang-2024", false},
           {"evidence.direction = DIRECTION_SUPPORTS", true},
           {"evidence.direction != DIRECTION_DISPUTES", true},
           {"evidence.direction : DIRECTION_DISPUTES", false},
           {"evidence.proposition.subjects = therapies/bcma-car-t", true},
           {"evidence.proposition.subjects != therapies/bcma-car-t", true},
           {"NOT evidence.proposition.subjects = therapies/bcma-car-t", false},
           {"evidence.proposition.subjects : cd19", true},
           {"evidence.proposition.qualifiers.value : clinical", true},
           {"evidence.proposition.qualifiers.key = stage AND "
            "evidence.proposition.qualifiers.value = refractory",
            true},
           {"revision = 7 AND revision >= 7 AND revision <= 7", true},
           {"revision > 7 OR revision < 7 OR revision != 7", false},
           {"revision = 18446744073709551615", false},
           {R"(create_time > "2026-01-01T00:00:00Z")", true},
           {"create_time >= 2026-01-01T01:00:00.0000005+01:00", true},
           {"create_time <= 2026-01-01T00:00:00.000000499Z", false},
           {"delete_time:*", false},
           {"create_time:*", true},
           {"evidence:*", true},
           {"disease:*", false},
           {"evidence.via:*", false},
           {"evidence.via = ''", true},
           {"evidence.quotes:*", false},
           {"evidence.proposition.qualifiers:*", true},
           // An unset message leads to no value, so nothing can be said of one.
           {"evidence.review.comment = ''", false},
           {"evidence.review.comment != x", false},
           {"disease.names.text != x", false},
           {"NOT disease.names.text = x", true},
       }) {
    auto filter = Parse(c.text);
    ASSERT_TRUE(filter.ok()) << filter.status();
    EXPECT_EQ(filter->Matches(evidence), c.matches) << c.text;
  }
}

TEST(EntityFilterTest, MatchesNumbersAndBools) {
  const v1::Entity source = EntityOf(R"pb(
    source {
      published { year: 2024 month: 12 }
      author_list_complete: true
    })pb");
  struct Case {
    const char* text;
    bool matches;
  };
  for (const Case& c : std::vector<Case>{
           {"source.published.year >= 2024 AND source.published.month < 13", true},
           {"source.published.day = 0", true},
           {"source.published.year > -1", true},
           {"source.published.year : 2024", true},
           {"source.author_list_complete = true", true},
           {"source.author_list_complete != true", false},
       }) {
    auto filter = Parse(c.text);
    ASSERT_TRUE(filter.ok()) << filter.status();
    EXPECT_EQ(filter->Matches(source), c.matches) << c.text;
  }
}

TEST(EntityFilterTest, BoundsLengthAndDepth) {
  std::string deep = "name=a";
  for (size_t i = 0; i < EntityFilter::kDepthMax; ++i) deep = "(" + deep + ")";
  EXPECT_TRUE(Parse(deep).ok());
  EXPECT_EQ(Parse("(" + deep + ")").status().message(), "at character 52: nested deeper than 50");
  EXPECT_FALSE(Parse("-" + deep).ok());

  const std::string begin = "name=";
  EXPECT_TRUE(Parse(begin + std::string(EntityFilter::kBytesMax - begin.size(), 'a')).ok());
  EXPECT_EQ(Parse(begin + std::string(EntityFilter::kBytesMax, 'a')).status().message(),
            "the filter has 4101 bytes; the limit is 4096");
}

}  // namespace
}  // namespace cartograph::kb
