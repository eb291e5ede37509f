// BodyQuery: a pipeline over old and new relations that is kept between updates.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "rules/engine/body.h"
#include "rules/engine/maintain/row_list.h"
#include "rules/engine/maintain/versions.h"
#include "rules/engine/pipeline.h"

namespace cartograph::rules {

// What an update works with.
struct UpdateContext {
  const Program* program = nullptr;
  Interning* interning = nullptr;
  Versions* versions = nullptr;
  base::Budget* budget = nullptr;
  uint64_t round = 0;
};

// A variable as a term.
Term VariableTerm(uint32_t variable);
// `variable` = `term`, as a literal.
Literal Equality(uint32_t variable, const Term& term);

class BodyQuery {
 public:
  // An atom among the literals, and a column of its predicate.
  struct Scan {
    uint32_t literal;
    uint32_t column;
  };
  // What to ask.
  struct Question {
    std::vector<Literal> literals;
    std::vector<ValueKind> variable_kinds;
    std::vector<Slot> given;        // variables whose values come with each run
    std::vector<Term> wanted;       // terms to answer with, over bound variables
    bool all_bindings = false;      // an answer for each binding of all variables
    std::vector<Version> versions;  // which version each literal reads; new where there is none
    std::optional<Scan> scan;       // what to begin with, and in which order
    std::string where;              // for errors
  };

  explicit BodyQuery(Question question);
  ~BodyQuery();

  // Calls `take` with batches of answers, rows of `wanted`, for `rows` of `given`.
  using Take = std::function<absl::Status(const RowList& answers)>;
  absl::Status Run(const UpdateContext& context, const RowList& rows, const Take& take);

 private:
  class Sink;

  void Build(const UpdateContext& context);
  bool IsOutdated(const UpdateContext& context) const;
  std::vector<double> Sizes(const UpdateContext& context) const;
  Version VersionOf(uint32_t literal) const;
  void Fill(const RowList& rows, size_t begin, size_t end);

  const Question question_;
  const Body body_;
  RunContext run_;
  std::unique_ptr<Pipeline> pipeline_;
  Sink* sink_ = nullptr;
  uint64_t epoch_ = 0;
  std::vector<double> sizes_;  // of relations, when the pipeline was made
};

// Whether the literals can be put in an order in which each is ready, beginning with the variables
// `given`; and whether all of `wanted` are bound then.
bool IsAnswerable(const std::vector<Literal>& literals, const std::vector<Slot>& given,
                  const std::vector<Slot>& wanted);

}  // namespace cartograph::rules
