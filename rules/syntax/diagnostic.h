// Diagnostic: a message about rule text, for its author. Not a Status.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

enum class Severity { kError, kWarning };

// A message with a stable code. `message` says what was written and why it is wrong; `suggestion`
// the likely meaning.
struct Diagnostic {
  std::string code;  // "E012", "W003": listed in rules/syntax/diagnostic_codes.h
  Severity severity = Severity::kError;
  SourceSpan span;
  std::string message;
  std::string suggestion;  // "" when there is no likely meaning
  struct Note {
    SourceSpan span;
    std::string message;
  };
  std::vector<Note> notes;
};

// path:line:column: error: message [E012], the line, carets below the span, and the suggestion.
std::string Render(const Diagnostic& diagnostic, const std::vector<SourceFile>& sources);

}  // namespace cartograph::rules
