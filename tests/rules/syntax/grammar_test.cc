// Goal: the grammar in docs/language.md is the parser's. Method: every production of the document
// has an example here, which parses to the tree it should; and there is none that the document has
// not.

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rules/syntax/parser.h"
#include "tests/support/paths.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;

struct Example {
  const char* production;
  const char* text;
  const char* tree;  // what stands in its tree
};

constexpr Example kExamples[] = {
    {"program", ".decl a(x: number)\na(1).", "(decl a (x:number))\n(fact (a 1))"},
    {"item", "@[says = \"x\"] a(1).", "(fact (a 1) @says"},
    {"name", "?a_1(_b).", "(?a_1 _b)"},
    {"qualified", "c.d.edge(1).", "(c.d.edge 1)"},
    {"string", "a(\"one\ntwo\").", "one"},
    {"escape", R"(a("\"\'\\\a\b\f\n\r\t\v").)", "(fact (a "},
    {"number", "a(10, 0x1F, 0b101, 10.0.0.1).", "(a 10 0x1F 0b101 167772161)"},
    {"unsigned", "a(10u, 0x1Fu, 0b101u).", "(a 10u 0x1Fu 0b101u)"},
    {"float", "a(1.25).", "(a 1.25)"},
    {"type",
     ".type A <: number\n.type B = A | c.D\n.type E = [x: A]\n.type F = []\n.type G\n"
     ".number_type H\n.symbol_type I",
     "(type B = A | c.D)"},
    {"branch", ".type T = Leaf {} | @[x] Node { @[y] l: T, n: number }", "Leaf{} Node{l:T"},
    {"fields", ".decl a(x: number, y: c.T)", "(x:number y:c.T)"},
    {"field", ".decl a(@[key] x: number)", "(x:number)"},
    {"relation", ".decl a, b()", "(decl b ())"},
    {"qualifier",
     ".decl a(x: number) overridable inline no_inline magic no_magic brie btree "
     "btree_delete eqrel input output printsize",
     "btree_delete eqrel"},
    {"fact", "a(1, \"b\").", "(fact (a 1 \"b\"))"},
    {"rule", "a(x), b(x) :- @[deep] c(x).", "(rule (a x) (b x) :- (c x) @deep)"},
    {"subsumption", "a(x) <= a(y) :- x < y.", "(subsumption (a x) (a y) :- (< x y))"},
    {"plan", "a(x) :- b(x), c(x). .plan 0:(1,2), 1:(2,1)", "(rule (a x)"},
    {"order", "a(x) :- b(x). .plan 0:()", "(rule (a x)"},
    {"body", "a(x) :- b(x) ; c(x), d(x).", "(or (b x) (and (c x) (d x)))"},
    {"conjunction", "a(x) :- b(x), c(x), d(x).", "(and (b x) (c x) (d x))"},
    {"literal", "a(x) :- b(x), !c(x), !(d(x), x = 1), (e(x) ; true).", "(not (and (d x) (= x 1)))"},
    {"atom", "a() :- b().", "(rule (a) (b))"},
    {"constraint",
     "a(x) :- x = 1, x != 2, x < 3, x <= 4, x > 5, x >= 6, match(\"a\", x), "
     "contains(\"b\", x), true, false.",
     "(>= x 6)"},
    {"term",
     "a(x + 1, -x, bnot x, lnot x, \"s\", 1, 2u, 3.5, nil, _, y, (z), [], [p, q], $B(), "
     "$c.N(1), as(x, T), cat(\"a\", x), count : b(_)).",
     "(a (+ x 1) (- x) (bnot x) (lnot x) \"s\" 1 2u 3.5 nil _ y z [] [p q] ($B) ($c.N 1) (as x T) "
     "(cat \"a\" x) (count (b _)))"},
    {"operator", "a(1 lor 2 lxor 3 land 4 bor 5 bxor 6 band 7 bshl 8 + 9 * 10 ^ 11).",
     "(lor 1 (lxor 2 (land 3 (bor 4 (bxor 5 (band 6 (bshl 7 (+ 8 (* 9 (^ 10 11))))))))))"},
    {"functor",
     "a(cat(x), strlen(x), substr(x, 0, 1), range(0, 1), max(1, 2), min(1, 2), "
     "to_number(x), to_unsigned(x), to_float(x), to_string(x)).",
     "(max 1 2)"},
    {"aggregate",
     "a(n) :- n = count : { b(_) }, n = sum x : { b(x) }, n = min x : b(x), n = max x "
     "+ 1 : { b(x) }, n = mean x : { b(x) }.",
     "(max (+ x 1) (b x))"},
    {"scope", "a(n) :- n = count : { b(x), c(x) }, n = count : b(_).", "(count (and (b x) (c x)))"},
    {"component", ".comp C<T> : A<T>, B { .decl x(t: T) }", "(comp C<T> : A<T> : B"},
    {"component_of", ".comp C<S, T> {}", "(comp C<S,T>)"},
    {"component_item", ".comp C : B { .override r .type T <: symbol r(1). }", "(override r)"},
    {"instance", ".init c = C<number, D>", "(init c C<number,D>)"},
    {"io", ".input a, c.b\n.output a()\n.printsize a\n.limitsize a(n=5)", "(limitsize a n=\"5\")"},
    {"parameter", ".output a(filename=\"x.csv\", IO=file, n=1, headers=true, rfc4180=false)",
     "headers=\"true\""},
    {"include", ".include \"other.dl\"", "(include \"other.dl\")"},
    {"once", ".once", ""},
    {"pragma", ".pragma \"legacy\"\n.pragma \"key\" \"value\"", ""},
    {"annotation", "@[a] @[b = 1] @![c(d = \"e\")] .decl r()", "(decl r ()"},
    {"group", "@[a(b = [1, {2}, (3)])] .decl r()", "(decl r ()"},
    {"tokens", "@[a = x.y + \"z\"] .decl r()", "(decl r ()"},
};

// The names before the `=` of the grammar in the document.
std::set<std::string> ProductionsOfDocument() {
  std::ifstream file(testing::SourceDir() + "/docs/language.md");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t begin = text.find("## 2. Grammar");
  const std::string grammar = text.substr(begin, text.find("\n## 3.", begin) - begin);
  std::set<std::string> productions;
  for (absl::string_view line : absl::StrSplit(grammar, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() > 1 && words[1] == "=") productions.emplace(words[0]);
  }
  return productions;
}

TEST(GrammarTest, EveryProductionHasAnExample) {
  std::set<std::string> examples;
  for (const Example& example : kExamples) examples.insert(example.production);
  EXPECT_EQ(examples, ProductionsOfDocument());
}

TEST(GrammarTest, ExamplesParse) {
  for (const Example& example : kExamples) {
    SCOPED_TRACE(example.production);
    DiagnosticList diagnostics(100);
    const std::string tree = Dump(Parse(example.text, 0, {}, &diagnostics));
    for (const Diagnostic& diagnostic : diagnostics.Take()) {
      EXPECT_EQ(diagnostic.severity, Severity::kWarning)
          << Render(diagnostic, {{"example", example.text}});
    }
    EXPECT_THAT(tree, HasSubstr(example.tree));
  }
}

}  // namespace
}  // namespace cartograph::rules
