// Proofs in the formats of other readers: prose, Markdown, Graphviz, GA4GH VA-Spec.

#pragma once

#include <cstddef>
#include <string>

#include "cartograph/v1/fact_service.pb.h"

namespace cartograph::clients {

// The paragraph, then a line or more for each reference:
//
//   F66 [1] reports CD19-directed CAR T cells in multiple sclerosis collectively: …
//
//   [1] evidence/F66 (collective): Multiple sclerosis closes the list …
//       “myasthenia gravis and multiple sclerosis” — Advancements … (sources/schett-2024), …
//
// Lines are wrapped at `width_max`, 0 for never. REQUIRES: the answer has prose.
std::string ProofProse(const v1::ExplainFactResponse& response, size_t width_max);

// A heading with the fact, the paragraph, a numbered list of references, and the steps as a nested
// list. Names that Markdown would read as markup are escaped.
std::string ProofMarkdown(const v1::ExplainFactResponse& response);

// A digraph: a box for each node with the id of the node as its name, an arrow from each premise to
// what follows from it, evidence as notes.
std::string ProofDot(const v1::Proof& proof);

// A JSON object in the shape of a Statement of GA4GH VA-Spec 1.0, indented, with the strength of
// the fact where the rules say how it is measured, else null. docs/api.md says what maps to what.
std::string ProofVaSpec(const v1::ExplainFactResponse& response,
                        const v1::MeasureStrengthResponse* strength);

}  // namespace cartograph::clients
