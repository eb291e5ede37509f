#include "kb/strength.h"

#include <cmath>
#include <memory>
#include <numbers>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

// The base relations that strength reads, as far as these tests need them.
constexpr char kWorld[] = R"dl(
.decl evidence(entity: symbol, source: symbol, status: symbol)
.decl claim(entity: symbol, subjects: symbol, predicate: symbol, objects: symbol)
.decl modality(entity: symbol, modality: symbol)
.decl author(entity: symbol, family: symbol, given: symbol)
.decl author_list_complete(entity: symbol)
.decl xref(entity: symbol, curie: symbol, mapping: symbol)
.decl score(predicate: symbol, modality: symbol, score: float)
score("tested", "asserted", 0.8).
score("tested", "hedged", 0.4).
@[strength(scores = "score", dispute = "denied")]
.decl held(x: symbol)
held(x) :- claim(e, x, _, _), evidence(e, _, "accepted").
.decl denied(x: symbol)
denied(x) :- claim(e, x, _, "not"), evidence(e, _, "refused").
)dl";

std::string Claim(absl::string_view evidence, absl::string_view source, absl::string_view predicate,
                  absl::string_view modality) {
  return absl::StrCat("evidence(\"", evidence, "\", \"", source, "\", \"accepted\").\n", "claim(\"",
                      evidence, "\", \"x\", \"", predicate, "\", \"y\").\nmodality(\"", evidence,
                      "\", \"", modality, "\").\n");
}

std::string Author(absl::string_view source, absl::string_view family, absl::string_view given) {
  return absl::StrCat("author(\"", source, "\", \"", family, "\", \"", given, "\").\n");
}

std::string Complete(absl::string_view source) {
  return absl::StrCat("author_list_complete(\"", source, "\").\n");
}

// The strength of held("x") in the world with `facts`.
absl::StatusOr<v1::Strength> StrengthIn(const std::string& facts) {
  const std::shared_ptr<const rules::Model> model = ModelOf(kWorld + facts);
  const rules::PredicateId held = *model->program().Find("held");
  const auto rule = StrengthOf(model->program(), held);
  EXPECT_TRUE(rule.ok() && rule->has_value()) << rule.status();
  base::Budget budget;
  const rules::Fact fact{held, {*model->interning().symbols.Find("x")}};
  return Measure(*model, fact, (*rule)->scores, &budget);
}

std::string Lines(const v1::Strength& strength) {
  return absl::StrJoin(strength.lines(), "; ", [](std::string* out, const v1::StrengthLine& line) {
    absl::StrAppend(out, line.evidence(), " ", line.source(), " ", line.predicate(), " ",
                    line.modality(), " ",
                    line.has_score() ? absl::StrCat(std::round(line.score() * 1000)) : "none");
  });
}

std::string Sources(const v1::Strength& strength) {
  std::string text =
      absl::StrCat(strength.independent_sources_min(), "-", strength.independent_sources_max());
  for (const v1::SourceDependence& dependence : strength.dependences()) {
    absl::StrAppend(&text, "; ", dependence.first(), "+", dependence.second(), " ",
                    v1::SourceDependenceKind_Name(dependence.kind()).substr(23), " ",
                    dependence.shared());
  }
  return text;
}

TEST(StrengthTest, SumsLinesByFallingScore) {
  const auto strength =
      StrengthIn(Claim("e1", "s1", "tested", "hedged") + Claim("e2", "s1", "tested", "asserted") +
                 Claim("e3", "s1", "tested", "hedged") + Claim("e4", "s1", "guessed", "asserted"));
  ASSERT_TRUE(strength.ok()) << strength.status();
  EXPECT_EQ(Lines(*strength),
            "e2 s1 tested asserted 800; e1 s1 tested hedged 400; e3 s1 tested hedged 400; "
            "e4 s1 guessed asserted none");
  EXPECT_NEAR(strength->strongest(), 0.8, 1e-6);
  const double sum = 0.8 + 0.4 / 4 + 0.4 / 9;
  EXPECT_NEAR(strength->harmonic_sum(), sum, 1e-6);
  EXPECT_NEAR(strength->harmonic_score(), sum * 6 / (std::numbers::pi * std::numbers::pi), 1e-6);
  EXPECT_EQ(Sources(*strength), "1-1");
}

