#include "rules/syntax/parser.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

struct Case {
  const char* text;
  const char* dump;
};

// The tree of `text`, or the codes and messages of its diagnostics.
std::string Parsed(const std::string& text) {
  DiagnosticList diagnostics(100);
  ItemsSyntax items = Parse(text, 0, ParseOptions{}, &diagnostics);
  std::string problems;
  for (const Diagnostic& diagnostic : diagnostics.Take()) {
    if (diagnostic.severity == Severity::kError) {
      absl::StrAppend(&problems, diagnostic.code, " ", diagnostic.message, "\n");
    }
  }
  return problems.empty() ? Dump(items) : problems;
}

class ParserTest : public testing::TestWithParam<Case> {};

TEST_P(ParserTest, MakesTheTree) {
  EXPECT_EQ(Parsed(GetParam().text), GetParam().dump) << GetParam().text;
}

constexpr Case kDeclarations[] = {
    {".decl a()", "(decl a ())"},
    {".decl a(x: number, y: T.U)", "(decl a (x:number y:T.U))"},
    {".decl a, b(x:number)", "(decl a (x:number))\n(decl b (x:number))"},
    {".decl a(x:number) eqrel inline brie btree btree_delete magic no_magic no_inline overridable",
     "(decl a (x:number) eqrel inline brie btree btree_delete magic no_magic no_inline "
     "overridable)"},
    {".decl a(x:number) input output printsize",
     "(decl a (x:number))\n(input a)\n(output a)\n(printsize a)"},
    {"/// One.\n//// not a doc comment\n/// Two.\n.decl a(x:number) /// after",
     "(decl a (x:number) doc=\"One.\\nTwo.\")"},
    {"@[says = \"hi\"]\n@[question(title = \"T\", order = n, max = 3)]\n@[lone]\n.decl a()",
     "(decl a () @says|=\"hi\" @question|title=\"T\"|order=\"n\"|max=\"3\" @lone)"},
    {"@[x(1 + 2)] @[y = (a, b)] @[z[q]] .decl a()",
     "(decl a () @x|=\"( 1 + 2 )\" @y|=\"( a , b )\" @z|=\"[ q ]\")"},
    {".type A <: symbol", "(type A <: symbol)"},
    {".type A = B", "(type A = B)"},
    {".type A = B | C.D", "(type A = B | C.D)"},
    {".type A = []", "(type A [])"},
    {".type A = [x: number, y: A]", "(type A [x:number y:A])"},
    {".type A = Leaf {} | Node {l: A, r: A}", "(type A Leaf{} Node{l:A r:A})"},
    {"/// Doc.\n.type A <: B", "(type A <: B doc=\"Doc.\")"},
    {".type A", "(type A <: symbol)"},
    {".number_type N .symbol_type S", "(type N <: number)\n(type S <: symbol)"},
    {".input a", "(input a)"},
    {".output a, b.c(IO=file, filename=\"x\\ty\", n=10, head=true)",
     "(output a b.c IO=\"file\" filename=\"x\\ty\" n=\"10\" head=\"true\")"},
    {".printsize a()", "(printsize a)"},
    {".limitsize a(n=3)", "(limitsize a n=\"3\")"},
    {".include \"x.dl\"", "(include \"x.dl\")"},
    {".once .pragma \"a\" \"b\" .pragma \"c\"", ""},
    {".comp C<T,U> : B<T>, D { .decl a(x:T) .override b .init i = E a(1). }",
     "(comp C<T,U> : B<T> : D (decl a (x:T))\n(init i E)\n(override b)\n(fact (a 1)))"},
    {".init x = C<number>", "(init x C<number>)"},
};

