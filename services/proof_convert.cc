#include "services/proof_convert.h"

#include <string>
#include <utility>

#include "base/status.h"
#include "kb/proof_ids.h"
#include "kb/proof_prose.h"
#include "services/proto_convert.h"

namespace cartograph::services {
namespace {

v1::ProofNodeKind KindOf(rules::ProofNode::Kind kind) {
  switch (kind) {
    case rules::ProofNode::Kind::kGiven:
      return v1::PROOF_NODE_KIND_BASE;
    case rules::ProofNode::Kind::kDerived:
      return v1::PROOF_NODE_KIND_DERIVED;
    case rules::ProofNode::Kind::kAbsence:
      return v1::PROOF_NODE_KIND_ABSENCE;
    case rules::ProofNode::Kind::kAggregate:
      return v1::PROOF_NODE_KIND_AGGREGATE;
    case rules::ProofNode::Kind::kConstraint:
      return v1::PROOF_NODE_KIND_CONSTRAINT;
    case rules::ProofNode::Kind::kCut:
      return v1::PROOF_NODE_KIND_CUT;
  }
  return v1::PROOF_NODE_KIND_UNSPECIFIED;
}

bool HasFact(const rules::ProofNode& node) {
  return node.kind != rules::ProofNode::Kind::kAggregate &&
         node.kind != rules::ProofNode::Kind::kConstraint;
}

// The columns of an absence that are not fixed have no value to show.
void FillAbsence(const rules::ProofNode& node, const rules::Model& model, v1::ProofNode* out) {
  const rules::Predicate& predicate = model.program().predicate(node.fact.predicate);
  out->mutable_fact()->set_predicate(predicate.name);
  for (size_t i = 0; i < node.bound.size(); ++i) {
    out->add_fixed_columns(node.bound[i]);
    v1::Value* value = out->mutable_fact()->add_values();
    if (!node.bound[i]) continue;
    ToProto(node.fact.values[i], predicate.columns[i], model.program(), model.interning(), value);
  }
}

absl::Status FillOrigin(const rules::Fact& fact, kb::ProofLeaves* leaves, v1::ProofNode* out) {
  ASSIGN_OR_RETURN(kb::BaseFactOrigin origin, leaves->OriginOf(fact));
  out->set_entity(origin.entity);
  for (v1::EvidenceLeaf& leaf : origin.evidence) *out->add_evidence() = std::move(leaf);
  return absl::OkStatus();
}

absl::Status FillNode(const rules::ProofNode& node, const rules::Model& model,
                      kb::ProofLeaves* leaves, v1::ProofNode* out) {
  const rules::Program& program = model.program();
  out->set_kind(KindOf(node.kind));
  out->set_text(node.text);
  out->set_steps(node.steps);
  for (uint32_t premise : node.premises) out->add_premises(premise);
  if (node.rule.has_value()) ToProto(program.rules[*node.rule], program, out->mutable_rule());
  for (const auto& [variable, value] : node.bindings) {
    v1::Binding* binding = out->add_bindings();
    binding->set_variable(variable);
    binding->set_value(value);
  }
  if (node.kind == rules::ProofNode::Kind::kAbsence) {
    FillAbsence(node, model, out);
  } else if (HasFact(node)) {
    ToProto(node.fact.predicate, node.fact.values, model, out->mutable_fact());
  }
  const bool from_entity =
      node.kind == rules::ProofNode::Kind::kGiven && program.predicate(node.fact.predicate).base;
  return from_entity ? FillOrigin(node.fact, leaves, out) : absl::OkStatus();
}

}  // namespace

void ToProto(const rules::Rule& rule, const rules::Program& program, v1::RuleReference* out) {
  out->set_text(rule.text);
  out->set_id(kb::RuleId(rule.text));
  out->set_says(kb::SentenceOf(rule));
  if (rule.span.file >= program.sources.size()) return;
  const rules::SourceFile& source = program.sources[rule.span.file];
  out->set_file(source.path);
  const rules::LineColumn begin = rules::PlaceOf(source.text, rule.span.begin);
  const rules::LineColumn end = rules::PlaceOf(source.text, rule.span.end);
  out->set_line(begin.line);
  out->set_column(begin.column);
  out->set_end_line(end.line);
  out->set_end_column(end.column);
}

absl::Status ToProto(const rules::Proof& proof, const rules::Model& model, kb::ProofLeaves* leaves,
                     v1::Proof* out) {
  out->set_complete(proof.complete);
  for (const rules::ProofNode& node : proof.nodes) {
    RETURN_IF_ERROR(FillNode(node, model, leaves, out->add_nodes()));
  }
  kb::SetNodeIds(out);
  return absl::OkStatus();
}

}  // namespace cartograph::services
