#include "rules/engine/evaluation.h"

#include <algorithm>

#include "base/status.h"
#include "rules/engine/maintain/maintenance.h"
#include "rules/engine/stratum.h"

namespace cartograph::rules {
namespace {

class Evaluation {
 public:
  Evaluation(EvaluationInput input, base::Budget* budget)
      : input_(std::move(input)), budget_(budget), relations_(input_.taken) {
    relations_.resize(input_.program->predicates.size());
  }

  absl::StatusOr<std::shared_ptr<const Model>> Run() {
    const Program& program = *input_.program;
    for (size_t i = 0; i < program.strata.size(); ++i) {
      const Stratum& stratum = program.strata[i];
      if (IsTaken(stratum)) continue;
      StratumInput next{
          &program, i, &relations_, &input_.given, input_.interning.get(), budget_, input_.threads};
      RETURN_IF_ERROR(EvaluateStratum(next));
    }
    return std::make_shared<const Model>(input_.program, input_.interning, std::move(relations_),
                                         std::make_shared<MaintenanceCache>());
  }

 private:
  bool IsTaken(const Stratum& stratum) const {
    return std::all_of(stratum.predicates.begin(), stratum.predicates.end(),
                       [&](PredicateId id) { return relations_[Index(id)] != nullptr; });
  }

  EvaluationInput input_;
  base::Budget* budget_;
  std::vector<std::shared_ptr<const Relation>> relations_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Model>> RunEvaluation(EvaluationInput input,
                                                           base::Budget* budget) {
  return Evaluation(std::move(input), budget).Run();
}

}  // namespace cartograph::rules
