// Rule packs: tried, activated, listed, and what an activation does to the model.

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const WriteContext kAda{.actor = "ada"};

std::string Outcome(const absl::StatusOr<ActivationResult>& result) {
  if (!result.ok()) {
    return Describe(result.status());
  }
  std::string text =
      absl::StrCat(result->activated ? "active" : "not active", " r", result->revision.number(),
                   " +", result->facts_added, " -", result->facts_removed);
  for (const rules::Diagnostic& diagnostic : result->compiled.diagnostics) {
    absl::StrAppend(&text, " ", diagnostic.code);
  }
  for (const v1::RuleTestResult& test : result->tests) {
    absl::StrAppend(&text, " ", test.title(), test.passed() ? " passed" : " failed");
  }
  return text;
}

class ActivationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(base_.Try({Disease("create", "a"), Disease("create", "b", {"a"}),
                         Disease("create", "c", {"b"})}),
              "r1 +8 -0");
  }
  std::string Activate(const std::string& rules, const WriteContext& context = kAda) {
    return Outcome(base_.kb().Activate(PackOf(rules), context));
  }
  TestBase base_;
};

TEST_F(ActivationTest, DerivesFromTheEntitiesThatAreThere) {
  EXPECT_EQ(base_.kb().Latest().pack(), nullptr);
  EXPECT_EQ(base_.Facts("ancestor"), "no such relation");
  EXPECT_EQ(Activate(kDiseaseRules), "active r2 +7 -0");
  EXPECT_EQ(base_.Facts("ancestor"),
            "ancestor(\"diseases/b\", \"diseases/a\") ancestor(\"diseases/c\", \"diseases/a\") "
            "ancestor(\"diseases/c\", \"diseases/b\")");
  EXPECT_EQ(base_.Facts("root"), "root(\"diseases/a\")");
  EXPECT_EQ(base_.Facts("children"),
            "children(\"diseases/a\", 1) children(\"diseases/b\", 1) children(\"diseases/c\", 0)");
  // From now on commits maintain them.
  EXPECT_EQ(base_.Try({Disease("update", "b")}), "r3 +2 -4");
  EXPECT_EQ(base_.Facts("root"), "root(\"diseases/a\") root(\"diseases/b\")");
}

TEST_F(ActivationTest, ReplacesTheProgramAsAWhole) {
  Activate(kDiseaseRules);
  EXPECT_EQ(Activate(".decl root(x: Disease)\nroot(x) :- disease(x).\n.decl other(x: "
                     "Disease)\nother(x) :- root(x)."),
            "active r3 +5 -6");  // root gains b and c, other comes with 3; ancestor and children go
  EXPECT_EQ(base_.Facts("children"), "no such relation");
  base_.Reopen();
  EXPECT_EQ(base_.Facts("other"),
            "other(\"diseases/a\") other(\"diseases/b\") other(\"diseases/c\")");
  EXPECT_EQ(base_.kb().Latest().pack()->revision.number(), 3u);
  EXPECT_EQ(DumpModel(base_.kb().Latest().model()), DumpRebuilt(base_.kb(), base_.kb().Latest()));
}

TEST_F(ActivationTest, APackThatIsWrongChangesNothing) {
  Activate(kDiseaseRules);
  EXPECT_THAT(Activate(".decl broken(x: Disease)\nbroken(x) :- diseaze(x)."),
              StartsWith("not active r2 +0 -0 E"));
  EXPECT_THAT(Activate("therapy(\"therapies/t\", \"car_t\")."),
              StartsWith("not active r2 +0 -0 E"));  // a base relation
  EXPECT_THAT(
      Activate(".decl boom(n: number)\nboom(1 / n) :- n = strlen(d) - strlen(d), disease(d)."),
      StartsWith("FAILED_PRECONDITION PRECONDITION_FAILED: the rules cannot be evaluated over the "
                 "entities: "));
  EXPECT_THAT(Activate("@[question(order = \"x\")]\n.decl q(x: Disease)\nq(x) :- disease(x)."),
              StartsWith("INVALID_ARGUMENT"));
  EXPECT_EQ(base_.revision(), 2u);
  EXPECT_EQ(base_.Facts("root"), "root(\"diseases/a\")");
}

