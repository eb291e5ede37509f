#include "tests/support/naive_twin.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "tests/support/twin_values.h"

namespace cartograph::testing {
namespace {

using rules::AggregateSyntax;
using rules::AtomSyntax;
using rules::BodySyntax;
using rules::Clause;
using rules::ComparisonSyntax;
using rules::TermSyntax;
using rules::ValueKind;

using twin::Apply;
using twin::AsDouble;
using twin::Holds;
using twin::Integer;
using twin::Numeric;
using twin::Real;
using twin::Symbol;
using twin::ValueText;

using Bindings = std::map<std::string, TwinValue>;

// Tries one clause on a model.
class ClauseTwin {
 public:
  ClauseTwin(const rules::AnalyzedProgram& program, const Clause& clause, const TwinModel& model)
      : program_(program), clause_(clause), model_(model) {}

  // The rows that the clause's head takes.
  std::set<TwinRow> Rows() {
    std::set<TwinRow> rows;
    Solve(clause_.body, {}, [&](const Bindings& bindings) {
      TwinRow row;
      for (const TermSyntax& term : clause_.head.arguments) {
        row.push_back(*Evaluate(term, bindings));
      }
      rows.insert(std::move(row));
    });
    return rows;
  }

  // Of a subsumption: whether `dominating` pushes `dominated` out.
  bool Dominates(const TwinRow& dominated, const TwinRow& dominating) {
    bool dominates = false;
    std::optional<Bindings> bindings = MatchRow(clause_.head.arguments, dominated, {});
    if (bindings) bindings = MatchRow(clause_.dominating->arguments, dominating, *bindings);
    if (bindings) Solve(clause_.body, *bindings, [&](const Bindings&) { dominates = true; });
    return dominates;
  }

 private:
  using Found = std::function<void(const Bindings&)>;

  ValueKind KindOf(const TermSyntax& term) const { return clause_.kinds[term.number]; }

  // A variable's name; an unnamed one has a name of its own.
  static std::string NameOf(const TermSyntax& term) {
    return term.kind == TermSyntax::Kind::kUnnamed ? absl::StrCat("_", term.number) : term.text;
  }

  // The value of `term`, or nothing while a variable of it is free. Aggregates are values once
  // their outer variables are.
  std::optional<TwinValue> Evaluate(const TermSyntax& term, const Bindings& bindings) {
    switch (term.kind) {
      case TermSyntax::Kind::kVariable:
      case TermSyntax::Kind::kUnnamed: {
        auto found = bindings.find(NameOf(term));
        return found == bindings.end() ? std::nullopt : std::optional(found->second);
      }
      case TermSyntax::Kind::kString:
        return Symbol(term.text);
      case TermSyntax::Kind::kNumber:
      case TermSyntax::Kind::kUnsigned:
      case TermSyntax::Kind::kFloat:
        return Literal(term);
      case TermSyntax::Kind::kNil:
      case TermSyntax::Kind::kRecord:
      case TermSyntax::Kind::kBranch:
        return Record(term, bindings);
      case TermSyntax::Kind::kCast:
        return Evaluate(term.arguments[0], bindings);
      case TermSyntax::Kind::kFunctor:
        return Functor(term, bindings);
      case TermSyntax::Kind::kAggregate:
        return Aggregate(term, bindings);
    }
    return std::nullopt;
  }

  TwinValue Literal(const TermSyntax& term) const {
    double number = 0;
    CHECK(absl::SimpleAtod(term.text, &number));
    return Numeric(KindOf(term), number);
  }

  std::optional<std::vector<TwinValue>> EvaluateAll(const std::vector<TermSyntax>& terms,
                                                    const Bindings& bindings) {
    std::vector<TwinValue> values;
    for (const TermSyntax& term : terms) {
      std::optional<TwinValue> value = Evaluate(term, bindings);
      if (!value) return std::nullopt;
      values.push_back(std::move(*value));
    }
    return values;
  }

