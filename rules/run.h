// RunProgram: the offline runner behind `cartograph eval`: a program on fact files, as Soufflé's
// command line runs it.

#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "base/budget.h"
#include "rules/analysis/program.h"
#include "rules/engine/evaluate.h"

namespace cartograph::rules {

struct RunOptions {
  std::string facts_dir = ".";   // -F: where `.input` files are
  std::string output_dir = ".";  // -D: where `.output` files go; "-" for `out`
  EvaluateOptions evaluate;
};

// Reads what `.input` names (NAME.facts, tab-separated), evaluates, and writes what `.output` names
// (NAME.csv, or to `out`) and the counts of `.printsize` to `out`; io_parameters.h has their
// parameters. A relation that grows past its `.limitsize` is an error: where to stop would depend
// on the order of evaluation.
//
// Errors: INVALID_ARGUMENT and NOT_FOUND name the file, line and column; UNAVAILABLE a file that
// cannot be written; else as Evaluate.
absl::Status RunProgram(const std::shared_ptr<const Program>& program, const RunOptions& options,
                        base::Budget* budget, std::ostream* out);

}  // namespace cartograph::rules
