#include "rules/analysis/analyze.h"

#include <utility>

#include "rules/analysis/check_names.h"
#include "rules/analysis/check_safety.h"
#include "rules/analysis/check_types.h"
#include "rules/analysis/check_use.h"
#include "rules/analysis/components.h"
#include "rules/analysis/includes.h"
#include "rules/analysis/inline_relations.h"
#include "rules/analysis/scopes.h"
#include "rules/analysis/split.h"
#include "rules/analysis/sum_bodies.h"

namespace cartograph::rules {
namespace {

// The checked clauses of one rule; none when something in it is reported.
std::vector<Clause> AnalyzeRule(const RuleSyntax& rule, uint32_t number, const Schema& schema,
                                DiagnosticList* diagnostics) {
  size_t errors = diagnostics->errors();
  CheckNames(rule, schema, diagnostics);
  if (diagnostics->errors() > errors) return {};
  std::vector<Clause> clauses = SplitRule(rule, number, diagnostics);
  for (Clause& clause : clauses) {
    ResolveScopes(&clause, diagnostics);
    if (diagnostics->errors() > errors) break;
    CheckSafety(clause, schema.is_inline[Index(*schema.Find(clause.head.name))], diagnostics);
    if (diagnostics->errors() == errors) CheckTypes(schema, &clause, diagnostics);
  }
  return clauses;
}

}  // namespace

AnalyzedProgram Analyze(std::vector<SourceFile> sources, const CompileOptions& options,
                        DiagnosticList* diagnostics) {
  AnalyzedProgram program{.sources = std::move(sources), .schema = Schema(nullptr)};
  ParsedSources parsed = ParseSources(&program.sources, options, diagnostics);
  if (diagnostics->has_errors()) return program;
  program.expanded = ExpandComponents(std::move(parsed), diagnostics);
  if (diagnostics->has_errors()) return program;
  program.schema = MakeSchema(program.expanded, options.given, diagnostics);
  if (diagnostics->has_errors()) return program;
  for (uint32_t number = 0; number < program.expanded.rules.size(); ++number) {
    for (Clause& clause :
         AnalyzeRule(program.expanded.rules[number], number, program.schema, diagnostics)) {
      program.clauses.push_back(std::move(clause));
    }
  }
  for (const DirectiveSyntax& directive : program.expanded.directives) {
    CheckNames(directive, program.schema, diagnostics);
  }
  if (!diagnostics->has_errors()) {
    CheckUse(program.expanded, program.schema, program.clauses, diagnostics);
    InlineRelations(program.expanded, &program.schema, &program.clauses, diagnostics);
  }
  if (!diagnostics->has_errors()) {
    MaterializeSumBodies(&program.schema, &program.clauses, diagnostics);
  }
  return program;
}

}  // namespace cartograph::rules