  std::optional<TwinValue> Record(const TermSyntax& term, const Bindings& bindings) {
    TwinValue record;
    record.kind = ValueKind::kRecord;
    record.nil = term.kind == TermSyntax::Kind::kNil;
    std::optional<std::vector<TwinValue>> fields = EvaluateAll(term.arguments, bindings);
    if (!fields) return std::nullopt;
    record.fields = std::move(*fields);
    if (term.kind == TermSyntax::Kind::kBranch)
      record.fields.insert(record.fields.begin(), BranchNumber(term));
    return record;
  }

  TwinValue BranchNumber(const TermSyntax& term) const {
    const std::vector<rules::Type::Branch>& branches =
        program_.schema.types.types()[Index(clause_.types[term.number])].branches;
    auto at = std::find_if(branches.begin(), branches.end(),
                           [&](const auto& b) { return b.name == term.text; });
    return Integer(ValueKind::kUnsigned, at - branches.begin());
  }

  std::optional<TwinValue> Functor(const TermSyntax& term, const Bindings& bindings) {
    std::optional<std::vector<TwinValue>> arguments = EvaluateAll(term.arguments, bindings);
    if (!arguments || term.text == "range") return std::nullopt;
    return Apply(term.text, KindOf(term), *arguments);
  }

  // Whether a variable that the aggregate shares with the rest of the clause is still free.
  bool WaitsForOuter(const AggregateSyntax& aggregate, const Bindings& bindings) const {
    std::set<std::string> inside;
    std::map<std::string, int> everywhere;
    auto collect = [](const TermSyntax& term, auto&& add) {
      if (term.kind == TermSyntax::Kind::kVariable) add(term.text);
    };
    int total = 0;
    ForEachTerm(clause_, [&](const TermSyntax& term) {
      collect(term, [&](const std::string& v) { ++everywhere[v]; });
    });
    std::map<std::string, int> within;
    auto count = [&](const TermSyntax& term) {
      collect(term, [&](const std::string& v) { ++within[v]; });
    };
    rules::ForEachTerm(aggregate.literals, count);
    for (const TermSyntax& target : aggregate.target) rules::ForEachTerm(target, count);
    for (const auto& [name, uses] : within) {
      total += uses < everywhere[name] && bindings.count(name) == 0;
    }
    return total > 0;
  }

  std::optional<TwinValue> Aggregate(const TermSyntax& term, const Bindings& bindings) {
    const AggregateSyntax& aggregate = *term.aggregate;
    if (WaitsForOuter(aggregate, bindings)) return std::nullopt;
    std::set<Bindings> distinct;
    Solve(aggregate.literals, bindings, [&](const Bindings& found) { distinct.insert(found); });
    std::vector<TwinValue> values;
    for (const Bindings& found : distinct) {
      if (!aggregate.target.empty()) values.push_back(*Evaluate(aggregate.target[0], found));
    }
    return Fold(aggregate.op, KindOf(term), distinct.size(), values);
  }

  // Nothing for the least, the greatest or the mean of nothing: then the literal fails.
  std::optional<TwinValue> Fold(AggregateSyntax::Op op, ValueKind kind, size_t count,
                                const std::vector<TwinValue>& values) {
    if (op == AggregateSyntax::Op::kCount) return Numeric(kind, static_cast<double>(count));
    if (op != AggregateSyntax::Op::kSum && values.empty()) {
      empty_aggregate_ = true;
      return std::nullopt;
    }
    if (op == AggregateSyntax::Op::kMin) return *std::min_element(values.begin(), values.end());
    if (op == AggregateSyntax::Op::kMax) return *std::max_element(values.begin(), values.end());
    TwinValue sum = Numeric(op == AggregateSyntax::Op::kMean ? ValueKind::kFloat : kind, 0);
    for (const TwinValue& value : values) {
      sum = sum.kind == ValueKind::kFloat ? Real(sum.real + static_cast<float>(AsDouble(value)))
                                          : Integer(sum.kind, sum.integer + value.integer);
    }
    return op == AggregateSyntax::Op::kMean ? Real(sum.real / static_cast<float>(values.size()))
                                            : sum;
  }

