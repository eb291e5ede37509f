#include "rules/engine/supports.h"

#include <algorithm>
#include <memory>
#include <queue>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/status.h"

namespace cartograph::rules {
namespace {

bool Contains(const Support& outer, const Support& inner) {
  return std::includes(outer.begin(), outer.end(), inner.begin(), inner.end());
}

Support Union(const Support& a, const Support& b) {
  Support both;
  both.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

using Costs = absl::flat_hash_map<FactNumber, uint64_t>;

// The cost of `instance` where all its premises have one.
std::optional<uint64_t> CostOf(const RuleInstance& instance, const Costs& costs) {
  uint64_t sum = 1;
  for (const FactNumber premise : instance.premises) {
    const auto at = costs.find(premise);
    if (at == costs.end()) return std::nullopt;
    sum = std::min<uint64_t>(sum + at->second, UINT32_MAX);
  }
  return sum;
}

}  // namespace

Supports::Supports(ProofSearch* search, const SupportOptions& options, base::Budget* budget)
    : search_(*search), options_(options), budget_(budget) {}

absl::Status Supports::Find(FactNumber root) {
  absl::Status status = Reach(root);
  if (status.ok()) status = Spread();
  if (absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status)) {
    complete_ = false;
    status = absl::OkStatus();
  }
  RETURN_IF_ERROR(status);
  sets_ = supports_[root];
  std::sort(sets_.begin(), sets_.end(), [&](const Support& a, const Support& b) {
    return std::pair(a.size(), TextOf(a)) < std::pair(b.size(), TextOf(b));
  });
  const size_t sets_max = std::max<size_t>(1, options_.sets_max);
  if (sets_.size() > sets_max) {
    sets_.resize(sets_max);
    complete_ = false;
  }
  return absl::OkStatus();
}

std::string Supports::TextOf(const Support& support) const {
  std::vector<std::string> texts;
  for (const FactNumber fact : support) texts.push_back(search_.TextOf(fact));
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, " ");
}

absl::Status Supports::Reach(FactNumber root) {
  reached_ = {root};
  absl::flat_hash_set<FactNumber> seen = {root};
  for (size_t i = 0; i < reached_.size(); ++i) {
    RETURN_IF_ERROR(budget_->Check("finding what a fact rests on"));
    RETURN_IF_ERROR(search_.Expand(reached_[i]));
    for (const RuleInstance& instance : search_.InstancesOf(reached_[i])) {
      complete_ = complete_ && !instance.cut;
      for (const FactNumber premise : instance.premises) {
        if (seen.contains(premise)) continue;
        if (reached_.size() >= options_.facts_max) {
          complete_ = false;
          break;
        }
        seen.insert(premise);
        reached_.push_back(premise);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status Supports::Spread() {
  // Premises come after their users in `reached_` mostly, so backwards one round is nearly enough.
  bool again = true;
  for (size_t round = 0; again && round <= reached_.size(); ++round) {
    again = false;
    for (size_t i = reached_.size(); i-- > 0;) {
      RETURN_IF_ERROR(budget_->Check("finding what a fact rests on"));
      again = Update(reached_[i]) || again;
    }
  }
  return absl::OkStatus();
}

bool Supports::Update(FactNumber fact) {
  std::vector<Support> sets;
  if (search_.IsGiven(fact)) sets.push_back({fact});
  for (const RuleInstance& instance : search_.InstancesOf(fact)) {
    for (Support& support : SupportsOf(instance)) Add(std::move(support), &sets);
  }
  Trim(&sets);
  std::vector<Support>& known = supports_[fact];
  if (sets == known) return false;
  known = std::move(sets);
  return true;
}

std::vector<Support> Supports::SupportsOf(const RuleInstance& instance) {
  std::vector<Support> sets = {{}};
  for (const FactNumber premise : instance.premises) {
    const auto at = supports_.find(premise);
    if (at == supports_.end()) return {};
    std::vector<Support> next;
    for (const Support& set : sets) {
      for (const Support& more : at->second) Add(Union(set, more), &next);
    }
    budget_->SpendProbes(sets.size() * at->second.size());
    Trim(&next);
    sets = std::move(next);
  }
  return sets;
}

void Supports::Add(Support support, std::vector<Support>* sets) {
  for (const Support& known : *sets) {
    if (Contains(support, known)) return;
  }
  sets->erase(std::remove_if(sets->begin(), sets->end(),
                             [&](const Support& known) { return Contains(known, support); }),
              sets->end());
  sets->push_back(std::move(support));
}

void Supports::Trim(std::vector<Support>* sets) {
  std::sort(sets->begin(), sets->end(),
            [&](const Support& a, const Support& b) { return IsSmaller(a, b); });
  if (sets->size() <= options_.sets_per_fact_max) return;
  sets->resize(options_.sets_per_fact_max);
  complete_ = false;
}

bool Supports::IsSmaller(const Support& a, const Support& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return search_.CachedText(a[i]) < search_.CachedText(b[i]);
  }
  return false;
}

ChooseInstance Supports::ProofWithin(const Support& support) {
  // Knuth's generalisation of Dijkstra's algorithm, in rounds: costs only shrink, and end as those
  // of the cheapest proofs.
  auto costs = std::make_shared<Costs>();
  for (const FactNumber fact : support) (*costs)[fact] = 0;
  for (bool again = true; again;) {
    again = false;
    for (size_t i = reached_.size(); i-- > 0;) {
      for (const RuleInstance& instance : search_.InstancesOf(reached_[i])) {
        const std::optional<uint64_t> cost = CostOf(instance, *costs);
        if (!cost.has_value()) continue;
        const auto [at, added] = costs->try_emplace(reached_[i], *cost);
        again = again || added || *cost < at->second;
        at->second = std::min(at->second, *cost);
      }
    }
  }
  return [this, costs](FactNumber fact) {
    Choice choice;
    choice.steps = static_cast<uint32_t>(costs->at(fact));
    if (choice.steps == 0) return choice;
    for (const RuleInstance& instance : search_.InstancesOf(fact)) {
      if (CostOf(instance, *costs) != choice.steps) continue;
      if (choice.instance == nullptr || search_.IsBetter(instance, *choice.instance))
        choice.instance = &instance;
    }
    CHECK(choice.instance != nullptr);
    return choice;
  };
}

}  // namespace cartograph::rules
