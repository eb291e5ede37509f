#include "rules/engine/absence.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rules/engine/maintain.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;

// Facts of predicates that no rule heads may be written; those called "one…" hold one fact for each
// first value.
std::vector<Writable> GivenAreWritable(const Program& program) {
  std::vector<Writable> writable(program.predicates.size());
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    bool derived = false;
    for (const Rule& rule : program.rules)
      derived = derived || rule.head.predicate == PredicateId{i};
    writable[i].add = writable[i].remove = !derived;
    writable[i].single_valued = program.predicates[i].name.rfind("one", 0) == 0;
    writable[i].prefixes.resize(program.predicates[i].arity());
  }
  return writable;
}

struct Question {
  const char* program;
  const char* relation;
  std::vector<std::optional<std::string>> values;  // nothing: any
};

class Asked {
 public:
  explicit Asked(const Question& question, RepairOptions options = {}) {
    model_ = *RunText(question.program);
    predicate_ = *model_->program().Find(question.relation);
    for (const auto& value : question.values) {
      pattern_.push_back(
          value.has_value()
              ? std::make_optional(model_->program().interning->symbols.Intern(*value))
              : std::nullopt);
    }
    AbsenceOptions all;
    all.repairs = std::move(options);
    if (all.repairs.writable.empty()) all.repairs.writable = GivenAreWritable(model_->program());
    base::Budget budget;
    absence_ = ExplainAbsence(*model_, predicate_, pattern_, all, &budget);
  }

  const absl::StatusOr<Absence>& result() const { return absence_; }

  std::string Failures() const {
    std::string out;
    for (const RuleFailure& failure : absence_->failures) {
      absl::StrAppend(&out, failure.rule, ": ", absl::StrJoin(failure.satisfied, ", "), " | ",
                      failure.failing, "\n");
    }
    return out;
  }

  std::string Repairs() const {
    std::string out;
    for (const Repair& repair : absence_->repairs.repairs) {
      for (const Fact& fact : repair.remove) absl::StrAppend(&out, "-", Text(fact), " ");
      for (const Fact& fact : repair.add) absl::StrAppend(&out, "+", Text(fact), " ");
      if (repair.alike > 0) absl::StrAppend(&out, "and ", repair.alike, " alike");
      out += "\n";
    }
    return out;
  }

