#include "rules/engine/expression.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "rules/engine/arithmetic.h"

namespace cartograph::rules {
namespace {

bool IsUnary(Functor functor) {
  return functor == Functor::kNegate || functor == Functor::kBitNot ||
         functor == Functor::kLogicalNot;
}

bool IsConversion(Functor functor) {
  return functor == Functor::kToNumber || functor == Functor::kToUnsigned ||
         functor == Functor::kToFloat || functor == Functor::kToString;
}

bool IsOnSymbols(const Term& term) {
  return term.functor == Functor::kCat || term.functor == Functor::kStrlen ||
         term.functor == Functor::kSubstr ||
         (term.value_kind == ValueKind::kSymbol && !IsConversion(term.functor));
}

}  // namespace

bool CanFail(const Term& term) {
  if (term.kind == Term::Kind::kCall) {
    const bool by_constant = term.arguments.size() == 2 &&
                             term.arguments[1].kind == Term::Kind::kConstant &&
                             term.arguments[1].constant.bits() != 0;
    if (CanFail(term.functor, term.value_kind) && !by_constant) return true;
    if (IsConversion(term.functor) && term.functor != Functor::kToString &&
        term.arguments[0].value_kind == ValueKind::kSymbol) {
      return true;
    }
  }
  return std::any_of(term.arguments.begin(), term.arguments.end(),
                     [](const Term& argument) { return CanFail(argument); });
}

bool Compare(Comparison comparison, ValueKind kind, uint32_t left, uint32_t right,
             const Interning& interning) {
  if (kind == ValueKind::kFloat) {
    const float a = Value(left).float_number();
    const float b = Value(right).float_number();
    if (comparison == Comparison::kEqual) return a == b;
    if (comparison == Comparison::kNotEqual) return a != b;
  }
  if (comparison == Comparison::kEqual) return left == right;
  if (comparison == Comparison::kNotEqual) return left != right;
  const auto less = [&](uint32_t a, uint32_t b) {
    if (kind != ValueKind::kSymbol) return LessThan(kind, a, b);
    return interning.symbols.Text(Value(a)) < interning.symbols.Text(Value(b));
  };
  const bool ordered = kind != ValueKind::kFloat || less(left, right) || less(right, left) ||
                       Value(left).float_number() == Value(right).float_number();
  switch (comparison) {
    case Comparison::kLess:
      return less(left, right);
    case Comparison::kLessEqual:
      return ordered && !less(right, left);
    case Comparison::kGreater:
      return less(right, left);
    default:
      return ordered && !less(left, right);
  }
}

Expression::Expression(const Term& term, RunContext* context) : term_(term), context_(context) {
  CHECK(term.kind != Term::Kind::kWildcard);
  for (const Term& argument : term.arguments) {
    arguments_.push_back(std::make_unique<Expression>(argument, context));
  }
  inputs_.resize(arguments_.size());
  if (term.kind == Term::Kind::kVariable) return;
  result_ = std::make_unique<uint32_t[]>(kBatchRows);
  if (term.kind == Term::Kind::kConstant) {
    std::fill_n(result_.get(), kBatchRows, term.constant.bits());
  }
}

Expression::~Expression() = default;

absl::Status Expression::Evaluate(const Batch& batch, const uint32_t** values) {
  if (term_.kind == Term::Kind::kVariable) {
    *values = batch.column(term_.variable);
    return absl::OkStatus();
  }
  *values = result_.get();
  for (size_t i = 0; i < arguments_.size(); ++i) {
    RETURN_IF_ERROR(arguments_[i]->Evaluate(batch, &inputs_[i]));
  }
  if (term_.kind == Term::Kind::kRecord) Records(batch.rows);
  return term_.kind == Term::Kind::kCall ? Call(batch) : absl::OkStatus();
}

absl::Status Expression::Call(const Batch& batch) {
  if (IsConversion(term_.functor)) return Convert(batch);
  if (IsOnSymbols(term_)) {
    Symbols(batch.rows);
    return absl::OkStatus();
  }
  if (!IsUnary(term_.functor)) return Binary(batch);
  for (uint32_t i = 0; i < batch.rows; ++i) {
    result_[i] = ApplyUnary(term_.functor, term_.value_kind, inputs_[0][i]);
  }
  return absl::OkStatus();
}

absl::Status Expression::Binary(const Batch& batch) {
  // min and max take any number of arguments; the others two.
  std::copy_n(inputs_[0], batch.rows, result_.get());
  for (size_t a = 1; a < inputs_.size(); ++a) {
    const uint32_t* right = inputs_[a];
    if (term_.functor == Functor::kAdd && term_.value_kind != ValueKind::kFloat) {
      for (uint32_t i = 0; i < batch.rows; ++i) result_[i] += right[i];
      continue;
    }
    for (uint32_t i = 0; i < batch.rows; ++i) {
      const auto value = ApplyBinary(term_.functor, term_.value_kind, result_[i], right[i]);
      if (!value.has_value()) return context_->Invalid("division by zero");
      result_[i] = *value;
    }
  }
  return absl::OkStatus();
}

absl::Status Expression::Convert(const Batch& batch) {
  const ValueKind from = term_.arguments[0].value_kind;
  if (from == ValueKind::kSymbol) {
    if (term_.functor != Functor::kToString) return FromSymbol(batch.rows);
    std::copy_n(inputs_[0], batch.rows, result_.get());
    return absl::OkStatus();
  }
  for (uint32_t i = 0; i < batch.rows; ++i) {
    const uint32_t value = inputs_[0][i];
    result_[i] = term_.functor == Functor::kToString
                     ? context_->interning->symbols.Intern(NumberToString(from, value)).bits()
                     : ConvertNumber(from, term_.value_kind, value);
  }
  return absl::OkStatus();
}

absl::Status Expression::FromSymbol(uint32_t rows) {
  for (uint32_t i = 0; i < rows; ++i) {
    const absl::string_view text = context_->interning->symbols.Text(Value(inputs_[0][i]));
    const std::optional<uint32_t> value = ParseNumber(text, term_.value_kind);
    if (!value.has_value()) {
      return context_->Invalid(absl::StrCat("\"", text, "\" is not a number, or is out of range,"));
    }
    result_[i] = *value;
  }
  return absl::OkStatus();
}

void Expression::Symbols(uint32_t rows) {
  for (uint32_t i = 0; i < rows; ++i) result_[i] = SymbolResult(i);
}

uint32_t Expression::SymbolResult(uint32_t row) const {
  SymbolTable& symbols = context_->interning->symbols;
  const absl::string_view first = symbols.Text(Value(inputs_[0][row]));
  switch (term_.functor) {
    case Functor::kStrlen:
      return static_cast<uint32_t>(first.size());
    case Functor::kSubstr:
      return symbols
          .Intern(
              Substring(first, Value(inputs_[1][row]).number(), Value(inputs_[2][row]).number()))
          .bits();
    case Functor::kCat: {
      std::string text(first);
      for (size_t a = 1; a < inputs_.size(); ++a)
        absl::StrAppend(&text, symbols.Text(Value(inputs_[a][row])));
      return symbols.Intern(text).bits();
    }
    default:
      break;
  }
  CHECK(term_.functor == Functor::kMin || term_.functor == Functor::kMax);
  uint32_t best = inputs_[0][row];
  for (size_t a = 1; a < inputs_.size(); ++a) {
    const uint32_t other = inputs_[a][row];
    const bool less = symbols.Text(Value(other)) < symbols.Text(Value(best));
    const bool greater = symbols.Text(Value(best)) < symbols.Text(Value(other));
    if (term_.functor == Functor::kMin ? less : greater) best = other;
  }
  return best;
}

void Expression::Records(uint32_t rows) {
  std::vector<Value> fields(inputs_.size());
  for (uint32_t i = 0; i < rows; ++i) {
    for (size_t a = 0; a < inputs_.size(); ++a) fields[a] = Value(inputs_[a][i]);
    result_[i] = context_->interning->records.Intern(fields).bits();
  }
}

}  // namespace cartograph::rules
