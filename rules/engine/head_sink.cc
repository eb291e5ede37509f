#include "rules/engine/head_sink.h"

#include <algorithm>

#include "base/check.h"

namespace cartograph::rules {

HeadSink::HeadSink(const Atom& head, uint8_t rule, GrowingRelation* relation, RunContext* context)
    : relation_(relation),
      rule_(rule),
      context_(context),
      keys_(std::make_unique<uint32_t[]>(kBatchRows)),
      codes_(std::make_unique<uint64_t[]>(kBatchRows)) {
  const Term zero;  // the only value of the column that a predicate without columns is held in
  for (const uint32_t column : relation->order()) {
    const Term& term = head.arguments.empty() ? zero : head.arguments[column];
    columns_.push_back(std::make_unique<Expression>(term, context));
  }
}

absl::Status HeadSink::Push(Batch* batch) {
  const Layout& layout = relation_->layout();
  const uint32_t rows = batch->rows;
  const uint32_t* values = nullptr;
  RETURN_IF_ERROR(columns_[0]->Evaluate(*batch, &values));
  const uint32_t base = layout.range(0).base;
  uint32_t largest = 0;
  const uint32_t first = relation_->window_first();
  for (uint32_t i = 0; i < rows; ++i) {
    keys_[i] = values[i] - base;
    largest = std::max(largest, keys_[i] - first);
  }
  CHECK(largest <= relation_->window_last() - first);
  std::fill_n(codes_.get(), rows, 0);
  for (uint32_t c = 1; c < layout.tail_begin(); ++c) {
    RETURN_IF_ERROR(columns_[c]->Evaluate(*batch, &values));
    const Layout::Field& field = layout.field(c);
    largest = 0;
    for (uint32_t i = 0; i < rows; ++i) {
      const uint32_t offset = values[i] - field.base;
      largest = std::max(largest, offset);
      codes_[i] |= uint64_t{offset} << field.shift;
    }
    CHECK(largest <= field.span);
  }
  if (layout.has_tail()) {
    std::vector<const uint32_t*> tails(layout.columns() - layout.tail_begin());
    for (size_t t = 0; t < tails.size(); ++t) {
      RETURN_IF_ERROR(columns_[layout.tail_begin() + t]->Evaluate(*batch, &tails[t]));
    }
    std::vector<Value> tail(tails.size());
    for (uint32_t i = 0; i < rows; ++i) {
      for (size_t t = 0; t < tails.size(); ++t) tail[t] = Value(tails[t][i]);
      codes_[i] |= layout.records()->Intern(tail).bits();
    }
  }
  const auto height = static_cast<uint8_t>(std::min<uint64_t>(context_->round, Origin::kHighest));
  const uint32_t found = relation_->Insert(keys_.get(), codes_.get(), rows, {rule_, height});
  context_->facts += found;
  context_->budget->SpendFacts(found);
  return context_->Spend(0);
}

}  // namespace cartograph::rules
