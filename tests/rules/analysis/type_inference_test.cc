// Types of variables and terms, as text: each variable of a rule with its possible types.

#include "rules/analysis/type_inference.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/analysis/analyze.h"

namespace cartograph::rules {
namespace {

constexpr char kDeclarations[] = R"(
.type Target <: symbol
.type Disease <: symbol
.type Gene <: Target
.type Entity = Target | Disease
.type Other = Gene | Disease
.type Source <: symbol
.type Partial = Gene | Disease | Source
.type Alias = Target
.type Small <: number
.type Pair = [t: Target, n: Small]
.type Tree = Leaf {} | Node {l: Tree, v: float}
.decl target(t: Target)
.decl gene(g: Gene)
.decl disease(d: Disease)
.decl entity(e: Entity)
.decl other(o: Other)
.decl partial(p: Partial)
.decl alias(a: Alias)
.decl small(s: Small)
.decl number_(n: number)
.decl unsigned_(u: unsigned)
.decl float_(f: float)
.decl symbol_(s: symbol)
.decl pair(p: Pair)
.decl tree(t: Tree)
.decl unit()
)";

// "x=Target y=number", or the codes of what is wrong.
std::string Inferred(const std::string& rule) {
  DiagnosticList diagnostics(100);
  AnalyzedProgram program =
      Analyze({{.path = "t", .text = kDeclarations + rule}}, CompileOptions{}, &diagnostics);
  std::string codes;
  for (const Diagnostic& d : diagnostics.Take()) {
    if (d.severity == Severity::kError) absl::StrAppend(&codes, codes.empty() ? "" : " ", d.code);
  }
  if (!codes.empty()) return codes;
  TypeInference inference(program.clauses[0], program.schema);
  std::map<std::string, std::string> types;
  ForEachTerm(program.clauses[0], [&](const TermSyntax& term) {
    if (term.kind != TermSyntax::Kind::kVariable) return;
    std::vector<std::string> names;
    for (TypeRef type : inference.TypesOf(term).types)
      names.push_back(program.schema.types.NameOf(type));
    types[std::string(WrittenName(term.text))] = absl::StrJoin(names, "|");
  });
  return absl::StrJoin(types, " ", absl::PairFormatter("="));
}

struct Case {
  const char* rule;
  const char* types;
};

class TypeInferenceTest : public testing::TestWithParam<Case> {};

TEST_P(TypeInferenceTest, FindsTheTypes) {
  EXPECT_EQ(Inferred(GetParam().rule), GetParam().types) << GetParam().rule;
}

constexpr Case kCases[] = {
    {"target(x) :- gene(x).", "x=Gene"},
    {"gene(x) :- target(x).", "E302"},
    {"gene(x) :- target(x), gene(x).", "x=Gene"},
    {"entity(x) :- target(x).", "x=Target"},
    {"target(x) :- entity(x).", "E302"},
    {"target(x) :- entity(x), target(x).", "x=Target"},
    {"entity(x) :- entity(x), other(x).", "x=Other"},
    // Parts of the first union that are subtypes of the second, as Soufflé looks for them.
    {"entity(x) :- partial(x), entity(x).", "x=Disease|Gene"},
    {"entity(x) :- entity(x), partial(x).", "x=Disease"},
    {"gene(x) :- partial(x), entity(x).", "E302"},
    {"unit() :- target(x), disease(x).", "E301"},
    {"target(x) :- alias(x).", "x=Target"},
    {"alias(x) :- target(x).", "x=Target"},
    {"unit() :- target(x), entity(y), x = y.", "x=Target y=Target"},
    {"unit() :- target(x), disease(y), x != y.", "E301"},
    {"unit() :- target(x), disease(y), as(x, symbol) != as(y, symbol).", "x=Target y=Disease"},
    {"unit() :- target(x), !disease(x).", "x=Target"},
    {"unit() :- target(x), !number_(x).", "E301"},
    {"target(x) :- x = \"a\".", "x=symbol"},
    {"target(cat(x, \"a\")) :- symbol_(x).", "x=symbol"},
    {"target(x + \"a\") :- disease(x).", "x=Disease"},
    {"small(x) :- number_(x).", "E302"},
    {"small(x + 1) :- number_(x).", "x=number"},
    {"small(y) :- small(x), y = x + 1.", "x=Small y=number"},
    {"unit() :- small(x), number_(y), x < y.", "x=Small y=Small"},
    {"float_(x) :- x = 1.", "x=float"},
    {"unsigned_(x) :- x = 1 + 2.", "x=unsigned"},
    {"unit() :- x = 1 + 2, x < 4.", "x=number"},
    {"unit() :- x = 1 + 2.5.", "x=float"},
    {"unit() :- x = 1 + 2u.", "x=unsigned"},
    {"number_(x) :- x = to_number(\"1\").", "x=number"},
    {"float_(x) :- unsigned_(y), x = to_float(y).", "x=float y=unsigned"},
    {"number_(x) :- unsigned_(x).", "E301"},
    {"number_(as(x, number)) :- unsigned_(x).", "x=unsigned"},
    {"number_(n) :- pair([_, n]).", "n=Small"},
    {"pair([t, n]) :- target(t), number_(n).",
     "n=Small t=Target"},  // as in Soufflé, a field narrows
    {"unit() :- pair(p), p = [t, n], target(t).", "n=Small p=Pair t=Target"},
    {"unit() :- pair(p), p = nil.", "p=Pair"},
    {"tree($Node(l, v)) :- tree(l), v = 1.", "l=Tree v=float"},
    {"float_(v) :- tree($Node(_, v)).", "v=float"},
    {"number_(n) :- n = count : { target(_) }.", "n=number"},
    {"unsigned_(n) :- n = count : { target(_) }.", "E309"},
    {"float_(n) :- n = sum x : { float_(x) }.", "n=float x=float"},
    {"float_(n) :- n = mean x : { float_(x) }.", "n=float x=float"},
    {"unsigned_(n) :- n = max x : { unsigned_(x) }.", "n=unsigned x=unsigned"},
    {"float_(x) :- x = range(1, 2).", "x=float"},
    {"unit() :- x = range(1, 2), number_(x).", "x=number"},
};

INSTANTIATE_TEST_SUITE_P(Rules, TypeInferenceTest, testing::ValuesIn(kCases));

}  // namespace
}  // namespace cartograph::rules
