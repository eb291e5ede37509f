// Rule tests: small worlds and what the rules of a pack should derive from them. A pack's tests
// stand in tests/*.test.
//
//   tests   := test*
//   test    := "test" string "{" section* "}"
//   section := "given"  (fact ".")*            facts of base relations, or of relations that no
//   rule defines
//            | "expect" (["!"] fact ".")*      what holds, or with ! does not; `_` stands for any
//            value | "only"   (relation ".")*        these relations hold nothing but what `expect`
//            lists
//
//   test "a review says nothing about a target" {
//     given   evidence("evidence/e1", "sources/s1", "accepted").
//     expect  studied_in("targets/a", "diseases/d").  !studied_in("targets/b", _).
//     only    studied_in.
//   }
//
// Comments are those of rule text.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "rules/analysis/program.h"
#include "rules/engine/evaluate.h"
#include "rules/facts/fact.h"
#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct RuleTest {
  struct Expectation {
    PredicateId predicate{};
    std::vector<std::optional<Value>> values;  // nothing for `_`
    bool negated = false;
    std::string text;  // as written, without the dot
    SourceSpan span;
  };
  struct Only {
    PredicateId predicate{};
    SourceSpan span;
  };
  std::string title;
  SourceSpan span;
  std::vector<Fact> given;
  std::vector<Expectation> expect;
  std::vector<Only> only;
};

struct ParsedRuleTests {
  std::vector<RuleTest> tests;  // of all files, in order; empty when `diagnostics` holds an error
  std::vector<Diagnostic> diagnostics;  // spans refer to the files given
};

// Parses test files for `program`. Their constants are interned in the program's interning: for
// tests of a pack that is not active yet, compile it with an interning of its own.
ParsedRuleTests ParseRuleTests(const std::vector<SourceFile>& files, const Program& program);

// The facts that `test` gives, as Evaluate takes them.
std::vector<Rows> GivenRows(const RuleTest& test, const Program& program);

struct RuleTestFailure {
  enum class Kind { kMissing, kUnexpected };
  Kind kind = Kind::kMissing;
  std::string fact;  // as rule text writes it
  SourceSpan span;   // of the expectation that failed
};

struct RuleTestResult {
  std::string title;
  SourceSpan span;
  std::string error;                      // an error in arithmetic ended the evaluation; "" usually
  std::vector<RuleTestFailure> failures;  // at most 100

  bool passed() const { return error.empty() && failures.empty(); }
};

// Evaluates `program` once for each test over its given facts. Errors: RESOURCE_EXHAUSTED,
// CANCELLED and DEADLINE_EXCEEDED from the budget, which all tests share.
absl::StatusOr<std::vector<RuleTestResult>> RunRuleTests(std::shared_ptr<const Program> program,
                                                         const std::vector<RuleTest>& tests,
                                                         base::Budget* budget);

// One line for a test that passed; for others what was missing and unexpected, with places.
std::string Render(const RuleTestResult& result, const std::vector<SourceFile>& files);

// A line for the error or for each failure: `missing: studied_in("targets/a","diseases/d") (line
// 7)`.
std::vector<std::string> FailureTexts(const RuleTestResult& result,
                                      const std::vector<SourceFile>& files);

}  // namespace cartograph::rules
