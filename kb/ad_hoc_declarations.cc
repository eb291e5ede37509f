#include "kb/ad_hoc_declarations.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/syntax/diagnostic_list.h"
#include "rules/syntax/parser.h"

namespace cartograph::kb {
namespace {

using rules::AtomSyntax;
using rules::BodySyntax;
using rules::RuleSyntax;
using rules::TermSyntax;

// Over the rules, and over one body: a question whose types only show after so many steps is asked
// to declare them.
constexpr int kPassesMax = 20;

// The name of a type. A constant fits in every type of its kind, so it counts only where nothing
// else is known.
struct KnownType {
  std::string name;
  bool constant = false;

  friend bool operator==(const KnownType&, const KnownType&) = default;
};
using MaybeType = std::optional<KnownType>;

// How the types of the given program relate.
class TypeOrder {
 public:
  explicit TypeOrder(const rules::Program& given) : given_(given) {}

  // Whether values of `narrow` may stand where `wide` is asked for.
  bool Accepts(const std::string& wide, const std::string& narrow) const {
    if (wide == narrow) return true;
    const rules::Type* type = Find(wide);
    if (type == nullptr) return false;
    return std::any_of(type->accepts.begin(), type->accepts.end(), [&](rules::TypeId id) {
      return given_.types[rules::Index(id)].name == narrow;
    });
  }

  // The built-in type below `name`: "symbol" for Disease; `name` itself where it is not known.
  std::string Root(const std::string& name) const {
    const rules::Type* type = Find(name);
    if (type == nullptr) return name;
    switch (type->kind) {
      case rules::ValueKind::kSymbol:
        return "symbol";
      case rules::ValueKind::kNumber:
        return "number";
      case rules::ValueKind::kUnsigned:
        return "unsigned";
      case rules::ValueKind::kFloat:
        return "float";
      case rules::ValueKind::kRecord:
        break;
    }
    return name;
  }

  // The type of a variable that stands in columns of both types.
  MaybeType Narrower(const MaybeType& left, const MaybeType& right) const {
    if (!left.has_value() || !right.has_value()) return left.has_value() ? left : right;
    if (left->constant != right->constant) return left->constant ? right : left;
    return Accepts(left->name, right->name) ? right : left;
  }

  // The type of a column that values of both types stand in.
  MaybeType Wider(const MaybeType& left, const MaybeType& right) const {
    if (!left.has_value() || !right.has_value()) return left.has_value() ? left : right;
    if (left->constant != right->constant) return left->constant ? right : left;
    if (Accepts(left->name, right->name)) return left;
    if (Accepts(right->name, left->name)) return right;
    return KnownType{Root(left->name), false};
  }

 private:
  const rules::Type* Find(const std::string& name) const {
    for (const rules::Type& type : given_.types) {
      if (type.name == name) return &type;
    }
    return nullptr;
  }

  const rules::Program& given_;
};

// Infers by going over the rules until nothing new is learned. Types of columns only ever widen, so
// that ends.
class Inference {
 public:
  Inference(const rules::ItemsSyntax& items, const rules::Program& given)
      : items_(items), given_(given), order_(given) {
    for (const RuleSyntax& rule : items_.rules) {
      for (const AtomSyntax& head : rule.heads) Meet(head);
    }
  }

  std::string Run() {
    bool learned = true;
    for (int pass = 0; learned && pass < kPassesMax; ++pass) {
      learned = false;
      for (const RuleSyntax& rule : items_.rules) learned = LearnFrom(rule) || learned;
    }
    std::string text;
    for (const std::string& name : names_) absl::StrAppend(&text, Declaration(name));
    return text;
  }

 private:
  struct Relation {
    const AtomSyntax* first_head = nullptr;
    std::vector<MaybeType> columns;
  };
  using Variables = std::map<std::string, MaybeType>;

  bool IsDeclared(const std::string& name) const {
    auto is_it = [&](const rules::RelationSyntax& relation) { return relation.name == name; };
    return given_.Find(name).has_value() ||
           std::any_of(items_.relations.begin(), items_.relations.end(), is_it);
  }

  void Meet(const AtomSyntax& head) {
    if (IsDeclared(head.name) || relations_.count(head.name) > 0) return;
    names_.push_back(head.name);
    relations_[head.name] = Relation{&head, std::vector<MaybeType>(head.arguments.size())};
  }

  bool LearnFrom(const RuleSyntax& rule) {
    const Variables variables = VariablesOf(rule);
    bool learned = false;
    for (const AtomSyntax& head : rule.heads) {
      auto relation = relations_.find(head.name);
      if (relation == relations_.end()) continue;
      std::vector<MaybeType>& columns = relation->second.columns;
      for (size_t i = 0; i < std::min(columns.size(), head.arguments.size()); ++i) {
        MaybeType wider = order_.Wider(columns[i], TypeOf(head.arguments[i], variables));
        learned = learned || wider != columns[i];
        columns[i] = std::move(wider);
      }
    }
    return learned;
  }

  // The type of a relation's column, as far as it is known.
  MaybeType ColumnType(const std::string& relation, size_t column) const {
    if (auto id = given_.Find(relation); id.has_value()) {
      const rules::Predicate& predicate = given_.predicate(*id);
      if (column >= predicate.columns.size()) return std::nullopt;
      return KnownType{given_.types[rules::Index(predicate.columns[column].type)].name};
    }
    for (const rules::RelationSyntax& declared : items_.relations) {
      if (declared.name != relation || column >= declared.columns.size()) continue;
      return KnownType{declared.columns[column].type};
    }
    auto inferred = relations_.find(relation);
    if (inferred == relations_.end() || column >= inferred->second.columns.size())
      return std::nullopt;
    return inferred->second.columns[column];
  }

