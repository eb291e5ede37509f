// HeadSink: the end of a rule's pipeline.

#pragma once

#include <memory>
#include <vector>

#include "rules/engine/expression.h"
#include "rules/engine/growing_relation.h"
#include "rules/engine/operator.h"

namespace cartograph::rules {

// Adds the head's tuple for each incoming row to the head's relation.
class HeadSink : public Operator {
 public:
  // `rule`: the rule's number among those of its predicate, from 1 (see Origin).
  HeadSink(const Atom& head, uint8_t rule, GrowingRelation* relation, RunContext* context);
  absl::Status Push(Batch* batch) override;

 private:
  GrowingRelation* relation_;
  uint8_t rule_;
  RunContext* context_;
  std::vector<std::unique_ptr<Expression>> columns_;  // in the relation's order
  std::unique_ptr<uint32_t[]> keys_;
  std::unique_ptr<uint64_t[]> codes_;
};

}  // namespace cartograph::rules
