#include "rules/engine/evaluation.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"
#include "rules/engine/stratum.h"

namespace cartograph::rules {
namespace {

// Calls `visit` for each atom in `body`, those inside aggregates included.
template <typename Visit>
void ForEachAtom(const std::vector<Literal>& body, const Visit& visit) {
  for (const Literal& literal : body) {
    if (literal.kind == Literal::Kind::kAtom || literal.kind == Literal::Kind::kNegation)
      visit(literal.atom);
    if (literal.kind == Literal::Kind::kAggregate) ForEachAtom(literal.aggregate->body, visit);
  }
}

// Whether any input of `stratum` changed.
bool IsAffected(const Program& program, const Stratum& stratum, const std::vector<bool>& changed) {
  bool affected = false;
  const auto visit = [&](const Atom& atom) {
    affected = affected || changed[Index(atom.predicate)];
  };
  for (const PredicateId id : stratum.predicates) affected = affected || changed[Index(id)];
  for (const uint32_t rule : stratum.rules) ForEachAtom(program.rules[rule].body, visit);
  for (const uint32_t s : stratum.subsumptions) ForEachAtom(program.subsumptions[s].body, visit);
  return affected;
}

bool SameArray(const uint32_t* a, const uint32_t* b, size_t count) {
  if (a == nullptr || b == nullptr) return a == b;
  return std::memcmp(a, b, count * sizeof *a) == 0;
}

bool SameRows(const Page* a, const Page* b, const Table& table) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->rows != b->rows || a->groups != b->groups) return false;
  const size_t slots = a->keys == nullptr ? size_t{1} << table.shift() : a->groups;
  return SameArray(a->keys, b->keys, slots) && SameArray(a->offsets, b->offsets, slots + 1) &&
         std::memcmp(a->codes, b->codes, a->rows * static_cast<size_t>(table.code_bytes())) == 0;
}

bool SameOrigins(const Page* a, const Page* b) {
  if (a == b) return true;
  if (a->origins == nullptr || b->origins == nullptr) {
    return a->origins == b->origins && a->origin == b->origin;
  }
  return std::memcmp(a->origins, b->origins, a->rows * sizeof *a->origins) == 0;
}

template <typename Same>
bool AllPages(const Table& a, const Table& b, const Same& same) {
  if (!(a.layout() == b.layout()) || a.order() != b.order() || a.shift() != b.shift()) return false;
  for (size_t i = 0; i < a.pages().size(); ++i) {
    if (!same(a.pages()[i].get(), b.pages()[i].get())) return false;
  }
  return true;
}

// Tables of equal rows are built equal, so comparing their bytes is enough.
bool SameRows(const Table& a, const Table& b) {
  return a.rows() == b.rows() &&
         AllPages(a, b, [&](const Page* x, const Page* y) { return SameRows(x, y, a); });
}

class Evaluation {
 public:
  Evaluation(EvaluationInput input, base::Budget* budget)
      : input_(std::move(input)), budget_(budget), relations_(input_.taken) {
    relations_.resize(input_.program->predicates.size());
  }

  absl::StatusOr<std::shared_ptr<const Model>> Run() {
    const Program& program = *input_.program;
    for (size_t i = 0; i < program.strata.size(); ++i) {
      const Stratum& stratum = program.strata[i];
      if (IsTaken(stratum)) continue;
      if (input_.previous != nullptr && !IsAffected(program, stratum, input_.changed)) {
        for (const PredicateId id : stratum.predicates) {
          relations_[Index(id)] = input_.previous->shared_relation(id);
        }
        continue;
      }
      StratumInput next{&program,
                        i,
                        &relations_,
                        &input_.given,
                        input_.interning.get(),
                        budget_,
                        input_.threads,
                        input_.profile};
      RETURN_IF_ERROR(EvaluateStratum(next));
      if (input_.previous != nullptr) Compare(stratum);
    }
    return std::make_shared<const Model>(input_.program, input_.interning, std::move(relations_));
  }

 private:
  bool IsTaken(const Stratum& stratum) const {
    return std::all_of(stratum.predicates.begin(), stratum.predicates.end(),
                       [&](PredicateId id) { return relations_[Index(id)] != nullptr; });
  }

  // Relations that came out as they were need not be followed further, and are shared again.
  void Compare(const Stratum& stratum) {
    for (const PredicateId id : stratum.predicates) {
      const Table& before = input_.previous->relation(id).primary();
      const Table& after = relations_[Index(id)]->primary();
      const bool same = SameRows(before, after);
      input_.changed[Index(id)] = !same;
      if (same && AllPages(before, after, SameOrigins)) {
        relations_[Index(id)] = input_.previous->shared_relation(id);
      }
    }
  }

  EvaluationInput input_;
  base::Budget* budget_;
  std::vector<std::shared_ptr<const Relation>> relations_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Model>> RunEvaluation(EvaluationInput input,
                                                           base::Budget* budget) {
  return Evaluation(std::move(input), budget).Run();
}

}  // namespace cartograph::rules
