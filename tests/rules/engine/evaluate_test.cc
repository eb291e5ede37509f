#include "rules/engine/evaluate.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;

struct Case {
  const char* name;
  const char* text;      // defines r
  const char* expected;  // the facts of r
};

void Check(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(DumpText(c.text, "r"), c.expected) << c.name;
}

TEST(Evaluate, Joins) {
  Check({
      {"facts", ".decl r(x:number, y:symbol) r(1,\"a\"). r(2,\"b\"). r(1,\"a\").",
       "(1, \"a\") (2, \"b\")"},
      {"no facts", ".decl e(x:number) .decl r(x:number) r(x) :- e(x).", ""},
      {"projection",
       ".decl e(x:number,y:number) .decl r(x:number) e(1,2). e(1,3). e(2,3). r(x) :- e(x,_).",
       "(1) (2)"},
      {"columns swapped",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(1,3). r(y,x) :- e(x,y).",
       "(2, 1) (3, 1)"},
      {"join",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(2,3). e(2,4). e(3,5). "
       "r(x,z) :- e(x,y), e(y,z).",
       "(1, 3) (1, 4) (2, 5)"},
      {"join on second column",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,9). e(2,9). e(3,8). r(x,y) :- "
       "e(x,z), e(y,z), x < y.",
       "(1, 2)"},
      {"constants in atoms",
       ".decl e(x:number,y:symbol,z:number) .decl r(z:number) e(1,\"a\",5). e(1,\"b\",6). "
       "e(2,\"a\",7). r(z) :- e(1,\"a\",z). "
       "r(z) :- e(_,\"b\",z).",
       "(5) (6)"},
      {"repeated variables",
       ".decl e(x:number,y:number) .decl r(x:number) e(1,1). e(1,2). e(3,3). r(x) :- e(x,x).",
       "(1) (3)"},
      {"repeated variable bound before",
       ".decl e(x:number,y:number) .decl f(x:number) .decl r(x:number) e(1,1). e(1,2). e(3,3). "
       "f(3). f(1). r(x) :- f(x), e(x,x).",
       "(1) (3)"},
      {"cross product",
       ".decl a(x:number) .decl b(x:number) .decl r(x:number,y:number) a(1). a(2). b(7). b(8). "
       "r(x,y) :- a(x), b(y).",
       "(1, 7) (1, 8) (2, 7) (2, 8)"},
      {"triangle",
       ".decl e(x:number,y:number) .decl r(x:number,y:number,z:number) e(1,2). e(2,3). e(3,1). "
       "e(3,4). r(x,y,z) :- e(x,y), e(y,z), e(z,x).",
       "(1, 2, 3) (2, 3, 1) (3, 1, 2)"},
      {"several heads and disjunction",
       ".decl a(x:number) .decl b(x:number) .decl s(x:number) .decl r(x:number) a(1). b(2). s(x), "
       "r(x) :- (a(x) ; b(x)).",
       "(1) (2)"},
      {"no columns",
       ".decl p() .decl q() .decl r(x:number) p(). r(1) :- p(). r(2) :- q(). r(3) :- !q(). r(4) :- "
       "!p().",
       "(1) (3)"},
      {"rule for a relation without columns",
       ".decl a(x:number) .decl r() a(1). r() :- a(x), x > 0.", "()"},
      {"negative numbers",
       ".decl e(x:number,y:number) .decl r(x:number) e(-1,3). e(2,-5). e(-2147483648,1). r(y) :- "
       "e(_,y). r(x) :- e(x,_).",
       "(1) (2) (3) (-1) (-5) (-2147483648)"},
      {"wide rows",
       ".decl e(a:number,b:number,c:number,d:number,f:number) .decl r(a:number,f:number) "
       "e(-2147483648,2147483647,-2147483648,2147483647,1). "
       "e(2147483647,-2147483648,2147483647,-2147483648,2). e(0,0,0,0,3). "
       "r(a,f) :- e(a,b,a,b,f), e(_,_,_,_,f).",
       "(0, 3) (2147483647, 2) (-2147483648, 1)"},
  });
}

