// The chunks of an import: entities cut into requests that can be written one after the other.

#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity_service.pb.h"
#include "clients/cli/entity_files.h"

namespace cartograph::clients {

// Where the entities of a request were read, by their index in it: "seed.textproto: diseases/sle".
using Places = std::vector<std::string>;

Places PlacesOf(const std::vector<PlacedEntity>& entities);

// INVALID_ARGUMENT for an entity that stands twice, or that is marked as deleted: a write would
// bring it to life.
absl::Status CheckEntities(const std::vector<PlacedEntity>& entities);

// `status` with the fields of its violations named after files and entities instead of places in
// the request: "entities[3].disease.names" becomes "seed.textproto: diseases/sle: disease.names".
// `list` is the field of the request.
absl::Status AtPlaces(const absl::Status& status, absl::string_view list, const Places& places);

// Gives out chunk after chunk, such that no chunk refers to a later one: the server takes no
// reference into the void.
class ImportChunks {
 public:
  // INVALID_ARGUMENT when entities that refer to each other in a circle do not fit into one chunk.
  static absl::StatusOr<ImportChunks> Make(std::vector<PlacedEntity> entities,
                                           const v1::WriteOptions& write);

  // The next chunk; nothing at the end. The first has the write options.
  std::optional<v1::ImportEntitiesRequest> Next();
  // The oldest chunk under way has been written.
  void Done() { ++done_; }
  // Where the entities of the oldest chunk under way were read.
  Places Oldest() const;

 private:
  ImportChunks(std::vector<PlacedEntity> entities, const v1::WriteOptions& write);
  absl::Status Cut();

  std::vector<PlacedEntity> entities_;
  v1::WriteOptions write_;
  std::vector<std::vector<size_t>> chunks_;  // by index of entity
  size_t given_ = 0;
  size_t done_ = 0;
};

}  // namespace cartograph::clients
