// Compile: rule text in, a Program or diagnostics out. The front door of rules/.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/analysis/program.h"
#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct CompileOptions {
  // Declarations of the base relations, generated from the proto annotations: types and `.decl`s that every source sees as
  // if included first. Their predicates get Predicate::base. Empty for the offline runner.
  std::string base_schema;
  // A program whose predicates and types the sources may use as if they were base relations (ad-hoc questions over a
  // pack). Its predicates keep their ids; the result's own follow. May be null.
  const Program* given = nullptr;
  // Reads a file named by `.include`, given the path as written; nothing when it is not there. Null forbids includes.
  std::function<std::optional<std::string>(const std::string& path)> read_include;
  // Values of `#define`-like macros are not supported; sources with a C preprocessor directive get a diagnostic.
  size_t text_bytes_max = 1 << 20;   // of one source: a rule pack is written by people
  size_t diagnostics_max = 100;      // further ones are counted in one last diagnostic
  size_t nesting_max = 200;          // of terms, bodies and components: bounds every recursion over the tree
};

struct CompileResult {
  std::shared_ptr<const Program> program;  // null exactly when `diagnostics` holds an error
  std::vector<Diagnostic> diagnostics;     // errors and warnings, in order of place
  std::vector<SourceFile> sources;         // with those that includes brought in: spans refer to these
};

// Compiles `sources` as one program. Constants are interned in `interning`, which the program keeps.
CompileResult Compile(std::vector<SourceFile> sources, std::shared_ptr<Interning> interning,
                      const CompileOptions& options = {});

}  // namespace cartograph::rules