TEST(Evaluate, Negation) {
  Check({
      {"all columns",
       ".decl a(x:number) .decl b(x:number) .decl r(x:number) a(1). a(2). b(2). r(x) :- a(x), "
       "!b(x).",
       "(1)"},
      {"wildcard",
       ".decl a(x:number) .decl b(x:number,y:number) .decl r(x:number) a(1). a(2). b(2,9). r(x) :- "
       "a(x), !b(x,_).",
       "(1)"},
      {"wildcard in front",
       ".decl a(x:number) .decl b(x:number,y:number) .decl r(x:number) a(1). a(2). b(9,2). r(x) :- "
       "a(x), !b(_,x).",
       "(1)"},
      {"only wildcards",
       ".decl a(x:number) .decl b(x:number) .decl r(x:number) a(1). r(x) :- a(x), !b(_).", "(1)"},
      {"constant",
       ".decl a(x:number) .decl b(x:number,y:number) .decl r(x:number) a(1). a(2). b(1,7). b(2,8). "
       "r(x) :- a(x), !b(x,7).",
       "(2)"},
      {"computed",
       ".decl a(x:number) .decl b(x:number) .decl r(x:number) a(1). a(2). b(3). r(x) :- a(x), "
       "!b(x+1).",
       "(1)"},
      {"over two strata",
       ".decl e(x:number,y:number) .decl n(x:number) .decl p(x:number,y:number) .decl "
       "r(x:number,y:number) e(1,2). e(2,3). n(x) :- e(x,_). "
       "n(x) :- e(_,x). p(x,y) :- e(x,y). p(x,z) :- p(x,y), e(y,z). r(x,y) :- n(x), n(y), !p(x,y).",
       "(1, 1) (2, 1) (2, 2) (3, 1) (3, 2) (3, 3)"},
  });
}

TEST(Evaluate, Recursion) {
  Check({
      {"left",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(2,3). e(3,1). r(x,y) :- "
       "e(x,y). r(x,z) :- r(x,y), e(y,z).",
       "(1, 1) (1, 2) (1, 3) (2, 1) (2, 2) (2, 3) (3, 1) (3, 2) (3, 3)"},
      {"right",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(2,3). e(3,4). r(x,y) :- "
       "e(x,y). r(x,z) :- e(x,y), r(y,z).",
       "(1, 2) (1, 3) (1, 4) (2, 3) (2, 4) (3, 4)"},
      {"twice",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(2,3). e(3,4). e(4,5). "
       "r(x,y) :- e(x,y). r(x,z) :- r(x,y), r(y,z).",
       "(1, 2) (1, 3) (1, 4) (1, 5) (2, 3) (2, 4) (2, 5) (3, 4) (3, 5) (4, 5)"},
      {"mutual",
       ".decl r(x:number) .decl odd(x:number) r(0). odd(x+1) :- r(x), x < 9. r(x+1) :- odd(x), x < "
       "9.",
       "(0) (2) (4) (6) (8)"},
      {"counting down", ".decl r(x:number) r(3). r(x-1) :- r(x), x > -3.",
       "(0) (1) (2) (3) (-1) (-2) (-3)"},
      {"facts for a derived relation",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(2,3). r(1,2). r(x,z) :- r(x,y), "
       "e(y,z).",
       "(1, 2) (1, 3)"},
      {"same generation",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) e(1,2). e(1,3). e(2,4). e(3,5). "
       "r(x,y) :- e(a,x), e(a,y), x != y. "
       "r(x,y) :- e(a,x), r(a,b), e(b,y).",
       "(2, 3) (3, 2) (4, 5) (5, 4)"},
      {"fully bound recursive atom",
       ".decl e(x:number,y:number) .decl r(x:number,y:number) .decl s(x:number,y:number) e(1,2). "
       "e(2,1). e(2,3). r(x,y) :- e(x,y). "
       "r(x,z) :- r(x,y), r(y,z), r(z,x). r(1,1).",
       "(1, 1) (1, 2) (2, 1) (2, 3)"},
      {"three columns",
       ".decl e(x:number,y:number) .decl r(x:number,y:number,n:number) e(1,2). e(2,3). e(3,1). "
       "r(x,y,1) :- e(x,y). "
       "r(x,z,n+1) :- r(x,y,n), e(y,z), n < 3.",
       "(1, 1, 3) (1, 2, 1) (1, 3, 2) (2, 1, 2) (2, 2, 3) (2, 3, 1) (3, 1, 1) (3, 2, 2) (3, 3, 3)"},
  });
}

