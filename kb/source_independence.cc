#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/strength.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

// Prefixes of identifiers that trial registries give.
constexpr absl::string_view kTrialPrefixes[] = {
    "NCT:", "clinicaltrials:", "ChiCTR:", "ISRCTN:", "EUCTR:"};

// What is known of a source that another might share.
struct Traits {
  std::string name;
  absl::btree_set<std::pair<std::string, std::string>> authors;  // family and given name
  absl::btree_set<std::string> trials;
  bool authors_complete = false;
};

// Reads the base facts of sources.
class TraitsReader {
 public:
  TraitsReader(const rules::Model& model, base::Budget* budget) : model_(model), budget_(budget) {}

  absl::StatusOr<Traits> Read(const std::string& source) {
    Traits traits{.name = source};
    RETURN_IF_ERROR(ForEach("author", source, [&](rules::TupleView values) {
      traits.authors.emplace(Text(values[1]), Text(values[2]));
    }));
    RETURN_IF_ERROR(ForEach("author_list_complete", source,
                            [&](rules::TupleView) { traits.authors_complete = true; }));
    RETURN_IF_ERROR(ForEach("xref", source, [&](rules::TupleView values) {
      const absl::string_view curie = Text(values[1]);
      for (absl::string_view prefix : kTrialPrefixes) {
        if (absl::StartsWith(curie, prefix)) traits.trials.emplace(curie);
      }
    }));
    return traits;
  }

 private:
  absl::string_view Text(rules::Value value) const {
    return model_.interning().symbols.Text(value);
  }

  template <typename Visit>
  absl::Status ForEach(absl::string_view relation, const std::string& entity, const Visit& visit) {
    const auto predicate = model_.program().Find(relation);
    const auto value = model_.interning().symbols.Find(entity);
    if (!predicate.has_value() || !value.has_value()) return absl::OkStatus();
    rules::Pattern pattern(model_.program().predicate(*predicate).arity());
    pattern[0] = *value;
    return rules::Query(model_, *predicate, pattern, 0, budget_, [&](rules::TupleView values) {
      visit(values);
      return true;
    });
  }

  const rules::Model& model_;
  base::Budget* const budget_;
};

template <typename Item>
const Item* FirstShared(const absl::btree_set<Item>& a, const absl::btree_set<Item>& b) {
  for (const Item& one : a) {
    if (b.contains(one)) return &one;
  }
  return nullptr;
}

// Whether two names may be of one person: lists abbreviate given names, or leave them out.
bool MayBeOne(const std::pair<std::string, std::string>& a,
              const std::pair<std::string, std::string>& b) {
  return a.first == b.first && (a.second.empty() || b.second.empty() || a.second[0] == b.second[0]);
}

bool MayShareAuthor(const Traits& a, const Traits& b) {
  if (!a.authors_complete || !b.authors_complete) return true;
  return std::any_of(a.authors.begin(), a.authors.end(), [&](const auto& author) {
    return std::any_of(b.authors.begin(), b.authors.end(),
                       [&](const auto& other) { return MayBeOne(author, other); });
  });
}

// Nothing when the two are known to be independent.
std::optional<v1::SourceDependence> DependenceOf(const Traits& a, const Traits& b) {
  v1::SourceDependence dependence;
  dependence.set_first(a.name);
  dependence.set_second(b.name);
  if (const auto* trial = FirstShared(a.trials, b.trials)) {
    dependence.set_kind(v1::SOURCE_DEPENDENCE_KIND_TRIAL);
    dependence.set_shared(*trial);
  } else if (const auto* author = FirstShared(a.authors, b.authors)) {
    dependence.set_kind(v1::SOURCE_DEPENDENCE_KIND_AUTHOR);
    dependence.set_shared(
        absl::StrCat(author->second, author->second.empty() ? "" : " ", author->first));
  } else if (MayShareAuthor(a, b)) {
    dependence.set_kind(v1::SOURCE_DEPENDENCE_KIND_UNKNOWN);
  } else {
    return std::nullopt;
  }
  return dependence;
}

// Counts groups of what has been joined.
class Groups {
 public:
  explicit Groups(size_t size) : parents_(size), count_(static_cast<uint32_t>(size)) {
    std::iota(parents_.begin(), parents_.end(), size_t{0});
  }

  void Join(size_t a, size_t b) {
    a = Root(a);
    b = Root(b);
    count_ -= a == b ? 0 : 1;
    parents_[a] = b;
  }
  uint32_t count() const { return count_; }

 private:
  size_t Root(size_t at) {
    while (parents_[at] != at) at = parents_[at] = parents_[parents_[at]];
    return at;
  }

  std::vector<size_t> parents_;
  uint32_t count_;
};

}  // namespace

absl::StatusOr<Independence> IndependenceOf(const absl::btree_set<std::string>& sources,
                                            const rules::Model& model, base::Budget* budget) {
  TraitsReader reader(model, budget);
  std::vector<Traits> traits;
  for (const std::string& source : sources) {
    ASSIGN_OR_RETURN(Traits read, reader.Read(source));
    traits.push_back(std::move(read));
  }
  Independence result;
  Groups known(traits.size());
  Groups possible(traits.size());
  for (size_t b = 0; b < traits.size(); ++b) {
    RETURN_IF_ERROR(budget->Check("comparing sources"));
    for (size_t a = 0; a < b; ++a) {
      std::optional<v1::SourceDependence> dependence = DependenceOf(traits[a], traits[b]);
      if (!dependence.has_value()) continue;
      possible.Join(a, b);
      if (dependence->kind() != v1::SOURCE_DEPENDENCE_KIND_UNKNOWN) known.Join(a, b);
      result.dependences.push_back(*std::move(dependence));
    }
  }
  result.at_least = possible.count();
  result.at_most = known.count();
  return result;
}

}  // namespace cartograph::kb
