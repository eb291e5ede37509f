#include "rules/analysis/split.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/syntax/parser.h"

namespace cartograph::rules {
namespace {

// One line a clause: its literals.
std::string Split(const std::string& text) {
  DiagnosticList diagnostics(10);
  ItemsSyntax items = Parse(text, 0, ParseOptions{}, &diagnostics);
  std::string lines;
  for (const Clause& clause : SplitRule(items.rules[0], 0, &diagnostics)) {
    absl::StrAppend(&lines, Dump(clause.head), " :-");
    for (const BodySyntax& literal : clause.body) absl::StrAppend(&lines, " ", Dump(literal));
    lines += "\n";
  }
  for (const Diagnostic& diagnostic : diagnostics.Take())
    absl::StrAppend(&lines, diagnostic.code, "\n");
  return lines;
}

TEST(SplitTest, TakesEveryWayThroughTheDisjunctions) {
  EXPECT_EQ(Split("h() :- a(), (b() ; c()), (d() ; e())."),
            "(h) :- (a) (b) (d)\n(h) :- (a) (b) (e)\n(h) :- (a) (c) (d)\n(h) :- (a) (c) (e)\n");
  EXPECT_EQ(Split("h() :- a(), b() ; c()."), "(h) :- (a) (b)\n(h) :- (c)\n");
}

TEST(SplitTest, TakesHeadsOneByOne) {
  EXPECT_EQ(Split("g(), h() :- a() ; b()."), "(g) :- (a)\n(g) :- (b)\n(h) :- (a)\n(h) :- (b)\n");
}

TEST(SplitTest, PushesNegationInwards) {
  EXPECT_EQ(Split("h() :- !(a(), !b())."), "(h) :- (not (a))\n(h) :- (b)\n");
  EXPECT_EQ(Split("h() :- !(a() ; b())."), "(h) :- (not (a)) (not (b))\n");
  EXPECT_EQ(Split("h() :- !!a()."), "(h) :- (a)\n");
  EXPECT_EQ(Split("h() :- !(x = 1, x < 2, x >= 3, match(\"a\", x), contains(\"b\", x), true)."),
            "(h) :- (!= x 1)\n(h) :- (>= x 2)\n(h) :- (< x 3)\n(h) :- (not_match \"a\" x)\n"
            "(h) :- (not_contains \"b\" x)\n(h) :- (false)\n");
}

TEST(SplitTest, RefusesWhatGrowsTooLarge) {
  std::string factors;
  for (int i = 0; i < 40; ++i) factors += ", (a() ; b())";
  EXPECT_EQ(Split("h() :- c()" + factors + "."), "E017\n");
  std::string literals;
  for (int i = 0; i < 300; ++i) literals += ", a()";
  EXPECT_EQ(Split("h() :- (a() ; b()), (a() ; b()), (a() ; b()), (a() ; b()), (a() ; b()), (a() ; "
                  "b()), (a() ; b())" +
                  literals + "."),
            "E017\n");
}

}  // namespace
}  // namespace cartograph::rules
