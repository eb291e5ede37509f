#include "kb/snapshot.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {

Snapshot::Snapshot(base::Revision revision, std::shared_ptr<const storage::StoreSnapshot> entities,
                   std::shared_ptr<const rules::Model> model,
                   std::shared_ptr<const ActivePack> pack)
    : revision_(revision),
      entities_(std::move(entities)),
      model_(std::move(model)),
      pack_(std::move(pack)) {}

absl::StatusOr<std::optional<std::string>> Snapshot::EntityBytes(absl::string_view name) const {
  absl::StatusOr<storage::PinnedBytes> bytes = entities_->Get(name);
  if (absl::IsNotFound(bytes.status())) {
    return std::optional<std::string>();
  }
  RETURN_IF_ERROR(bytes.status());
  return std::make_optional(std::string(bytes->view()));
}

absl::StatusOr<std::optional<v1::Entity>> Snapshot::GetEntity(absl::string_view name) const {
  absl::StatusOr<storage::PinnedBytes> bytes = entities_->Get(name);
  if (absl::IsNotFound(bytes.status())) {
    return std::optional<v1::Entity>();
  }
  RETURN_IF_ERROR(bytes.status());
  ASSIGN_OR_RETURN(v1::Entity entity, ParseEntity(name, bytes->view()));
  return std::make_optional(std::move(entity));
}

absl::Status Snapshot::ForEachEntity(
    absl::string_view prefix, absl::string_view after,
    const std::function<bool(absl::string_view name, absl::string_view bytes)>& visit) const {
  return entities_->VisitEntities({.prefix = prefix, .start_after = after}, visit);
}

absl::StatusOr<v1::Entity> ParseEntity(absl::string_view name, absl::string_view bytes) {
  v1::Entity entity;
  if (!entity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("the stored bytes of ", name, " do not decode"));
  }
  return entity;
}

}  // namespace cartograph::kb
