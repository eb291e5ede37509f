// Entities in files: what apply and import read, and export writes.

#pragma once

#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/entity_service.pb.h"

namespace cartograph::clients {

// An entity and where it was read: "seed.textproto", or "dump.jsonl:17" where it has a line of its
// own.
struct PlacedEntity {
  v1::Entity entity;
  std::string place;
};

// The files that `path` means: itself, "-" for standard input, or of a folder every *.textproto,
// *.txtpb, *.json and *.jsonl below it, sorted. NOT_FOUND when it is not there; INVALID_ARGUMENT
// for a folder without any.
absl::StatusOr<std::vector<std::string>> EntityFilesAt(const std::string& path);

// Reads the entities of one file, one after the other. The form shows in the text itself, not in
// the file's name:
//
//   protobuf text format   one Entity, or ImportEntitiesRequest: entities { … } entities { … }
//   JSON                   one Entity, {"entities": […]}, or an array of entities
//   JSON lines             an Entity a line; read as they come, whatever the size of the file
//
// A file without any text holds no entities.
//
// Errors: NOT_FOUND for the file; INVALID_ARGUMENT for what it holds, with file and line.
class EntityReader {
 public:
  virtual ~EntityReader() = default;

  // The next entity; nothing at the end.
  virtual absl::StatusOr<std::optional<PlacedEntity>> Next() = 0;

  // "-" reads `standard_input`, which must outlive the reader.
  static absl::StatusOr<std::unique_ptr<EntityReader>> Open(const std::string& file,
                                                            std::istream* standard_input);

 protected:
  EntityReader() = default;
};

// The entities of all files that `paths` mean, in their order.
absl::StatusOr<std::vector<PlacedEntity>> ReadEntities(const std::vector<std::string>& paths,
                                                       std::istream* standard_input);

}  // namespace cartograph::clients