TEST(Evaluate, Constraints) {
  Check({
      {"signed order", ".decl a(x:number) .decl r(x:number) a(-1). a(1). r(x) :- a(x), x < 0.",
       "(-1)"},
      {"unsigned order",
       ".decl a(x:unsigned) .decl r(x:unsigned) a(4294967295). a(1). r(x) :- a(x), x > 2.",
       "(4294967295)"},
      {"float order", ".decl a(x:float) .decl r(x:float) a(-1.5). a(2.5). r(x) :- a(x), x <= -1.5.",
       "(-1.5)"},
      {"symbols by bytes",
       ".decl a(x:symbol) .decl r(x:symbol) a(\"b\"). a(\"B\"). a(\"ba\"). a(\"\"). r(x) :- a(x), "
       "x < \"b\".",
       "(\"\") (\"B\")"},
      {"match is of the whole text",
       ".decl a(x:symbol) .decl r(x:symbol) a(\"abc\"). a(\"xabc\"). a(\"ac\"). r(x) :- a(x), "
       "match(\"a.*c\", x).",
       "(\"ac\") (\"abc\")"},
      {"not match",
       ".decl a(x:symbol) .decl r(x:symbol) a(\"abc\"). a(\"xabc\"). r(x) :- a(x), !match(\"a.*\", "
       "x).",
       "(\"xabc\")"},
      {"contains",
       ".decl a(x:symbol) .decl r(x:symbol) a(\"abc\"). a(\"xyz\"). r(x) :- a(x), contains(\"b\", "
       "x).",
       "(\"abc\")"},
      {"not contains",
       ".decl a(x:symbol) .decl r(x:symbol) a(\"abc\"). a(\"xyz\"). r(x) :- a(x), !contains(\"b\", "
       "x).",
       "(\"xyz\")"},
      {"equality binds",
       ".decl a(x:number) .decl r(x:number,y:number) a(1). a(2). r(x,y) :- a(x), y = x * 10.",
       "(1, 10) (2, 20)"},
      {"equality joins",
       ".decl a(x:number) .decl b(x:number) .decl r(x:number) a(1). a(2). b(3). r(x) :- a(x), "
       "b(y), y = x + 1.",
       "(2)"},
      {"chains of bindings", ".decl r(x:number) r(z) :- z = y + 1, y = x * 2, x = 5.", "(11)"},
      {"true and false", ".decl r(x:number) r(1) :- true. r(2) :- false.", "(1)"},
  });
}

TEST(Evaluate, RangeCountsAsSouffle) {
  Check({
      {"up", ".decl r(x:number) r(x) :- x = range(1, 4).", "(1) (2) (3)"},
      {"down", ".decl r(x:number) r(x) :- x = range(4, 1).", "(2) (3) (4)"},
      {"empty", ".decl r(x:number) r(x) :- x = range(1, 1).", ""},
      {"step", ".decl r(x:number) r(x) :- x = range(1, 8, 3).", "(1) (4) (7)"},
      {"step down", ".decl r(x:number) r(x) :- x = range(3, -3, -2).", "(1) (3) (-1)"},
      {"step away", ".decl r(x:number) r(x) :- x = range(1, 8, -1).", ""},
      {"step 0", ".decl r(x:number) r(x) :- x = range(1, 8, 0).", "(1)"},
      {"unsigned down", ".decl r(x:unsigned) r(x) :- x = range(3u, 0u).", "(1) (2) (3)"},
      {"float", ".decl r(x:float) r(x) :- x = range(0.0, 1.0, 0.5).", "(0.0) (0.5)"},
      {"at the end of the numbers",
       ".decl r(x:number) r(x) :- x = range(2147483645, 2147483647, 5).", "(2147483645)"},
      {"bound before",
       ".decl a(x:number) .decl r(x:number) a(1). a(2). r(x) :- a(x), y = range(0, x), y = 1.",
       "(2)"},
      {"from a relation",
       ".decl a(x:number) .decl r(x:number,y:number) a(1). a(2). r(x,y) :- a(x), y = range(0, x).",
       "(1, 0) (2, 0) (2, 1)"},
  });
}

