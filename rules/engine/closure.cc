#include "rules/engine/closure.h"

#include <algorithm>

#include "base/status.h"
#include "rules/engine/expression.h"

namespace cartograph::rules {
namespace {

// Pairs added between two looks at the budget.
constexpr uint32_t kPairsPerCheck = 4096;

}  // namespace

// --------------------------------------------------------------------------------------
// EquivalenceClosure

EquivalenceClosure::EquivalenceClosure(GrowingRelation* relation, RunContext* context)
    : relation_(relation), context_(context) {}

absl::Status EquivalenceClosure::Close() {
  // Rows that the closure adds itself join nothing new.
  const uint32_t end = relation_->size();
  for (; closed_ < end; ++closed_) {
    const uint32_t a = ClassOf(relation_->ValueAt(closed_, 0));
    const uint32_t b = ClassOf(relation_->ValueAt(closed_, 1));
    RETURN_IF_ERROR(Join(a, b));
  }
  closed_ = relation_->size();
  return context_->Spend(0);
}

uint32_t EquivalenceClosure::ClassOf(uint32_t element) {
  const auto [at, added] = class_of_.emplace(element, static_cast<uint32_t>(members_.size()));
  if (added) members_.push_back({element});
  return at->second;
}

absl::Status EquivalenceClosure::Join(uint32_t a, uint32_t b) {
  for (const uint32_t one : {a, b}) {
    if (members_[one].size() == 1) RETURN_IF_ERROR(Add(members_[one][0], members_[one][0]));
  }
  if (a == b) return absl::OkStatus();
  if (members_[a].size() < members_[b].size()) std::swap(a, b);
  for (const uint32_t x : members_[a]) {
    for (const uint32_t y : members_[b]) {
      RETURN_IF_ERROR(Add(x, y));
      RETURN_IF_ERROR(Add(y, x));
    }
  }
  for (const uint32_t y : members_[b]) class_of_[y] = a;
  members_[a].insert(members_[a].end(), members_[b].begin(), members_[b].end());
  members_[b].clear();
  return absl::OkStatus();
}

absl::Status EquivalenceClosure::Add(uint32_t a, uint32_t b) {
  const Value rest(b);
  const uint32_t key = a - relation_->layout().range(0).base;
  const uint64_t code = relation_->layout().Encode(&rest);
  const auto height = static_cast<uint8_t>(std::min<uint64_t>(context_->round, Origin::kHighest));
  const uint32_t added = relation_->Insert(&key, &code, 1, {Origin::kUnknown, height});
  context_->budget->SpendFacts(added);
  return relation_->size() % kPairsPerCheck == 0 ? context_->Spend(0) : absl::OkStatus();
}

// -----------------------------------------------------------------------------------------
// SubsumptionStep

// The end of a subsumption's pipeline: notes the dominated row of each pair of different rows.
class SubsumptionStep::Sink : public Operator {
 public:
  Sink(const SubsumptionStep* step, const GrowingIndex* rows, RunContext* context)
      : step_(step), rows_(rows) {
    for (const uint32_t column : step->relation_->order()) {
      dominated_.push_back(
          std::make_unique<Expression>(step->subsumption_.dominated.arguments[column], context));
      dominating_.push_back(
          std::make_unique<Expression>(step->subsumption_.dominating.arguments[column], context));
    }
  }

  absl::Status Push(Batch* batch) override {
    std::vector<const uint32_t*> low(dominated_.size());
    std::vector<const uint32_t*> high(dominated_.size());
    for (size_t c = 0; c < low.size(); ++c) {
      RETURN_IF_ERROR(dominated_[c]->Evaluate(*batch, &low[c]));
      RETURN_IF_ERROR(dominating_[c]->Evaluate(*batch, &high[c]));
    }
    std::vector<uint32_t> values(low.size());
    for (uint32_t i = 0; i < batch->rows; ++i) {
      bool differ = false;
      for (size_t c = 0; c < low.size(); ++c) {
        values[c] = low[c][i];
        differ = differ || low[c][i] != high[c][i];
      }
      if (differ) step_->dominated_->push_back(rows_->Find(values.data()));
    }
    return absl::OkStatus();
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  const SubsumptionStep* step_;
  const GrowingIndex* rows_;
  std::vector<std::unique_ptr<Expression>> dominated_;  // in the relation's order
  std::vector<std::unique_ptr<Expression>> dominating_;
};

SubsumptionStep::SubsumptionStep(const Subsumption& subsumption, GrowingRelation* relation,
                                 std::function<AtomSource(const Atom&)> source_of,
                                 std::unique_ptr<RunContext> context)
    : subsumption_(subsumption),
      relation_(relation),
      source_of_(std::move(source_of)),
      context_(std::move(context)) {
  std::vector<Literal> literals(2);
  literals[0].atom = subsumption.dominated;
  literals[1].atom = subsumption.dominating;
  literals.insert(literals.end(), subsumption.body.begin(), subsumption.body.end());
  body_ = Normalize(literals, subsumption.variable_kinds);
}

SubsumptionStep::~SubsumptionStep() = default;

absl::Status SubsumptionStep::Find(uint64_t round, std::vector<uint32_t>* dominated) {
  context_->round = round;
  dominated_ = dominated;
  RETURN_IF_ERROR(FindWithDelta(0));
  return FindWithDelta(1);
}

absl::Status SubsumptionStep::FindWithDelta(uint32_t literal) {
  std::vector<uint32_t> positions(relation_->order().size());
  for (uint32_t i = 0; i < positions.size(); ++i) positions[i] = i;
  const GrowingIndex& rows = relation_->IndexOn(positions);
  PipelineRequest request;
  request.body = &body_;
  // Normalize keeps atoms in their order, so the first atoms met are the pair's.
  uint32_t own = 0;
  request.source_of = [&](const Atom& atom, uint32_t) {
    AtomSource source = source_of_(atom);
    if (own < 2) source.delta = own++ == literal;
    return source;
  };
  for (uint32_t i = 0, atoms = 0; i < body_.literals.size() && !request.first.has_value(); ++i) {
    if (body_.literals[i].kind == Literal::Kind::kAtom && atoms++ == literal) request.first = i;
  }
  for (const Term& argument : subsumption_.dominated.arguments)
    CollectVariables(argument, &request.needed);
  for (const Term& argument : subsumption_.dominating.arguments)
    CollectVariables(argument, &request.needed);
  request.context = context_.get();
  const auto pipeline = BuildPipeline(request, std::make_unique<Sink>(this, &rows, context_.get()));
  pipeline->input().rows = 1;
  return pipeline->Run();
}

}  // namespace cartograph::rules