  // Binds the free variables of `term` so that it has `value`, or nothing when it cannot.
  std::optional<Bindings> MatchTerm(const TermSyntax& term, const TwinValue& value,
                                    Bindings bindings) {
    if (std::optional<TwinValue> known = Evaluate(term, bindings)) {
      return *known == value ? std::optional(std::move(bindings)) : std::nullopt;
    }
    if (term.kind == TermSyntax::Kind::kVariable || term.kind == TermSyntax::Kind::kUnnamed) {
      bindings[NameOf(term)] = value;
      return bindings;
    }
    if (term.kind == TermSyntax::Kind::kCast)
      return MatchTerm(term.arguments[0], value, std::move(bindings));
    const bool branch = term.kind == TermSyntax::Kind::kBranch;
    CHECK(branch || term.kind == TermSyntax::Kind::kRecord);
    if (value.nil || (branch && value.fields[0] != BranchNumber(term))) return std::nullopt;
    return MatchRow(term.arguments,
                    TwinRow(value.fields.begin() + (branch ? 1 : 0), value.fields.end()),
                    std::move(bindings));
  }

  std::optional<Bindings> MatchRow(const std::vector<TermSyntax>& terms, const TwinRow& row,
                                   Bindings bindings) {
    std::optional<Bindings> matched = std::move(bindings);
    for (size_t i = 0; i < terms.size() && matched; ++i) {
      matched = MatchTerm(terms[i], row[i], std::move(*matched));
    }
    return matched;
  }

  // Whether every variable that `term` needs before it can be matched is bound: all but those it
  // would bind itself.
  bool CanMatch(const TermSyntax& term, const Bindings& bindings) {
    switch (term.kind) {
      case TermSyntax::Kind::kVariable:
      case TermSyntax::Kind::kUnnamed:
        return true;
      case TermSyntax::Kind::kCast:
      case TermSyntax::Kind::kRecord:
      case TermSyntax::Kind::kBranch:
        return std::all_of(term.arguments.begin(), term.arguments.end(),
                           [&](const TermSyntax& part) { return CanMatch(part, bindings); });
      default:
        return Evaluate(term, bindings).has_value();
    }
  }

  const std::set<TwinRow>& RowsOf(const AtomSyntax& atom) const {
    static const auto& none = *new std::set<TwinRow>();
    auto found = model_.find(atom.name);
    return found == model_.end() ? none : found->second;
  }

  // Calls `found` with each binding under which all of `literals` hold.
  void Solve(const std::vector<BodySyntax>& literals, const Bindings& bindings,
             const Found& found) {
    std::vector<const BodySyntax*> open;
    for (const BodySyntax& literal : literals) open.push_back(&literal);
    SolveOpen(open, bindings, found);
  }

  // Takes the first literal that can be tried now, and goes on with the rest.
  void SolveOpen(const std::vector<const BodySyntax*>& open, const Bindings& bindings,
                 const Found& found) {
    if (open.empty()) {
      found(bindings);
      return;
    }
    for (size_t i = 0; i < open.size(); ++i) {
      std::vector<const BodySyntax*> rest = open;
      rest.erase(rest.begin() + static_cast<ptrdiff_t>(i));
      empty_aggregate_ = false;
      const bool tried =
          Try(*open[i], bindings, [&](const Bindings& next) { SolveOpen(rest, next, found); });
      if (tried) return;
    }
    CHECK(false);  // an unsafe clause: the checker lets none through
  }

