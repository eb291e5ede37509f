#include "rules/analysis/grounding.h"

namespace cartograph::rules {

namespace {

bool IsRecord(const TermSyntax& term) {
  return term.kind == TermSyntax::Kind::kRecord || term.kind == TermSyntax::Kind::kBranch;
}

}  // namespace

Grounding::Grounding(const std::vector<BodySyntax>& literals, const Treat& treat) : treat_(treat) {
  AddLiterals(literals);
  Propagate();
}

void Grounding::AddTerms(const AtomSyntax& atom) {
  for (const TermSyntax& argument : atom.arguments) AddTerm(argument);
  Propagate();
}

bool Grounding::IsBound(const std::string& variable) const {
  auto at = variables_.find(variable);
  return at != variables_.end() && bound_[at->second];
}

bool Grounding::IsBound(const TermSyntax& term) const {
  if (term.kind == TermSyntax::Kind::kVariable) return IsBound(term.text);
  auto at = terms_.find(&term);
  return at != terms_.end() && bound_[at->second];
}

std::vector<std::string> Grounding::BoundVariables() const {
  std::vector<std::string> bound;
  for (const auto& [name, node] : variables_) {
    if (bound_[node]) bound.push_back(name);
  }
  return bound;
}

void Grounding::AddLiterals(const std::vector<BodySyntax>& literals) {
  for (const BodySyntax& literal : literals) {
    if (const AtomSyntax* atom = AtomOf(literal)) {
      for (const TermSyntax& argument : atom->arguments) {
        size_t node = AddTerm(argument);
        if (literal.kind == BodySyntax::Kind::kAtom) Bind(node);
      }
    }
    std::vector<size_t> sides;
    for (const TermSyntax& side : literal.constraint.sides) sides.push_back(AddTerm(side));
    if (sides.size() == 2 && literal.constraint.comparison == ComparisonSyntax::kEqual) {
      Imply(sides[0], sides[1]);
      Imply(sides[1], sides[0]);
    }
  }
}

size_t Grounding::AddTerm(const TermSyntax& term) {
  if (term.kind == TermSyntax::Kind::kVariable) return NodeOf(term.text);
  size_t node = NewNode();
  terms_.emplace(&term, node);
  std::vector<size_t> arguments;
  for (const TermSyntax& argument : term.arguments) arguments.push_back(AddTerm(argument));
  switch (term.kind) {
    case TermSyntax::Kind::kRecord:
    case TermSyntax::Kind::kBranch:
      for (size_t argument : arguments) Imply(node, argument);
      Imply(arguments, node);
      break;
    case TermSyntax::Kind::kCast: {
      bool record = IsRecord(term.arguments[0]);
      if (record) Imply(node, arguments[0]);
      Imply(arguments, node);
      break;
    }
    case TermSyntax::Kind::kFunctor:
      Imply(arguments, node);
      break;
    case TermSyntax::Kind::kAggregate:
      AddAggregate(term, node);
      break;
    case TermSyntax::Kind::kVariable:
    case TermSyntax::Kind::kUnnamed:
      break;
    default:
      Bind(node);
  }
  return node;
}

void Grounding::AddAggregate(const TermSyntax& term, size_t node) {
  Treatment treatment = treat_(term.aggregate.get());
  if (treatment == Treatment::kUnbound) return;
  Bind(node);
  if (treatment == Treatment::kOpaque) return;
  for (const TermSyntax& target : term.aggregate->target) AddTerm(target);
  AddLiterals(term.aggregate->literals);
}

size_t Grounding::NodeOf(const std::string& variable) {
  auto at = variables_.find(variable);
  if (at != variables_.end()) return at->second;
  size_t node = NewNode();
  variables_.emplace(variable, node);
  return node;
}

size_t Grounding::NewNode() {
  bound_.push_back(false);
  watches_.emplace_back();
  return bound_.size() - 1;
}

void Grounding::Bind(size_t node) {
  if (bound_[node]) return;
  bound_[node] = true;
  queue_.push_back(node);
}

void Grounding::Imply(const std::vector<size_t>& from, size_t to) {
  size_t waiting = 0;
  for (size_t node : from) {
    if (bound_[node]) continue;
    watches_[node].push_back(implications_.size());
    ++waiting;
  }
  implications_.push_back({waiting, to});
  if (waiting == 0) Bind(to);
}

void Grounding::Propagate() {
  while (!queue_.empty()) {
    size_t node = queue_.back();
    queue_.pop_back();
    for (size_t index : watches_[node]) {
      if (--implications_[index].waiting == 0) Bind(implications_[index].node);
    }
    watches_[node].clear();
  }
}

}  // namespace cartograph::rules
