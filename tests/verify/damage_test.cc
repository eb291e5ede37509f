// Goal: no damage to an export goes unseen, and each is named. Method: one valid export, damaged in
// one way at a time; where the damage is to a fact or a rule, the digests are made to fit again, as
// a forger would.

#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/verify/small_export.h"

namespace cartograph::verify {
namespace {

using ::testing::HasSubstr;

struct Damage {
  std::string name;
  std::function<std::string()> file;
  std::string says;
};

// The file with what stands in the line of fact `number` changed.
std::function<std::string()> InFact(size_t number, const std::string& from, const std::string& to) {
  return [=] {
    SmallExport damaged = SmallExport::Valid();
    const std::string before = damaged.facts[number];
    damaged.facts[number] = absl::StrReplaceAll(before, {{from, to}});
    EXPECT_NE(damaged.facts[number], before) << from;
    return FileOf(damaged.Lines(), /*sealed=*/true);
  };
}

std::function<std::string()> InRules(const std::string& from, const std::string& to) {
  return [=] {
    SmallExport damaged = SmallExport::Valid();
    const std::string before = damaged.rules;
    damaged.rules = absl::StrReplaceAll(before, {{from, to}});
    EXPECT_NE(damaged.rules, before) << from;
    return FileOf(damaged.Lines(), /*sealed=*/true);
  };
}

std::function<std::string()> InLines(const std::function<void(std::vector<std::string>*)>& change) {
  return [=] {
    std::vector<std::string> lines = SmallExport::Valid().Lines();
    change(&lines);
    return FileOf(lines, /*sealed=*/true);
  };
}

std::function<std::string()> InFile(const std::string& from, const std::string& to) {
  return [=] {
    const std::string before = FileOf(SmallExport::Valid().Lines(), /*sealed=*/true);
    const std::string after = absl::StrReplaceAll(before, {{from, to}});
    EXPECT_NE(after, before) << from;
    return after;
  };
}

std::vector<Damage> DamagesToTheFile() {
  return {
      {"CutOff", [] { return FileOf(SmallExport::Valid().Lines(), /*sealed=*/false); },
       "the file ends before its end record"},
      {"Changed", InFile("\"e2\"", "\"e3\""), "the file has been changed: another sha256"},
      {"GoesOn", [] { return FileOf(SmallExport::Valid().Lines(), true) + "{}\n"; },
       "line 19: something follows the end record"},
      {"NoJson", InLines([](auto* lines) { (*lines)[4] = "{\"fact\":1,"; }),
       "line 5: the line is no JSON object"},
      {"NoHeader", InLines([](auto* lines) { lines->erase(lines->begin()); }),
       "line 1: the line is no header of exported proofs"},
      {"OtherVersion", InFile("\"cartograph_proofs\":1", "\"cartograph_proofs\":2"),
       "of a version that is not known here"},
      {"HeaderLacksRevision", InFile("\"revision\":7,", ""),
       "the header lacks revision, rule_pack or rules_sha256"},
      {"OtherRules", InFile("st != \\\"retracted\\\"", "st != \\\"current\\\""),
       "another rules_sha256"},
      {"UnknownRecord", InLines([](auto* lines) { (*lines)[5] = "{\"fakt\":2}"; }),
       "is no record of this format"},
      {"RulesMissing", InLines([](auto* lines) { lines->erase(lines->begin() + 2); }),
       "line 3: the rules are not those that the header names"},
      {"TextBehindFacts",
       InLines([](auto* lines) { lines->push_back(R"({"rules":"b.dl","text":""})"); }),
       "rules stand behind a fact"},
      {"FactsNotCounted", InFile("{\"end\":15", "{\"end\":14"),
       "the end record counts other facts than the 15"},
      {"NumberSkipped", InFact(4, "\"fact\":4", "\"fact\":5"),
       "facts are not numbered one by one: expected 4"},
      {"UnknownMember", InFact(5, "\"where\"", "\"when\""), "has a member \"when\""},
  };
}

std::vector<Damage> DamagesToFacts() {
  return {
      {"UndeclaredRelation", InFact(4, "\"size\"", "\"sise\""),
       "no rule text declares a relation sise"},
      {"TooFewValues", InFact(0, ",\"accepted\"", ""),
       "evidence has 3 columns; the fact has 2 values"},
      {"WrongKind", InFact(4, "3]", "\"3\"]"),
       "column n of size holds values of type number, and \"3\" is none"},
      {"NumberTooLarge", InFact(4, "3]", "2147483648]"), "and 2147483648 is none"},
      {"NoValues", InFact(4, "[\"size\",\"s1\",3]", "{}"), "a fact needs \"is\""},
      {"Twice", InFact(1, "\"e2\",\"s1\",\"proposed\"", "\"e1\",\"s1\",\"accepted\""),
       "the fact stands in the file already"},
      {"NoProof", InFact(5, "\"rule\":\"a.dl:2:1\",", ""),
       "a fact of live, which is derived, has no proof"},
      {"ProofOfABaseFact", InFact(4, "3]", "3],\"rule\":\"a.dl:2:1\""),
       "size is a base relation: no rule gives its facts"},
      {"DerivedFactLeftOut", InLines([](auto* lines) { lines->pop_back(); }),
       "linked(\"s2\", \"s2\"): the rule at a.dl:13:1 gives it, and the file leaves it out"},
  };
}

std::vector<Damage> DamagesToProofs() {
  return {
      {"UnknownRule", InFact(5, "a.dl:2:1", "a.dl:2:2"), "no rule stands at a.dl:2:2"},
      {"RuleOfAnotherRelation", InFact(5, "a.dl:2:1", "a.dl:6:1"),
       "the rule at a.dl:6:1 has no variable e"},
      {"RuleOfAnotherHead", InFact(11, "a.dl:12:1", "a.dl:10:1"),
       "the rule at a.dl:10:1 gives no facts of linked"},
      {"PremiseOfAnotherRelation", InFact(5, "[0,2]", "[0,4]"),
       "premise 2 is size(\"s1\", 3); the rule has standing(s, st) there"},
      {"PremiseDoesNotMatch", InFact(5, "[0,2]", "[1,2]"),
       "premise 1, evidence(\"e2\", \"s1\", \"proposed\"), does not match"},
      {"PremisesDoNotJoin", InFact(5, "[0,2]", "[0,3]"),
       "premise 2, standing(\"s2\", \"current\"), does not match standing(s, st) where s = \"s1\""},
      {"PremiseMissing", InFact(5, "[0,2]", "[0]"), "the rule has 2 premises; the proof has 1"},
      {"PremiseTooMany", InFact(5, "[0,2]", "[0,2,3]"), "the proof has 3"},
      {"Circle", InFact(12, "[11]", "[12]"), "it rests on fact 12, which does not stand before it"},
      {"CircleOfTwo", InFact(12, "[11]", "[13]"), "a proof must not go in a circle"},
      {"PremiseIsNoNumber", InFact(5, "[0,2]", "[0,\"2\"]"),
       "something that is no number of a fact"},
      {"PremisesAreNoList", InFact(6, "[2]", "2"), "\"from\" is no list"},
      {"PremiseIsNoFact", InFact(2, "\"current\"", "8"), "column st of standing holds"},
      {"BindingsAreNoObject", InFact(8, "{\"s\":\"s2\"}", "[]"), "\"where\" is no object"},
      {"UnknownVariable", InFact(8, "{\"s\":", "{\"t\":"),
       "the rule at a.dl:6:1 has no variable t"},
      {"BindingOfAnotherKind", InFact(6, "\"n\":2", "\"n\":\"2\""),
       "the variable n is a number, and \"2\" is none"},
      {"BindingContradictsPremise", InFact(8, "{\"s\":\"s2\"}", "{\"s\":\"s1\"}"),
       "does not match standing(s, _) where s = \"s1\""},
      {"HeadContradictsBinding", InFact(5, "[\"live\",\"e1\"]", "[\"live\",\"e2\"]"),
       "the rule gives \"e1\" in column e, and the fact has \"e2\""},
      {"FunctorComesOutOtherwise", InFact(9, "\"s1\",6]", "\"s1\",7]"),
       "the rule gives 6 in column n, and the fact has 7"},
      {"AggregateOfAnotherValue",
       [] {
         SmallExport damaged = SmallExport::Valid();
         damaged.facts[6] = absl::StrReplaceAll(damaged.facts[6],
                                                {{"\"s1\",2", "\"s1\",3"}, {"\"n\":2", "\"n\":3"}});
         return FileOf(damaged.Lines(), true);
       },
       "n = count : { evidence(_, s, _) } does not hold where"},
      {"AggregateOverOtherFacts", InFact(1, "\"s1\"", "\"s2\""),
       "n = count : { evidence(_, s, _) } does not hold"},
      {"PremiseContradictsBinding", InFact(4, "3]", "4]"),
       "premise 1, size(\"s1\", 4), does not match size(s, n) where s = \"s1\", n = 3"},
      {"ComparisonFails",
       [] {
         SmallExport damaged = SmallExport::Valid();
         for (const size_t fact : {2, 5}) {
           damaged.facts[fact] =
               absl::StrReplaceAll(damaged.facts[fact], {{"\"current\"", "\"retracted\""}});
         }
         return FileOf(damaged.Lines(), true);
       },
       "st != \"retracted\" does not hold where st = \"retracted\""},
      {"AbsentFactIsThere", InFact(1, "\"s1\"", "\"s2\""),
       "n = count : { evidence(_, s, _) } does not hold"},
      {"AbsenceOfWhatIsThere",
       [] {
         SmallExport damaged = SmallExport::Valid();
         damaged.facts[8] = absl::StrReplaceAll(damaged.facts[8], {{"s2", "s1"}, {"[3]", "[2]"}});
         return FileOf(damaged.Lines(), true);
       },
       "the rule wants !evidence(_, s, _), but evidence(\"e1\", \"s1\", \"accepted\") is there"},
  };
}

std::vector<Damage> DamagesToRules() {
  return {
      {"SyntaxError", InRules("live(e) :-", "live(e :-"), "a.dl:2:8: expected )"},
      {"UndeclaredRelationInARule", InRules("size(_, m)", "sise(_, m)"),
       "there is no relation sise"},
      {"WrongArityInARule", InRules("standing(s, _), !", "standing(s), !"),
       "standing has 2 columns, not 1"},
      {"RuleForABaseRelation", InRules(".decl unused(s: Source)\nunused(s)", "\nsize(s, 1)"),
       "a rule gives facts of the base relation size"},
      {"NegationOfItself", InRules("!evidence(_, s, _)", "!unused(s)"),
       "unused rests on its own absence, or on an aggregate over itself"},
      {"KindsDisagree", InRules("n >= 1", "n >= \"1\""), "values of different kinds are compared"},
      {"UnknownType", InRules("largest(n: number)", "largest(n: numbr)"), "there is no type numbr"},
      {"DeclaredTwice", InRules(".decl largest(", ".decl live(x: symbol) .decl largest("),
       "relation live is declared twice"},
      {"NothingBinds", InRules("!evidence(_, s, _)", "!evidence(_, x, _)"),
       "the proof gives no value to x in !evidence(_, x, _)"},
      {"OtherRuleAtThatPlace", InRules("n * 2", "n * 3"), "the rule gives 9 in column n"},
  };
}

void ExpectRefused(const std::vector<Damage>& damages) {
  for (const Damage& damage : damages) {
    const Report report = VerifyText(damage.file());
    EXPECT_FALSE(report.ok()) << damage.name;
    EXPECT_THAT(FirstProblem(report), HasSubstr(damage.says)) << damage.name;
  }
}

TEST(Damage, NoneIsInTheValidExport) {
  const Report report = VerifyText(FileOf(SmallExport::Valid().Lines(), true));
  EXPECT_EQ(FirstProblem(report), "");
  EXPECT_EQ(report.revision, 7u);
  EXPECT_EQ(report.rule_pack, "small@1.0.0");
  EXPECT_EQ(report.base_facts, 5u);
  EXPECT_EQ(report.derived_facts, 10u);
  EXPECT_EQ(report.rules, 8u);
}

TEST(Damage, ToTheFileIsRefused) { ExpectRefused(DamagesToTheFile()); }
TEST(Damage, ToFactsIsRefused) { ExpectRefused(DamagesToFacts()); }
TEST(Damage, ToProofsIsRefused) { ExpectRefused(DamagesToProofs()); }
TEST(Damage, ToRulesIsRefused) { ExpectRefused(DamagesToRules()); }

// Any single byte that is lost or changed shows: at the latest in the digest.
TEST(Damage, OfAnyByteIsRefused) {
  const std::string valid = FileOf(SmallExport::Valid().Lines(), true);
  for (size_t i = 0; i + 1 < valid.size(); i += 7) {
    std::string changed = valid;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(VerifyText(changed).ok()) << i;
    EXPECT_FALSE(VerifyText(valid.substr(0, i)).ok()) << i;
  }
}

}  // namespace
}  // namespace cartograph::verify
