#include "kb/snapshot.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {
namespace {

// What `store` has of `name` as of `revision`; the head is quicker to read than the history.
absl::StatusOr<std::optional<storage::PinnedBytes>> StoredBytes(const storage::StoreSnapshot& store,
                                                                absl::string_view name,
                                                                base::Revision revision) {
  using Bytes = std::optional<storage::PinnedBytes>;
  if (revision == store.revision()) {
    absl::StatusOr<storage::PinnedBytes> bytes = store.Get(name);
    if (absl::IsNotFound(bytes.status())) {
      return Bytes();
    }
    RETURN_IF_ERROR(bytes.status());
    return Bytes(*std::move(bytes));
  }
  absl::StatusOr<storage::Version> version = store.GetAt(name, revision);
  if (absl::IsNotFound(version.status())) {
    return Bytes();
  }
  RETURN_IF_ERROR(version.status());
  return std::move(version->bytes);
}

}  // namespace

EntityView::EntityView(base::Revision revision, std::shared_ptr<const storage::StoreSnapshot> store,
                       std::shared_ptr<const ActivePack> pack)
    : revision_(revision), store_(std::move(store)), pack_(std::move(pack)) {}

absl::StatusOr<std::optional<std::string>> EntityView::EntityBytes(absl::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<storage::PinnedBytes> bytes,
                   StoredBytes(*store_, name, revision_));
  return bytes.has_value() ? std::make_optional(std::string(bytes->view())) : std::nullopt;
}

absl::StatusOr<std::optional<v1::Entity>> EntityView::GetEntity(absl::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<storage::PinnedBytes> bytes,
                   StoredBytes(*store_, name, revision_));
  if (!bytes.has_value()) {
    return std::optional<v1::Entity>();
  }
  ASSIGN_OR_RETURN(v1::Entity entity, ParseEntity(name, bytes->view()));
  return std::make_optional(std::move(entity));
}

absl::Status EntityView::ForEachEntity(
    absl::string_view prefix, absl::string_view after,
    const std::function<bool(absl::string_view name, absl::string_view bytes)>& visit) const {
  storage::EntityRange range{.prefix = prefix, .start_after = after};
  if (revision_ != store_->revision()) {
    range.as_of = revision_;
  }
  return store_->VisitEntities(range, visit);
}

absl::StatusOr<v1::Entity> ParseEntity(absl::string_view name, absl::string_view bytes) {
  v1::Entity entity;
  if (!entity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("the stored bytes of ", name, " do not decode"));
  }
  return entity;
}

}  // namespace cartograph::kb
