#include "rules/rule_tests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/analysis/check_names.h"
#include "rules/analysis/check_types.h"
#include "rules/analysis/constants.h"
#include "rules/analysis/schema.h"
#include "rules/analysis/split.h"
#include "rules/engine/query.h"
#include "rules/syntax/rule_parser.h"

namespace cartograph::rules {
namespace {

constexpr size_t kFileBytesMax = 1 << 20;
constexpr size_t kDiagnosticsMax = 100;
constexpr size_t kNestingMax = 100;
constexpr size_t kFailuresMax = 100;  // of one test: what a person can read

// Reads the tests of one file.
class TestParser {
 public:
  TestParser(const SourceFile& source, uint32_t file, const Program& program, const Schema& schema,
             DiagnosticList* diagnostics)
      : source_(source),
        program_(program),
        schema_(schema),
        diagnostics_(*diagnostics),
        lexed_(Lex(source.text, file, kFileBytesMax, diagnostics)),
        cursor_(&lexed_, kNestingMax, diagnostics),
        parser_(&cursor_) {
    derived_.resize(program.predicates.size());
    for (const Rule& rule : program.rules) derived_[Index(rule.head.predicate)] = true;
  }

  std::vector<RuleTest> Run() {
    std::vector<RuleTest> tests;
    while (!cursor_.AtEnd()) {
      size_t begin = cursor_.index();
      RuleTest test = ParseTest();
      if (!cursor_.failed()) {
        tests.push_back(std::move(test));
        continue;
      }
      SkipTest();
      if (cursor_.index() == begin) cursor_.Next();
    }
    return tests;
  }

 private:
  enum class Section { kNone, kGiven, kExpect, kOnly };

  bool IsWord(absl::string_view word) const {
    return cursor_.IsName() && cursor_.Peek().text == word;
  }

  // The section that begins here; a relation may have the same name.
  Section SectionAt() const {
    if (cursor_.Peek(1).Is("(") || cursor_.Peek(1).Is(".")) return Section::kNone;
    if (IsWord("given")) return Section::kGiven;
    if (IsWord("expect")) return Section::kExpect;
    return IsWord("only") ? Section::kOnly : Section::kNone;
  }

  RuleTest ParseTest() {
    size_t begin = cursor_.index();
    RuleTest test;
    if (!IsWord("test") || cursor_.Peek(1).kind != TokenKind::kString) {
      cursor_.Fail(Code::kTestSyntax, cursor_.Peek().span, "a test begins with test \"title\" {");
      return test;
    }
    cursor_.Next();
    test.title = cursor_.Next().value;
    test.span = cursor_.SpanFrom(begin);
    cursor_.Expect("{", "before what the test gives and expects");
    Section section = Section::kNone;
    while (!cursor_.failed() && !cursor_.Is("}") && !cursor_.AtEnd()) {
      Section next = SectionAt();
      if (next != Section::kNone) {
        section = next;
        cursor_.Next();
      } else {
        ParseStatement(section, &test);
      }
    }
    cursor_.Expect("}", "to close the test");
    return test;
  }

  void ParseStatement(Section section, RuleTest* test) {
    switch (section) {
      case Section::kNone:
        return cursor_.Fail(Code::kTestSyntax, cursor_.Peek().span,
                            "expected given, expect or only");
      case Section::kGiven:
        return ParseGiven(test);
      case Section::kExpect:
        return ParseExpectation(test);
      case Section::kOnly:
        return ParseOnly(test);
    }
  }

  void ParseGiven(RuleTest* test) {
    AtomSyntax atom = parser_.ParseAtom();
    if (!cursor_.Expect(".", "at the end of a fact")) return;
    std::optional<std::vector<std::optional<Value>>> values = Resolve(atom, false);
    if (!values) return;
    Fact fact{.predicate = *schema_.Find(atom.name)};
    if (derived_[Index(fact.predicate)]) {
      diagnostics_.Add(Code::kTestNotGiven, atom.name_span,
                       absl::StrCat("'", atom.name, "' is derived by rules and cannot be given"),
                       "give the facts that it is derived from");
    }
    for (const std::optional<Value>& value : *values) fact.values.push_back(*value);
    test->given.push_back(std::move(fact));
  }

