#include "kb/pack_tests.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/rule_packs.h"
#include "rules/rule_tests.h"

namespace cartograph::kb {
namespace {

void Shift(size_t files, rules::SourceSpan* span) { span->file += static_cast<uint32_t>(files); }

// Adds what was found in `test_files` to a compilation that had sources of its own.
void AddDiagnostics(std::vector<rules::SourceFile> test_files,
                    std::vector<rules::Diagnostic> diagnostics, rules::CompileResult* compiled) {
  for (rules::Diagnostic& diagnostic : diagnostics) {
    Shift(compiled->sources.size(), &diagnostic.span);
    for (rules::Diagnostic::Note& note : diagnostic.notes) {
      Shift(compiled->sources.size(), &note.span);
    }
    if (diagnostic.severity == rules::Severity::kError) {
      compiled->program = nullptr;
    }
    compiled->diagnostics.push_back(std::move(diagnostic));
  }
  std::move(test_files.begin(), test_files.end(), std::back_inserter(compiled->sources));
}

v1::RuleTestResult ToProto(const rules::RuleTestResult& result,
                           const std::vector<rules::SourceFile>& files) {
  v1::RuleTestResult proto;
  const rules::SourceFile& file = files[result.span.file];
  proto.set_title(result.title);
  proto.set_path(file.path);
  proto.set_line(rules::PlaceOf(file.text, result.span.begin).line);
  proto.set_passed(result.passed());
  for (std::string& text : rules::FailureTexts(result, files)) {
    proto.add_failures(std::move(text));
  }
  return proto;
}

}  // namespace

absl::StatusOr<std::vector<v1::RuleTestResult>> RunPackTests(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files, base::Budget* budget,
    rules::CompileResult* compiled) {
  std::vector<rules::SourceFile> test_files;
  for (const v1::RuleFile& file : files) {
    if (IsTestFile(file)) {
      test_files.push_back({file.path(), file.text()});
    }
  }
  rules::ParsedRuleTests parsed = rules::ParseRuleTests(test_files, *compiled->program);
  std::vector<v1::RuleTestResult> results;
  ASSIGN_OR_RETURN(std::vector<rules::RuleTestResult> ran,
                   rules::RunRuleTests(compiled->program, parsed.tests, budget));
  for (const rules::RuleTestResult& result : ran) {
    results.push_back(ToProto(result, test_files));
  }
  AddDiagnostics(std::move(test_files), std::move(parsed.diagnostics), compiled);
  return results;
}

}  // namespace cartograph::kb
