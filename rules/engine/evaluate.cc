#include "rules/engine/evaluate.h"

#include "base/check.h"
#include "rules/engine/evaluation.h"

namespace cartograph::rules {
namespace {

// By predicate: the rows given, from outside and in the program's text; null for none.
std::vector<std::shared_ptr<const Relation>> CollectGiven(const Program& program,
                                                          std::vector<Rows> given,
                                                          RecordTable* records) {
  std::vector<Rows> collected(program.predicates.size());
  for (Rows& rows : given) {
    Rows& target = collected[Index(rows.predicate)];
    target.present = target.present || rows.present;
    if (target.values.empty()) {
      target.values = std::move(rows.values);
    } else {
      target.values.insert(target.values.end(), rows.values.begin(), rows.values.end());
    }
  }
  for (const GivenFact& fact : program.facts) {
    Rows& target = collected[Index(fact.predicate)];
    target.present = true;
    target.values.insert(target.values.end(), fact.values.begin(), fact.values.end());
  }
  std::vector<std::shared_ptr<const Relation>> relations(program.predicates.size());
  for (size_t i = 0; i < relations.size(); ++i) {
    const uint32_t arity = program.predicates[i].arity();
    if (collected[i].values.empty() && !(arity == 0 && collected[i].present)) continue;
    relations[i] = Relation::FromRows(arity, collected[i].values, collected[i].present, records);
    collected[i] = {};
  }
  return relations;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Model>> Evaluate(std::shared_ptr<const Program> program,
                                                      std::vector<Rows> given, base::Budget* budget,
                                                      const EvaluateOptions& options) {
  EvaluationInput input;
  input.interning = program->interning;
  input.given = CollectGiven(*program, std::move(given), &input.interning->records);
  input.program = std::move(program);
  input.threads = options.threads;
  input.profile = options.profile;
  return RunEvaluation(std::move(input), budget);
}

absl::StatusOr<std::shared_ptr<const Model>> EvaluateOver(const Model& model,
                                                          std::shared_ptr<const Program> program,
                                                          std::shared_ptr<Interning> overlay,
                                                          base::Budget* budget) {
  CHECK(program->predicates.size() >= model.program().predicates.size());
  EvaluationInput input;
  input.given = CollectGiven(*program, {}, &overlay->records);
  input.interning = std::move(overlay);
  input.taken.resize(program->predicates.size());
  for (uint32_t i = 0; i < model.program().predicates.size(); ++i) {
    input.taken[i] = model.shared_relation(PredicateId{i});
  }
  input.program = std::move(program);
  return RunEvaluation(std::move(input), budget);
}

}  // namespace cartograph::rules
