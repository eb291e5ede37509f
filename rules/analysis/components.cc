#include "rules/analysis/components.h"

#include <iterator>
#include <utility>

namespace cartograph::rules {
namespace {

template <typename T>
void Append(std::vector<T> from, std::vector<T>* to) {
  to->insert(to->end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

ExpandedProgram ExpandComponents(ParsedSources parsed, DiagnosticList* diagnostics) {
  ExpandedProgram program;
  program.base_relations = parsed.base.relations.size();
  for (const InstanceSyntax& instance : parsed.items.instances) {
    diagnostics->Add(Code::kUnknownComponent, instance.span, "components are not instantiated yet");
  }
  for (ItemsSyntax* items : {&parsed.base, &parsed.items}) {
    Append(std::move(items->types), &program.types);
    Append(std::move(items->relations), &program.relations);
    Append(std::move(items->rules), &program.rules);
    Append(std::move(items->directives), &program.directives);
  }
  return program;
}

}  // namespace cartograph::rules
