// The reads of StoreSnapshot that go back in time.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/format.h"
#include "storage/key_codec.h"
#include "storage/store_snapshot.h"
#include "storage/store_snapshot_impl.h"

namespace cartograph::storage {
namespace {

using base::Revision;

bool StartsWith(absl::string_view text, absl::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

absl::Status VisitHead(const EntityRange& range, EntityVisitor visitor, Scan* scan) {
  if (range.start_after >= range.prefix) scan->Seek(range.start_after);
  for (; scan->Valid(); scan->Next()) {
    if (scan->key() == range.start_after) continue;
    if (!visitor(scan->key(), scan->value())) break;
  }
  return scan->status();
}

// Stands on some version of a name; goes to the one that held at `as_of`, and shows it if there was
// one. Returns false when the visitor wants no more.
absl::StatusOr<bool> VisitAsOf(const std::string& name, Revision as_of, EntityVisitor visitor,
                               Scan* scan) {
  scan->Seek(HistoryKey(name, as_of));
  if (!scan->Valid()) return true;
  ASSIGN_OR_RETURN(NameAndRevision at, ParseHistoryKey(scan->key()));
  if (at.name != name) return true;
  ASSIGN_OR_RETURN(bool present, ParseVersion(scan->value()));
  return !present || visitor(name, scan->value().substr(1));
}

absl::Status VisitHistory(const EntityRange& range, EntityVisitor visitor, Scan* scan) {
  if (range.start_after >= range.prefix) scan->Seek(HistoryEnd(range.start_after));
  while (scan->Valid()) {
    ASSIGN_OR_RETURN(NameAndRevision at, ParseHistoryKey(scan->key()));
    ASSIGN_OR_RETURN(bool more, VisitAsOf(at.name, *range.as_of, visitor, scan));
    if (!more) break;
    scan->Seek(HistoryEnd(at.name));
  }
  return scan->status();
}

}  // namespace

absl::StatusOr<Version> StoreSnapshot::GetAt(absl::string_view name, Revision as_of) const {
  RETURN_IF_ERROR(impl_->CheckReached(as_of));
  Scan scan = impl_->NewScan(Family::kHistory, HistoryOf(name));
  scan.Seek(HistoryKey(name, as_of));
  RETURN_IF_ERROR(scan.status());
  if (!scan.Valid()) {
    return absl::NotFoundError(
        absl::StrCat(name, " did not exist yet at revision ", as_of.number()));
  }
  ASSIGN_OR_RETURN(NameAndRevision at, ParseHistoryKey(scan.key()));
  ASSIGN_OR_RETURN(bool present, ParseVersion(scan.value()));
  Version version{.revision = at.revision, .bytes = std::nullopt};
  if (present) version.bytes = PinCopy(scan.value().substr(1));
  return version;
}

absl::Status StoreSnapshot::VisitEntities(const EntityRange& range, EntityVisitor visitor) const {
  if (range.as_of.has_value()) RETURN_IF_ERROR(impl_->CheckReached(*range.as_of));
  bool past_the_prefix =
      range.start_after > range.prefix && !StartsWith(range.start_after, range.prefix);
  if (past_the_prefix) return absl::OkStatus();
  if (!range.as_of.has_value() || *range.as_of == revision()) {
    Scan scan = impl_->NewScan(Family::kEntities, range.prefix);
    return VisitHead(range, visitor, &scan);
  }
  Scan scan = impl_->NewScan(Family::kHistory, HistoryPrefix(range.prefix));
  return VisitHistory(range, visitor, &scan);
}

absl::StatusOr<std::vector<Revision>> StoreSnapshot::ListRevisions(absl::string_view name,
                                                                   size_t limit,
                                                                   Revision before) const {
  std::vector<Revision> revisions;
  Revision newest(before.number() - 1);  // 0 wraps to the greatest
  Scan scan = impl_->NewScan(Family::kHistory, HistoryOf(name));
  for (scan.Seek(HistoryKey(name, newest)); scan.Valid() && revisions.size() < limit; scan.Next()) {
    ASSIGN_OR_RETURN(NameAndRevision at, ParseHistoryKey(scan.key()));
    revisions.push_back(at.revision);
  }
  RETURN_IF_ERROR(scan.status());
  return revisions;
}

absl::StatusOr<Version> StoreSnapshot::GetRulePack(absl::string_view name, Revision as_of) const {
  RETURN_IF_ERROR(impl_->CheckReached(as_of));
  Scan scan = impl_->NewScan(Family::kRulePacks, RulePacksOf(name));
  scan.Seek(RulePackKey(name, as_of));
  RETURN_IF_ERROR(scan.status());
  if (!scan.Valid()) {
    return absl::NotFoundError(
        absl::StrCat("the rule pack ", name, " does not exist at revision ", as_of.number()));
  }
  ASSIGN_OR_RETURN(NameAndRevision at, ParseRulePackKey(scan.key()));
  return Version{.revision = at.revision, .bytes = PinCopy(scan.value())};
}

absl::StatusOr<std::vector<RulePackRef>> StoreSnapshot::ListRulePacks() const {
  std::vector<RulePackRef> packs;
  Scan scan = impl_->NewScan(Family::kRulePacks, AllRulePacks());
  for (; scan.Valid(); scan.Next()) {
    ASSIGN_OR_RETURN(NameAndRevision at, ParseRulePackKey(scan.key()));
    packs.push_back({.name = std::move(at.name), .revision = at.revision});
  }
  RETURN_IF_ERROR(scan.status());
  return packs;
}

absl::StatusOr<std::vector<RulePackRef>> StoreSnapshot::ActiveRulePacks(Revision as_of) const {
  RETURN_IF_ERROR(impl_->CheckReached(as_of));
  Scan scan = impl_->NewScan(Family::kRulePacks, AllActivations());
  scan.Seek(ActivationKey(as_of));
  RETURN_IF_ERROR(scan.status());
  if (!scan.Valid()) return std::vector<RulePackRef>();
  return ParseActivation(scan.value());
}

}  // namespace cartograph::storage
