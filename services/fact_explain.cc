#include "services/fact_explain.h"

#include <optional>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/proof_leaves.h"
#include "kb/proof_prose.h"
#include "rules/engine/explain.h"
#include "services/grpc_status.h"
#include "services/proof_convert.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// Clients refuse messages over 4 MiB unless they are told to take them.
constexpr size_t kResponseBytesMax = 3 << 20;
// What people look through; each costs a proof.
constexpr uint32_t kAlternativesMax = 100;
constexpr uint32_t kSupportSetsMax = 1000;

absl::Status CheckRequest(const v1::ExplainFactRequest& request) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  if (request.alternatives_max() > kAlternativesMax) {
    return InvalidField("alternatives_max", absl::StrCat("is at most ", kAlternativesMax));
  }
  if (request.support_sets_max() > kSupportSetsMax) {
    return InvalidField("support_sets_max", absl::StrCat("is at most ", kSupportSetsMax));
  }
  return absl::OkStatus();
}

rules::ExplainOptions OptionsOf(const v1::ExplainFactRequest& request) {
  rules::ExplainOptions options;
  options.alternatives_max = request.alternatives_max();
  // The best proof need not be within a minimal support set: one more makes up for its own.
  options.supports.sets_max =
      request.alternatives_max() == 0
          ? request.support_sets_max()
          : std::max(request.support_sets_max(), request.alternatives_max() + 1);
  return options;
}

absl::Status AddSupport(const std::vector<rules::Fact>& support, const rules::Model& model,
                        kb::ProofLeaves* leaves, v1::SupportSet* out) {
  absl::btree_set<std::string> evidence;
  absl::btree_set<std::string> sources;
  for (const rules::Fact& fact : support) {
    ToProto(fact.predicate, fact.values, model, out->add_facts());
    if (!model.program().predicate(fact.predicate).base) continue;
    ASSIGN_OR_RETURN(const kb::BaseFactOrigin origin, leaves->OriginOf(fact));
    for (const v1::EvidenceLeaf& leaf : origin.evidence) {
      evidence.insert(leaf.evidence());
      sources.insert(leaf.source());
    }
  }
  out->mutable_evidence()->Add(evidence.begin(), evidence.end());
  out->mutable_sources()->Add(sources.begin(), sources.end());
  return absl::OkStatus();
}

absl::Status Fill(const rules::Explanation& explanation, const v1::ExplainFactRequest& request,
                  const rules::Model& model, kb::ProofLeaves* leaves,
                  v1::ExplainFactResponse* response) {
  RETURN_IF_ERROR(ToProto(explanation.proof, model, leaves, response->mutable_proof()));
  for (const rules::Proof& proof : explanation.alternatives) {
    RETURN_IF_ERROR(ToProto(proof, model, leaves, response->add_alternatives()));
  }
  if (request.alternatives_max() == 0 && request.support_sets_max() == 0) return absl::OkStatus();
  const size_t shown = std::min<size_t>(request.support_sets_max(), explanation.supports.size());
  for (size_t i = 0; i < shown; ++i) {
    RETURN_IF_ERROR(
        AddSupport(explanation.supports[i], model, leaves, response->add_support_sets()));
  }
  response->set_support_sets_complete(
      explanation.supports_complete &&
      (request.support_sets_max() == 0 || shown == explanation.supports.size()));
  return absl::OkStatus();
}

absl::Status CheckSize(const v1::ExplainFactResponse& response) {
  if (response.ByteSizeLong() <= kResponseBytesMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the proof has ", response.proof().nodes_size(), " nodes, and the answer ",
      response.ByteSizeLong(), " bytes; the limit of an answer is ", kResponseBytesMax));
}

}  // namespace

absl::Status ExplainFact(CallContext& call, const v1::ExplainFactRequest& request,
                         v1::ExplainFactResponse* response) {
  RETURN_IF_ERROR(CheckRequest(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const std::optional<rules::Fact> fact, FromProto(request.fact(), model, "fact"));
  if (!fact.has_value() || !model.Contains(*fact)) {
    return absl::NotFoundError(absl::StrCat("this fact of ", request.fact().predicate(),
                                            " does not hold at revision ",
                                            snapshot.revision().number()));
  }
  BoundBudget budget(&call, call.AskLimits());
  ASSIGN_OR_RETURN(const rules::Explanation explanation,
                   rules::Explain(model, *fact, OptionsOf(request), budget.get()));
  kb::ProofLeaves leaves(snapshot, call.kb().schema(),
                         [&call](const std::string& sha256) { return call.kb().GetText(sha256); });
  RETURN_IF_ERROR(Fill(explanation, request, model, &leaves, response));
  if (request.prose()) {
    ASSIGN_OR_RETURN(*response->mutable_prose(),
                     kb::WriteProse(snapshot, call.kb().schema(), response->mutable_proof()));
  }
  FillHeader(snapshot, response->mutable_header());
  return CheckSize(*response);
}

absl::StatusOr<v1::RowReason> ReasonOf(CallContext& call, const kb::Snapshot& snapshot,
                                       const rules::Fact& fact) {
  BoundBudget budget(&call, call.AskLimits());
  ASSIGN_OR_RETURN(const rules::Explanation explanation,
                   rules::Explain(snapshot.model(), fact, {}, budget.get()));
  kb::ProofLeaves leaves(snapshot, call.kb().schema(),
                         [&call](const std::string& sha256) { return call.kb().GetText(sha256); });
  v1::Proof proof;
  RETURN_IF_ERROR(ToProto(explanation.proof, snapshot.model(), &leaves, &proof));
  RETURN_IF_ERROR(kb::WriteProse(snapshot, call.kb().schema(), &proof).status());
  v1::RowReason reason;
  reason.set_proof(proof.nodes(0).id());
  reason.set_says(proof.nodes(0).says());
  return reason;
}

}  // namespace cartograph::services
