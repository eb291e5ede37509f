#include "rules/engine/filters.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "rules/engine/arithmetic.h"

namespace cartograph::rules {
namespace {

bool IsOnText(Comparison comparison) {
  return comparison == Comparison::kMatch || comparison == Comparison::kNotMatch ||
         comparison == Comparison::kContains || comparison == Comparison::kNotContains;
}

// RE2 wants its own string type.
re2::StringPiece Piece(absl::string_view text) { return {text.data(), text.size()}; }

}  // namespace

// --------------------------------------------------------------------------------------------
// CompareFilter

CompareFilter::CompareFilter(Comparison comparison, const Term& left, const Term& right,
                             RunContext* context)
    : comparison_(comparison),
      kind_(left.value_kind),
      context_(context),
      left_(left, context),
      right_(right, context) {}

absl::Status CompareFilter::Push(Batch* batch) {
  const uint32_t* left = nullptr;
  const uint32_t* right = nullptr;
  RETURN_IF_ERROR(left_.Evaluate(*batch, &left));
  RETURN_IF_ERROR(right_.Evaluate(*batch, &right));
  uint32_t keep[kBatchRows];
  uint32_t kept = 0;
  RETURN_IF_ERROR(Select(*batch, left, right, keep, &kept));
  batch->Keep(keep, kept);
  return kept == 0 ? absl::OkStatus() : next_->Push(batch);
}

absl::Status CompareFilter::Select(const Batch& batch, const uint32_t* left, const uint32_t* right,
                                   uint32_t* keep, uint32_t* kept) {
  if (IsOnText(comparison_)) return SelectMatching(batch, left, right, keep, kept);
  const auto select = [&](const auto& holds) {
    for (uint32_t i = 0; i < batch.rows; ++i) {
      keep[*kept] = i;
      *kept += holds(left[i], right[i]) ? 1 : 0;
    }
  };
  const bool by_bits = kind_ != ValueKind::kFloat;
  if (by_bits && comparison_ == Comparison::kEqual) {
    select([](uint32_t a, uint32_t b) { return a == b; });
  } else if (by_bits && comparison_ == Comparison::kNotEqual) {
    select([](uint32_t a, uint32_t b) { return a != b; });
  } else if (kind_ == ValueKind::kNumber && comparison_ == Comparison::kLess) {
    select(
        [](uint32_t a, uint32_t b) { return static_cast<int32_t>(a) < static_cast<int32_t>(b); });
  } else {
    select([&](uint32_t a, uint32_t b) {
      return Compare(comparison_, kind_, a, b, *context_->interning);
    });
  }
  return absl::OkStatus();
}

absl::Status CompareFilter::SelectMatching(const Batch& batch, const uint32_t* left,
                                           const uint32_t* right, uint32_t* keep, uint32_t* kept) {
  const SymbolTable& symbols = context_->interning->symbols;
  const bool negated =
      comparison_ == Comparison::kNotMatch || comparison_ == Comparison::kNotContains;
  const bool contains =
      comparison_ == Comparison::kContains || comparison_ == Comparison::kNotContains;
  for (uint32_t i = 0; i < batch.rows; ++i) {
    const absl::string_view pattern = symbols.Text(Value(left[i]));
    const absl::string_view text = symbols.Text(Value(right[i]));
    bool holds = false;
    if (contains) {
      holds = absl::StrContains(text, pattern);
    } else {
      RETURN_IF_ERROR(Match(pattern, text, &holds));
    }
    keep[*kept] = i;
    *kept += holds != negated ? 1 : 0;
  }
  return absl::OkStatus();
}

absl::Status CompareFilter::Match(absl::string_view pattern, absl::string_view text,
                                  bool* matches) {
  std::unique_ptr<RE2>& compiled = context_->patterns[pattern];
  if (compiled == nullptr) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);  // bytes, as Soufflé's std::regex sees them
    compiled = std::make_unique<RE2>(Piece(pattern), options);
  }
  if (!compiled->ok()) {
    return context_->Invalid(absl::StrCat(
        "match(): \"", pattern, "\" is not a regular expression (", compiled->error(), ")"));
  }
  *matches = RE2::FullMatch(Piece(text), *compiled);
  return absl::OkStatus();
}