constexpr Case kRules[] = {
    {"a().", "(fact (a))"},
    {"a(1, -2, 0x1F, 0b101, 3u, 4.5, -4.5).", "(fact (a 1 -2 0x1F 0b101 3u 4.5 -4.5))"},
    {"a(10.0.0.1, 255.255.255.255).", "(fact (a 167772161 -1))"},
    {"a(\"x\\\"\\\\\\n\").", "(fact (a \"x\\\"\\\\\\n\"))"},
    {"a(nil, [1, nil], $B(), $C.D([])).", "(fact (a nil [1 nil] ($B) ($C.D [])))"},
    {"a(x) :- b(x).", "(rule (a x) (b x))"},
    {"a.b(x) :- c.d.e(x).", "(rule (a.b x) (c.d.e x))"},
    {"a(?x) :- b(?x, _, _y).", "(rule (a ?x) (b ?x _ _y))"},
    {"a(x), b(x) :- c(x).", "(rule (a x) (b x) :- (c x))"},
    {"a(x) <= a(y) :- x < y.", "(subsumption (a x) (a y) :- (< x y))"},
    {"a(x) :- b(x), c(x); d(x).", "(rule (a x) (or (and (b x) (c x)) (d x)))"},
    {"a(x) :- (b(x); c(x)), !(d(x), !e(x)).",
     "(rule (a x) (and (or (b x) (c x)) (not (and (d x) (not (e x))))))"},
    {"a(x) :- b(x), true, false.", "(rule (a x) (and (b x) (true) (false)))"},
    {"a(x) :- x = 1, x != 2, x < 3, x <= 4, x > 5, x >= 6.",
     "(rule (a x) (and (= x 1) (!= x 2) (< x 3) (<= x 4) (> x 5) (>= x 6)))"},
    {"a(x) :- match(\"a.*\", x), !contains(\"b\", x).",
     "(rule (a x) (and (match \"a.*\" x) (not (contains \"b\" x))))"},
    {"a(x) :- (x) = 1, (x + 1) * 2 = y, (b(x)).",
     "(rule (a x) (and (= x 1) (= (* (+ x 1) 2) y) (b x)))"},
    {"a(x) :- b(x). .plan 0:(2,1), 1:()", "(rule (a x) (b x))"},
    {"@[says = \"s\"] a(x) :- @![inner] b(x).", "(rule (a x) (b x) @says|=\"s\" @inner)"},
    {"a(x) :- x = y.b(1).", "(rule (a x) (= x y))\n(fact (b 1))"},
    {"a(1)./* c */b(2).//d", "(fact (a 1))\n(fact (b 2))"},
};

constexpr Case kTerms[] = {
    {"a(1 + 2 * 3 - 4).", "(fact (a (- (+ 1 (* 2 3)) 4)))"},
    {"a(2 ^ 3 ^ 4).", "(fact (a (^ 2 (^ 3 4))))"},
    {"a(-x ^ 2).", "(fact (a (- (^ x 2))))"},
    {"a(-x * 2).", "(fact (a (* (- x) 2)))"},
    {"a(2 ^ -3 * 4).", "(fact (a (* (^ 2 -3) 4)))"},
    {"a(- -1, -(1), --x).", "(fact (a (- -1) -1 (- (- x))))"},
    {"a(bnot x band y).", "(fact (a (band (bnot x) y)))"},
    {"a(lnot x land y lor z lxor w).", "(fact (a (lor (land (lnot x) y) (lxor z w))))"},
    {"a(a lor b lxor c land d bor e bxor f band g bshl h + i * j ^ k).",
     "(fact (a (lor a (lxor b (land c (bor d (bxor e (band f (bshl g (+ h (* i (^ j k))))))))))))"},
    {"a(x bshr 1 bshru 2 bshl 3).", "(fact (a (bshl (bshru (bshr x 1) 2) 3)))"},
    {"a(x / 2 % 3).", "(fact (a (% (/ x 2) 3)))"},
    {"a(cat(x, \"y\", z), strlen(x), substr(x, 0, 1)).",
     "(fact (a (cat x \"y\" z) (strlen x) (substr x 0 1)))"},
    {"a(to_number(x), to_string(x), to_unsigned(x), to_float(x)).",
     "(fact (a (to_number x) (to_string x) (to_unsigned x) (to_float x)))"},
    {"a(max(x, y, z), min((x), y)).", "(fact (a (max x y z) (min x y)))"},
    {"a(as(x + 1, T.U)).", "(fact (a (as (+ x 1) T.U)))"},
    {"a(range(1, 5)).", "(fact (a (range 1 5)))"},
    {"a(count : { b(_) }).", "(fact (a (count (b _))))"},
    {"a(count : b(_)).", "(fact (a (count (b _))))"},
    {"a(sum x + 1 : { b(x), x > 1 } + 1).", "(fact (a (+ (sum (+ x 1) (and (b x) (> x 1))) 1)))"},
    {"a(min (x + 1) : { b(x) }, max x : b(x), mean x : b(x)).",
     "(fact (a (min (+ x 1) (b x)) (max x (b x)) (mean x (b x))))"},
    {"a(sum (max(x, y)) : { b(x, y) }).", "(fact (a (sum (max x y) (b x y))))"},
    {"a(sum y : { b(y), y < max z : { c(z, n), n = count : { d(_) } } }).",
     "(fact (a (sum y (and (b y) (< y (max z (and (c z n) (= n (count (d _))))))))))"},
};

