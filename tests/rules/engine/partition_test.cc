// Strata that are evaluated window by window: large enough that there are many windows, with
// answers that are known without evaluating anything.

#include "rules/engine/partition.h"

#include <functional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;

// `chains` chains of kLength nodes each, n → n + 1. Node n is `value(n)`.
constexpr int kLength = 8;
using ValueOfNode = std::function<int32_t(int)>;

Rows Chains(const Program& program, int chains, const ValueOfNode& value) {
  Rows rows{*program.Find("e"), {}, false};
  for (int n = 0; n < chains * kLength; ++n) {
    if (n % kLength == kLength - 1) continue;
    rows.values.push_back(Value::Number(value(n)));
    rows.values.push_back(Value::Number(value(n + 1)));
  }
  return rows;
}

std::shared_ptr<const Model> RunOver(absl::string_view text, int chains, const ValueOfNode& value,
                                     int threads = 1) {
  const auto program = CompileText(text);
  base::Budget budget;
  std::vector<Rows> given = {Chains(*program, chains, value)};
  auto model = Evaluate(program, std::move(given), &budget, {threads});
  EXPECT_TRUE(model.ok()) << model.status();
  return *std::move(model);
}

// Expects in `relation` exactly the pairs of nodes of one chain, the earlier first (or second, if
// `swapped`), each with its distance as its height.
void ExpectClosure(const Model& model, absl::string_view relation, int chains,
                   const ValueOfNode& value, bool swapped) {
  const Relation& found = model.relation(*model.program().Find(relation));
  EXPECT_EQ(found.size(), static_cast<size_t>(chains * kLength * (kLength - 1) / 2));
  for (int n = 0; n < chains * kLength; ++n) {
    for (int later = n + 1; later % kLength != 0; ++later) {
      Tuple pair = {Value::Number(value(n)), Value::Number(value(later))};
      if (swapped) std::swap(pair[0], pair[1]);
      const std::optional<Origin> origin = found.Find(pair);
      ASSERT_TRUE(origin.has_value()) << n << " " << later;
      ASSERT_EQ(origin->height, later - n);
      ASSERT_EQ(origin->rule, later == n + 1 ? 1 : 2);
    }
  }
}

constexpr const char* kForward =
    ".decl e(x:number,y:number) .decl r(x:number,y:number) "
    "r(x,y) :- e(x,y). r(x,z) :- r(x,y), e(y,z).";
constexpr const char* kSwapped =
    ".decl e(x:number,y:number) .decl r(y:number,x:number) "
    "r(y,x) :- e(x,y). r(z,x) :- e(y,z), r(y,x).";

TEST(Windows, CloseEachKeyByItself) {
  const std::vector<ValueOfNode> values = {
      [](int n) { return n; }, [](int n) { return n * 5 - 6000; },  // through 0
      [](int n) { return static_cast<int32_t>(n * 4'000'000U); },   // around the circle
  };
  for (const ValueOfNode& value : values) {
    ExpectClosure(*RunOver(kForward, 300, value), "r", 300, value, false);
    ExpectClosure(*RunOver(kSwapped, 300, value), "r", 300, value, true);
  }
}

TEST(Windows, ThreadsFindTheSame) {
  const ValueOfNode value = [](int n) { return n; };
  ExpectClosure(*RunOver(kForward, 2500, value, 4), "r", 2500, value, false);
}

TEST(Windows, TakeWhatIsGivenAndWhatNoWindowRestricts) {
  // No atom holds x + 1, so the first rule seeds the windows; so does the fact.
  const auto model = RunOver(
      ".decl e(x:number,y:number) .decl r(x:number,y:number) r(-5, 0). r(x+1,y) :- e(x,y), x < 2. "
      "r(x,z) :- r(x,y), e(y,z), z < 4.",
      300, [](int n) { return n; });
  EXPECT_EQ(Dump(*model, "r"),
            "(1, 1) (1, 2) (1, 3) (2, 2) (2, 3) (-5, 0) (-5, 1) (-5, 2) (-5, 3)");
}

TEST(Windows, NameTheRuleThatSpentTheBudget) {
  for (const int threads : {1, 4}) {
    const auto program = CompileText(kForward);
    base::Budget budget({.facts_max = 20'000});
    const auto model =
        Evaluate(program, {Chains(*program, 2500, [](int n) { return n; })}, &budget, {threads});
    ASSERT_EQ(model.status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(model.status().message()),
                AllOf(HasSubstr("facts_max = 20000"), HasSubstr("rule r("), HasSubstr("stratum")));
  }
}

TEST(Windows, AccountForTheBytesOfTheirResults) {
  const auto program = CompileText(kForward);
  base::Budget budget;
  const auto model = Evaluate(program, {Chains(*program, 2500, [](int n) { return n; })}, &budget);
  ASSERT_TRUE(model.ok());
  const Relation& r = (*model)->relation(*program->Find("r"));
  EXPECT_GE(budget.bytes() * 10, r.primary().bytes() * 9);
  EXPECT_LE(budget.bytes() * 9, r.primary().bytes() * 10);
}

// More groups than are remembered while it is judged whether they come again.
TEST(Aggregates, OverManyGroupsThatComeOnce) {
  const auto model = RunOver(
      ".decl e(x:number,y:number) .decl r(x:number,y:number,z:number) .decl bad(x:number) "
      "r(x,y,x) :- e(x,y). r(x,y,y) :- e(x,y). .decl m(x:number,y:number,low:number,n:number) "
      "m(x,y,l,n) :- e(x,y), l = min z : { r(x,y,z) }, n = count : { r(x,y,_) }. "
      "bad(x) :- m(x,_,l,n), l != x. bad(x) :- m(x,_,_,n), n != 2.",
      2500, [](int n) { return n; });
  EXPECT_EQ(model->relation(*model->program().Find("m")).size(), 2500U * (kLength - 1));
  EXPECT_EQ(Dump(*model, "bad"), "");
}

}  // namespace
}  // namespace cartograph::rules
