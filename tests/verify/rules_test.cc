// Goal: the checker reads rules as the language means them, and refuses what it does not check.

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/verify/small_export.h"

namespace cartograph::verify {
namespace {

using ::testing::HasSubstr;

std::string ProblemOf(const std::string& rules, const std::vector<std::string>& facts) {
  return FirstProblem(VerifyText(FileOf(SmallExport::Of(rules, facts).Lines(), true)));
}

struct Construct {
  const char* rules;
  const char* name;
};

TEST(Rules, RefusesWhatItDoesNotCheck) {
  const Construct constructs[] = {
      {".decl e(x: number)\ne(autoinc()).", "terms of autoinc are not checked"},
      {".decl e(x: number)\ne($).", "counters are not checked"},
      {".decl e(x: number)\ne(@f(1)).", "user-defined functors are not checked"},
      {".decl e(x: number)\ne(x) :- e(x), [1] = [x].",
       "records whose type no column says are not checked"},
      {".decl e(x: number)\ne(1 + range(0, 2)).", "a range within a term is not checked"},
      {".decl e(x: number)\ne(1) :- 1 < range(0, 2).", "a compared range is not checked"},
      {".lattice L", "directives .lattice are not checked"},
  };
  for (const Construct& construct : constructs) {
    EXPECT_THAT(ProblemOf(construct.rules, {}), HasSubstr(construct.name)) << construct.rules;
  }
}

struct Worth {
  const char* type;
  const char* term;
  const char* value;
};

// The fact e(term). of rule text has this value, and no other.
TEST(Rules, TermsHaveTheValuesThatTheLanguageSays) {
  const Worth worths[] = {
      {"number", "1 + 2 * 3", "7"},
      {"number", "(1 + 2) * 3", "9"},
      {"number", "7 - 2 - 1", "4"},
      {"number", "-7 / 2", "-3"},
      {"number", "-7 % 2", "-1"},
      {"number", "2147483647 + 1", "-2147483648"},
      {"number", "-(3)", "-3"},
      {"number", "0x10 + 0b11", "19"},
      {"number", "1 bor 6 band 3", "3"},
      {"number", "6 bxor 3", "5"},
      {"number", "1 bshl 33", "2"},
      {"number", "-8 bshr 1", "-4"},
      {"number", "-1 bshru 31", "1"},
      {"number", "bnot 0", "-1"},
      {"number", "lnot 5", "0"},
      {"number", "2 land 0 lor 3", "1"},
      {"number", "1 lxor 2", "0"},
      {"number", "max(3, 9, 4)", "9"},
      {"number", "min(3, 9, 4)", "3"},
      {"number", "strlen(\"äb\")", "3"},
      {"number", "to_number(\"-12\")", "-12"},
      {"unsigned", "3u - 4u", "4294967295"},
      {"unsigned", "4294967295 / 2", "2147483647"},
      {"float", "1.5 + 2", "3.5"},
      {"float", "-1.5 * 2.0", "-3.0"},
      {"symbol", "cat(\"a\", \"b\", \"c\")", "\"abc\""},
      {"symbol", "\"a\" + \"b\"", "\"ab\""},
      {"symbol", "substr(\"abcd\", 1, 2)", "\"bc\""},
      {"symbol", "substr(\"abcd\", 3, 9)", "\"d\""},
      {"symbol", "substr(\"abcd\", 4, 1)", "\"\""},
      {"symbol", "to_string(-5)", "\"-5\""},
      {"symbol", "max(\"b\", \"a\")", "\"b\""},
      {"symbol", "\"\\t\\\"\\\\\"", "\"\\t\\\"\\\\\""},
      {"Pair", "[1, \"a\"]", "\"[1, \\\"a\\\"]\""},
      {"Pair", "nil", "\"nil\""},
  };
  for (const Worth& worth : worths) {
    const std::string rules =
        absl::StrCat(".type Pair = [n: number, s: symbol]\n.decl e(x: ", worth.type, ")\ne(",
                     worth.term, ").\n");
    const auto fact = [&](const std::string& value) {
      return absl::StrCat(R"({"fact":0,"is":["e",)", value, R"(],"rule":"a.dl:3:1"})");
    };
    EXPECT_EQ(ProblemOf(rules, {fact(worth.value)}), "") << worth.term;
    const bool text = worth.value[0] == '"' && std::string(worth.type) == "symbol";
    const std::string other = text                                ? "\"other\""
                              : std::string(worth.type) == "Pair" ? "\"[2, \\\"a\\\"]\""
                                                                  : "77";
    EXPECT_THAT(ProblemOf(rules, {fact(other)}), HasSubstr("the fact has")) << worth.term;
  }
}

struct Condition {
  const char* body;
  bool holds;
};

// f(1) :- body. with e(1), e(2), e(3).
TEST(Rules, BodiesHoldWhenTheLanguageSays) {
  const Condition conditions[] = {
      {"1 < 2", true},
      {"\"a\" < \"b\"", true},
      {"\"b\" <= \"a\"", false},
      {"!1 = 2", true},
      {"true", true},
      {"false", false},
      {"match(\"a.*\", \"abc\")", true},
      {"match(\"b\", \"abc\")", false},
      {"!match(\"b\", \"abc\")", true},
      {"contains(\"b\", \"abc\")", true},
      {"contains(\"d\", \"abc\")", false},
      {"!e(4)", true},
      {"!e(_)", false},
      {"(1 = 2 ; 1 = 1)", true},
      {"(1 = 2 ; 3 = 1)", false},
      {"3 = count : { e(_) }", true},
      {"3 = count : e(_)", true},
      {"6 = sum x : { e(x) }", true},
      {"1 = min x : { e(x) }", true},
      {"3 = max x : { e(x), x < 9 }", true},
      {"0 = max x : { e(x), x > 9 }", false},
      {"0 = sum x : { e(x), x > 9 }", true},
      {"1 = count : { e(x), !e(x + 1) }", true},
      {"2 = range(1, 3)", true},
      {"3 = range(1, 3)", false},
      {"2 = range(4, 1)", true},
      {"3 = range(1, 9, 2)", true},
      {"4 = range(1, 9, 2)", false},
      {"x = 2, x = count : { e(y), y < 3 }", true},
      {"n([1, 2])", false},
      {"!n([1, 2])", true},
  };
  const std::string declarations =
      ".type P = [a: number, b: number]\n.decl n(p: P)\n.decl e(x: number)\ne(1). e(2). "
      "e(3).\n.decl f(x: number)\n";
  std::vector<std::string> facts;
  for (const int x : {1, 2, 3}) {
    facts.push_back(absl::StrCat("{\"fact\":", x - 1, ",\"is\":[\"e\",", x,
                                 "],\"rule\":\"a.dl:4:", 6 * x - 5, "\"}"));
  }
  for (const Condition& condition : conditions) {
    const std::string rules = absl::StrCat(declarations, "f(1) :- ", condition.body, ".\n");
    std::vector<std::string> with = facts;
    with.push_back(R"({"fact":3,"is":["f",1],"rule":"a.dl:6:1","from":[]})");
    EXPECT_EQ(ProblemOf(rules, with).empty(), condition.holds) << condition.body;
    // The other way round: a fact that follows may not be left out.
    EXPECT_EQ(ProblemOf(rules, facts).empty(), !condition.holds) << condition.body;
  }
}

TEST(Rules, DivisionByZeroIsNoProof) {
  EXPECT_THAT(
      ProblemOf(".decl e(x: number)\ne(1 / 0).", {R"({"fact":0,"is":["e",0],"rule":"a.dl:2:1"})"}),
      HasSubstr("a division by zero"));
}

struct Case {
  const char* name;
  std::vector<std::string> facts;
  const char* says;  // "" where nothing is wrong
};

void ExpectProblems(const std::string& rules, const std::vector<Case>& cases) {
  for (const Case& wrong : cases) {
    const std::string problem = ProblemOf(rules, wrong.facts);
    if (std::string(wrong.says).empty()) {
      EXPECT_EQ(problem, "") << wrong.name;
    } else {
      EXPECT_THAT(problem, HasSubstr(wrong.says)) << wrong.name;
    }
  }
}

TEST(Rules, EquivalencesAreClosedByStepsOfTheirOwn) {
  const std::string rules =
      ".decl same(a: number, b: number) eqrel\nsame(1, 2).\n.decl other(a: number, b: "
      "number)\nother(2, 1).\n";
  const std::string given = R"({"fact":0,"is":["same",1,2],"rule":"a.dl:2:1"})";
  const std::string turned = R"({"fact":1,"is":["same",2,1],"rule":"closure","from":[0]})";
  const std::string first = R"({"fact":2,"is":["same",1,1],"rule":"closure","from":[0,1]})";
  const std::string second = R"({"fact":3,"is":["same",2,2],"rule":"closure","from":[1]})";
  const std::string other = R"({"fact":4,"is":["other",2,1],"rule":"a.dl:4:1"})";
  ExpectProblems(
      rules,
      {{"all steps", {given, turned, first, second, other}, ""},
       {"a pair is missing",
        {given, turned, first, R"({"fact":3,"is":["other",2,1],"rule":"a.dl:4:1"})"},
        "same(2, 2): same is an equivalence relation, and the file leaves out this pair"},
       {"turned into something else",
        {given, turned, first, R"({"fact":3,"is":["same",2,3],"rule":"closure","from":[1]})",
         other},
        "same(2, 3): its premises do not give it"},
       {"joined in the middle only",
        {given, turned, R"({"fact":2,"is":["same",1,1],"rule":"closure","from":[1,0]})", second,
         other},
        "same(1, 1): its premises do not give it"},
       {"from nothing",
        {given, turned, first, R"({"fact":3,"is":["same",2,2],"rule":"closure"})", other},
        "its premises do not give it"},
       {"with a binding",
        {given, R"({"fact":1,"is":["same",2,1],"rule":"closure","where":{"a":1},"from":[0]})",
         first, second, other},
        "a closure has no variables"},
       {"of another relation",
        {given, turned, first, second,
         R"({"fact":4,"is":["other",2,1],"rule":"closure","from":[1]})"},
        "other is no equivalence relation"},
       {"from a fact of another relation",
        {given, R"({"fact":1,"is":["other",2,1],"rule":"a.dl:4:1"})",
         R"({"fact":2,"is":["same",2,1],"rule":"closure","from":[1]})"},
        "it rests on other(2, 1), which is of another relation"}});
}

TEST(Rules, SubsumptionsDropWhatIsDominatedAndNothingElse) {
  const std::string rules =
      ".decl best(a: number, b: number)\nbest(1, 5).\nbest(1, 3).\nbest(2, 4).\n"
      "best(a, b) <= best(a, c) :- b < c.\n";
  const std::string five = R"({"fact":0,"is":["best",1,5],"rule":"a.dl:2:1"})";
  const std::string four = R"({"fact":1,"is":["best",2,4],"rule":"a.dl:4:1"})";
  ExpectProblems(rules, {{"the best", {five, four}, ""},
                         {"one that is dominated",
                          {five, four, R"({"fact":2,"is":["best",1,3],"rule":"a.dl:3:1"})"},
                          "best(1, 3): the subsumption at a.dl:5:1 drops it for best(1, 5)"},
                         {"one that is not dominated is left out",
                          {five},
                          "best(2, 4): the rule at a.dl:4:1 gives it, no subsumption drops it"},
                         {"the dominated one alone",
                          {R"({"fact":0,"is":["best",1,3],"rule":"a.dl:3:1"})", four},
                          "the subsumption at a.dl:5:1 drops it for best(1, 5)"}});
}

// In floats 0.1 + 0.2 + 0.3 is 0.6 or 0.6000000238, by the order.
TEST(Rules, SumsOfFloatsMayBeRoundedInAnyOrder) {
  const std::string rules =
      ".decl e(f: float)\ne(0.1).\ne(0.2).\ne(0.3).\n.decl s(f: float)\n"
      "s(f) :- f = sum x : { e(x) }.\n";
  const auto with = [](const std::string& sum) {
    return std::vector<std::string>{
        R"({"fact":0,"is":["e",0.1],"rule":"a.dl:2:1"})",
        R"({"fact":1,"is":["e",0.2],"rule":"a.dl:3:1"})",
        R"({"fact":2,"is":["e",0.3],"rule":"a.dl:4:1"})",
        absl::StrCat(R"({"fact":3,"is":["s",)", sum, R"(],"rule":"a.dl:6:1","where":{"f":)", sum,
                     "}}")};
  };
  ExpectProblems(rules, {{"one order", with("0.6000000238"), ""},
                         {"another order", with("0.6"), ""},
                         {"no order", with("0.60001"), "does not hold where f = 0.60001"}});
}

TEST(Rules, InstancesOfComponentsAreApart) {
  const std::string rules =
      ".comp C { .decl p(x: number)\np(1). .decl q(x: number)\nq(x) :- p(x). }\n"
      ".init a = C\n.init b = C\n";
  const std::vector<std::string> right = {
      R"({"fact":0,"is":["a.p",1],"rule":"a.dl:2:1"})",
      R"({"fact":1,"is":["b.p",1],"rule":"a.dl:2:1"})",
      R"({"fact":2,"is":["a.q",1],"rule":"a.dl:3:1","where":{"x":1},"from":[0]})",
      R"({"fact":3,"is":["b.q",1],"rule":"a.dl:3:1","where":{"x":1},"from":[1]})"};
  std::vector<std::string> crossed = right;
  crossed[2] = R"({"fact":2,"is":["a.q",1],"rule":"a.dl:3:1","where":{"x":1},"from":[1]})";
  ExpectProblems(rules, {{"right", right, ""},
                         {"from the other instance", crossed,
                          "premise 1 is b.p(1); the rule has p(x) there"}});
}

TEST(Rules, DeepNestingIsRefused) {
  const std::string deep = std::string(5000, '(') + "1" + std::string(5000, ')');
  EXPECT_THAT(ProblemOf(".decl e(x: number)\ne(" + deep + ").", {}), HasSubstr("too deeply"));
}

}  // namespace
}  // namespace cartograph::verify
