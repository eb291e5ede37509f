#include "services/proof_export.h"

#include "absl/strings/match.h"
#include "rules/engine/term_text.h"
#include "rules/syntax/source.h"
#include "services/proto_convert.h"

namespace cartograph::services {
namespace {

// Variables that the compiler made have no name, or one that nobody can write.
bool IsWritten(absl::string_view name) { return !name.empty() && !absl::StrContains(name, '\''); }

}  // namespace

ProofExport::ProofExport(const rules::Model& model, absl::string_view base_schema) : model_(model) {
  const rules::Program& program = model.program();
  for (const rules::SourceFile& source : program.sources) {
    const bool is_base = !base_schema.empty() && source.text == base_schema;
    has_base_ = has_base_ || is_base;
    texts_.insert(is_base ? texts_.begin() : texts_.end(), &source);
  }
  for (const rules::Rule& rule : program.rules) {
    rules_.push_back(PlaceOf(rule.span));
  }
  for (const rules::GivenFact& fact : program.facts) {
    text_facts_.emplace(rules::Fact{fact.predicate, fact.values}, PlaceOf(fact.span));
  }
}

ProofExport::Place ProofExport::PlaceOf(const rules::SourceSpan& span) const {
  const rules::SourceFile& source = model_.program().sources[span.file];
  const rules::LineColumn place = rules::PlaceOf(source.text, span.begin);
  return {source.path, place.line, place.column};
}

void ProofExport::ToProto(const rules::ProofStep& step, v1::ProvedFact* out) const {
  services::ToProto(step.fact.predicate, step.fact.values, model_, out->mutable_fact());
  if (step.closure) {
    AddPremises(step, out->mutable_step());
    return;
  }
  const auto in_text = text_facts_.find(step.fact);
  if (!step.rule.has_value() && in_text == text_facts_.end()) {
    return;
  }
  const Place& place = step.rule.has_value() ? rules_[*step.rule] : in_text->second;
  v1::ProofStep* proof = out->mutable_step();
  proof->set_file(place.file);
  proof->set_line(place.line);
  proof->set_column(place.column);
  if (!step.rule.has_value()) {
    return;
  }
  FillBindings(step, model_.program().rules[*step.rule], proof);
  AddPremises(step, proof);
}

void ProofExport::AddPremises(const rules::ProofStep& step, v1::ProofStep* out) const {
  for (const rules::Fact& premise : step.premises) {
    services::ToProto(premise.predicate, premise.values, model_, out->add_premises());
  }
}

void ProofExport::FillBindings(const rules::ProofStep& step, const rules::Rule& rule,
                               v1::ProofStep* out) const {
  const rules::TermWriter writer(model_.program(), model_.interning(), rule, step.values);
  const auto is_shown = [&](uint32_t variable) {
    return IsWritten(rule.variables[variable]) && step.values[variable].has_value();
  };
  absl::flat_hash_map<absl::string_view, int> times;
  for (uint32_t variable = 0; variable < rule.variables.size(); ++variable) {
    times[rule.variables[variable]] += is_shown(variable) ? 1 : 0;
  }
  for (uint32_t variable = 0; variable < rule.variables.size(); ++variable) {
    // Witnesses and inline relations bring variables of one name: the premises tell them apart.
    if (!is_shown(variable) || times[rule.variables[variable]] > 1) {
      continue;
    }
    v1::Value& value = (*out->mutable_bindings())[rule.variables[variable]];
    const rules::ValueKind kind = rule.variable_kinds[variable];
    services::ToProto(*step.values[variable], kind, model_.interning(), &value);
    if (kind == rules::ValueKind::kRecord) {
      value.set_record(writer.VariableText(variable));
    }
  }
}

}  // namespace cartograph::services