  // Tries one literal; false when it has to wait for variables.
  bool Try(const BodySyntax& literal, const Bindings& bindings, const Found& next) {
    if (literal.kind == BodySyntax::Kind::kConstraint)
      return TryConstraint(literal, bindings, next);
    const AtomSyntax& atom = *rules::AtomOf(literal);
    for (const TermSyntax& term : atom.arguments) {
      if (!CanMatch(term, bindings)) return empty_aggregate_;
    }
    if (literal.kind == BodySyntax::Kind::kAtom) {
      for (const TwinRow& row : RowsOf(atom)) {
        if (std::optional<Bindings> matched = MatchRow(atom.arguments, row, bindings))
          next(*matched);
      }
      return true;
    }
    return TryNegation(atom, bindings, next);
  }

  bool TryNegation(const AtomSyntax& atom, const Bindings& bindings, const Found& next) {
    for (const TermSyntax& term : atom.arguments) {
      if (term.kind != TermSyntax::Kind::kUnnamed && !Evaluate(term, bindings)) return false;
    }
    for (const TwinRow& row : RowsOf(atom)) {
      if (MatchRow(atom.arguments, row, bindings)) return true;
    }
    next(bindings);
    return true;
  }

  bool TryConstraint(const BodySyntax& literal, const Bindings& bindings, const Found& next) {
    const ComparisonSyntax comparison = literal.constraint.comparison;
    if (comparison == ComparisonSyntax::kTrue) next(bindings);
    if (literal.constraint.sides.empty()) return true;
    const TermSyntax& left = literal.constraint.sides[0];
    const TermSyntax& right = literal.constraint.sides[1];
    if (comparison == ComparisonSyntax::kEqual) return TryEqual(left, right, bindings, next);
    std::optional<TwinValue> a = Evaluate(left, bindings);
    std::optional<TwinValue> b = Evaluate(right, bindings);
    if (!a || !b) return empty_aggregate_;
    if (Holds(comparison, *a, *b)) next(bindings);
    return true;
  }

  bool TryEqual(const TermSyntax& left, const TermSyntax& right, const Bindings& bindings,
                const Found& next) {
    if (right.kind == TermSyntax::Kind::kFunctor && right.text == "range") {
      return TryRange(left, right, bindings, next);
    }
    const std::optional<TwinValue> a = Evaluate(left, bindings);
    const std::optional<TwinValue> b = Evaluate(right, bindings);
    if (empty_aggregate_) return true;
    if (!a && !b) return false;
    const TermSyntax& pattern = a ? right : left;
    if (!CanMatch(pattern, bindings)) return false;
    if (std::optional<Bindings> matched = MatchTerm(pattern, a ? *a : *b, bindings)) next(*matched);
    return true;
  }

  bool TryRange(const TermSyntax& left, const TermSyntax& range, const Bindings& bindings,
                const Found& next) {
    std::optional<std::vector<TwinValue>> ends = EvaluateAll(range.arguments, bindings);
    if (!ends || !CanMatch(left, bindings)) return false;
    const double from = AsDouble((*ends)[0]);
    const double to = AsDouble((*ends)[1]);
    const double step = ends->size() == 3 ? AsDouble((*ends)[2]) : (from <= to ? 1 : -1);
    for (double at = from; step > 0 ? at < to : step < 0 && at > to; at += step) {
      if (std::optional<Bindings> matched = MatchTerm(left, Numeric(KindOf(range), at), bindings))
        next(*matched);
    }
    return true;
  }

  const rules::AnalyzedProgram& program_;
  const Clause& clause_;
  const TwinModel& model_;
  bool empty_aggregate_ =
      false;  // the literal being tried holds an aggregate of nothing: it fails, and need not wait
};

// The relations that the rules of each relation read, directly or not.
std::map<std::string, std::set<std::string>> Dependencies(const rules::AnalyzedProgram& program) {
  std::map<std::string, std::set<std::string>> reads;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Clause& clause : program.clauses) {
      std::set<std::string>& all = reads[clause.head.name];
      const size_t size = all.size();
      rules::ForEachAtom(clause.body, {}, [&](const AtomSyntax& atom, rules::AtomPlace) {
        all.insert(atom.name);
        const std::set<std::string> more = reads[atom.name];
        all.insert(more.begin(), more.end());
      });
      changed = changed || all.size() > size;
    }
  }
  return reads;
}

