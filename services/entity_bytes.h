// Entities as stored bytes, which are also their bytes on the wire: read and sent without being
// parsed.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity_service.pb.h"
#include "grpcpp/support/byte_buffer.h"

namespace cartograph::services {

// Whether the entity in `bytes` has a delete_time. DATA_LOSS when the bytes do not decode.
absl::StatusOr<bool> IsDeleted(absl::string_view bytes);

// The wire bytes of a GetEntityResponse.
grpc::ByteBuffer GetEntityReply(std::string entity, const v1::ResponseHeader& header);

// The wire bytes of an ExportEntitiesResponse, put together entity by entity.
class ExportChunk {
 public:
  void Add(absl::string_view entity);
  // Bytes so far.
  size_t size() const { return bytes_.size(); }
  // The message; the chunk is empty afterwards.
  grpc::ByteBuffer Finish(const v1::ResponseHeader& header);

 private:
  std::string bytes_;
};

}  // namespace cartograph::services
