#include "services/entity_bytes.h"

#include <cstdint>
#include <utility>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/support/slice.h"

namespace cartograph::services {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;

// A slice that owns `bytes`; nothing is copied.
grpc::Slice OwningSlice(std::string bytes) {
  auto* owned = new std::string(std::move(bytes));
  return grpc::Slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
}

// Tag and length of a field that holds a message of `size` bytes.
std::string FieldHead(int field, size_t size) {
  uint8_t head[20];
  uint8_t* end = CodedOutputStream::WriteTagToArray(
      WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), head);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), end);
  return std::string(reinterpret_cast<char*>(head), static_cast<size_t>(end - head));
}

std::string Field(int field, const google::protobuf::Message& message) {
  std::string bytes = message.SerializeAsString();
  return FieldHead(field, bytes.size()) + bytes;
}

}  // namespace

absl::StatusOr<bool> IsDeleted(absl::string_view bytes) {
  CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                          static_cast<int>(bytes.size()));
  while (uint32_t tag = stream.ReadTag()) {
    if (WireFormatLite::GetTagFieldNumber(tag) == v1::Entity::kDeleteTimeFieldNumber) {
      return true;
    }
    if (!WireFormatLite::SkipField(&stream, tag)) {
      return absl::DataLossError("the stored bytes of an entity do not decode");
    }
  }
  if (!stream.ConsumedEntireMessage()) {
    return absl::DataLossError("the stored bytes of an entity do not decode");
  }
  return false;
}

grpc::ByteBuffer GetEntityReply(std::string entity, const v1::ResponseHeader& header) {
  grpc::Slice slices[] = {
      grpc::Slice(FieldHead(v1::GetEntityResponse::kEntityFieldNumber, entity.size())),
      OwningSlice(std::move(entity)),
      grpc::Slice(Field(v1::GetEntityResponse::kHeaderFieldNumber, header)),
  };
  return grpc::ByteBuffer(slices, 3);
}

void ExportChunk::Add(absl::string_view entity) {
  bytes_ += FieldHead(v1::ExportEntitiesResponse::kEntitiesFieldNumber, entity.size());
  bytes_.append(entity.data(), entity.size());
}

grpc::ByteBuffer ExportChunk::Finish(const v1::ResponseHeader& header) {
  bytes_ += Field(v1::ExportEntitiesResponse::kHeaderFieldNumber, header);
  grpc::Slice slice = OwningSlice(std::exchange(bytes_, {}));
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace cartograph::services
