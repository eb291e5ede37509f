#include "rules/compile.h"

#include <utility>

#include "rules/analysis/analyze.h"
#include "rules/analysis/lower.h"
#include "rules/analysis/stratify.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {
namespace {

void LowerDirectives(const AnalyzedProgram& analyzed, Program* program) {
  for (const DirectiveSyntax& syntax : analyzed.expanded.directives) {
    for (const std::string& relation : syntax.relations) {
      program->directives.push_back({.kind = static_cast<Directive::Kind>(syntax.kind),
                                     .predicate = *analyzed.schema.Find(relation),
                                     .parameters = syntax.parameters});
    }
  }
}

std::shared_ptr<Program> Lower(AnalyzedProgram analyzed, std::shared_ptr<Interning> interning,
                               DiagnosticList* diagnostics) {
  auto program = std::make_shared<Program>();
  program->sources = analyzed.sources;
  program->interning = std::move(interning);
  program->types = analyzed.schema.types.types();
  program->predicates = analyzed.schema.predicates;
  for (const auto& [name, id] : analyzed.schema.by_name) {
    if (!program->predicate(id).generated) program->predicate_by_name.emplace(name, id);
  }
  for (const Clause& clause : analyzed.clauses) {
    LowerClause(clause, analyzed.expanded.rules[clause.rule], analyzed.schema, program.get(),
                diagnostics);
  }
  LowerDirectives(analyzed, program.get());
  Stratify(program.get(), diagnostics);
  return program;
}

}  // namespace

CompileResult Compile(std::vector<SourceFile> sources, std::shared_ptr<Interning> interning,
                      const CompileOptions& options) {
  DiagnosticList diagnostics(options.diagnostics_max);
  AnalyzedProgram analyzed = Analyze(std::move(sources), options, &diagnostics);
  CompileResult result{.sources = analyzed.sources};
  if (!diagnostics.has_errors()) {
    result.program = Lower(std::move(analyzed), std::move(interning), &diagnostics);
  }
  if (diagnostics.has_errors()) result.program = nullptr;
  result.diagnostics = diagnostics.Take();
  return result;
}

}  // namespace cartograph::rules
