#include "kb/repair_policy.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "kb/claim_relations.h"
#include "kb/entity_plan.h"

namespace cartograph::kb {
namespace {

constexpr char kEvidence[] = "evidence";

bool HasRepeated(const std::vector<FeedStep>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const FeedStep& step) {
    return step.field->is_repeated() || HasRepeated(step.below);
  });
}

// What the feeds of a schema say about its relations.
struct FeedFacts {
  absl::flat_hash_set<size_t> repeated;  // relations that a repeated field feeds
  absl::flat_hash_set<size_t> kinds;     // relations that say that an entity exists
};

FeedFacts ReadFeeds(const EntityPlan& plan) {
  FeedFacts facts;
  const auto read = [&](const std::vector<FeedPlan>& feeds) {
    for (const FeedPlan& feed : feeds) {
      if (HasRepeated(feed.steps)) facts.repeated.insert(feed.relation);
    }
  };
  for (const auto& [descriptor, message] : plan.messages) {
    read(message->feeds);
    for (const FieldPlan& field : message->fields) read(field.feeds);
  }
  for (size_t kind = 0; kind < plan.kinds.size(); ++kind) {
    if (plan.kinds[kind].collection == kEvidence) continue;
    for (const FeedPlan& feed : plan.bodies[kind]->feeds) facts.kinds.insert(feed.relation);
  }
  return facts;
}

rules::Writable WritableOf(const BaseRelation& relation) {
  rules::Writable writable;
  writable.add = true;
  for (const BaseRelation::Column& column : relation.columns) {
    std::vector<std::string>& prefixes = writable.prefixes.emplace_back();
    for (const std::string& collection : column.collections) {
      prefixes.push_back(absl::StrCat(collection, "/"));
    }
  }
  return writable;
}

}  // namespace

std::vector<rules::Writable> WritableFacts(const EntitySchema& schema,
                                           const rules::Program& program) {
  const FeedFacts feeds = ReadFeeds(schema.plan());
  const absl::flat_hash_set<std::string> claims = ClaimRelations();
  std::vector<rules::Writable> writable(program.predicates.size());
  for (size_t i = 0; i < schema.relations().size(); ++i) {
    const BaseRelation& relation = schema.relations()[i];
    const std::optional<rules::PredicateId> id = program.Find(relation.name);
    if (!id.has_value()) continue;
    rules::Writable& fact = writable[rules::Index(*id)];
    fact = WritableOf(relation);
    fact.remove = !feeds.kinds.contains(i);
    fact.single_valued = !feeds.repeated.contains(i);
    fact.of_new_only = claims.contains(relation.name);
  }
  return writable;
}

}  // namespace cartograph::kb