TEST(StrengthTest, ManyLinesOfScoreOneComeNearOne) {
  const HarmonicSum harmonic = HarmonicSumOf(std::vector<double>(10'000, 1.0));
  EXPECT_GT(harmonic.score, 0.9999);
  EXPECT_LT(harmonic.score, 1.0);
  EXPECT_EQ(HarmonicSumOf({}).sum, 0);
}

TEST(StrengthTest, CountsIndependentSources) {
  const std::string claims = Claim("e1", "s1", "tested", "asserted") +
                             Claim("e2", "s2", "tested", "asserted") +
                             Claim("e3", "s3", "tested", "asserted");
  const std::string one = Author("s1", "Li", "An") + Complete("s1");
  const std::string two = Author("s2", "Ito", "Bo") + Complete("s2");
  const auto of = [&](const std::string& facts) {
    const auto strength = StrengthIn(claims + facts);
    return strength.ok() ? Sources(*strength) : strength.status().ToString();
  };
  EXPECT_EQ(of(one + two + Author("s3", "Roy", "C") + Complete("s3")), "3-3");
  EXPECT_EQ(of(one + two + Author("s3", "Li", "An") + Complete("s3")), "2-2; s1+s3 AUTHOR An Li");
  // The same family name, and a given name that begins alike.
  EXPECT_EQ(of(one + two + Author("s3", "Li", "A") + Complete("s3")), "2-3; s1+s3 UNKNOWN ");
  EXPECT_EQ(of(one + two + Author("s3", "Li", "Bo") + Complete("s3")), "3-3");
  // A list that is not complete.
  EXPECT_EQ(of(one + two + Author("s3", "Roy", "C")), "1-3; s1+s3 UNKNOWN ; s2+s3 UNKNOWN ");
  EXPECT_EQ(of(one + two + Author("s3", "Roy", "C") + Complete("s3") +
               "xref(\"s2\", \"NCT:NCT1\", \"exact\").\nxref(\"s3\", \"NCT:NCT1\", \"exact\").\n"),
            "2-2; s2+s3 TRIAL NCT:NCT1");
}

TEST(StrengthTest, AFactThatDoesNotHoldHasNoLines) {
  const auto strength = StrengthIn(Author("x", "Li", "An"));
  ASSERT_TRUE(strength.ok()) << strength.status();
  EXPECT_EQ(strength->lines_size(), 0);
  EXPECT_EQ(strength->strongest(), 0);
}

TEST(StrengthTest, RefusesScoresBeyondOne) {
  const auto strength =
      StrengthIn("score(\"sure\", \"asserted\", 1.5).\n" + Claim("e1", "s1", "sure", "asserted"));
  EXPECT_EQ(strength.status(),
            absl::OutOfRangeError("the score of sure and asserted is 1.5, which is not 0 to 1"));
}

// What is wrong with the annotation.
std::string Problem(const std::string& annotation) {
  const auto program = ProgramOf(
      ".decl score(p: symbol, m: symbol, s: float)\nscore(\"a\", \"b\", 1.0).\n"
      ".decl pair(x: symbol, y: symbol)\npair(\"a\", \"b\").\n" +
      annotation + "\n.decl held(x: symbol)\nheld(\"a\").\n");
  return program == nullptr ? "" : std::string(CheckStrengths(*program).message());
}

TEST(StrengthTest, SaysWhatIsWrongWithAnAnnotation) {
  const std::string wrong = "the strength of held is wrongly annotated: ";
  EXPECT_EQ(Problem("@[strength(scores = \"score\")]"), "");
  EXPECT_EQ(Problem("@[strength(dispute = \"pair\")]"), wrong + "it names no scores");
  EXPECT_EQ(Problem("@[strength(scores = \"scores\")]"), wrong + "there is no relation \"scores\"");
  EXPECT_EQ(Problem("@[strength(scores = \"pair\")]"),
            wrong + "pair must hold a claim predicate, a modality and a float");
  EXPECT_EQ(Problem("@[strength(scores = \"score\", dispute = \"pair\")]"),
            wrong + "the columns of pair are not of the same types");
  EXPECT_EQ(Problem("@[strength(scores = \"score\", weight = \"2\")]"),
            wrong + "it has \"weight\", which is neither scores nor dispute");
  EXPECT_EQ(Problem("@[strength(scores = \"score\")]\n@[strength(scores = \"score\")]"),
            wrong + "it is annotated twice");
}

}  // namespace
}  // namespace cartograph::kb
