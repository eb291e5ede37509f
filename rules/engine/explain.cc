#include "rules/engine/explain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rules/engine/proof_builder.h"
#include "rules/engine/proof_search.h"
#include "rules/engine/supports.h"

namespace cartograph::rules {
namespace {

// The search's own choices: the proof of fewest steps.
ChooseInstance BestOf(ProofSearch* search) {
  return [search](FactNumber fact) {
    Choice choice;
    choice.steps = search->CostOf(fact);
    if (!search->IsGiven(fact)) choice.instance = &search->BestInstanceOf(fact);
    return choice;
  };
}

// What a search that ended early knows: instances that lead to facts derived earlier.
ChooseInstance KnownOf(ProofSearch* search, const std::string& why) {
  return [search, why](FactNumber fact) {
    Choice choice;
    if (search->IsGiven(fact)) return choice;
    choice.instance = search->EarlierInstanceOf(fact);
    if (choice.instance == nullptr) choice.cut = why;
    return choice;
  };
}

// Whether a budget ended the work, rather than the caller or a fault.
bool IsSpent(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
}

absl::StatusOr<Proof> BestProof(const Model& model, FactNumber root, const ExplainOptions& options,
                                ProofSearch* search) {
  const absl::StatusOr<bool> provable = search->Run(root);
  if (IsSpent(provable.status())) {
    return BuildProof(model, options, root,
                      KnownOf(search, std::string(provable.status().message())), search);
  }
  RETURN_IF_ERROR(provable.status());
  if (*provable) return BuildProof(model, options, root, BestOf(search), search);
  const auto subsumed = [](FactNumber) {
    Choice choice;
    choice.cut = "what it was derived from has been subsumed";
    return choice;
  };
  return BuildProof(model, options, root, subsumed, search);
}

bool IsSame(const Proof& a, const Proof& b) {
  const auto same = [](const ProofNode& x, const ProofNode& y) {
    return x.kind == y.kind && x.fact == y.fact && x.rule == y.rule && x.premises == y.premises &&
           x.bindings == y.bindings;
  };
  return std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), same);
}

std::vector<Fact> FactsOf(Support support, ProofSearch* search) {
  std::sort(support.begin(), support.end(),
            [&](FactNumber a, FactNumber b) { return search->TextOf(a) < search->TextOf(b); });
  std::vector<Fact> facts;
  for (const FactNumber fact : support) facts.push_back(search->FactOf(fact));
  return facts;
}

// Fills in every support and, as far as they are asked for, the proofs that differ from the best.
absl::Status AddOtherWays(const Model& model, FactNumber root, const ExplainOptions& options,
                          ProofSearch* search, base::Budget* budget, Explanation* out) {
  Supports supports(search, options.supports, budget);
  RETURN_IF_ERROR(supports.Find(root));
  out->supports_complete = supports.complete();
  for (const Support& support : supports.sets()) {
    out->supports.push_back(FactsOf(support, search));
    if (out->alternatives.size() >= options.alternatives_max) continue;
    ASSIGN_OR_RETURN(Proof proof,
                     BuildProof(model, options, root, supports.ProofWithin(support), search));
    if (!IsSame(proof, out->proof)) out->alternatives.push_back(std::move(proof));
  }
  std::stable_sort(
      out->alternatives.begin(), out->alternatives.end(),
      [](const Proof& a, const Proof& b) { return a.nodes[0].steps < b.nodes[0].steps; });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Explanation> Explain(const Model& model, const Fact& fact,
                                    const ExplainOptions& options, base::Budget* budget) {
  if (!model.Contains(fact)) {
    return absl::NotFoundError(absl::StrCat("the model does not contain ",
                                            ToText(fact, model.program(), model.interning())));
  }
  RETURN_IF_ERROR(budget->Check("explaining a fact"));
  ProofSearch search(model, options.aggregate_inputs_max, budget);
  const FactNumber root = search.NumberOf(fact.predicate, fact.values);
  Explanation explanation;
  ASSIGN_OR_RETURN(explanation.proof, BestProof(model, root, options, &search));
  if (options.alternatives_max == 0 && options.supports.sets_max == 0) return explanation;
  RETURN_IF_ERROR(AddOtherWays(model, root, options, &search, budget, &explanation));
  return explanation;
}

}  // namespace cartograph::rules
