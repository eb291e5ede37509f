// DiagnosticList: the diagnostics of one run, as they are found.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rules/syntax/diagnostic.h"
#include "rules/syntax/diagnostic_codes.h"

namespace cartograph::rules {

// Collects diagnostics up to a limit; further ones are counted and reported as one.
class DiagnosticList {
 public:
  explicit DiagnosticList(size_t diagnostics_max) : diagnostics_max_(diagnostics_max) {}

  void Add(Code code, SourceSpan span, std::string message, std::string suggestion = "");
  void Add(Code code, SourceSpan span, std::string message, std::vector<Diagnostic::Note> notes);
  void Add(Diagnostic diagnostic);

  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }
  // Further ones are only counted, so nothing is gained by working out what they would say.
  bool full() const { return diagnostics_.size() >= diagnostics_max_; }
  // The diagnostics in order of place, without exact repeats; this list is empty afterwards.
  std::vector<Diagnostic> Take();

 private:
  void DropOvershadowed();

  const size_t diagnostics_max_;
  std::vector<Diagnostic> diagnostics_;
  size_t errors_ = 0;
  size_t left_out_ = 0;
  bool error_left_out_ = false;
};

}  // namespace cartograph::rules