constexpr Case kErrors[] = {
    {"a(x) :- b(x)",
     "E009 expected '.' at the end of a rule, or ',' before its next literal, found the end of the "
     "text\n"},
    {"a(x) :- b(x) c(x).",
     "E009 expected '.' at the end of a rule, or ',' before its next literal, found 'c'\n"},
    {"a(x), b(x).", "E009 expected ':-' and a body, found '.'\n"},
    {"a(x :- b(x).\nc(1). d(,). e(2).",
     "E009 expected ')' or ',', found ':-'\nE009 expected a term: a variable, a constant or an "
     "expression, found ','\n"},
    {".decl a(x)\n.decl b(y: )\nc(1).",
     "E009 expected ':' and a type after the name, found ')'\nE009 expected a type, found ')'\n"},
    {".comp C { a( . b(1). }\n.decl (x: number)",
     "E009 expected a term: a variable, a constant or an expression, found '.'\n"
     "E009 expected the name of a relation, found '('\n"},
    {".comp C { a(1).", "E009 expected '}' to close the component, found the end of the text\n"},
    {"} ) ] a(1).", "E009 expected a rule, a fact or a declaration, found '}'\n"},
    {".override a", "E009 expected an item of a file, found '.override'\n"},
    {"a(x) :- b.", "E009 expected a comparison such as '=' or '<', found '.'\n"},
};

INSTANTIATE_TEST_SUITE_P(Declarations, ParserTest, testing::ValuesIn(kDeclarations));
INSTANTIATE_TEST_SUITE_P(Rules, ParserTest, testing::ValuesIn(kRules));
INSTANTIATE_TEST_SUITE_P(Terms, ParserTest, testing::ValuesIn(kTerms));
INSTANTIATE_TEST_SUITE_P(Errors, ParserTest, testing::ValuesIn(kErrors));

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// Texts that nest, or look as if they did, far beyond the limit: each is answered with a
// diagnostic, fast.
TEST(ParserLimitsTest, BoundsEveryNesting) {
  for (const std::string& deep :
       {"a(" + Repeat("(", 100'000), "a(" + Repeat("-", 100'000) + "1).",
        "a(" + Repeat("[", 100'000), "a(1" + Repeat("^1", 100'000) + ").",
        "a(1" + Repeat("+1", 100'000) + ").", "a() :- " + Repeat("!", 100'000) + "b().",
        "a() :- " + Repeat("(", 100'000) + "b()", Repeat(".comp C {", 10'000),
        "a(" + Repeat("count : { b(", 10'000), "a(" + Repeat("bnot ", 50'000) + "1).",
        "a(" + Repeat("$A(", 50'000), "a(" + Repeat("as(", 50'000),
        "a(" + Repeat("min(1,", 50'000)}) {
    DiagnosticList diagnostics(10);
    Parse(deep, 0, ParseOptions{}, &diagnostics);
    EXPECT_TRUE(diagnostics.has_errors()) << deep.substr(0, 40);
  }
}

TEST(ParserLimitsTest, NestingJustBelowTheLimitParses) {
  std::string text = "a(" + Repeat("(", 190) + "1" + Repeat(")", 190) + ").";
  EXPECT_EQ(Parsed(text), "(fact (a 1))");
}

}  // namespace
}  // namespace cartograph::rules
