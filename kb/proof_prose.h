// Prose: a proof as a paragraph with numbered references, from the sentences of its rules.
//
//   @[says = "{t} is directed at {x}, as {e} has it."]
//   targets(t, x, e) :- therapy_target(t, x, _, e), live(e).
//
// A variable in braces stands for its value: an entity for its preferred name, a piece of evidence
// for its id with the number of its reference, a word of an enum without underscores, all else as
// it is. What holds comes first, then its premises in the order of the rule's body, each fact once.
// A rule without a sentence says nothing itself, its premises do; the fact asked about is written
// as a fact then. Evidence that no sentence names follows the sentence before it in brackets.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"
#include "kb/entity_schema.h"
#include "kb/snapshot.h"
#include "rules/analysis/program.h"

namespace cartograph::kb {

// The sentence of `rule`, or "".
std::string SentenceOf(const rules::Rule& rule);

// Why the sentences of `program` cannot be filled in: INVALID_ARGUMENT names the rule and the
// variable that it does not have. What an activation asks before it accepts a rule pack.
absl::Status CheckSentences(const rules::Program& program);

// The prose of `proof`; fills in ProofNode.says on the way. Errors: DATA_LOSS when stored bytes do
// not decode.
absl::StatusOr<v1::Prose> WriteProse(const Snapshot& snapshot, const EntitySchema& schema,
                                     v1::Proof* proof);

}  // namespace cartograph::kb
