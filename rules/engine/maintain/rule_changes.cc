#include "rules/engine/maintain/rule_changes.h"

#include <algorithm>

#include "rules/engine/rule_names.h"

namespace cartograph::rules {
namespace {

using Kind = Literal::Kind;

// The arguments as stored.
std::vector<Term> StoredArguments(const Atom& atom) {
  return atom.arguments.empty() ? std::vector<Term>(1) : atom.arguments;
}

}  // namespace

// A literal that can change, and the queries that lead from its bindings to heads.
struct RuleChanges::Step {
  size_t literal = 0;
  bool own = false;  // an atom of the rule's own stratum
  LiteralChanges changes;
  std::vector<PredicateId> predicates;    // whose changes matter to the literal
  std::unique_ptr<BodyQuery> queries[3];  // by Others
  RowChanges found;
};

RuleChanges::RuleChanges(const Program& program, uint32_t rule, size_t stratum,
                         const Options& options)
    : rule_(program.rules[rule]),
      options_(options),
      where_(NameOf(program, rule_.text, rule_.span, stratum)),
      wanted_(StoredArguments(rule_.head)) {
  for (size_t i = 0; i < rule_.body.size(); ++i) {
    const Literal& literal = rule_.body[i];
    if (literal.kind == Kind::kConstraint || literal.kind == Kind::kRange) continue;
    LiteralChanges::CollectPredicates(literal, &predicates_);
    const bool own = literal.kind == Kind::kAtom && options.own[Index(literal.atom.predicate)];
    steps_.push_back(std::unique_ptr<Step>(new Step{
        i, own, LiteralChanges(literal, rule_.variable_kinds, where_), {}, {}, RowChanges()}));
    LiteralChanges::CollectPredicates(literal, &steps_.back()->predicates);
    if (!own) continue;
    premises_.push_back(literal.atom.predicate);
    if (!options.premises) continue;
    for (const Term& argument : StoredArguments(literal.atom)) wanted_.push_back(argument);
  }
}

RuleChanges::~RuleChanges() = default;

bool RuleChanges::CanFollow(const Rule& rule) {
  return std::all_of(rule.body.begin(), rule.body.end(), LiteralChanges::CanFollow);
}

bool RuleChanges::IsAffected(const std::vector<RowChanges>& facts) const {
  return std::any_of(predicates_.begin(), predicates_.end(),
                     [&](PredicateId id) { return !facts[Index(id)].empty(); });
}

BodyQuery::Question RuleChanges::MakeQuestion() const {
  BodyQuery::Question question;
  question.literals = rule_.body;
  question.variable_kinds = rule_.variable_kinds;
  question.wanted = wanted_;
  question.all_bindings = options_.all_bindings;
  question.where = where_;
  return question;
}

BodyQuery* RuleChanges::QueryFrom(Step* step, Others others) {
  auto& query = step->queries[static_cast<size_t>(others)];
  if (query == nullptr) {
    BodyQuery::Question question = MakeQuestion();
    question.literals.erase(question.literals.begin() + static_cast<ptrdiff_t>(step->literal));
    question.given = step->changes.variables();
    for (size_t i = 0; i < question.literals.size(); ++i) {
      const bool is_new = others == Others::kNew || (others == Others::kSplit && i < step->literal);
      question.versions.push_back(is_new ? Version::kNew : Version::kOld);
    }
    query = std::make_unique<BodyQuery>(std::move(question));
  }
  return query.get();
}

absl::Status RuleChanges::FromBelow(const UpdateContext& context,
                                    const std::vector<RowChanges>& facts, Others others, bool lost,
                                    bool gained, const Take& take) {
  for (const auto& step : steps_) {
    if (step->own) continue;
    if (std::none_of(step->predicates.begin(), step->predicates.end(),
                     [&](PredicateId id) { return !facts[Index(id)].empty(); })) {
      continue;
    }
    RETURN_IF_ERROR(step->changes.Find(context, facts, &step->found));
    BodyQuery* query = QueryFrom(step.get(), others);
    if (lost) {
      RETURN_IF_ERROR(query->Run(context, step->found.removed,
                                 [&](const RowList& answers) { return take(answers, -1); }));
    }
    if (gained) {
      RETURN_IF_ERROR(query->Run(context, step->found.added,
                                 [&](const RowList& answers) { return take(answers, 1); }));
    }
  }
  return absl::OkStatus();
}

absl::Status RuleChanges::FromPremises(const UpdateContext& context, PredicateId predicate,
                                       const RowList& rows, const BodyQuery::Take& take) {
  for (const auto& step : steps_) {
    if (!step->own || rule_.body[step->literal].atom.predicate != predicate) continue;
    RowList bindings(step->changes.variables().size());
    step->changes.Match(rows, &bindings);
    RETURN_IF_ERROR(QueryFrom(step.get(), Others::kNew)->Run(context, bindings, take));
  }
  return absl::OkStatus();
}

absl::Status RuleChanges::OfHeads(const UpdateContext& context, const RowList& rows,
                                  const BodyQuery::Take& take) {
  if (of_heads_ == nullptr) {
    // The head's columns become variables of their own, each equal to what the head has there.
    BodyQuery::Question question = MakeQuestion();
    const std::vector<Term> columns = StoredArguments(rule_.head);
    for (size_t c = 0; c < columns.size(); ++c) {
      const auto variable = static_cast<Slot>(question.variable_kinds.size());
      question.given.push_back(variable);
      question.literals.push_back(Equality(variable, columns[c]));
      question.variable_kinds.push_back(columns[c].value_kind);
      question.wanted[c] = VariableTerm(variable);
    }
    question.all_bindings = false;
    of_heads_ = std::make_unique<BodyQuery>(std::move(question));
  }
  return of_heads_->Run(context, rows, take);
}

// The smallest atom that binds the key of the head's relation.
std::optional<BodyQuery::Scan> RuleChanges::ScanByKey(const Versions& versions) const {
  const uint32_t key_column = versions.Old(head()).primary().order()[0];
  const Term key = StoredArguments(rule_.head)[key_column];
  if (key.kind != Term::Kind::kVariable) return std::nullopt;
  std::optional<BodyQuery::Scan> best;
  size_t best_size = SIZE_MAX;
  for (uint32_t i = 0; i < rule_.body.size(); ++i) {
    const Literal& literal = rule_.body[i];
    if (literal.kind != Kind::kAtom) continue;
    const size_t size = versions.Old(literal.atom.predicate).size();
    if (size >= best_size) continue;
    const std::vector<Term>& arguments = literal.atom.arguments;
    const auto at = std::find_if(arguments.begin(), arguments.end(), [&](const Term& argument) {
      return argument.kind == Term::Kind::kVariable && argument.variable == key.variable;
    });
    if (at == arguments.end()) continue;
    best = {i, static_cast<uint32_t>(at - arguments.begin())};
    best_size = size;
  }
  return best;
}

absl::Status RuleChanges::All(const UpdateContext& context, const BodyQuery::Take& take) {
  if (all_ == nullptr) {
    BodyQuery::Question question = MakeQuestion();
    question.versions.assign(question.literals.size(), Version::kOld);
    question.scan = ScanByKey(*context.versions);
    all_ = std::make_unique<BodyQuery>(std::move(question));
  }
  RowList once;
  once.rows = 1;
  return all_->Run(context, once, take);
}

}  // namespace cartograph::rules
