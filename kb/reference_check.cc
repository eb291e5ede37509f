#include "kb/reference_check.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/error_details.h"
#include "kb/snapshot.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {
namespace {

constexpr size_t kListedMax = 10;  // of missing entities, and of referrers, in one error

std::vector<EntityReference> Minus(const std::vector<EntityReference>& a,
                                   const std::vector<EntityReference>& b) {
  std::vector<EntityReference> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

absl::Status Fail(std::vector<PreconditionViolation> violations, const char* reason) {
  std::string message = absl::StrCat(violations[0].subject, " ", violations[0].description);
  if (violations.size() > 1) {
    absl::StrAppend(&message, " (and ", violations.size() - 1, " more)");
  }
  return WithPreconditions(ErrorWithReason(absl::StatusCode::kFailedPrecondition, message, reason),
                           violations);
}

// Looks at the state after the commit: the edits over the stored entities.
class StateAfter {
 public:
  StateAfter(const std::vector<ReferenceChange>& changes, const EntityView& view,
             const EntityFacts& facts)
      : changes_(changes), view_(view), facts_(facts) {
    for (const ReferenceChange& change : changes_) {
      touched_[change.edit->name] = &change;
    }
  }

  absl::Status CheckTargets();
  absl::Status CheckDeletions();

 private:
  enum class State { kLive, kDeleted, kMissing };
  absl::StatusOr<State> StateOf(const std::string& name);
  absl::Status CheckDeletion(const std::string& name);
  size_t TouchedReferences(const std::string& to) const;
  absl::StatusOr<std::vector<storage::Reference>> StoredReferrers(const std::string& to) const;
  absl::StatusOr<std::vector<storage::Reference>> PastReferrers(const std::string& to) const;

  const std::vector<ReferenceChange>& changes_;
  const EntityView& view_;
  const EntityFacts& facts_;
  absl::flat_hash_map<std::string, const ReferenceChange*> touched_;
  absl::flat_hash_map<std::string, State> states_;
};

absl::StatusOr<StateAfter::State> StateAfter::StateOf(const std::string& name) {
  if (auto touched = touched_.find(name); touched != touched_.end()) {
    return touched->second->edit->is_live() ? State::kLive : State::kDeleted;
  }
  if (auto known = states_.find(name); known != states_.end()) {
    return known->second;
  }
  ASSIGN_OR_RETURN(std::optional<v1::Entity> entity, view_.GetEntity(name));
  State state = !entity.has_value()         ? State::kMissing
                : entity->has_delete_time() ? State::kDeleted
                                            : State::kLive;
  states_[name] = state;
  return state;
}

absl::Status StateAfter::CheckTargets() {
  std::vector<PreconditionViolation> missing;
  for (const ReferenceChange& change : changes_) {
    for (const EntityReference& reference : Minus(change.after, change.before)) {
      ASSIGN_OR_RETURN(State state, StateOf(reference.to));
      if (state != State::kLive && missing.size() < kListedMax) {
        missing.push_back(
            {"REFERENCE", reference.to,
             absl::StrCat(state == State::kMissing ? "does not exist" : "is deleted", "; ",
                          change.edit->name, " names it in ", reference.field)});
      }
    }
  }
  return missing.empty() ? absl::OkStatus() : Fail(std::move(missing), kReasonReferenceMissing);
}

absl::Status StateAfter::CheckDeletions() {
  for (const ReferenceChange& change : changes_) {
    if (!change.edit->is_live()) {
      RETURN_IF_ERROR(CheckDeletion(change.edit->name));
    }
  }
  return absl::OkStatus();
}

// How many stored references to `to` come from entities that the commit touches.
size_t StateAfter::TouchedReferences(const std::string& to) const {
  size_t count = 0;
  for (const ReferenceChange& change : changes_) {
    count += static_cast<size_t>(
        std::count_if(change.before.begin(), change.before.end(),
                      [&](const EntityReference& reference) { return reference.to == to; }));
  }
  return count;
}

// Enough of the references to `to` that are not of entities that the commit touches.
absl::StatusOr<std::vector<storage::Reference>> StateAfter::StoredReferrers(
    const std::string& to) const {
  if (view_.revision() != view_.store().revision()) {
    return PastReferrers(to);
  }
  ASSIGN_OR_RETURN(storage::ReferrerPage page,
                   view_.store().Referrers(to, TouchedReferences(to) + kListedMax));
  return std::move(page.referrers);
}

absl::StatusOr<std::vector<storage::Reference>> StateAfter::PastReferrers(
    const std::string& to) const {
  std::vector<storage::Reference> referrers;
  absl::Status status;
  auto add = [&](absl::string_view name, absl::string_view bytes) {
    absl::StatusOr<v1::Entity> entity = ParseEntity(name, bytes);
    status = entity.status();
    if (status.ok() && !entity->has_delete_time()) {
      for (EntityReference& reference : facts_.References(*entity)) {
        if (reference.to == to) {
          referrers.push_back({to, std::string(name), std::move(reference.field)});
        }
      }
    }
    return status.ok();
  };
  RETURN_IF_ERROR(view_.ForEachEntity("", "", add));
  RETURN_IF_ERROR(status);
  return referrers;
}

absl::Status StateAfter::CheckDeletion(const std::string& name) {
  std::vector<PreconditionViolation> referrers;
  auto add = [&](const std::string& from, const std::string& field) {
    if (referrers.size() < kListedMax) {
      referrers.push_back({"REFERENCE", from, absl::StrCat("names ", name, " in ", field)});
    }
  };
  ASSIGN_OR_RETURN(std::vector<storage::Reference> stored, StoredReferrers(name));
  for (const storage::Reference& referrer : stored) {
    if (!touched_.contains(referrer.from)) {
      add(referrer.from, referrer.field);
    }
  }
  for (const ReferenceChange& change : changes_) {
    for (const EntityReference& reference : change.after) {
      if (reference.to == name) {
        add(change.edit->name, reference.field);
      }
    }
  }
  return referrers.empty() ? absl::OkStatus() : Fail(std::move(referrers), kReasonReferredTo);
}

}  // namespace

std::vector<ReferenceChange> ReferenceChanges(const EntityFacts& facts,
                                              const std::vector<EntityEdit>& edits) {
  std::vector<ReferenceChange> changes;
  for (const EntityEdit& edit : edits) {
    if (edit.changed()) {
      changes.push_back({.edit = &edit});
      changes.back().after = facts.References(edit.after);
      if (edit.before.has_value()) {
        changes.back().before = facts.References(*edit.before);
      }
    }
  }
  return changes;
}

absl::Status CheckReferences(const std::vector<ReferenceChange>& changes, const EntityView& view,
                             const EntityFacts& facts) {
  StateAfter state(changes, view, facts);
  RETURN_IF_ERROR(state.CheckTargets());
  return state.CheckDeletions();
}

void AddReferenceWrites(const std::vector<ReferenceChange>& changes, storage::WriteSet* writes) {
  for (const ReferenceChange& change : changes) {
    for (EntityReference& gone : Minus(change.before, change.after)) {
      writes->references_removed.push_back(
          {std::move(gone.to), change.edit->name, std::move(gone.field)});
    }
    for (EntityReference& come : Minus(change.after, change.before)) {
      writes->references_added.push_back(
          {std::move(come.to), change.edit->name, std::move(come.field)});
    }
  }
}

}  // namespace cartograph::kb
