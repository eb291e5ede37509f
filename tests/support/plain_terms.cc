#include "tests/support/plain_terms.h"

#include <regex.h>

#include <cmath>
#include <string>

namespace cartograph::rules {
namespace {

std::string TextOf(Value value, const Interning& interning) {
  return std::string(interning.symbols.Text(value));
}

// By POSIX's own matcher.
bool MatchesWhole(const std::string& pattern, const std::string& text) {
  regex_t compiled;
  if (regcomp(&compiled, ("^(" + pattern + ")$").c_str(), REG_EXTENDED | REG_NOSUB) != 0)
    return false;
  const bool matches = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return matches;
}

template <typename Number>
std::optional<Number> Arithmetic(Functor functor, Number a, Number b) {
  switch (functor) {
    case Functor::kAdd:
      return static_cast<Number>(a + b);
    case Functor::kSubtract:
      return static_cast<Number>(a - b);
    case Functor::kMultiply:
      return static_cast<Number>(a * b);
    case Functor::kDivide:
      return b == 0 && std::is_integral_v<Number>
                 ? std::nullopt
                 : std::optional<Number>(static_cast<Number>(a / b));
    case Functor::kMax:
      return a < b ? b : a;
    case Functor::kMin:
      return b < a ? b : a;
    default:
      return std::nullopt;
  }
}

// On 64 bits, then cut to 32: wide enough for every product of two numbers.
std::optional<uint32_t> OnIntegers(Functor functor, int64_t a, int64_t b) {
  const auto left = static_cast<uint32_t>(a);
  const auto right = static_cast<uint32_t>(b);
  const auto low = static_cast<uint32_t>(b & 31);
  switch (functor) {
    case Functor::kModulo:
      return b == 0 ? std::nullopt : std::optional<uint32_t>(static_cast<uint32_t>(a % b));
    case Functor::kBitAnd:
      return left & right;
    case Functor::kBitOr:
      return left | right;
    case Functor::kBitXor:
      return left ^ right;
    case Functor::kShiftLeft:
      return left << low;
    case Functor::kShiftRight:
      return static_cast<uint32_t>(a >> low);
    case Functor::kShiftRightUnsigned:
      return left >> low;
    case Functor::kLogicalAnd:
      return a != 0 && b != 0;
    case Functor::kLogicalOr:
      return a != 0 || b != 0;
    case Functor::kLogicalXor:
      return (a != 0) != (b != 0);
    case Functor::kPower: {
      const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
      if (std::fabs(power) < 2e9) return static_cast<uint32_t>(static_cast<int64_t>(power));
      return std::nullopt;  // what Soufflé leaves to the machine is not for checking
    }
    default: {
      const std::optional<int64_t> result = Arithmetic<int64_t>(functor, a, b);
      if (!result.has_value()) return std::nullopt;
      return static_cast<uint32_t>(*result);
    }
  }
}

std::optional<Value> Binary(Functor functor, ValueKind kind, Value a, Value b,
                            Interning* interning) {
  if (kind == ValueKind::kSymbol) {
    const std::string left = TextOf(a, *interning);
    const std::string right = TextOf(b, *interning);
    if (functor == Functor::kCat) return interning->symbols.Intern(left + right);
    return (functor == Functor::kMin) == (right < left) ? b : a;
  }
  if (kind == ValueKind::kFloat) {
    if (functor == Functor::kPower)
      return Value::Float(std::pow(a.float_number(), b.float_number()));
    const auto result = Arithmetic<float>(functor, a.float_number(), b.float_number());
    if (!result.has_value()) return std::nullopt;
    return Value::Float(*result);
  }
  const bool is_signed = kind == ValueKind::kNumber;
  const auto result =
      OnIntegers(functor, is_signed ? int64_t{a.number()} : int64_t{a.unsigned_number()},
                 is_signed ? int64_t{b.number()} : int64_t{b.unsigned_number()});
  if (!result.has_value()) return std::nullopt;
  return Value(*result);
}

std::optional<Value> Convert(const Term& term, Value value, Interning* interning) {
  const ValueKind from = term.arguments[0].value_kind;
  if (term.functor == Functor::kToString) {
    switch (from) {
      case ValueKind::kNumber:
        return interning->symbols.Intern(std::to_string(value.number()));
      case ValueKind::kUnsigned:
        return interning->symbols.Intern(std::to_string(value.unsigned_number()));
      case ValueKind::kFloat:
        return interning->symbols.Intern(std::to_string(value.float_number()));
      default:
        return value;
    }
  }
  double number = 0;
  switch (from) {
    case ValueKind::kNumber:
      number = value.number();
      break;
    case ValueKind::kUnsigned:
      number = value.unsigned_number();
      break;
    case ValueKind::kFloat:
      number = static_cast<double>(value.float_number());
      break;
    default:
      number = std::stod(TextOf(value, *interning));
  }
  if (term.value_kind == ValueKind::kFloat) return Value::Float(static_cast<float>(number));
  return Value(static_cast<uint32_t>(static_cast<int64_t>(number)));
}

std::optional<Value> Call(const Term& term, const std::vector<Value>& values,
                          Interning* interning) {
  switch (term.functor) {
    case Functor::kNegate:
      if (term.value_kind == ValueKind::kFloat) return Value::Float(-values[0].float_number());
      return Value(0U - values[0].bits());
    case Functor::kBitNot:
      return Value(~values[0].bits());
    case Functor::kLogicalNot:
      return Value(values[0].bits() == 0 ? 1 : 0);
    case Functor::kStrlen:
      return Value(static_cast<uint32_t>(TextOf(values[0], *interning).size()));
    case Functor::kSubstr: {
      const std::string text = TextOf(values[0], *interning);
      const auto begin = static_cast<size_t>(values[1].number());
      const std::string part =
          begin > text.size() ? "" : text.substr(begin, static_cast<size_t>(values[2].number()));
      return interning->symbols.Intern(part);
    }
    case Functor::kToNumber:
    case Functor::kToUnsigned:
    case Functor::kToFloat:
    case Functor::kToString:
      return Convert(term, values[0], interning);
    default:
      break;
  }
  std::optional<Value> result = values[0];
  for (size_t i = 1; i < values.size() && result.has_value(); ++i) {
    result = Binary(term.functor, term.value_kind, *result, values[i], interning);
  }
  return result;
}

}  // namespace

std::optional<Value> EvaluatePlainly(const Term& term, const Substitution& known,
                                     Interning* interning) {
  if (term.kind == Term::Kind::kConstant) return term.constant;
  if (term.kind == Term::Kind::kVariable) {
    const auto at = known.find(term.variable);
    return at == known.end() ? std::nullopt : std::optional<Value>(at->second);
  }
  std::vector<Value> values;
  for (const Term& argument : term.arguments) {
    const std::optional<Value> value = EvaluatePlainly(argument, known, interning);
    if (!value.has_value()) return std::nullopt;
    values.push_back(*value);
  }
  if (term.kind == Term::Kind::kRecord) return interning->records.Intern(values);
  return term.kind == Term::Kind::kCall ? Call(term, values, interning) : std::nullopt;
}

bool ComparePlainly(Comparison comparison, ValueKind kind, Value left, Value right,
                    const Interning& interning) {
  switch (comparison) {
    case Comparison::kTrue:
      return true;
    case Comparison::kFalse:
      return false;
    case Comparison::kMatch:
      return MatchesWhole(TextOf(left, interning), TextOf(right, interning));
    case Comparison::kNotMatch:
      return !ComparePlainly(Comparison::kMatch, kind, left, right, interning);
    case Comparison::kContains:
      return TextOf(right, interning).find(TextOf(left, interning)) != std::string::npos;
    case Comparison::kNotContains:
      return !ComparePlainly(Comparison::kContains, kind, left, right, interning);
    default:
      break;
  }
  const auto compare = [&](const auto& a, const auto& b) {
    switch (comparison) {
      case Comparison::kEqual:
        return a == b;
      case Comparison::kNotEqual:
        return a != b;
      case Comparison::kLess:
        return a < b;
      case Comparison::kLessEqual:
        return a <= b;
      case Comparison::kGreater:
        return a > b;
      default:
        return a >= b;
    }
  };
  switch (kind) {
    case ValueKind::kSymbol:
      return compare(TextOf(left, interning), TextOf(right, interning));
    case ValueKind::kNumber:
      return compare(left.number(), right.number());
    case ValueKind::kFloat:
      return compare(left.float_number(), right.float_number());
    default:
      return compare(left.bits(), right.bits());
  }
}

bool Unify(const Term& term, Value value, Substitution* known, Interning* interning) {
  switch (term.kind) {
    case Term::Kind::kWildcard:
      return true;
    case Term::Kind::kVariable:
      return known->emplace(term.variable, value).first->second == value;
    case Term::Kind::kRecord: {
      if (value.bits() == 0) return false;
      const TupleView fields = interning->records.Fields(value);
      if (fields.size() != term.arguments.size()) return false;
      for (size_t i = 0; i < fields.size(); ++i) {
        if (!Unify(term.arguments[i], fields[i], known, interning)) return false;
      }
      return true;
    }
    default:
      return EvaluatePlainly(term, *known, interning) == value;
  }
}

}  // namespace cartograph::rules
