#include "rules/facts/model.h"

#include "base/check.h"

namespace cartograph::rules {

Model::Model(std::shared_ptr<const Program> program, std::shared_ptr<const Interning> interning,
             std::vector<std::shared_ptr<const Relation>> relations,
             std::shared_ptr<ModelCache> cache)
    : program_(std::move(program)),
      interning_(std::move(interning)),
      relations_(std::move(relations)),
      cache_(std::move(cache)) {
  CHECK(relations_.size() == program_->predicates.size());
}

bool Model::Contains(const Fact& fact) const {
  return relation(fact.predicate).Contains(fact.values);
}

size_t Model::size() const {
  size_t total = 0;
  for (size_t i = 0; i < relations_.size(); ++i) {
    if (!program_->predicates[i].generated) total += relations_[i]->size();
  }
  return total;
}

size_t Model::bytes() const {
  size_t total = 0;
  for (const auto& relation : relations_) total += relation->bytes();
  return total;
}

}  // namespace cartograph::rules
