// What the caller of Compile may choose.

#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace cartograph::rules {

struct Program;

struct CompileOptions {
  // Declarations of the base relations, generated from the proto annotations: types and `.decl`s
  // that every source sees as if included first. Their predicates get Predicate::base. Empty for
  // the offline runner.
  std::string base_schema;
  // A program whose predicates and types the sources may use as if they were base relations (ad-hoc
  // questions over a pack). Its predicates keep their ids; the result's own follow. May be null.
  const Program* given = nullptr;
  // Reads a file named by `.include`, given the path as written; nothing when it is not there. Null
  // forbids includes.
  std::function<std::optional<std::string>(const std::string& path)> read_include;
  size_t text_bytes_max = 1 << 20;  // of one source: a rule pack is written by people
  size_t diagnostics_max = 100;     // further ones are counted in one last diagnostic
  size_t nesting_max =
      200;  // of terms, bodies and components: bounds every recursion over the tree
};

}  // namespace cartograph::rules