  void ParseExpectation(RuleTest* test) {
    bool negated = cursor_.Accept("!");
    AtomSyntax atom = parser_.ParseAtom();
    if (!cursor_.Expect(".", "at the end of a fact")) return;
    std::optional<std::vector<std::optional<Value>>> values = Resolve(atom, true);
    if (!values) return;
    test->expect.push_back(
        {.predicate = *schema_.Find(atom.name),
         .values = *std::move(values),
         .negated = negated,
         .text = source_.text.substr(atom.span.begin, atom.span.end - atom.span.begin),
         .span = atom.span});
  }

  void ParseOnly(RuleTest* test) {
    size_t begin = cursor_.index();
    std::string name = parser_.ParseQualifiedName("the name of a relation");
    SourceSpan span = cursor_.SpanFrom(begin);
    if (!cursor_.Expect(".", "after the name of a relation")) return;
    std::optional<PredicateId> id = schema_.Resolve(name, span, &diagnostics_);
    if (id) test->only.push_back({.predicate = *id, .span = span});
  }

  // The values of a fact; nothing, after a report, when it is not one. `_` is allowed in a pattern.
  std::optional<std::vector<std::optional<Value>>> Resolve(const AtomSyntax& atom, bool pattern) {
    size_t errors = diagnostics_.errors();
    CheckNames(atom, schema_, &diagnostics_);
    for (const TermSyntax& argument : atom.arguments) CheckConstant(argument, pattern);
    if (diagnostics_.errors() > errors) return std::nullopt;
    Clause clause{.head = atom, .fact = true};
    NumberTerms(&clause);
    CheckTypes(schema_, &clause, &diagnostics_);
    if (diagnostics_.errors() > errors) return std::nullopt;
    std::vector<std::optional<Value>> values;
    for (const TermSyntax& argument : clause.head.arguments) {
      values.push_back(ConstantValue(argument, clause, schema_, program_.interning.get()));
    }
    return values;
  }

  void CheckConstant(const TermSyntax& term, bool pattern) {
    bool unnamed = term.kind == TermSyntax::Kind::kUnnamed;
    bool constant =
        term.kind >= TermSyntax::Kind::kString && term.kind <= TermSyntax::Kind::kBranch;
    if (!constant && !(unnamed && pattern)) {
      diagnostics_.Add(Code::kTestNotConstant, term.span,
                       unnamed ? "'_' cannot stand here" : "a fact of a test is made of constants",
                       term.kind == TermSyntax::Kind::kVariable
                           ? absl::StrCat("a symbol is written \"", term.text, "\"")
                           : "");
      return;
    }
    for (const TermSyntax& argument : term.arguments) CheckConstant(argument, false);
  }

  // Behind the test that failed, or as far as its end can be told.
  void SkipTest() {
    cursor_.Recover(cursor_.index());
    while (!cursor_.AtEnd() && !(IsWord("test") && cursor_.Peek(1).kind == TokenKind::kString))
      cursor_.Next();
  }

  const SourceFile& source_;
  const Program& program_;
  const Schema& schema_;
  DiagnosticList& diagnostics_;
  const LexedText lexed_;
  TokenCursor cursor_;
  RuleParser parser_;
  std::vector<bool> derived_;  // by predicate
};

bool Matches(const std::vector<std::optional<Value>>& pattern, TupleView values) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] && *pattern[i] != values[i]) return false;
  }
  return true;
}

// Compares one model with what its test expects.
class TestJudge {
 public:
  TestJudge(const RuleTest& test, const Model& model, base::Budget* budget)
      : test_(test), model_(model), budget_(*budget) {}

  absl::StatusOr<std::vector<RuleTestFailure>> Run() {
    for (const RuleTest::Expectation& expectation : test_.expect) {
      RETURN_IF_ERROR(Judge(expectation));
    }
    for (const RuleTest::Only& only : test_.only) RETURN_IF_ERROR(Judge(only));
    return std::move(failures_);
  }

 private:
  absl::Status Judge(const RuleTest::Expectation& expectation) {
    bool found = false;
    RETURN_IF_ERROR(Query(model_, expectation.predicate, expectation.values, 0, &budget_,
                          [&](TupleView values) {
                            found = true;
                            return expectation.negated &&
                                   AddUnexpected(expectation.predicate, values, expectation.span);
                          }));
    if (!found && !expectation.negated && failures_.size() < kFailuresMax) {
      failures_.push_back({RuleTestFailure::Kind::kMissing, expectation.text, expectation.span});
    }
    return absl::OkStatus();
  }