TEST_F(ActivationTest, IsBoundByTheBudget) {
  KnowledgeBaseOptions options = base_.options();
  options.commit_budget.facts_max = 3;
  base_.Close();
  auto kb = KnowledgeBase::Open(options);
  ASSERT_TRUE(kb.ok());
  EXPECT_THAT(
      Outcome((*kb)->Activate(PackOf(kDiseaseRules), kAda)),
      StartsWith("RESOURCE_EXHAUSTED LIMIT_REACHED: the budget facts_max = 3 was spent in "));
}

TEST_F(ActivationTest, ValidateOnlyForetells) {
  uint64_t symbols = base_.kb().GetStats()->symbols;
  std::string rules = absl::StrCat(
      kDiseaseRules, ".decl named(x: symbol)\nnamed(cat(x, \" itself\")) :- disease(x).");
  EXPECT_EQ(Activate(rules, {.actor = "ada", .validate_only = true}), "not active r1 +10 -0");
  EXPECT_EQ(base_.revision(), 1u);
  EXPECT_EQ(base_.kb().GetStats()->symbols, symbols);
  EXPECT_EQ(Activate(rules), "active r2 +10 -0");
  EXPECT_GT(base_.kb().GetStats()->symbols, symbols);
}

TEST_F(ActivationTest, ARequestIdIsAppliedOnce) {
  WriteContext once{.actor = "ada", .request_id = "activate"};
  EXPECT_EQ(Activate(kDiseaseRules, once), "active r2 +7 -0");
  base_.Reopen();
  EXPECT_EQ(Activate(kDiseaseRules, once), "active r2 +7 -0");
  EXPECT_EQ(base_.revision(), 2u);
}

TEST_F(ActivationTest, RefusesMalformedPacks) {
  auto check = [&](const std::function<void(v1::RulePack*)>& change) {
    v1::RulePack pack = PackOf(kDiseaseRules);
    change(&pack);
    std::string text = Outcome(base_.kb().Activate(pack, kAda));
    EXPECT_EQ(text, Outcome(base_.kb().TestPack(pack)));
    EXPECT_THAT(text, StartsWith("INVALID_ARGUMENT FIELD_VIOLATIONS: "));
    return text;
  };
  EXPECT_THAT(check([](auto* pack) { pack->set_name("A"); }),
              HasSubstr("pack.name: is not 1 to 64 of a-z 0-9 _ -"));
  EXPECT_THAT(check([](auto* pack) { pack->set_version("one"); }),
              HasSubstr("pack.version: is not a version such as 1.2.0"));
  EXPECT_THAT(check([](auto* pack) { pack->set_description("a\x01"); }),
              HasSubstr("pack.description: has a control character"));
  EXPECT_THAT(check([](auto* pack) { pack->clear_files(); }),
              HasSubstr("pack.files: needs 1 to 1000 files, has 0"));
  for (const char* path : {"", "/a.dl", "a//b.dl", "../a.dl", "a/./b.dl", "a\\b.dl", "a\n.dl"}) {
    EXPECT_THAT(check([&](auto* pack) { pack->mutable_files(0)->set_path(path); }),
                HasSubstr("pack.files[0].path: is not a relative path"));
  }
  EXPECT_THAT(check([](auto* pack) { *pack->add_files() = pack->files(0); }),
              HasSubstr("pack.files[1].path: stands twice"));
  EXPECT_EQ(base_.revision(), 1u);
}

