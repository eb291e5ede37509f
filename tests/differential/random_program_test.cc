// Goal: the engine agrees with the naive twin. Method: random programs, evaluated by both, compared
// relation by relation; a disagreement is shrunk to the clauses it needs and printed.
// CARTOGRAPH_RANDOM_PROGRAMS says how many (500).

#include "tests/support/random_program.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/facts/value_text.h"
#include "tests/support/naive_twin.h"

namespace cartograph {
namespace {

using testing::RandomProgram;
using TextModel = std::map<std::string, std::set<std::string>>;

constexpr uint64_t kSeed = 20'261'122;

int Programs() {
  const char* programs = std::getenv("CARTOGRAPH_RANDOM_PROGRAMS");
  return programs == nullptr ? 500 : std::atoi(programs);
}

// The model as the engine has it; the error's text under "error".
TextModel ByEngine(const std::string& text) {
  rules::CompileResult compiled =
      rules::Compile({{"random.dl", text}}, std::make_shared<rules::Interning>());
  if (compiled.program == nullptr)
    return {{"error", {rules::Render(compiled.diagnostics[0], compiled.sources)}}};
  base::Budget budget;
  auto evaluated = rules::Evaluate(compiled.program, {}, &budget);
  if (!evaluated.ok()) return {{"error", {std::string(evaluated.status().message())}}};
  const rules::Model& model = **evaluated;
  TextModel texts;
  for (uint32_t i = 0; i < model.program().predicates.size(); ++i) {
    const rules::Predicate& predicate = model.program().predicates[i];
    if (predicate.generated) continue;
    std::set<std::string>& rows = texts[predicate.name];
    model.relation(rules::PredicateId{i}).ForEach([&](rules::TupleView values) {
      std::string row;
      for (size_t c = 0; c < values.size(); ++c) {
        if (c > 0) row += '\t';
        rules::AppendText(values[c], predicate.columns[c].type, model.program(), model.interning(),
                          rules::TextStyle::kTable, &row);
      }
      rows.insert(values.empty() ? "()" : row);
      return true;
    });
  }
  return texts;
}

// The model as the twin has it; nothing when the program does not compile.
TextModel ByTwin(const std::string& text) {
  rules::DiagnosticList diagnostics(10);
  const rules::AnalyzedProgram program = rules::Analyze({{"random.dl", text}}, {}, &diagnostics);
  if (diagnostics.has_errors()) return {};
  TextModel texts;
  for (const auto& [name, rows] : testing::EvaluateNaively(program)) {
    std::set<std::string>& lines = texts[name];
    for (const testing::TwinRow& row : rows) lines.insert(testing::ToText(row));
  }
  return texts;
}

bool Disagree(const RandomProgram& program) {
  const TextModel twin = ByTwin(program.text());
  return !twin.empty() && twin != ByEngine(program.text());
}

// Leaves out clauses for as long as the two still disagree.
RandomProgram Shrink(RandomProgram program) {
  for (size_t i = program.clauses.size(); i-- > 0;) {
    RandomProgram smaller = program;
    smaller.clauses.erase(smaller.clauses.begin() + static_cast<ptrdiff_t>(i));
    if (Disagree(smaller)) program = smaller;
  }
  return program;
}

std::string Difference(const TextModel& engine, const TextModel& twin) {
  std::string text;
  for (const auto& [name, rows] : twin) {
    auto found = engine.find(name);
    const std::set<std::string> other =
        found == engine.end() ? std::set<std::string>() : found->second;
    if (other == rows) continue;
    absl::StrAppend(&text, name, "\n  engine: ", absl::StrJoin(other, " | "),
                    "\n  twin:   ", absl::StrJoin(rows, " | "), "\n");
  }
  if (engine.count("error") > 0) absl::StrAppend(&text, *engine.at("error").begin());
  return text;
}

TEST(RandomProgramTest, EngineAgreesWithTheNaiveTwin) {
  const int programs = Programs();
  int full = 0;  // programs in which every relation holds something
  for (int i = 0; i < programs; ++i) {
    const uint64_t seed = kSeed + static_cast<uint64_t>(i);
    const RandomProgram program = testing::MakeRandomProgram(seed);
    const TextModel twin = ByTwin(program.text());
    const TextModel engine = ByEngine(program.text());
    if (engine != twin) {
      const RandomProgram small = Shrink(program);
      FAIL() << "seed " << seed << "\n"
             << small.text() << Difference(ByEngine(small.text()), ByTwin(small.text()));
    }
    full += std::all_of(twin.begin(), twin.end(),
                        [](const auto& relation) { return !relation.second.empty(); });
  }
  EXPECT_GE(full * 2, programs) << "too few programs derive something in every stratum";
}

TEST(RandomProgramTest, OrderOfRulesAndFactsChangesNothing) {
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < Programs() / 5; ++i) {
    RandomProgram program = testing::MakeRandomProgram(kSeed + static_cast<uint64_t>(i));
    const TextModel before = ByEngine(program.text());
    std::shuffle(program.clauses.begin(), program.clauses.end(), random);
    ASSERT_EQ(before, ByEngine(program.text())) << program.text();
  }
}

TEST(NaiveTwinTest, KnowsAFewAnswersByHeart) {
  const TextModel twin = ByTwin(
      ".decl e(x: number, y: number)\ne(1, 2).\ne(2, 3).\n.decl p(x: number, y: number)\n"
      "p(x, y) :- e(x, y).\np(x, z) :- p(x, y), e(y, z).\n"
      ".decl n(x: number, c: number)\nn(x, c) :- e(x, _), c = count : { p(x, _) }.\n"
      ".decl last(x: number)\nlast(y) :- e(_, y), !e(y, _).\n");
  EXPECT_EQ(twin.at("p"), (std::set<std::string>{"1\t2", "2\t3", "1\t3"}));
  EXPECT_EQ(twin.at("n"), (std::set<std::string>{"1\t2", "2\t1"}));
  EXPECT_EQ(twin.at("last"), (std::set<std::string>{"3"}));
}

}  // namespace
}  // namespace cartograph
