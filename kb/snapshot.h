// Snapshot: entities and model together, at one revision.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"
#include "cartograph/v1/entity.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "rules/facts/model.h"

namespace cartograph::storage {
class StoreSnapshot;
}

namespace cartograph::kb {

// A rule pack as it was activated. Immutable.
struct ActivePack {
  v1::RulePack pack;
  base::Revision revision;  // of the activation
  // "founding@1.0.0".
  std::string label() const { return pack.name() + "@" + pack.version(); }
};

// A read view. Copies share what they point to; holding one pins its revision and never makes a
// writer wait.
//
// Thread-safety: any thread may read. Errors of all reads: DATA_LOSS when stored bytes do not
// decode.
class Snapshot {
 public:
  Snapshot(base::Revision revision, std::shared_ptr<const storage::StoreSnapshot> entities,
           std::shared_ptr<const rules::Model> model, std::shared_ptr<const ActivePack> pack);

  base::Revision revision() const { return revision_; }
  const rules::Model& model() const { return *model_; }
  const std::shared_ptr<const rules::Model>& shared_model() const { return model_; }
  // Null when no pack is active: then the model holds base facts only.
  const ActivePack* pack() const { return pack_.get(); }
  const storage::StoreSnapshot& entities() const { return *entities_; }

  // The stored bytes of an entity, deleted or not; nothing when there never was one of that name.
  absl::StatusOr<std::optional<std::string>> EntityBytes(absl::string_view name) const;
  // As EntityBytes, parsed.
  absl::StatusOr<std::optional<v1::Entity>> GetEntity(absl::string_view name) const;
  // Calls `visit` with name and bytes of every entity, deleted ones too, whose name begins with
  // `prefix` and comes after `after`, in order of name, until it returns false.
  absl::Status ForEachEntity(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view name, absl::string_view bytes)>& visit) const;

 private:
  base::Revision revision_;
  std::shared_ptr<const storage::StoreSnapshot> entities_;
  std::shared_ptr<const rules::Model> model_;
  std::shared_ptr<const ActivePack> pack_;
};

// The entity that `bytes` hold. DATA_LOSS names it when they do not decode.
absl::StatusOr<v1::Entity> ParseEntity(absl::string_view name, absl::string_view bytes);

}  // namespace cartograph::kb
