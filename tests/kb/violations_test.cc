#include "kb/violations.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/kb/rule_model.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;

TEST(ViolationsTest, SaysWhatIsWrongWithAnAnnotation) {
  struct Case {
    const char* annotations;
    const char* message;  // "" for none
  };
  for (const Case& c : std::vector<Case>{
           {"@[violation(title = \"T\")]", ""},
           {"@[violation(title = \"T\", mode = \"refuse\")]", ""},
           {"@[violation(mode = \"report\")]", "it has no title"},
           {"@[violation(title = \"T\", mode = \"warn\")]",
            "its mode is \"warn\", which is neither report nor refuse"},
           {"@[violation(title = \"T\", order = \"x\")]",
            "it has \"order\", which is neither title nor mode"},
           {"@[violation(title = \"T\")]\n@[violation(title = \"U\")]", "it is annotated twice"},
       }) {
    const auto program = ProgramOf(absl::StrCat(c.annotations, "\n.decl bad(x: symbol)\n"));
    const auto found = ViolationsOf(*program);
    EXPECT_EQ(found.ok() ? "" : found.status().message(),
              *c.message == '\0'
                  ? ""
                  : absl::StrCat("the violation bad is wrongly annotated: ", c.message));
  }
}

constexpr char kRules[] = R"dl(
@[violation(title = "A disease is above itself", mode = "refuse")]
.decl circular(d: Disease)
circular(d) :- above(d, d).
.decl above(d: Disease, p: Disease)
above(d, p) :- disease_parent(d, p, _, _).
above(d, p) :- above(d, q), disease_parent(q, p, _, _).
@[violation(title = "A disease stands alone")]
.decl alone(d: Disease)
@[says = "{d} is alone."]
alone(d) :- disease(d), !above(d, _).
)dl";

TEST(ViolationsTest, RefuseTheCommitThatAddsOne) {
  TestBase base;
  base.Activate(kRules);
  ASSERT_TRUE(base.Commit({Disease("create", "a")}).ok());
  ASSERT_TRUE(base.Commit({Disease("create", "b", {"a"})}).ok());
  EXPECT_EQ(base.Facts("alone"), "alone(\"diseases/a\")");
  const uint64_t revision = base.revision();
  const absl::Status refused = base.Commit({Disease("update", "a", {"b"})}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("A disease is above itself: circular(\"diseases/a\")"));
  EXPECT_THAT(Describe(refused), HasSubstr("RULES_REFUSE"));
  EXPECT_EQ(base.revision(), revision);
  EXPECT_EQ(base.Facts("circular"), "");
}

// What was wrong before the rules does not stand in the way of correcting it.
TEST(ViolationsTest, LeaveWhatWasThereBefore) {
  TestBase base;
  ASSERT_TRUE(base.Commit({Disease("create", "a"), Disease("create", "b", {"a"})}).ok());
  ASSERT_TRUE(base.Commit({Disease("update", "a", {"b"})}).ok());
  base.Activate(kRules);
  EXPECT_EQ(base.Facts("circular"), "circular(\"diseases/a\") circular(\"diseases/b\")");
  EXPECT_TRUE(base.Commit({Disease("create", "c")}).ok());
  EXPECT_TRUE(base.Commit({Disease("update", "a")}).ok());
  EXPECT_EQ(base.Facts("circular"), "");
}

}  // namespace
}  // namespace cartograph::kb
