#include "rules/analysis/overloads.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "base/check.h"

namespace cartograph::rules {
namespace {

constexpr ValueKind kSymbol = ValueKind::kSymbol;
constexpr ValueKind kNumber = ValueKind::kNumber;
constexpr ValueKind kUnsigned = ValueKind::kUnsigned;
constexpr ValueKind kFloat = ValueKind::kFloat;

void AddInfix(absl::string_view name, const std::vector<ValueKind>& kinds,
              std::vector<Overload>* all) {
  for (ValueKind kind : kinds) {
    all->push_back({.name = name, .parameters = {kind, kind}, .result = kind, .infix = true});
  }
}

void AddConversions(absl::string_view name, ValueKind result, std::vector<Overload>* all) {
  for (ValueKind kind : {kSymbol, kNumber, kUnsigned, kFloat}) {
    all->push_back({.name = name, .parameters = {kind}, .result = result});
  }
}

void AddRange(ValueKind kind, std::vector<Overload>* all) {
  all->push_back({.name = "range", .parameters = {kind, kind}, .result = kind});
  all->push_back({.name = "range", .parameters = {kind, kind, kind}, .result = kind});
}

std::vector<Overload> MakeOverloads() {
  std::vector<Overload> all;
  for (absl::string_view name : {"+", "-", "*", "/", "^"}) {
    AddInfix(name, {kNumber, kUnsigned, kFloat}, &all);
  }
  AddInfix("+", {kSymbol}, &all);
  for (absl::string_view name :
       {"%", "band", "bor", "bxor", "bshl", "bshr", "bshru", "land", "lor", "lxor"}) {
    AddInfix(name, {kNumber, kUnsigned}, &all);
  }
  for (ValueKind kind : {kNumber, kFloat}) {
    all.push_back({.name = "-", .parameters = {kind}, .result = kind});
  }
  for (absl::string_view name : {"bnot", "lnot"}) {
    for (ValueKind kind : {kNumber, kUnsigned}) {
      all.push_back({.name = name, .parameters = {kind}, .result = kind});
    }
  }
  for (absl::string_view name : {"max", "min"}) {
    for (ValueKind kind : {kSymbol, kNumber, kUnsigned, kFloat}) {
      all.push_back({.name = name, .parameters = {kind}, .result = kind, .variadic = true});
    }
  }
  AddConversions("to_number", kNumber, &all);
  AddConversions("to_unsigned", kUnsigned, &all);
  AddConversions("to_float", kFloat, &all);
  AddConversions("to_string", kSymbol, &all);
  for (ValueKind kind : {kNumber, kUnsigned, kFloat}) AddRange(kind, &all);
  all.push_back({.name = "cat", .parameters = {kSymbol}, .result = kSymbol, .variadic = true});
  all.push_back({.name = "strlen", .parameters = {kSymbol}, .result = kNumber});
  all.push_back({.name = "substr", .parameters = {kSymbol, kNumber, kNumber}, .result = kSymbol});
  std::sort(all.begin(), all.end(), [](const Overload& a, const Overload& b) {
    return std::tie(a.name, a.result, a.parameters) < std::tie(b.name, b.result, b.parameters);
  });
  return all;
}

const std::vector<Overload>& AllOverloads() {
  static const auto* const kAll = new std::vector<Overload>(MakeOverloads());
  return *kAll;
}

constexpr std::pair<absl::string_view, Functor> kFunctors[] = {
    {"+", Functor::kAdd},
    {"-", Functor::kSubtract},
    {"*", Functor::kMultiply},
    {"/", Functor::kDivide},
    {"%", Functor::kModulo},
    {"^", Functor::kPower},
    {"max", Functor::kMax},
    {"min", Functor::kMin},
    {"band", Functor::kBitAnd},
    {"bor", Functor::kBitOr},
    {"bxor", Functor::kBitXor},
    {"bnot", Functor::kBitNot},
    {"bshl", Functor::kShiftLeft},
    {"bshr", Functor::kShiftRight},
    {"bshru", Functor::kShiftRightUnsigned},
    {"land", Functor::kLogicalAnd},
    {"lor", Functor::kLogicalOr},
    {"lxor", Functor::kLogicalXor},
    {"lnot", Functor::kLogicalNot},
    {"cat", Functor::kCat},
    {"strlen", Functor::kStrlen},
    {"substr", Functor::kSubstr},
    {"to_number", Functor::kToNumber},
    {"to_unsigned", Functor::kToUnsigned},
    {"to_float", Functor::kToFloat},
    {"to_string", Functor::kToString}};

}  // namespace

std::vector<const Overload*> OverloadsOf(absl::string_view name, size_t arguments) {
  std::vector<const Overload*> found;
  for (const Overload& overload : AllOverloads()) {
    if (overload.name != name) continue;
    if (overload.variadic || overload.parameters.size() == arguments) found.push_back(&overload);
  }
  return found;
}

bool IsIdentity(const Overload& overload) {
  return absl::StartsWith(overload.name, "to_") && overload.parameters[0] == overload.result;
}

Functor FunctorOf(const Overload& overload) {
  if (overload.name == "-" && !overload.infix) return Functor::kNegate;
  if (overload.name == "+" && overload.result == kSymbol) return Functor::kCat;
  for (const auto& [name, functor] : kFunctors) {
    if (name == overload.name) return functor;
  }
  CHECK(false);
  return Functor::kAdd;
}

}  // namespace cartograph::rules