// -----------------------------------------------------------------------------------------------
// Assignment

Assignment::Assignment(Slot slot, const Term& term, RunContext* context)
    : slot_(slot), term_(term, context) {}

absl::Status Assignment::Push(Batch* batch) {
  const uint32_t* values = nullptr;
  RETURN_IF_ERROR(term_.Evaluate(*batch, &values));
  std::copy_n(values, batch->rows, batch->column(slot_));
  return next_->Push(batch);
}

// ---------------------------------------------------------------------------------------------------
// Unpack

Unpack::Unpack(Slot slot, std::vector<Field> fields, RunContext* context)
    : slot_(slot), fields_(std::move(fields)), context_(context) {}

absl::Status Unpack::Push(Batch* batch) {
  uint32_t keep[kBatchRows];
  uint32_t kept = 0;
  for (uint32_t i = 0; i < batch->rows; ++i) {
    keep[kept] = i;
    kept += Take(batch, i) ? 1 : 0;
  }
  batch->Keep(keep, kept);
  return kept == 0 ? absl::OkStatus() : next_->Push(batch);
}

bool Unpack::Take(Batch* batch, uint32_t row) const {
  const Value record(batch->column(slot_)[row]);
  if (record.bits() == 0) return false;
  const TupleView values = context_->interning->records.Fields(record);
  if (values.size() != fields_.size()) return false;  // another branch
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].target.has_value()) batch->column(*fields_[i].target)[row] = values[i].bits();
    if (!fields_[i].check.has_value()) continue;
    const Operand& check = *fields_[i].check;
    const uint32_t wanted = check.is_constant ? check.value : batch->column(check.value)[row];
    if (values[i].bits() != wanted) return false;
  }
  return true;
}

// ------------------------------------------------------------------------------------------------
// RangeJoin

RangeJoin::RangeJoin(const Literal& literal, ValueKind kind, JoinShape shape, RunContext* context)
    : kind_(kind),
      inputs_(literal.range.size()),
      // The values of a range come as keys of rows without other columns.
      expander_(Layout({ColumnRange::Full()}, nullptr), std::move(shape), context) {
  for (const Term& term : literal.range)
    terms_.push_back(std::make_unique<Expression>(term, context));
}

absl::Status RangeJoin::Push(Batch* batch) {
  for (size_t i = 0; i < terms_.size(); ++i)
    RETURN_IF_ERROR(terms_[i]->Evaluate(*batch, &inputs_[i]));
  for (uint32_t row = 0; row < batch->rows; ++row) RETURN_IF_ERROR(AddAll(*batch, row));
  return expander_.Drain(*batch, next_);
}

absl::Status RangeJoin::AddAll(const Batch& batch, uint32_t row) {
  const uint32_t from = inputs_[0][row];
  const uint32_t to = inputs_[1][row];
  const uint32_t zero = 0;  // of every kind
  const bool down_by_default = LessThan(kind_, to, from);
  Functor advance = Functor::kAdd;
  uint32_t step = kind_ == ValueKind::kFloat ? Value::Float(1).bits() : 1;
  bool up = !down_by_default;
  if (inputs_.size() == 3) {
    step = inputs_[2][row];
    up = LessThan(kind_, zero, step);
    const bool down = LessThan(kind_, step, zero);
    if (!up && !down) {  // step 0
      const bool empty = !LessThan(kind_, from, to) && !LessThan(kind_, to, from);
      if (empty) return absl::OkStatus();
      if (expander_.full()) RETURN_IF_ERROR(expander_.Drain(batch, next_));
      expander_.Add(row, from, 0);
      return absl::OkStatus();
    }
  } else if (down_by_default) {
    advance = Functor::kSubtract;
  }
  for (uint32_t at = from; up ? LessThan(kind_, at, to) : LessThan(kind_, to, at);) {
    if (expander_.full()) RETURN_IF_ERROR(expander_.Drain(batch, next_));
    expander_.Add(row, at, 0);
    const uint32_t after = *ApplyBinary(advance, kind_, at, step);
    // A step that wraps around, or is lost in rounding, ends the range.
    if (up ? !LessThan(kind_, at, after) : !LessThan(kind_, after, at)) break;
    at = after;
  }
  return absl::OkStatus();
}

}  // namespace cartograph::rules
