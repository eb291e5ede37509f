// PlainAnswers: the questions of the founding pack answered once more, straight from the entities,
// by loops and sets.
//
// It knows neither base relations nor rules, so that an error in the annotations, in the pack or in
// the evaluation shows as a difference. THIS IS NOT A SECOND WAY TO ANSWER: it is slow, and has no
// place but in tests.

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cartograph/v1/entity.pb.h"

namespace cartograph::founding {

// Values of a row as text, in order of the question's columns.
using Row = std::vector<std::string>;
using Rows = std::set<Row>;

// The rows of every question of the pack, by its name. REQUIRES: `entities` refer to nothing
// outside themselves.
std::map<std::string, Rows> PlainAnswers(const std::vector<v1::Entity>& entities);

}  // namespace cartograph::founding
