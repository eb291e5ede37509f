#include "rules/engine/profile.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace cartograph::rules {
namespace {

void Add(const RuleWork& work, RuleWork* total) {
  total->runs += work.runs;
  total->tuples += work.tuples;
  total->probes += work.probes;
  total->nanoseconds += work.nanoseconds;
}

std::string Columns(const RuleWork& work) {
  return absl::StrFormat("%.3f\t%d\t%d\t%d", static_cast<double>(work.nanoseconds) / 1e6,
                         work.tuples, work.probes, work.runs);
}

bool IsKnown(const Term& term, const std::vector<bool>& bound) {
  return term.kind == Term::Kind::kConstant ||
         (term.kind == Term::Kind::kVariable && bound[term.variable]);
}

// "scan edge", "look up edge by x, y" or "scan new path".
std::string DescribeAtom(const Program& program, const Atom& atom, const std::vector<bool>& bound,
                         bool is_new) {
  const Predicate& predicate = program.predicate(atom.predicate);
  if (is_new) return absl::StrCat("scan new ", predicate.name);
  std::vector<std::string> known;
  for (size_t c = 0; c < atom.arguments.size(); ++c) {
    if (IsKnown(atom.arguments[c], bound)) known.push_back(predicate.columns[c].name);
  }
  if (known.empty()) return absl::StrCat("scan ", predicate.name);
  return absl::StrCat("look up ", predicate.name, " by ", absl::StrJoin(known, ", "));
}

std::string DescribeLiteral(const Program& program, const Literal& literal,
                            const std::vector<bool>& bound, bool is_new) {
  switch (literal.kind) {
    case Literal::Kind::kAtom:
      return DescribeAtom(program, literal.atom, bound, is_new);
    case Literal::Kind::kNegation:
      return absl::StrCat("drop what is in ", program.predicate(literal.atom.predicate).name);
    case Literal::Kind::kAggregate:
      return "aggregate";
    case Literal::Kind::kRange:
      return "count a range";
    case Literal::Kind::kConstraint:
      return "compare or bind";
  }
  return "";
}

}  // namespace

void Profile::AddWork(const std::string& rule, uint64_t round, absl::string_view plan,
                      const RuleWork& work) {
  base::MutexLock lock(&mutex_);
  Rule& entry = rules_[rule];
  entry.plan = std::string(plan);
  Add(work, &entry.total);
  Add(work, &entry.rounds[round]);
}

void Profile::AddRelation(absl::string_view name, uint64_t rows, uint64_t bytes) {
  base::MutexLock lock(&mutex_);
  relations_.push_back({std::string(name), rows, bytes});
}

void Profile::Write(std::ostream* out) const {
  base::MutexLock lock(&mutex_);
  std::vector<std::pair<std::string, const Rule*>> by_time;
  for (const auto& [name, rule] : rules_) by_time.emplace_back(name, &rule);
  std::stable_sort(by_time.begin(), by_time.end(), [](const auto& a, const auto& b) {
    return a.second->total.nanoseconds > b.second->total.nanoseconds;
  });
  *out << "ms\ttuples\tprobes\truns\trule\tplan\n";
  for (const auto& [name, rule] : by_time) {
    *out << Columns(rule->total) << '\t' << name << '\t' << rule->plan << '\n';
  }
  *out << "\nround\tms\ttuples\tprobes\truns\trule\n";
  for (const auto& [name, rule] : by_time) {
    for (const auto& [round, work] : rule->rounds) {
      *out << round << '\t' << Columns(work) << '\t' << name << '\n';
    }
  }
  *out << "\nbytes\ttuples\trelation\n";
  for (const Held& held : relations_) {
    *out << held.bytes << '\t' << held.rows << '\t' << held.name << '\n';
  }
}

std::string DescribeOrder(const Program& program, const Body& body,
                          const std::vector<uint32_t>& order, std::optional<uint32_t> delta) {
  std::vector<bool> bound(body.variable_kinds.size());
  std::vector<std::string> steps;
  for (const uint32_t index : order) {
    const Literal& literal = body.literals[index];
    steps.push_back(DescribeLiteral(program, literal, bound, delta == index));
    for (const uint32_t variable : VariablesOf(literal)) bound[variable] = true;
  }
  return absl::StrJoin(steps, ", ");
}

}  // namespace cartograph::rules