// How far below its users a relation has to be finished: above all it uses, strictly above what it
// negates or aggregates, and what loses facts to subsumption, unless that is recursive with it.
std::map<std::string, int> Levels(const rules::AnalyzedProgram& program) {
  std::map<std::string, int> levels;
  std::map<std::string, std::set<std::string>> reads = Dependencies(program);
  std::set<std::string> subsumed;
  for (const Clause& clause : program.clauses) {
    if (clause.dominating) subsumed.insert(clause.head.name);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Clause& clause : program.clauses) {
      rules::ForEachAtom(clause.body, {}, [&](const AtomSyntax& atom, rules::AtomPlace place) {
        const bool first = subsumed.count(atom.name) > 0 && atom.name != clause.head.name &&
                           reads[atom.name].count(clause.head.name) == 0;
        const bool above = place.negated || place.aggregated || first;
        const int least = levels[atom.name] + (above ? 1 : 0);
        changed = changed || levels[clause.head.name] < least;
        levels[clause.head.name] = std::max(levels[clause.head.name], least);
      });
    }
  }
  return levels;
}

// Reflexive on its elements, symmetric, transitive.
void CloseEquivalence(std::set<TwinRow>* rows) {
  for (size_t size = 0; size != rows->size();) {
    size = rows->size();
    const std::set<TwinRow> before = *rows;
    for (const TwinRow& a : before) {
      rows->insert({a[1], a[0]});
      for (const TwinRow& b : before) {
        if (a[1] == b[0]) rows->insert({a[0], b[1]});
      }
    }
  }
}

void DropDominated(const rules::AnalyzedProgram& program, const Clause& clause, TwinModel* model) {
  std::set<TwinRow>& rows = (*model)[clause.head.name];
  const std::set<TwinRow> before = rows;
  ClauseTwin twin(program, clause, *model);
  for (const TwinRow& dominated : before) {
    for (const TwinRow& dominating : before) {
      if (dominated != dominating && twin.Dominates(dominated, dominating)) {
        rows.erase(dominated);
        break;
      }
    }
  }
}

// One round of all clauses of a level.
void Round(const rules::AnalyzedProgram& program, const std::map<std::string, int>& levels,
           int level, TwinModel* model) {
  for (const Clause& clause : program.clauses) {
    if (clause.dominating || levels.at(clause.head.name) != level) continue;
    (*model)[clause.head.name].merge(ClauseTwin(program, clause, *model).Rows());
  }
  for (const rules::Predicate& predicate : program.schema.predicates) {
    if (predicate.eqrel) CloseEquivalence(&(*model)[predicate.name]);
  }
  for (const Clause& clause : program.clauses) {
    if (clause.dominating && levels.at(clause.head.name) == level)
      DropDominated(program, clause, model);
  }
}

}  // namespace

TwinModel EvaluateNaively(const rules::AnalyzedProgram& program, TwinModel given) {
  TwinModel model = std::move(given);
  for (const rules::Predicate& predicate : program.schema.predicates) model[predicate.name];
  std::map<std::string, int> levels = Levels(program);
  int top = 0;
  for (const Clause& clause : program.clauses) top = std::max(top, levels[clause.head.name]);
  for (int level = 0; level <= top; ++level) {
    TwinModel before;
    do {
      before = model;
      Round(program, levels, level, &model);
    } while (model != before);
  }
  return model;
}

std::string ToText(const TwinRow& row) {
  return row.empty() ? "()"
                     : absl::StrJoin(row, "\t", [](std::string* text, const TwinValue& value) {
                         absl::StrAppend(text, ValueText(value));
                       });
}

}  // namespace cartograph::testing
