// Proofs as trees of text, down to the quoted phrases.

#pragma once

#include <cstddef>
#include <string>

#include "cartograph/v1/fact.pb.h"
#include "clients/cli/terminal_style.h"

namespace cartograph::clients {

struct ProofTreeStyle {
  size_t width_max = 0;  // of a line; longer ones are wrapped. 0: nothing is wrapped
  bool ascii = false;    // for terminals that do not show UTF-8: then also the frame is ASCII
  TerminalStyle terminal;
};

// The proof from its root down: each fact with the rule that gives it and where that stands, below
// it its premises in the order of the rule's body, and below a base fact the evidence it rests on
// with its quotes.
//
//   studied_in("targets/cd19","diseases/sle")  by rules/studied.dl:14
//   ├─ claim("evidence/f61","therapies/cd19-car-t","studied_in","diseases/sle")  of evidence/f61
//   │  └─ evidence/f61 (collective): CD19-directed CAR T cells were applied in lupus.
//   │     “have been applied to various B cell-mediated autoimmune diseases”
//   │     — Advancements and challenges … (sources/schett-2024), abstract, characters 1043–1107
//   └─ …
//
// What is ordinary is not said: a single, asserted, supporting, accepted claim of a current source.
// A sub-proof that is used again is numbered and printed once; so is each evidence. Ends in a line
// break.
//
// Cost: one line or a few for each edge of the proof, without recursion. A premise that breaks the
// promise of v1.Proof, to come after its user, is shown as "(damaged proof)".
std::string ProofTree(const v1::Proof& proof, const ProofTreeStyle& style);

}  // namespace cartograph::clients
