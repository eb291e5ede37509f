// Proofs on the wire.

#pragma once

#include "absl/status/status.h"
#include "cartograph/v1/fact.pb.h"
#include "kb/proof_leaves.h"
#include "rules/engine/explain.h"
#include "rules/facts/model.h"

namespace cartograph::services {

// `proof` of a fact of `model`, its base facts with their entities and evidence from `leaves`, with
// the ids of its nodes.
// Errors: those of ProofLeaves.
absl::Status ToProto(const rules::Proof& proof, const rules::Model& model, kb::ProofLeaves* leaves,
                     v1::Proof* out);

// Where a rule stands, and what it says.
void ToProto(const rules::Rule& rule, const rules::Program& program, v1::RuleReference* out);

}  // namespace cartograph::services
