#include "kb/repair_policy.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

TEST(RepairPolicy, FollowsTheAnnotations) {
  TestBase base;
  base.Activate(kDiseaseRules);
  const Snapshot snapshot = base.kb().Latest();
  const rules::Program& program = snapshot.model().program();
  const std::vector<rules::Writable> writable = WritableFacts(base.kb().schema(), program);
  const auto text = [&](const char* relation) {
    const rules::Writable& fact = writable[rules::Index(*program.Find(relation))];
    const std::string columns =
        absl::StrJoin(fact.prefixes, " ", [](std::string* out, const auto& prefixes) {
          absl::StrAppend(out, "[", absl::StrJoin(prefixes, " "), "]");
        });
    return absl::StrCat(fact.add ? "add " : "", fact.remove ? "remove " : "",
                        fact.single_valued ? "single " : "", fact.of_new_only ? "new " : "",
                        columns);
  };
  EXPECT_EQ(text("direction"), "add remove single [evidence/] []");
  EXPECT_EQ(text("via"), "add remove single [evidence/] [sources/]");
  EXPECT_EQ(text("evidence"), "add remove single [evidence/] [sources/] []");
  EXPECT_EQ(text("therapy_parent"), "add remove [therapies/] [therapies/]");
  EXPECT_EQ(text("disease_parent"), "add remove [diseases/] [diseases/] [] [evidence/]");
  EXPECT_EQ(text("qualifier"), "add remove new [evidence/] [] []");
  // That a disease exists is not taken away.
  EXPECT_EQ(text("disease"), "add single [diseases/]");
  // Nobody writes what rules derive.
  EXPECT_EQ(text("ancestor"), "");
}

}  // namespace
}  // namespace cartograph::kb
