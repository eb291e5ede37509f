// Schema: the types and predicates of a program, by name.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rules/analysis/expanded_program.h"
#include "rules/analysis/program.h"
#include "rules/analysis/type_table.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

struct Schema {
  explicit Schema(const Program* given) : types(given) {}

  TypeTable types;
  std::vector<Predicate> predicates;  // those of the given program first
  std::vector<std::optional<SourceSpan>>
      predicate_spans;  // of the declared name; nothing for given ones
  std::vector<bool> is_inline;
  absl::flat_hash_map<std::string, PredicateId> by_name;

  std::optional<PredicateId> Find(absl::string_view name) const;
  const Predicate& predicate(PredicateId id) const { return predicates[Index(id)]; }
  // As Find; reports an unknown name at `span`.
  std::optional<PredicateId> Resolve(const std::string& name, SourceSpan span,
                                     DiagnosticList* diagnostics) const;
};

// The schema of `program`, over that of `given` (may be null).
Schema MakeSchema(const ExpandedProgram& program, const Program* given,
                  DiagnosticList* diagnostics);

}  // namespace cartograph::rules
