// Questions: the derived relations that a rule pack presents to people, and the order of their
// answers.
//
//   @[question(title = "Targets studied in a disease", order = "sources desc")]
//   .decl studied_in(target: Target, disease: Disease, sources: number)
//
//   order = key { "," key }        key = column [ "asc" | "desc" ]
//
// `title` must be given. Rows come in the given order, then by all columns from the first to the
// last, ascending: symbols by their bytes, numbers by value, records by their text. So the order is
// total and depends on no id.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/budget.h"
#include "rules/analysis/program.h"
#include "rules/engine/query.h"
#include "rules/facts/model.h"

namespace cartograph::kb {

// One key of an order.
struct OrderKey {
  uint32_t column = 0;
  bool descending = false;

  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

struct Question {
  rules::PredicateId predicate{};
  std::string title;
  std::string order;           // as the rule pack has it
  std::vector<OrderKey> keys;  // what it says; the remaining columns follow by themselves
};

// The questions of `program`, in order of declaration. INVALID_ARGUMENT names the relation whose
// annotation is wrong: a missing title, an unknown argument, an unknown column (with the nearest
// name), or a malformed order.
absl::StatusOr<std::vector<Question>> QuestionsOf(const rules::Program& program);

// The question called `name`: NOT_FOUND with the nearest name of a question.
absl::StatusOr<Question> FindQuestion(const rules::Program& program, absl::string_view name);

// The facts of `predicate` that match `pattern`, in order of `keys` and then of the columns.
//
// Errors: what Budget::Check returns; the rows count as bytes. Cost: that of Query, and sorting the
// matches.
absl::StatusOr<std::vector<rules::Tuple>> OrderedRows(const rules::Model& model,
                                                      rules::PredicateId predicate,
                                                      const rules::Pattern& pattern,
                                                      const std::vector<OrderKey>& keys,
                                                      base::Budget* budget);

}  // namespace cartograph::kb
