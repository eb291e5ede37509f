// That an export leaves no fact out.

#pragma once

#include <vector>

#include "clients/verify/export_reader.h"
#include "clients/verify/matcher.h"

namespace cartograph::verify {

// Adds a problem for the first facts of each rule that it gives from the facts in `exported`, and
// that are not among them; for those that an equivalence relation lacks; and for what a subsumption
// should have dropped, or was dropped without one. `matcher` is one over the facts in `exported`.
void CheckNothingLeftOut(Export* exported, Matcher* matcher, std::vector<Problem>* problems);

}  // namespace cartograph::verify