  // Whether every repair makes the atom true, and none of its changes can be missed.
  void CheckRepairs() const {
    for (const Repair& repair : absence_->repairs.repairs) {
      EXPECT_TRUE(HoldsAfter(repair));
      for (size_t i = 0; i < repair.add.size(); ++i) {
        Repair less = repair;
        less.add.erase(less.add.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_FALSE(HoldsAfter(less)) << Text(repair.add[i]);
      }
    }
  }

 private:
  std::string Text(const Fact& fact) const {
    return ToText(fact, model_->program(), model_->interning());
  }

  bool HoldsAfter(const Repair& repair) const {
    base::Budget budget;
    const auto after = *Maintain(*model_, Normalize({repair.remove, repair.add}), &budget);
    bool holds = false;
    EXPECT_TRUE(Query(*after.model, predicate_, pattern_, 0, &budget, [&](TupleView) {
                  holds = true;
                  return false;
                }).ok());
    return holds;
  }

  std::shared_ptr<const Model> model_;
  PredicateId predicate_{};
  Pattern pattern_;
  absl::StatusOr<Absence> absence_;
};

constexpr char kStudied[] =
    ".decl claim(e:symbol,t:symbol,d:symbol) .decl one(e:symbol,how:symbol) "
    ".decl aims(t:symbol,x:symbol) .decl studied(x:symbol,d:symbol) "
    "claim(\"e1\",\"car19\",\"ms\"). one(\"e1\",\"many\"). claim(\"e2\",\"car19\",\"sle\"). "
    "one(\"e2\",\"single\"). aims(\"car19\",\"cd19\"). aims(\"carb\",\"bcma\"). "
    "studied(x,d) :- claim(e,t,d), one(e,\"single\"), aims(t,x). ";

TEST(ExplainAbsence, ShowsTheLongestPrefixAndTheFirstFailure) {
  EXPECT_EQ(Asked({kStudied, "studied", {"cd19", "ms"}}).Failures(),
            "0: claim(\"e1\", \"car19\", \"ms\") | one(\"e1\", \"single\")\n");
  EXPECT_EQ(Asked({kStudied, "studied", {"bcma", "sle"}}).Failures(),
            "0: claim(\"e2\", \"car19\", \"sle\"), one(\"e2\", \"single\") | aims(\"car19\", "
            "\"bcma\")\n");
  // Nothing is known of it, not even its name.
  EXPECT_EQ(Asked({kStudied, "studied", {"cd19", "flu"}}).Failures(),
            "0:  | claim(e, t, \"flu\")\n");
  // Partly bound.
  EXPECT_EQ(Asked({kStudied, "studied", {std::nullopt, "ms"}}).Failures(),
            "0: claim(\"e1\", \"car19\", \"ms\") | one(\"e1\", \"single\")\n");
}

TEST(ExplainAbsence, RulesThatGetFurtherComeFirstAndHeadsMustFit) {
  const char* text =
      ".decl a(x:symbol) .decl b(x:symbol) .decl c(x:symbol) .decl r(x:symbol) a(\"1\"). b(\"2\"). "
      "r(x) :- c(x), a(x). r(x) :- a(x), c(x). r(\"7\") :- a(_), c(_). r(x) :- x = \"1\", a(x), "
      "!a(x).";
  EXPECT_EQ(Asked({text, "r", {"1"}}).Failures(),
            "1: a(\"1\") | c(\"1\")\n"
            "3: \"1\" = \"1\", a(\"1\") | !a(\"1\")\n"
            "0:  | c(\"1\")\n");
}

TEST(Repairs, AddTheFewestFactsFirst) {
  const Asked asked({kStudied, "studied", {"cd19", "ms"}});
  EXPECT_EQ(asked.Repairs(),
            "-one(\"e1\", \"many\") +one(\"e1\", \"single\") \n"
            "+claim(\"e2\", \"car19\", \"ms\") \n"
            "+aims(\"?1\", \"cd19\") +claim(\"e2\", \"?1\", \"ms\") \n"
            "+claim(\"?1\", \"car19\", \"ms\") +one(\"?1\", \"single\") \n"
            "+aims(\"?2\", \"cd19\") +claim(\"?1\", \"?2\", \"ms\") +one(\"?1\", \"single\") \n");
  asked.CheckRepairs();
}

TEST(Repairs, FillOnlyWhatACuratorCanWrite) {
  RepairOptions options;
  const auto model = *RunText(kStudied);
  const Program& program = model->program();
  options.writable = GivenAreWritable(program);
  options.writable[Index(*program.Find("one"))] = {};
  EXPECT_EQ(Asked({kStudied, "studied", {"cd19", "ms"}}, options).Repairs(),
            "+claim(\"e2\", \"car19\", \"ms\") \n"
            "+aims(\"?1\", \"cd19\") +claim(\"e2\", \"?1\", \"ms\") \n");
  options.writable[Index(*program.Find("claim"))].prefixes[2] = {"diseases/"};
  const Asked none({kStudied, "studied", {"cd19", "ms"}}, options);
  EXPECT_EQ(none.Repairs(), "");
  EXPECT_TRUE(none.result()->repairs.complete);
}

// What is there is not made to say something else.
TEST(Repairs, LeaveWhatIsThereAsItIs) {
  const auto model = *RunText(kStudied);
  RepairOptions options;
  options.writable = GivenAreWritable(model->program());
  options.writable[Index(*model->program().Find("claim"))].of_new_only = true;
  EXPECT_EQ(Asked({kStudied, "studied", {"cd19", "ms"}}, options).Repairs(),
            "-one(\"e1\", \"many\") +one(\"e1\", \"single\") \n"
            "+claim(\"?1\", \"car19\", \"ms\") +one(\"?1\", \"single\") \n"
            "+aims(\"?2\", \"cd19\") +claim(\"?1\", \"?2\", \"ms\") +one(\"?1\", \"single\") \n");
}

TEST(Repairs, RemoveWhatStandsInTheWayOfANegation) {
  const char* text =
      ".decl a(x:symbol) .decl b(x:symbol) .decl c(x:symbol) .decl bad(x:symbol) .decl r(x:symbol) "
      "a(\"1\"). b(\"1\"). c(\"1\"). bad(x) :- b(x). bad(x) :- c(x). r(x) :- a(x), !bad(x).";
  const Asked asked({text, "r", {"1"}});
  EXPECT_EQ(asked.Repairs(), "-b(\"1\") -c(\"1\") \n");
  asked.CheckRepairs();
}

TEST(Repairs, GoThroughRecursion) {
  const char* text =
      ".decl e(x:symbol,y:symbol) .decl p(x:symbol,y:symbol) e(\"1\",\"2\"). e(\"3\",\"4\"). "
      "p(x,y) :- e(x,y). p(x,z) :- e(x,y), p(y,z).";
  const Asked asked({text, "p", {"1", "4"}});
  // Four edges would do alone; of those that are alike, two are shown.
  EXPECT_THAT(asked.Repairs(), HasSubstr("+e(\"2\", \"3\") \n+e(\"2\", \"4\") and 2 alike\n"));
  asked.CheckRepairs();
}

TEST(Repairs, MakeACountLarger) {
  const char* text =
      ".decl a(c:symbol,s:symbol) .decl r(c:symbol) a(\"c\",\"s\"). "
      "r(c) :- a(c,_), n = count : { a(c,_) }, n >= 2.";
  const Asked asked({text, "r", {"c"}});
  EXPECT_EQ(asked.Repairs(), "+a(\"c\", \"?1\") \n");
  EXPECT_FALSE(asked.result()->repairs.complete);
  asked.CheckRepairs();
}

TEST(Repairs, AreNotBelievedBeforeTheyAreTried) {
  // The added fact makes the negated one true as well.
  const char* text =
      ".decl a(x:symbol) .decl bad(x:symbol) .decl r(x:symbol) bad(x) :- a(x). r(x) :- a(x), "
      "!bad(x).";
  const Asked asked({text, "r", {"1"}});
  EXPECT_EQ(asked.Repairs(), "");
  EXPECT_GT(asked.result()->repairs.simulated, 0);
}

TEST(ExplainAbsence, RefusesWhatHolds) {
  EXPECT_EQ(Asked({kStudied, "studied", {"cd19", "sle"}}).result().status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// Every absent pair of random graphs has a repair of one edge, found and tried.
TEST(Repairs, AreFoundForEveryAbsentFact) {
  std::string text =
      ".decl e(x:symbol,y:symbol) .decl p(x:symbol,y:symbol) p(x,y) :- e(x,y). "
      "p(x,z) :- p(x,y), e(y,z). ";
  for (int i = 0; i < 6; ++i) absl::StrAppend(&text, "e(\"", i, "\",\"", (i * 3 + 1) % 7, "\"). ");
  const auto model = *RunText(text);
  const PredicateId p = *model->program().Find("p");
  for (int x = 0; x < 7; ++x) {
    for (int y = 0; y < 7; ++y) {
      const auto a = model->interning().symbols.Find(absl::StrCat(x));
      const auto b = model->interning().symbols.Find(absl::StrCat(y));
      if (a.has_value() && b.has_value() && model->Contains({p, {*a, *b}})) continue;
      const Asked asked({text.c_str(), "p", {absl::StrCat(x), absl::StrCat(y)}});
      ASSERT_FALSE(asked.result()->repairs.repairs.empty());
      EXPECT_EQ(asked.result()->repairs.repairs[0].add.size(), 1);
      asked.CheckRepairs();
    }
  }
}

}  // namespace
}  // namespace cartograph::rules
