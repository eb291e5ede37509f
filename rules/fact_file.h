// Fact files: rows of one relation as text, a line a fact.
//
//   file   := {line "\n"}            "\r" before the end of a line is dropped
//   line   := field {delimiter field} one field a column; "()" for a relation without columns
//   field  := what ParseValue reads, what AppendText writes in TextStyle::kTable
//
// With rfc4180 a field may stand in double quotes, a quote in it doubled; then it may hold the
// delimiter, but no line end.

#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rules/engine/evaluate.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

struct FactFileFormat {
  std::string delimiter = "\t";
  bool headers = false;  // the first line names the columns
  bool rfc4180 = false;
};

// The rows of the file at `path`. Reads in pieces: memory is that of the rows.
//
// Errors: NOT_FOUND when the file cannot be opened; INVALID_ARGUMENT as "path:line: column x: …".
absl::StatusOr<Rows> ReadFactFile(const std::string& path, PredicateId predicate,
                                  const FactFileFormat& format, const Program& program);

// Writes every fact of `predicate`.
void WriteFacts(const Model& model, PredicateId predicate, const FactFileFormat& format,
                std::ostream* out);

}  // namespace cartograph::rules
