#include "rules/engine/maintain/body_query.h"

#include <algorithm>

#include "rules/engine/expression.h"
#include "rules/engine/join_order.h"

namespace cartograph::rules {
namespace {

// A plan is made anew when a size it was made for has changed by this factor.
constexpr double kReplanFactor = 10;
// Sizes below it do not matter to plans.
constexpr double kSmall = 64;

}  // namespace

Term VariableTerm(uint32_t variable) {
  Term term;
  term.kind = Term::Kind::kVariable;
  term.variable = variable;
  return term;
}

Literal Equality(uint32_t variable, const Term& term) {
  Literal equality;
  equality.kind = Literal::Kind::kConstraint;
  equality.comparison = Comparison::kEqual;
  equality.left = VariableTerm(variable);
  equality.left.value_kind = term.value_kind;
  equality.right = term;
  return equality;
}

// The end of the pipeline: hands answers on, batch by batch.
class BodyQuery::Sink : public Operator {
 public:
  Sink(const std::vector<Term>& wanted, RunContext* context) : answers_(wanted.size()) {
    for (const Term& term : wanted) terms_.push_back(std::make_unique<Expression>(term, context));
    columns_.resize(wanted.size());
  }

  void set_take(const Take* take) { take_ = take; }

  absl::Status Push(Batch* batch) override {
    for (size_t c = 0; c < terms_.size(); ++c) {
      RETURN_IF_ERROR(terms_[c]->Evaluate(*batch, &columns_[c]));
    }
    answers_.rows = batch->rows;
    answers_.values.resize(answers_.rows * answers_.columns);
    uint32_t* out = answers_.values.data();
    for (uint32_t i = 0; i < batch->rows; ++i) {
      for (const uint32_t* column : columns_) *out++ = column[i];
    }
    return (*take_)(answers_);
  }
  absl::Status Flush() override { return absl::OkStatus(); }

 private:
  std::vector<std::unique_ptr<Expression>> terms_;
  std::vector<const uint32_t*> columns_;
  RowList answers_;
  const Take* take_ = nullptr;
};

BodyQuery::BodyQuery(Question question)
    : question_(std::move(question)),
      body_(Normalize(question_.literals, question_.variable_kinds)) {
  run_.where = question_.where;
}

BodyQuery::~BodyQuery() = default;

Version BodyQuery::VersionOf(uint32_t literal) const {
  return literal < question_.versions.size() ? question_.versions[literal] : Version::kNew;
}

void BodyQuery::Build(const UpdateContext& context) {
  PipelineRequest request;
  request.body = &body_;
  request.source_of = [&](const Atom& atom, uint32_t literal) {
    AtomSource source;
    const Version version = VersionOf(literal);
    source.relation = context.versions->relation(atom.predicate, version).get();
    source.keep = [&context, version, id = atom.predicate](const Table& table) {
      return context.versions->Keep(id, version, table);
    };
    return source;
  };
  request.bound = question_.given;
  for (const Term& term : question_.wanted) CollectVariables(term, &request.needed);
  if (question_.scan.has_value()) {
    request.first = question_.scan->literal;
    request.scan_column = question_.scan->column;
  }
  request.all_bindings = question_.all_bindings;
  request.context = &run_;
  auto sink = std::make_unique<Sink>(question_.wanted, &run_);
  sink_ = sink.get();
  pipeline_ = BuildPipeline(request, std::move(sink));
  epoch_ = context.versions->epoch();
  sizes_ = Sizes(context);
}

std::vector<double> BodyQuery::Sizes(const UpdateContext& context) const {
  std::vector<double> sizes;
  for (uint32_t i = 0; i < body_.literals.size(); ++i) {
    const Literal& literal = body_.literals[i];
    if (literal.kind != Literal::Kind::kAtom) continue;
    sizes.push_back(static_cast<double>(
                        context.versions->relation(literal.atom.predicate, VersionOf(i))->size()) +
                    kSmall);
  }
  return sizes;
}

bool BodyQuery::IsOutdated(const UpdateContext& context) const {
  if (epoch_ != context.versions->epoch()) return true;
  if (sizes_.size() < 2) return false;
  size_t at = 0;
  for (uint32_t i = 0; i < body_.literals.size(); ++i) {
    const Literal& literal = body_.literals[i];
    if (literal.kind != Literal::Kind::kAtom) continue;
    const auto& relation = context.versions->relation(literal.atom.predicate, VersionOf(i));
    const double now = static_cast<double>(relation->size()) + kSmall;
    const double then = sizes_[at++];
    if (now > kReplanFactor * then || then > kReplanFactor * now) return true;
  }
  return false;
}

void BodyQuery::Fill(const RowList& rows, size_t begin, size_t end) {
  Batch& input = pipeline_->input();
  input.rows = static_cast<uint32_t>(end - begin);
  for (size_t c = 0; c < question_.given.size(); ++c) {
    const Slot slot = question_.given[c];
    const auto& live = input.live();
    if (std::find(live.begin(), live.end(), slot) == live.end()) continue;
    uint32_t* column = input.column(slot);
    for (size_t i = begin; i < end; ++i) *column++ = rows.row(i)[c];
  }
}

absl::Status BodyQuery::Run(const UpdateContext& context, const RowList& rows, const Take& take) {
  if (rows.empty()) return absl::OkStatus();
  run_.interning = context.interning;
  run_.budget = context.budget;
  run_.round = context.round;
  RETURN_IF_ERROR(run_.Spend(0));
  if (pipeline_ == nullptr || IsOutdated(context)) Build(context);
  pipeline_->Restart();
  sink_->set_take(&take);
  for (size_t begin = 0; begin < rows.rows; begin += kBatchRows) {
    Fill(rows, begin, std::min<size_t>(rows.rows, begin + kBatchRows));
    const absl::Status status = pipeline_->Run();
    // Steps may hold rows back when a run ends early.
    if (!status.ok()) pipeline_ = nullptr;
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

bool IsAnswerable(const std::vector<Literal>& literals, const std::vector<Slot>& given,
                  const std::vector<Slot>& wanted) {
  uint32_t variables = 0;
  const auto see = [&](uint32_t v) { variables = std::max(variables, v + 1); };
  for (const Slot slot : given) see(slot);
  for (const Slot slot : wanted) see(slot);
  for (const Literal& literal : literals) {
    for (const uint32_t v : VariablesOf(literal)) see(v);
  }
  std::vector<bool> bound(variables);
  for (const Slot slot : given) bound[slot] = true;
  std::vector<bool> placed(literals.size());
  for (bool again = true; again;) {
    again = false;
    for (size_t i = 0; i < literals.size(); ++i) {
      if (placed[i] || !IsReady(literals[i], bound)) continue;
      placed[i] = again = true;
      for (const uint32_t v : VariablesOf(literals[i])) bound[v] = true;
    }
  }
  return std::all_of(placed.begin(), placed.end(), [](bool p) { return p; }) &&
         std::all_of(wanted.begin(), wanted.end(), [&](Slot slot) { return bound[slot]; });
}

}  // namespace cartograph::rules