TEST_F(ActivationTest, RunsTheTestsOfThePack) {
  auto with_test = [](const std::string& test) {
    v1::RulePack pack = PackOf(kDiseaseRules);
    v1::RuleFile* file = pack.add_files();
    file->set_path("tests/root.test");
    file->set_text(test);
    return pack;
  };
  const std::string given =
      R"(given disease("diseases/x"). disease("diseases/y"). disease_parent("diseases/x", "diseases/y", "h", ""). )";
  v1::RulePack wrong =
      with_test("\ntest \"roots\" {\n" + given +
                "\nexpect root(\"diseases/x\").\nonly root.\n}\ntest \"none\" {}\n");
  auto result = base_.kb().Activate(wrong, kAda);
  EXPECT_EQ(Outcome(result), "not active r1 +0 -0 roots failed none passed");
  ASSERT_EQ(result->tests.size(), 2u);
  EXPECT_EQ(result->tests[0].ShortDebugString(),
            "title: \"roots\" path: \"tests/root.test\" line: 2 failures: \"missing: "
            "root(\\\"diseases/x\\\") (line 4)\" "
            "failures: \"unexpected: root(\\\"diseases/y\\\") (line 5)\"");
  EXPECT_EQ(Outcome(base_.kb().TestPack(wrong)), "not active r1 +0 -0 roots failed none passed");

  v1::RulePack malformed = with_test("test \"roots\" { expect rooot(\"diseases/x\"). }");
  result = base_.kb().Activate(malformed, kAda);
  EXPECT_THAT(Outcome(result), StartsWith("not active r1 +0 -0 E"));
  ASSERT_EQ(result->compiled.diagnostics.size(), 1u);
  EXPECT_THAT(rules::Render(result->compiled.diagnostics[0], result->compiled.sources),
              HasSubstr("tests/root.test:1:"));

  uint64_t symbols = base_.kb().GetStats()->symbols;
  v1::RulePack right =
      with_test("test \"roots\" { " + given +
                "expect root(\"diseases/y\"). !root(\"diseases/x\"). only root. }");
  EXPECT_EQ(Outcome(base_.kb().TestPack(right)), "not active r1 +0 -0 roots passed");
  EXPECT_EQ(base_.kb().GetStats()->symbols, symbols);
  EXPECT_EQ(Outcome(base_.kb().Activate(right, kAda)), "active r2 +7 -0 roots passed");
}

TEST_F(ActivationTest, ListsAndShowsPacks) {
  EXPECT_EQ(Describe(base_.kb().GetPack(base::Revision()).status()),
            "NOT_FOUND RULE_PACK_NOT_FOUND: no rule pack is active");
  EXPECT_TRUE(base_.kb().ListPacks()->empty());
  base_.Activate(kDiseaseRules, "1.0.0");
  ASSERT_EQ(base_.Try({Disease("create", "d")}), "r3 +4 -0");
  v1::RulePack second = PackOf(".decl none(x: Disease)", "2.0.0");
  second.set_name("other");
  second.set_description("Says nothing.");
  ASSERT_TRUE(base_.kb().Activate(second, {.actor = "bob", .reason = "to see"}).ok());
  base_.Activate(kDiseaseRules, "1.0.1");
  std::string listed;
  const auto packs = base_.kb().ListPacks();
  for (const v1::RulePackInfo& info : *packs) {
    absl::StrAppend(&listed, info.name(), "@", info.version(), " r", info.revision(), " ",
                    info.actor(), " ", info.reason(), info.description(),
                    info.active() ? " active" : "", "\n");
  }
  EXPECT_EQ(listed,
            "pack@1.0.1 r5 ada  active\n"
            "other@2.0.0 r4 bob to seeSays nothing.\n"
            "pack@1.0.0 r2 ada \n");
  EXPECT_EQ(base_.kb().GetPack(base::Revision())->pack().version(), "1.0.1");
  auto shown = base_.kb().GetPack(base::Revision(4));
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->pack().SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(shown->info().actor(), "bob");
  EXPECT_FALSE(shown->info().active());
  EXPECT_EQ(Describe(base_.kb().GetPack(base::Revision(3)).status()),
            "NOT_FOUND RULE_PACK_NOT_FOUND: no rule pack was activated at revision 3");
}

TEST_F(ActivationTest, CompilesRulesWithoutATrace) {
  uint64_t symbols = base_.kb().GetStats()->symbols;
  v1::RuleFile file;
  file.set_path("a.dl");
  file.set_text(
      ".include \"../base_schema.dl\"\n.include \"b.dl\"\n.decl q(x: Disease)\nq(x) :- disease(x), "
      "p(x, \"never seen\").");
  v1::RuleFile other;
  other.set_path("more/b.dl");
  other.set_text(".decl p(x: Disease, y: symbol)\np(x, y) :- name(x, _, _, y), disease(x).");
  rules::CompileResult compiled = base_.kb().CompileRules({file, other});
  for (const rules::Diagnostic& diagnostic : compiled.diagnostics) {
    ADD_FAILURE() << rules::Render(diagnostic, compiled.sources);
  }
  EXPECT_NE(compiled.program, nullptr);
  EXPECT_EQ(base_.kb().GetStats()->symbols, symbols);
  file.set_text(".include \"elsewhere.dl\"");
  EXPECT_EQ(base_.kb().CompileRules({file}).program, nullptr);
}

}  // namespace
}  // namespace cartograph::kb
