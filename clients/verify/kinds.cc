#include "clients/verify/kinds.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"

namespace cartograph::verify {
namespace {

// Digits in decimal, hexadecimal or binary, perhaps behind a minus sign.
std::optional<int64_t> IntegerOf(absl::string_view text) {
  const int64_t sign = absl::ConsumePrefix(&text, "-") ? -1 : 1;
  const int base = absl::ConsumePrefix(&text, "0x")   ? 16
                   : absl::ConsumePrefix(&text, "0b") ? 2
                                                      : 10;
  int64_t number = 0;
  for (const char c : text) {
    const int digit = absl::ascii_isdigit(static_cast<unsigned char>(c))
                          ? c - '0'
                          : absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a' + 10;
    if (digit >= base || number > std::numeric_limits<uint32_t>::max()) {
      return std::nullopt;
    }
    number = number * base + digit;
  }
  return text.empty() ? std::nullopt : std::optional(sign * number);
}

template <typename Integer>
bool Fits(int64_t number) {
  return number >= std::numeric_limits<Integer>::min() &&
         number <= int64_t{std::numeric_limits<Integer>::max()};
}

std::optional<Value> NumberValue(const Term& term, Kind kind) {
  if (kind == Kind::kFloat) {
    float number = 0;
    if (!absl::SimpleAtof(term.name, &number)) {
      return std::nullopt;
    }
    return FromFloat(number);
  }
  const std::optional<int64_t> number = IntegerOf(term.name);
  if (!number.has_value()) {
    return std::nullopt;
  }
  if (kind == Kind::kNumber && Fits<int32_t>(*number)) {
    return FromSigned(static_cast<int32_t>(*number));
  }
  if (kind == Kind::kUnsigned && Fits<uint32_t>(*number)) {
    return static_cast<Value>(*number);
  }
  return std::nullopt;
}

class Inference {
 public:
  Inference(const RuleSet& rules, Clause* clause, Values* values)
      : rules_(rules), clause_(*clause), values_(*values), classes_(clause->variables.size()) {
    for (uint32_t i = 0; i < classes_.size(); ++i) {
      classes_[i].parent = i;
    }
  }

  absl::Status Run() {
    AddAtom(clause_.head);
    AddBody(clause_.body);
    if (!wrong_.empty()) {
      return Wrong(wrong_);
    }
    SettleRecords();
    if (!wrong_.empty()) {
      return Wrong(wrong_);
    }
    for (uint32_t i = 0; i < clause_.variables.size(); ++i) {
      const Class& of = classes_[Root(i)];
      clause_.kinds.push_back(of.kind.value_or(Kind::kNumber));
      clause_.types.push_back(of.type);
      if (!of.kind.has_value() && !of.integer) {
        return Wrong(absl::StrCat("nothing says of what kind ", clause_.variables[i], " is"));
      }
    }
    DecideAtom(&clause_.head);
    DecideBody(&clause_.body);
    if (!wrong_.empty()) {
      return Wrong(wrong_);
    }
    return unchecked_.empty()
               ? absl::OkStatus()
               : absl::UnimplementedError(
                     absl::StrCat(clause_.place.ToString(), ": ", unchecked_, " are not checked"));
  }

 private:
  // Terms that are of one kind.
  struct Class {
    uint32_t parent = 0;
    std::optional<Kind> kind;
    bool integer = false;  // holds an integer, which is a number by default
    uint32_t type = 0;     // of records; 0: not known
  };

  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(clause_.place.ToString(), ": ", what));
  }

  uint32_t Root(uint32_t number) {
    while (classes_[number].parent != number) {
      number = classes_[number].parent;
    }
    return number;
  }

  uint32_t New(std::optional<Kind> kind, bool integer = false, uint32_t type = 0) {
    const auto number = static_cast<uint32_t>(classes_.size());
    classes_.push_back({number, kind, integer, type});
    return number;
  }

  uint32_t OfType(uint32_t type) {
    const Kind kind = rules_.types[type].kind;
    return New(kind, false, kind == Kind::kRecord ? rules_.types[type].same_as : 0);
  }

  uint32_t Unite(uint32_t a, uint32_t b) {
    a = Root(a);
    b = Root(b);
    if (a == b) {
      return a;
    }
    Class& kept = classes_[a];
    Class& other = classes_[b];
    if ((kept.kind.has_value() && other.kind.has_value() && kept.kind != other.kind) ||
        (kept.type != 0 && other.type != 0 && kept.type != other.type)) {
      wrong_ = "values of different kinds are compared";
    }
    if (!kept.kind.has_value()) {
      kept.kind = other.kind;
    }
    if (kept.type == 0) {
      kept.type = other.type;
    }
    kept.integer = kept.integer || other.integer;
    other.parent = a;
    return a;
  }

