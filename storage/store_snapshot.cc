#include "storage/store_snapshot.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/slice.h"
#include "storage/format.h"
#include "storage/key_codec.h"
#include "storage/rocksdb_status.h"
#include "storage/store_snapshot_impl.h"

namespace cartograph::storage {

using base::Revision;

// A value and the database whose memory it may lie in. Members die in reverse order: the slice
// gives its block back before the database can go.
struct PinnedBytes::Pin {
  std::shared_ptr<const Database> database;
  rocksdb::PinnableSlice slice;
};

PinnedBytes::PinnedBytes(std::unique_ptr<Pin> pin)
    : pin_(std::move(pin)), view_(pin_->slice.data(), pin_->slice.size()) {}
PinnedBytes::PinnedBytes(PinnedBytes&&) noexcept = default;
PinnedBytes& PinnedBytes::operator=(PinnedBytes&&) noexcept = default;
PinnedBytes::~PinnedBytes() = default;

PinnedBytes PinCopy(absl::string_view bytes) {
  auto pin = std::make_unique<PinnedBytes::Pin>();
  pin->slice.PinSelf(rocksdb::Slice(bytes.data(), bytes.size()));
  return PinnedBytes(std::move(pin));
}

StoreSnapshot::Impl::Impl(std::shared_ptr<const Database> database, Revision revision)
    : database_(std::move(database)),
      snapshot_(database_->db().GetSnapshot()),
      revision_(revision) {}

StoreSnapshot::Impl::~Impl() { database_->db().ReleaseSnapshot(snapshot_); }

rocksdb::ReadOptions StoreSnapshot::Impl::read_options() const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot_;
  return options;
}

absl::StatusOr<PinnedBytes> StoreSnapshot::Impl::Get(Family family, absl::string_view key,
                                                     absl::string_view what) const {
  auto pin = std::make_unique<PinnedBytes::Pin>();
  pin->database = database_;
  rocksdb::Status status = database_->db().Get(read_options(), database_->family(family),
                                               rocksdb::Slice(key.data(), key.size()), &pin->slice);
  if (status.IsNotFound()) return absl::NotFoundError(absl::StrCat(what, " does not exist"));
  if (!status.ok()) return FromRocksDb(status, absl::StrCat("cannot read ", what));
  return PinnedBytes(std::move(pin));
}

absl::Status StoreSnapshot::Impl::CheckReached(Revision revision) const {
  if (revision <= revision_) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("revision ", revision.number(),
                                            " is later than the snapshot's ", revision_.number()));
}

std::shared_ptr<const StoreSnapshot> TakeSnapshot(const std::shared_ptr<const Database>& database,
                                                  Revision revision) {
  return std::make_shared<const StoreSnapshot>(
      std::make_unique<StoreSnapshot::Impl>(database, revision));
}

StoreSnapshot::StoreSnapshot(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StoreSnapshot::~StoreSnapshot() = default;

Revision StoreSnapshot::revision() const { return impl_->revision(); }

absl::StatusOr<PinnedBytes> StoreSnapshot::Get(absl::string_view name) const {
  return impl_->Get(Family::kEntities, name, name);
}

absl::StatusOr<std::vector<std::optional<PinnedBytes>>> StoreSnapshot::MultiGet(
    absl::Span<const std::string> names) const {
  std::vector<rocksdb::Slice> keys(names.begin(), names.end());
  std::vector<rocksdb::PinnableSlice> values(names.size());
  std::vector<rocksdb::Status> statuses(names.size());
  const Database& database = *impl_->database();
  database.db().MultiGet(impl_->read_options(), database.family(Family::kEntities), keys.size(),
                         keys.data(), values.data(), statuses.data());
  std::vector<std::optional<PinnedBytes>> found(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    RETURN_IF_ERROR(FromRocksDb(statuses[i], absl::StrCat("cannot read ", names[i])));
    auto pin = std::make_unique<PinnedBytes::Pin>();
    pin->database = impl_->database();
    pin->slice = std::move(values[i]);
    found[i].emplace(std::move(pin));
  }
  return found;
}

absl::StatusOr<ReferrerPage> StoreSnapshot::Referrers(absl::string_view to, size_t limit) const {
  ReferrerPage page;
  Scan scan = impl_->NewScan(Family::kReferences, ReferencesTo(to));
  for (; scan.Valid(); scan.Next()) {
    if (page.referrers.size() == limit) {
      page.more = true;
      break;
    }
    ASSIGN_OR_RETURN(Reference reference, ParseReferenceKey(scan.key()));
    page.referrers.push_back(std::move(reference));
  }
  RETURN_IF_ERROR(scan.status());
  return page;
}

absl::StatusOr<PinnedBytes> StoreSnapshot::ReadChange(Revision revision) const {
  return impl_->Get(Family::kChanges, ChangeKey(revision),
                    absl::StrCat("the change of revision ", revision.number()));
}

absl::Status StoreSnapshot::VisitChanges(Revision after, ChangeVisitor visitor) const {
  Scan scan = impl_->NewScan(Family::kChanges, "");
  Revision expected = after.next();
  for (scan.Seek(ChangeKey(expected)); scan.Valid(); scan.Next()) {
    ASSIGN_OR_RETURN(Revision revision, ParseChangeKey(scan.key()));
    if (revision != expected) {
      return absl::DataLossError(
          absl::StrCat("the change log has no revision ", expected.number()));
    }
    if (!visitor(revision, scan.value())) break;
    expected = revision.next();
  }
  return scan.status();
}

absl::StatusOr<std::optional<Revision>> StoreSnapshot::FindRequest(
    absl::string_view request_id) const {
  absl::StatusOr<PinnedBytes> found =
      impl_->Get(Family::kRequests, RequestKey(request_id), "the request");
  if (absl::IsNotFound(found.status())) return std::optional<Revision>();
  RETURN_IF_ERROR(found.status());
  ASSIGN_OR_RETURN(Revision revision, ParseRevision(found->view()));
  return std::optional<Revision>(revision);
}

absl::StatusOr<PinnedBytes> StoreSnapshot::GetText(absl::string_view sha256) const {
  return impl_->Get(Family::kTexts, sha256,
                    absl::StrCat("the text ", absl::BytesToHexString(sha256)));
}

absl::StatusOr<PinnedBytes> StoreSnapshot::GetMeta(absl::string_view key) const {
  return impl_->Get(Family::kMeta, KbMetaKey(key), key);
}

}  // namespace cartograph::storage