  absl::Status Judge(const RuleTest::Only& only) {
    std::vector<std::optional<Value>> any(model_.program().predicate(only.predicate).arity());
    return Query(model_, only.predicate, any, 0, &budget_, [&](TupleView values) {
      for (const RuleTest::Expectation& expectation : test_.expect) {
        bool expected = !expectation.negated && expectation.predicate == only.predicate;
        if (expected && Matches(expectation.values, values)) return true;
      }
      return AddUnexpected(only.predicate, values, only.span);
    });
  }

  // Whether there is room for more.
  bool AddUnexpected(PredicateId predicate, TupleView values, SourceSpan span) {
    Fact fact{predicate, Tuple(values.begin(), values.end())};
    failures_.push_back({RuleTestFailure::Kind::kUnexpected,
                         ToText(fact, model_.program(), model_.interning()), span});
    return failures_.size() < kFailuresMax;
  }

  const RuleTest& test_;
  const Model& model_;
  base::Budget& budget_;
  std::vector<RuleTestFailure> failures_;
};

}  // namespace

std::vector<Rows> GivenRows(const RuleTest& test, const Program& program) {
  std::vector<Rows> rows(program.predicates.size());
  for (uint32_t id = 0; id < rows.size(); ++id) rows[id].predicate = static_cast<PredicateId>(id);
  for (const Fact& fact : test.given) {
    Rows& of_predicate = rows[Index(fact.predicate)];
    of_predicate.values.insert(of_predicate.values.end(), fact.values.begin(), fact.values.end());
    of_predicate.present = true;
  }
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const Rows& r) { return !r.present; }),
             rows.end());
  return rows;
}

ParsedRuleTests ParseRuleTests(const std::vector<SourceFile>& files, const Program& program) {
  DiagnosticList diagnostics(kDiagnosticsMax);
  Schema schema = MakeSchema(ExpandedProgram{}, &program, &diagnostics);
  ParsedRuleTests parsed;
  for (uint32_t file = 0; file < files.size(); ++file) {
    for (RuleTest& test : TestParser(files[file], file, program, schema, &diagnostics).Run()) {
      parsed.tests.push_back(std::move(test));
    }
  }
  if (diagnostics.has_errors()) parsed.tests.clear();
  parsed.diagnostics = diagnostics.Take();
  return parsed;
}

absl::StatusOr<std::vector<RuleTestResult>> RunRuleTests(std::shared_ptr<const Program> program,
                                                         const std::vector<RuleTest>& tests,
                                                         base::Budget* budget) {
  std::vector<RuleTestResult> results;
  for (const RuleTest& test : tests) {
    RuleTestResult result{.title = test.title, .span = test.span};
    absl::StatusOr<std::shared_ptr<const Model>> model =
        Evaluate(program, GivenRows(test, *program), budget);
    if (absl::IsInvalidArgument(model.status())) {
      result.error = std::string(model.status().message());
    } else {
      RETURN_IF_ERROR(model.status());
      ASSIGN_OR_RETURN(result.failures, TestJudge(test, **model, budget).Run());
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::string Render(const RuleTestResult& result, const std::vector<SourceFile>& files) {
  auto place = [&](SourceSpan span) {
    LineColumn at = PlaceOf(files[span.file].text, span.begin);
    return absl::StrCat(files[span.file].path, ":", at.line, ":", at.column);
  };
  if (result.passed()) return absl::StrCat("pass  ", result.title, "\n");
  std::string text = absl::StrCat("FAIL  ", result.title, "  (", place(result.span), ")\n");
  if (!result.error.empty()) absl::StrAppend(&text, "      error: ", result.error, "\n");
  for (const RuleTestFailure& failure : result.failures) {
    bool missing = failure.kind == RuleTestFailure::Kind::kMissing;
    absl::StrAppend(&text, "      ", missing ? "missing:    " : "unexpected: ", failure.fact, "  (",
                    place(failure.span), ")\n");
  }
  return text;
}

std::vector<std::string> FailureTexts(const RuleTestResult& result,
                                      const std::vector<SourceFile>& files) {
  std::vector<std::string> texts;
  if (!result.error.empty()) texts.push_back(result.error);
  for (const RuleTestFailure& failure : result.failures) {
    const bool missing = failure.kind == RuleTestFailure::Kind::kMissing;
    const uint32_t line = PlaceOf(files[failure.span.file].text, failure.span.begin).line;
    texts.push_back(
        absl::StrCat(missing ? "missing: " : "unexpected: ", failure.fact, " (line ", line, ")"));
  }
  return texts;
}

}  // namespace cartograph::rules