  void AddAtom(const Atom& atom) {
    const Relation& relation = rules_.relations[atom.relation];
    for (size_t i = 0; i < atom.arguments.size(); ++i) {
      Unite(ClassOf(atom.arguments[i]), OfType(relation.columns[i].type));
    }
  }

  void AddBody(const std::vector<Literal>& body) {
    for (const Literal& literal : body) {
      if (literal.form != Literal::Form::kComparison) {
        AddAtom(literal.atom);
      }
      if (literal.sides.size() != 2) {
        continue;
      }
      const uint32_t sides = Unite(ClassOf(literal.sides[0]), ClassOf(literal.sides[1]));
      const bool texts = literal.comparison == "match" || literal.comparison == "contains";
      if (texts) {
        Unite(sides, New(Kind::kSymbol));
      }
    }
  }

  uint32_t ClassOf(const Term& term) {
    const auto at = by_term_.find(&term);
    if (at != by_term_.end()) {
      return at->second;
    }
    const uint32_t number = NewClassOf(term);
    by_term_.emplace(&term, number);
    return number;
  }

  uint32_t NewClassOf(const Term& term) {
    switch (term.form) {
      case Term::Form::kVariable:
        return term.variable;
      case Term::Form::kAny:
        return New(std::nullopt);
      case Term::Form::kConstant:
        return ClassOfConstant(term.constant);
      case Term::Form::kCall:
        return ClassOfCall(term);
      case Term::Form::kRecord:
        for (const Term& argument : term.arguments) {
          ClassOf(argument);
        }
        records_.push_back(&term);
        return term.name.empty() ? New(Kind::kRecord) : ClassOfBranch(term);
      case Term::Form::kAggregate:
        return ClassOfAggregate(*term.aggregate);
    }
    return 0;
  }

  uint32_t ClassOfBranch(const Term& term) {
    const auto at = rules_.branch_by_name.find(term.name);
    if (at != rules_.branch_by_name.end()) {
      return New(Kind::kRecord, false, at->second.first);
    }
    wrong_ = absl::StrCat("there is no branch ", term.name);
    return New(Kind::kRecord);
  }

  uint32_t ClassOfAggregate(const Aggregate& aggregate) {
    AddBody(aggregate.body);
    if (aggregate.op == "count") {
      return New(Kind::kNumber);
    }
    const uint32_t target = ClassOf(aggregate.target[0]);
    return aggregate.op == "mean" ? Unite(target, New(Kind::kFloat)) : target;
  }

  uint32_t ClassOfConstant(Term::Constant constant) {
    switch (constant) {
      case Term::Constant::kText:
        return New(Kind::kSymbol);
      case Term::Constant::kInteger:
        return New(std::nullopt, /*integer=*/true);
      case Term::Constant::kUnsigned:
        return New(Kind::kUnsigned);
      case Term::Constant::kFloat:
        return New(Kind::kFloat);
      case Term::Constant::kNil:
        return New(Kind::kRecord);
    }
    return 0;
  }

  uint32_t ClassOfCall(const Term& term) {
    std::vector<uint32_t> arguments;
    for (const Term& argument : term.arguments) {
      arguments.push_back(ClassOf(argument));
    }
    const auto all = [&](std::optional<Kind> kind) {
      for (const uint32_t argument : arguments) {
        Unite(argument, New(kind));
      }
    };
    if (term.name == "as") {
      return ClassOfCast(term);
    }
    if (term.name == "to_string") {
      return New(Kind::kSymbol);
    }
    if (term.name == "to_number") {
      return New(Kind::kNumber);
    }
    if (term.name == "to_unsigned") {
      return New(Kind::kUnsigned);
    }
    if (term.name == "to_float") {
      return New(Kind::kFloat);
    }
    if (term.name == "cat" || term.name == "strlen") {
      all(Kind::kSymbol);
      return New(term.name == "cat" ? Kind::kSymbol : Kind::kNumber);
    }
    if (term.name == "substr" && arguments.size() == 3) {
      Unite(arguments[0], New(Kind::kSymbol));
      Unite(Unite(arguments[1], arguments[2]), New(Kind::kNumber));
      return New(Kind::kSymbol);
    }
    uint32_t result = New(std::nullopt);
    for (const uint32_t argument : arguments) {
      result = Unite(result, argument);
    }
    return result;
  }

