// Fact files: rows of one relation as text, a line a fact, as Soufflé reads and writes them.
//
//   file   := {line "\n"}            "\r" before the end of a line is dropped
//   line   := field {delimiter field} one field a column, more are ignored; anything for a relation
//                                     without columns, which is written "()"
//   field  := what ParseValue reads, what AppendText writes in TextStyle::kTable
//
// With a comma in the delimiter a field runs on to the end of its [brackets]. With rfc4180 a field
// may stand in double quotes, a quote in it doubled; then it may hold delimiters and line ends.
// Symbols, records and branches are written so.

#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rules/analysis/io_parameters.h"
#include "rules/engine/evaluate.h"
#include "rules/facts/model.h"

namespace cartograph::rules {

// The rows of the file at `path`. Reads in pieces: memory is that of the rows.
//
// Errors: NOT_FOUND when the file cannot be opened; INVALID_ARGUMENT as "path:line: column x: …".
absl::StatusOr<Rows> ReadFactFile(const std::string& path, PredicateId predicate,
                                  const IoParameters& format, const Program& program);

// The names of the columns, as a line.
void WriteHeader(const Predicate& predicate, const IoParameters& format, std::ostream* out);

// Writes every fact of `predicate`.
void WriteFacts(const Model& model, PredicateId predicate, const IoParameters& format,
                std::ostream* out);

}  // namespace cartograph::rules