TEST(Evaluate, Aggregates) {
  const std::string e =
      ".decl e(x:number,y:number) e(1,5). e(1,7). e(2,7). .decl n(x:number) n(1). n(2). n(3). ";
  const std::vector<std::pair<std::string, const char*>> cases = {
      {".decl r(x:number) r(c) :- c = count : { e(_,_) }.", "(3)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = count : { e(x,_) }.",
       "(1, 2) (2, 1) (3, 0)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = sum y : { e(x,y) }.",
       "(2, 7) (3, 0) (1, 12)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = min y : { e(x,y) }.", "(1, 5) (2, 7)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = max y : { e(x,y) }.", "(1, 7) (2, 7)"},
      {".decl r(c:float) r(c) :- c = mean y : { e(1,y0), y = to_float(y0) }.", "(6.0)"},
      // Bindings of all variables count, even those that the target does not mention.
      {".decl r(c:number) r(c) :- c = sum y : { e(_,y) }.", "(19)"},
      {".decl r(c:number) r(c) :- c = count : { e(x,_), n(x) }.", "(3)"},
      {".decl r(x:number) r(x) :- n(x), 2 = count : { e(x,_) }.", "(1)"},
      {".decl r(x:number) r(x) :- n(x), count : { e(x,_) } > 0.", "(1) (2)"},
      {".decl r(x:number) r(x) :- n(x), x = max y : { n(y) }.", "(3)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = count : { n(y), y < x }.",
       "(1, 0) (2, 1) (3, 2)"},
      {".decl r(x:number,c:number) r(x,c) :- n(x), c = count : { n(y), !e(x,y) }.",
       "(1, 3) (2, 3) (3, 3)"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(DumpText(e + text, "r"), expected) << text;
}

TEST(Evaluate, ManyGroupsOfAnAggregateAreEvaluatedTogether) {
  EXPECT_EQ(DumpText(".decl n(x:number) n(x) :- x = range(0, 5000). .decl c(x:number, k:number) "
                     "c(x, k) :- n(x), y = x / 2, "
                     "k = count : { n(z), z / 2 = y }. .decl r(k:number, n:number) r(k, m) :- c(_, "
                     "k), m = count : { c(_, k) }.",
                     "r"),
            "(2, 5000)");
}

TEST(Evaluate, RecordsAndBranches) {
  Check({
      {"construct and take apart",
       ".type P = [a:number, b:number] .decl p(x:P) .decl r(a:number,b:number) p([1,2]). p([3,4]). "
       "p(nil). r(b,a) :- p(q), q = [a,b].",
       "(2, 1) (4, 3)"},
      {"in an atom",
       ".type P = [a:number, b:number] .decl p(x:P) .decl r(b:number) p([1,2]). p([3,4]). r(b) :- "
       "p([3,b]).",
       "(4)"},
      {"nested",
       ".type P = [a:number, b:number] .type Q = [p:P, c:symbol] .decl q(x:Q) .decl "
       "r(b:number,c:symbol) q([[1,2],\"x\"]). q([nil,\"y\"]). "
       "r(b,c) :- q([[_,b],c]).",
       "(2, \"x\")"},
      {"nil",
       ".type L = [h:number, t:L] .decl l(x:L) .decl r(h:number) l([1,[2,nil]]). l([3,nil]). r(h) "
       ":- l([h,t]), t = nil.",
       "(3)"},
      {"lists grow",
       ".type L = [h:number, t:L] .decl l(x:L, n:number) l(nil, 0). l([n,x], n+1) :- l(x,n), n < "
       "3. .decl r(x:L) r(x) :- l(x, 3).",
       "([2, [1, [0, nil]]])"},
      {"branches",
       ".type S = Dot {} | Box {w:number, h:number} .decl s(x:S) .decl r(n:number) s($Dot()). "
       "s($Box(2,3)). r(w*h) :- s($Box(w,h)). "
       "r(1) :- s($Dot()).",
       "(1) (6)"},
  });
}

TEST(Evaluate, ErrorsNameTheRuleAndItsPlace) {
  struct ErrorCase {
    const char* text;
    const char* message;
  };
  for (const ErrorCase& c : std::vector<ErrorCase>{
           {".decl a(x:number) .decl r(x:number) a(0).\nr(1/x) :- a(x).",
            "division by zero in rule r(1/x) at test.dl:2:1 (stratum"},
           {".decl a(x:number) .decl r(x:number) a(0).\nr(1%x) :- a(x).",
            "division by zero in rule r(1%x) at test.dl:2:1"},
           {".decl a(x:symbol) .decl r(x:number) a(\"x1\").\nr(to_number(x)) :- a(x).",
            "\"x1\" is not a number"},
           {".decl a(x:symbol) .decl r(x:symbol) a(\"(\").\nr(x) :- a(x), match(x, x).",
            "\"(\" is not a regular expression"},
       }) {
    const auto model = RunText(c.text);
    EXPECT_EQ(model.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(model.status().message(), HasSubstr(c.message));
  }
}

// What other literals rule out is not computed.
TEST(Evaluate, DivisionWaitsForTheOtherLiterals) {
  Check({
      {"constraint after",
       ".decl a(x:number) .decl r(x:number) a(0). a(5). r(y) :- a(x), y = 10 / x, x != 0.", "(2)"},
      {"negation after",
       ".decl a(x:number) .decl z(x:number) .decl r(x:number) a(0). a(5). z(0). r(y) :- a(x), y = "
       "10 / x, !z(x).",
       "(2)"},
      {"atom after",
       ".decl a(x:number) .decl g(x:number) .decl r(x:number) a(0). a(5). g(5). r(y) :- a(x), 10 / "
       "x = y, g(x).",
       "(2)"},
  });
}

TEST(Evaluate, BudgetsNameWhatWasSpentAndWhere) {
  const char* kCounting = ".decl r(x:number) r(0). r(x+1) :- r(x).";
  struct BudgetCase {
    base::BudgetLimits limits;
    const char* message;
  };
  std::vector<BudgetCase> cases(4);
  cases[0].limits.facts_max = 1000;
  cases[0].message =
      "the budget facts_max = 1000 was spent in rule r(x+1) at test.dl:1:25 (stratum 0)";
  cases[1].limits.probes_max = 5000;
  cases[1].message = "the budget probes_max = 5000 was spent in ";
  cases[2].limits.rounds_max = 100;
  cases[2].message = "the budget rounds_max = 100 was spent in ";
  cases[3].limits.bytes_max = 200'000;
  cases[3].message = "the budget bytes_max = 200000 was spent in ";
  for (const BudgetCase& c : cases) {
    base::Budget budget(c.limits);
    const auto model = RunText(kCounting, &budget);
    EXPECT_EQ(model.status().code(), absl::StatusCode::kResourceExhausted) << c.message;
    EXPECT_THAT(model.status().message(), HasSubstr(c.message));
  }
  base::Budget cancelled;
  cancelled.Cancel();
  EXPECT_EQ(RunText(kCounting, &cancelled).status().code(), absl::StatusCode::kCancelled);
}

TEST(Evaluate, GivenRowsJoinTheFactsOfTheText) {
  const auto program = CompileText(
      ".decl e(x:number,y:number) .decl p(x:number,y:number) .decl z() .decl r(x:number) e(1,2). "
      "p(x,y) :- e(x,y). p(x,z) :- p(x,y), e(y,z). r(1) :- z().");
  base::Budget budget;
  std::vector<Rows> given;
  given.push_back({*program->Find("e"), {Value(2), Value(3), Value(2), Value(3)}, false});
  given.push_back({*program->Find("e"), {Value(9), Value(9)}, false});
  given.push_back({*program->Find("p"), {Value(7), Value(1)}, false});
  given.push_back({*program->Find("z"), {}, true});
  const auto model = Evaluate(program, given, &budget);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(DumpAll(**model),
            "e: (1, 2) (2, 3) (9, 9)\n"
            "p: (1, 2) (1, 3) (2, 3) (7, 1) (7, 2) (7, 3) (9, 9)\n"
            "z: ()\n"
            "r: (1)\n");
  const Relation& p = (*model)->relation(*program->Find("p"));
  EXPECT_EQ(p.Find(Tuple{Value(7), Value(1)})->rule, Origin::kGiven);
  EXPECT_EQ(p.Find(Tuple{Value(1), Value(2)})->packed(), (Origin{1, 1}.packed()));
  EXPECT_EQ(p.Find(Tuple{Value(7), Value(3)})->packed(), (Origin{2, 3}.packed()));
}

TEST(Evaluate, LargeJoinsFillManyBatches) {
  EXPECT_EQ(DumpText(".decl n(x:number) n(x) :- x = range(0, 300). .decl e(x:number,y:number) "
                     "e(x,y) :- n(x), n(y), (x+y) % 7 = 0. "
                     ".decl p(x:number,y:number) p(x,z) :- e(x,y), e(y,z). .decl r(c:number) r(c) "
                     ":- c = count : { p(_,_) }.",
                     "r"),
            "(12858)");
}

}  // namespace
}  // namespace cartograph::rules