  // Numbers of one kind are read as another; texts and records stay what they are.
  uint32_t ClassOfCast(const Term& term) {
    const auto type = rules_.type_by_name.find(term.cast_to);
    if (type == rules_.type_by_name.end()) {
      wrong_ = absl::StrCat("there is no type ", term.cast_to);
      return New(std::nullopt);
    }
    const uint32_t result = OfType(type->second);
    const Kind kind = rules_.types[type->second].kind;
    return kind == Kind::kSymbol || kind == Kind::kRecord
               ? Unite(result, ClassOf(term.arguments[0]))
               : result;
  }

  // A record's parts have the types of its fields, once its type is known; that may say what type
  // another record has.
  void SettleRecords() {
    for (size_t round = 0; round <= records_.size(); ++round) {
      for (const Term* record : records_) {
        const bool settled = SettleRecord(*record);
        if (!settled && round == records_.size()) {
          unchecked_ = "records whose type no column says";
        }
      }
    }
  }

  // False when its type is not known yet.
  bool SettleRecord(const Term& record) {
    const uint32_t type = classes_[Root(ClassOf(record))].type;
    if (type == 0) {
      return false;
    }
    const Type& of = rules_.types[type];
    if (of.algebraic == record.name.empty()) {
      wrong_ = "a record stands where a branch should, or a branch where a record should";
      return true;
    }
    const size_t branch = of.algebraic ? rules_.branch_by_name.at(record.name).second : 0;
    const std::vector<uint32_t>& fields = of.branches[branch].fields;
    if (fields.size() != record.arguments.size()) {
      wrong_ = "a record has another number of fields than its type";
      return true;
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      Unite(ClassOf(record.arguments[i]), OfType(fields[i]));
    }
    return true;
  }

  void DecideAtom(Atom* atom) {
    for (Term& argument : atom->arguments) {
      Decide(&argument);
    }
  }

  void DecideBody(std::vector<Literal>* body) {
    for (Literal& literal : *body) {
      DecideAtom(&literal.atom);
      for (Term& side : literal.sides) {
        Decide(&side);
      }
    }
  }

  void Decide(Term* term) {
    const Class& of = classes_[Root(ClassOf(*term))];
    term->kind = of.kind.value_or(Kind::kNumber);
    term->type = of.type;
    for (Term& argument : term->arguments) {
      Decide(&argument);
    }
    if (term->form == Term::Form::kConstant) {
      const std::optional<Value> value = ConstantValue(*term, term->kind, &values_);
      if (!value.has_value()) {
        wrong_ = absl::StrCat(term->name, " is no ", NameOf(term->kind));
      }
      term->value = value.value_or(0);
    }
    if (term->form == Term::Form::kRecord && !term->name.empty()) {
      const auto branch = rules_.branch_by_name.find(term->name);
      term->value = branch == rules_.branch_by_name.end() ? 0 : branch->second.second;
    }
    if (term->name == "as" && term->arguments[0].form == Term::Form::kRecord) {
      // A record of a type that is known: it can be taken apart.
      Term record = std::move(term->arguments[0]);
      *term = std::move(record);
      return;
    }
    if (term->form != Term::Form::kAggregate) {
      return;
    }
    for (Term& target : term->aggregate->target) {
      Decide(&target);
    }
    DecideBody(&term->aggregate->body);
  }

  const RuleSet& rules_;
  Clause& clause_;
  Values& values_;
  std::vector<Class> classes_;  // variables first
  absl::flat_hash_map<const Term*, uint32_t> by_term_;
  std::vector<const Term*> records_;
  std::string wrong_;
  std::string unchecked_;
};

}  // namespace

std::optional<Value> ConstantValue(const Term& term, Kind kind, Values* values) {
  if (term.constant == Term::Constant::kText) {
    return kind == Kind::kSymbol ? std::optional(values->Symbol(term.name)) : std::nullopt;
  }
  if (term.constant == Term::Constant::kNil) {
    return kind == Kind::kRecord ? std::optional(Value{0}) : std::nullopt;
  }
  return NumberValue(term, kind);
}

absl::Status ResolveKinds(const RuleSet& rules, Clause* clause, Values* values) {
  return Inference(rules, clause, values).Run();
}

}  // namespace cartograph::verify
