// Snapshot: entities and model together, at one revision.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

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

// The entities of one revision. Copies share what they point to; holding one pins its revision and
// never makes a writer wait.
//
// Thread-safety: any thread may read. Errors of all reads: DATA_LOSS when stored bytes do not
// decode.
class EntityView {
 public:
  // `store` may be of a later revision: then entities are read from their history.
  EntityView(base::Revision revision, std::shared_ptr<const storage::StoreSnapshot> store,
             std::shared_ptr<const ActivePack> pack);

  base::Revision revision() const { return revision_; }
  // Null when no pack is active: then the model holds base facts only.
  const ActivePack* pack() const { return pack_.get(); }
  const std::shared_ptr<const ActivePack>& shared_pack() const { return pack_; }
  // What the entities are read from: this revision, or a later one.
  const storage::StoreSnapshot& store() const { return *store_; }

  // The stored bytes of an entity, deleted or not; nothing when there was none of that name yet.
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
  std::shared_ptr<const storage::StoreSnapshot> store_;
  std::shared_ptr<const ActivePack> pack_;
};

// A read view: entities and model together.
class Snapshot : public EntityView {
 public:
  // `rebuild` is 0 for a model that was published, and else different for every one derived again.
  Snapshot(EntityView entities, std::shared_ptr<const rules::Model> model, uint64_t rebuild = 0)
      : EntityView(std::move(entities)), model_(std::move(model)), rebuild_(rebuild) {}

  const rules::Model& model() const { return *model_; }
  const std::shared_ptr<const rules::Model>& shared_model() const { return model_; }
  // Two snapshots of one revision list their facts in the same order when this is the same.
  uint64_t rebuild() const { return rebuild_; }

 private:
  std::shared_ptr<const rules::Model> model_;
  uint64_t rebuild_;
};

// The entity that `bytes` hold. DATA_LOSS names it when they do not decode.
absl::StatusOr<v1::Entity> ParseEntity(absl::string_view name, absl::string_view bytes);

}  // namespace cartograph::kb
