#include "rules/analysis/scopes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/analysis/split.h"
#include "rules/syntax/parser.h"

namespace cartograph::rules {
namespace {

// Terms with their resolved names; an aggregate as (op target : literals).
std::string Text(const TermSyntax& term);

std::string Text(const std::vector<BodySyntax>& literals) {
  std::string text;
  for (const BodySyntax& literal : literals) {
    absl::StrAppend(&text, text.empty() ? "" : ", ");
    if (const AtomSyntax* atom = AtomOf(literal)) {
      absl::StrAppend(&text, literal.kind == BodySyntax::Kind::kNegation ? "!" : "", atom->name,
                      "(");
      for (const TermSyntax& argument : atom->arguments)
        absl::StrAppend(&text, " ", Text(argument));
      text += " )";
    } else {
      absl::StrAppend(&text, Text(literal.constraint.sides[0]), " ~ ",
                      Text(literal.constraint.sides[1]));
    }
  }
  return text;
}

std::string Text(const TermSyntax& term) {
  if (term.aggregate == nullptr) return Dump(term);
  std::string target = term.aggregate->target.empty() ? "" : Text(term.aggregate->target[0]);
  return absl::StrCat("{", target, " : ", Text(term.aggregate->literals), "}");
}

std::string Resolved(const std::string& rule) {
  DiagnosticList diagnostics(10);
  ItemsSyntax items = Parse(rule, 0, ParseOptions{}, &diagnostics);
  Clause clause = SplitRule(items.rules[0], 0, &diagnostics)[0];
  ResolveScopes(&clause, &diagnostics);
  std::vector<Diagnostic> found = diagnostics.Take();
  return found.empty() ? Text(clause.body) : found[0].code;
}

struct Case {
  const char* rule;
  const char* body;
};

class ScopesTest : public testing::TestWithParam<Case> {};

TEST_P(ScopesTest, GivesLocalVariablesNamesOfTheirOwn) {
  EXPECT_EQ(Resolved(GetParam().rule), GetParam().body) << GetParam().rule;
}

constexpr Case kCases[] = {
    // What the clause binds is shared; the rest is local.
    {"h(x, n) :- a(x), n = count : { b(x, y) }.", "a( x ), n ~ { : b( x y'1 )}"},
    // A variable of the target is local, whatever the clause binds.
    {"h(x, n) :- a(x), n = sum x : { b(x, y) }.", "a( x ), n ~ {x'1 : b( x'1 y'1 )}"},
    // Bound by an equality, and by another aggregate.
    {"h(n) :- x = 3, n = count : { b(x) }.", "x ~ 3, n ~ { : b( x )}"},
    {"h(n) :- x = count : { a(y) }, n = count : { b(x, y) }.",
     "x ~ { : a( y'1 )}, n ~ { : b( x y'2 )}"},
    // The aggregate does not bind what it is compared with, for itself.
    {"h(x) :- x = count : { a(x) }.", "x ~ { : a( x'1 )}"},
    // Nested: the scope of the inner one is the clause and the outer one.
    {"h(n) :- a(x), n = sum y : { b(x, y), y < max z : { c(x, y, z) } }.",
     "a( x ), n ~ {y'1 : b( x y'1 ), y'1 ~ {z'1'2 : c( x y'1 z'1'2 )}}"},
    {"h(n) :- n = sum y : { b(y), 1 < count : { c(z, w) }, z = y }.",
     "n ~ {y'1 : b( y'1 ), 1 ~ { : c( z'1 w'1'2 )}, z'1 ~ y'1}"},
    // A witness is repeated outside.
    {"h(x, m) :- m = max y : { b(x, y) }.",
     "m ~ {y'1 : b( x'1 y'1 )}, b( x y'3 ), y'3 ~ {y'2 : b( x'2 y'2 )}"},
    {"h(x, m) :- m = count : { b(x, y) }.", "E406"},
    {"h(x, m) :- m = max y : { b(x, y), 1 = count : { c(y) } }.", "E406"},
};

INSTANTIATE_TEST_SUITE_P(Rules, ScopesTest, testing::ValuesIn(kCases));

}  // namespace
}  // namespace cartograph::rules
