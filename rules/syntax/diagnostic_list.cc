#include "rules/syntax/diagnostic_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace cartograph::rules {

void DiagnosticList::Add(Code code, SourceSpan span, std::string message, std::string suggestion) {
  Add({.code = std::string(EntryOf(code).id),
       .severity = SeverityOf(code),
       .span = span,
       .message = std::move(message),
       .suggestion = std::move(suggestion)});
}

void DiagnosticList::Add(Code code, SourceSpan span, std::string message,
                         std::vector<Diagnostic::Note> notes) {
  Add({.code = std::string(EntryOf(code).id),
       .severity = SeverityOf(code),
       .span = span,
       .message = std::move(message),
       .notes = std::move(notes)});
}

void DiagnosticList::Add(Diagnostic diagnostic) {
  bool error = diagnostic.severity == Severity::kError;
  errors_ += error ? 1 : 0;
  if (diagnostics_.size() < diagnostics_max_) {
    diagnostics_.push_back(std::move(diagnostic));
    return;
  }
  ++left_out_;
  error_left_out_ |= error;
}

// A warning where an error stands says nothing more: a variable that nothing binds also stands only
// once.
void DiagnosticList::DropOvershadowed() {
  std::vector<SourceSpan> spans;
  for (const Diagnostic& diagnostic : diagnostics_) {
    if (diagnostic.severity == Severity::kError) spans.push_back(diagnostic.span);
  }
  auto overshadowed = [&](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kWarning &&
           std::find(spans.begin(), spans.end(), diagnostic.span) != spans.end();
  };
  diagnostics_.erase(std::remove_if(diagnostics_.begin(), diagnostics_.end(), overshadowed),
                     diagnostics_.end());
}

std::vector<Diagnostic> DiagnosticList::Take() {
  auto place = [](const Diagnostic& d) {
    return std::tie(d.span.file, d.span.begin, d.span.end, d.code, d.message);
  };
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return place(a) < place(b); });
  diagnostics_.erase(
      std::unique(diagnostics_.begin(), diagnostics_.end(),
                  [&](const Diagnostic& a, const Diagnostic& b) { return place(a) == place(b); }),
      diagnostics_.end());
  DropOvershadowed();
  if (left_out_ > 0) {
    SourceSpan span = diagnostics_.empty() ? SourceSpan{} : diagnostics_.back().span;
    diagnostics_.push_back(
        {.code = std::string(EntryOf(Code::kMoreDiagnostics).id),
         .severity = error_left_out_ ? Severity::kError : Severity::kWarning,
         .span = span,
         .message = absl::StrCat(left_out_, " further diagnostics are not shown")});
  }
  errors_ = 0;
  left_out_ = 0;
  error_left_out_ = false;
  return std::exchange(diagnostics_, {});
}

}  // namespace cartograph::rules
