#include "clients/cli/import_chunks.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "clients/cli/reference_groups.h"
#include "google/rpc/error_details.pb.h"

namespace cartograph::clients {
namespace {

// Of one chunk, as the server has it; in bytes we leave room for the rest of the message.
constexpr size_t kEntitiesMax = 1000;
constexpr size_t kBytesMax = 1000 << 10;
// Where a chunk ends when it may: small chunks show progress, and are little work to repeat.
constexpr size_t kEntitiesWanted = 500;
constexpr size_t kBytesWanted = 512 << 10;

constexpr const char* kBadRequestUrl = "type.googleapis.com/google.rpc.BadRequest";

// Takes "list[3]" from the front of `rest` and returns 3; of a list of one, the server says
// "entity".
std::optional<size_t> ConsumeIndex(absl::string_view list, size_t size, absl::string_view* rest) {
  if (size == 1 && absl::ConsumePrefix(rest, "entity")) {
    return 0;
  }
  size_t index = 0;
  if (!absl::ConsumePrefix(rest, list) || !absl::ConsumePrefix(rest, "[")) {
    return std::nullopt;
  }
  size_t bracket = rest->find(']');
  if (!absl::SimpleAtoi(rest->substr(0, bracket), &index) || index >= size) {
    return std::nullopt;
  }
  rest->remove_prefix(bracket + 1);
  return index;
}

std::string FieldAtPlace(absl::string_view field, absl::string_view list, const Places& places) {
  absl::string_view rest = field;
  std::optional<size_t> index = ConsumeIndex(list, places.size(), &rest);
  if (!index.has_value()) {
    return std::string(field);
  }
  for (absl::string_view step : {".put", ".update", "."}) {
    absl::ConsumePrefix(&rest, step);
  }
  return absl::StrCat(places[*index], rest.empty() ? "" : ": ", rest);
}

// What a chunk holds so far, or what a group would add to it.
struct Size {
  size_t entities = 0;
  size_t bytes = 0;

  Size operator+(const Size& other) const {
    return {entities + other.entities, bytes + other.bytes};
  }
  bool Within(const Size& max) const { return entities <= max.entities && bytes <= max.bytes; }
};

}  // namespace

Places PlacesOf(const std::vector<PlacedEntity>& entities) {
  Places places;
  for (const PlacedEntity& placed : entities) {
    places.push_back(absl::StrCat(placed.place, ": ", placed.entity.name()));
  }
  return places;
}

absl::Status CheckEntities(const std::vector<PlacedEntity>& entities) {
  absl::flat_hash_map<std::string, const PlacedEntity*> first;
  for (const PlacedEntity& placed : entities) {
    const std::string& name = placed.entity.name();
    auto [known, is_new] = first.emplace(name, &placed);
    if (!is_new) {
      return absl::InvalidArgumentError(
          absl::StrCat(placed.place, ": ", name, " stands also in ", known->second->place));
    }
    if (placed.entity.has_delete_time()) {
      return absl::InvalidArgumentError(
          absl::StrCat(placed.place, ": ", name,
                       " is marked as deleted; leave it out, or take delete_time away"));
    }
  }
  return absl::OkStatus();
}

absl::Status AtPlaces(const absl::Status& status, absl::string_view list, const Places& places) {
  auto payload = status.GetPayload(kBadRequestUrl);
  google::rpc::BadRequest bad;
  if (!payload.has_value() || !bad.ParseFromString(std::string(*payload))) {
    return status;
  }
  std::string message(status.message());
  for (auto& violation : *bad.mutable_field_violations()) {
    std::string field = FieldAtPlace(violation.field(), list, places);
    message = absl::StrReplaceAll(message, {{violation.field(), field}});
    violation.set_field(field);
  }
  absl::Status placed(status.code(), message);
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& bytes) {
    placed.SetPayload(type_url, bytes);
  });
  placed.SetPayload(kBadRequestUrl, absl::Cord(bad.SerializeAsString()));
  return placed;
}

absl::StatusOr<ImportChunks> ImportChunks::Make(std::vector<PlacedEntity> entities,
                                                const v1::WriteOptions& write) {
  RETURN_IF_ERROR(CheckEntities(entities));
  ImportChunks chunks(std::move(entities), write);
  RETURN_IF_ERROR(chunks.Cut());
  return chunks;
}

ImportChunks::ImportChunks(std::vector<PlacedEntity> entities, const v1::WriteOptions& write)
    : entities_(std::move(entities)), write_(write) {
  for (PlacedEntity& placed : entities_) {
    placed.entity.clear_etag();  // an import makes entities what the file says, whatever they have
                                 // been since
  }
}

absl::Status ImportChunks::Cut() {
  Size size;
  for (std::vector<size_t>& group : ReferenceGroups(entities_)) {
    Size added{group.size(), 0};
    for (size_t index : group) {
      added.bytes += entities_[index].entity.ByteSizeLong();
    }
    if (!added.Within({kEntitiesMax, kBytesMax})) {
      return absl::InvalidArgumentError(absl::StrCat(
          added.entities, " entities of ", added.bytes, " bytes refer to each other in a circle, ",
          entities_[group[0]].entity.name(), " among them; one commit takes ", kEntitiesMax,
          " and ", kBytesMax, " bytes"));
    }
    if (chunks_.empty() || !(size + added).Within({kEntitiesWanted, kBytesWanted})) {
      chunks_.emplace_back();
      size = Size();
    }
    size = size + added;
    chunks_.back().insert(chunks_.back().end(), group.begin(), group.end());
  }
  return absl::OkStatus();
}

std::optional<v1::ImportEntitiesRequest> ImportChunks::Next() {
  if (given_ == chunks_.size()) {
    return std::nullopt;
  }
  v1::ImportEntitiesRequest request;
  if (given_ == 0) {
    *request.mutable_write() = write_;
  }
  for (size_t index : chunks_[given_]) {
    *request.add_entities() = entities_[index].entity;
  }
  ++given_;
  return request;
}

Places ImportChunks::Oldest() const {
  std::vector<PlacedEntity> entities;
  if (done_ < given_) {
    for (size_t index : chunks_[done_]) {
      entities.push_back(entities_[index]);
    }
  }
  return PlacesOf(entities);
}

}  // namespace cartograph::clients