  Variables VariablesOf(const RuleSyntax& rule) const {
    Variables variables;
    Variables before;
    for (int pass = 0; rule.body.has_value() && pass < kPassesMax; ++pass) {
      Bind(*rule.body, &variables);
      if (variables == before) break;
      before = variables;
    }
    return variables;
  }

  // What the positive literals of `body` say of the variables.
  void Bind(const BodySyntax& body, Variables* variables) const {
    switch (body.kind) {
      case BodySyntax::Kind::kAtom:
        for (size_t i = 0; i < body.atom.arguments.size(); ++i) {
          BindTerm(body.atom.arguments[i], ColumnType(body.atom.name, i), variables);
        }
        return;
      case BodySyntax::Kind::kConstraint:
        BindEquality(body.constraint, variables);
        return;
      case BodySyntax::Kind::kConjunction:
      case BodySyntax::Kind::kDisjunction:
        for (const BodySyntax& part : body.parts) Bind(part, variables);
        return;
      case BodySyntax::Kind::kNegation:
        return;
    }
  }

  void BindEquality(const rules::ConstraintSyntax& constraint, Variables* variables) const {
    if (constraint.comparison != rules::ComparisonSyntax::kEqual) return;
    BindTerm(constraint.sides[0], TypeOf(constraint.sides[1], *variables), variables);
    BindTerm(constraint.sides[1], TypeOf(constraint.sides[0], *variables), variables);
  }

  void BindTerm(const TermSyntax& term, const MaybeType& type, Variables* variables) const {
    if (term.kind != TermSyntax::Kind::kVariable) return;
    MaybeType& known = (*variables)[term.text];
    known = order_.Narrower(known, type);
  }

  MaybeType TypeOf(const TermSyntax& term, const Variables& variables) const {
    switch (term.kind) {
      case TermSyntax::Kind::kVariable: {
        auto found = variables.find(term.text);
        return found == variables.end() ? std::nullopt : found->second;
      }
      case TermSyntax::Kind::kString:
        return KnownType{"symbol", true};
      case TermSyntax::Kind::kNumber:
        return KnownType{"number", true};
      case TermSyntax::Kind::kUnsigned:
        return KnownType{"unsigned", true};
      case TermSyntax::Kind::kFloat:
        return KnownType{"float", true};
      case TermSyntax::Kind::kCast:
        return KnownType{term.text};
      case TermSyntax::Kind::kFunctor:
        return FunctorType(term, variables);
      case TermSyntax::Kind::kAggregate:
        return AggregateType(*term.aggregate, variables);
      case TermSyntax::Kind::kUnnamed:
      case TermSyntax::Kind::kNil:
      case TermSyntax::Kind::kRecord:
      case TermSyntax::Kind::kBranch:
        break;
    }
    return std::nullopt;
  }

  // A functor with a result of its own has it; the others have the kind of their arguments.
  MaybeType FunctorType(const TermSyntax& term, const Variables& variables) const {
    static constexpr std::pair<absl::string_view, absl::string_view> kResults[] = {
        {"cat", "symbol"},     {"substr", "symbol"},        {"to_string", "symbol"},
        {"strlen", "number"},  {"ord", "number"},           {"to_number", "number"},
        {"to_float", "float"}, {"to_unsigned", "unsigned"},
    };
    for (const auto& [functor, result] : kResults) {
      if (term.text == functor) return KnownType{std::string(result)};
    }
    MaybeType type;
    for (const TermSyntax& argument : term.arguments) {
      type = order_.Narrower(type, TypeOf(argument, variables));
    }
    if (type.has_value()) type->name = order_.Root(type->name);
    return type;
  }

  MaybeType AggregateType(const rules::AggregateSyntax& aggregate, Variables variables) const {
    if (aggregate.op == rules::AggregateSyntax::Op::kCount) return KnownType{"number"};
    if (aggregate.op == rules::AggregateSyntax::Op::kMean) return KnownType{"float"};
    Bind(aggregate.body, &variables);
    MaybeType type = TypeOf(aggregate.target.front(), variables);
    if (type.has_value()) type->name = order_.Root(type->name);
    return type;
  }

  // Columns are named after the variables of the first head, so that answers read like the
  // question.
  std::string Declaration(const std::string& name) const {
    const Relation& relation = relations_.at(name);
    std::vector<std::string> columns;
    std::vector<std::string> taken;
    for (size_t i = 0; i < relation.columns.size(); ++i) {
      const TermSyntax& argument = relation.first_head->arguments[i];
      std::string column = argument.text;
      const bool named = argument.kind == TermSyntax::Kind::kVariable && column[0] != '?' &&
                         std::find(taken.begin(), taken.end(), column) == taken.end();
      if (!named) column = absl::StrCat("column", i + 1);
      taken.push_back(column);
      const MaybeType& type = relation.columns[i];
      columns.push_back(absl::StrCat(column, ": ", type.has_value() ? type->name : "symbol"));
    }
    return absl::StrCat(".decl ", name, "(", absl::StrJoin(columns, ", "), ")\n");
  }

  const rules::ItemsSyntax& items_;
  const rules::Program& given_;
  const TypeOrder order_;
  std::vector<std::string> names_;  // in order of text
  std::map<std::string, Relation> relations_;
};

}  // namespace

std::string DeclareFromUse(absl::string_view text, const rules::Program& given) {
  rules::DiagnosticList diagnostics(1);
  const rules::ItemsSyntax items = rules::Parse(text, 0, rules::ParseOptions(), &diagnostics);
  if (diagnostics.has_errors()) return "";
  return Inference(items, given).Run();
}

}  // namespace cartograph::kb
