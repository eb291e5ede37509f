#include "services/entity_bytes.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace cartograph::services {
namespace {

v1::Entity Sle() {
  v1::Entity entity;
  entity.set_name("diseases/sle");
  entity.mutable_disease()->add_names()->set_text("systemic lupus erythematosus");
  entity.set_revision(7);
  return entity;
}

v1::ResponseHeader Header() {
  v1::ResponseHeader header;
  header.set_revision(9);
  header.set_rule_pack("founding@1.0.0");
  return header;
}

template <typename Message>
Message Parsed(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  return message;
}

TEST(EntityBytesTest, FindsDeletion) {
  v1::Entity entity = Sle();
  EXPECT_FALSE(*IsDeleted(entity.SerializeAsString()));
  entity.mutable_delete_time();
  EXPECT_TRUE(*IsDeleted(entity.SerializeAsString()));
  entity.clear_delete_time();
  // A field of the same number deeper down is another one.
  entity.mutable_disease()->set_description(std::string(14, '\x72'));
  EXPECT_FALSE(*IsDeleted(entity.SerializeAsString()));
  EXPECT_FALSE(*IsDeleted(""));
}

TEST(EntityBytesTest, DamageIsDataLoss) {
  std::string bytes = Sle().SerializeAsString();
  EXPECT_EQ(IsDeleted(bytes.substr(0, bytes.size() - 1)).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_EQ(IsDeleted("\xff\xff\xff").status().code(), absl::StatusCode::kDataLoss);
}

TEST(EntityBytesTest, ReplyIsAResponse) {
  auto response =
      Parsed<v1::GetEntityResponse>(GetEntityReply(Sle().SerializeAsString(), Header()));
  EXPECT_EQ(response.entity().SerializeAsString(), Sle().SerializeAsString());
  EXPECT_EQ(response.header().SerializeAsString(), Header().SerializeAsString());
}

TEST(EntityBytesTest, ChunkIsAResponseAndEmptyAfterwards) {
  ExportChunk chunk;
  chunk.Add(Sle().SerializeAsString());
  chunk.Add(Sle().SerializeAsString());
  auto response = Parsed<v1::ExportEntitiesResponse>(chunk.Finish(Header()));
  EXPECT_EQ(response.entities_size(), 2);
  EXPECT_EQ(response.entities(1).name(), "diseases/sle");
  EXPECT_EQ(response.header().revision(), 9u);
  EXPECT_EQ(chunk.size(), 0u);
  EXPECT_EQ(Parsed<v1::ExportEntitiesResponse>(chunk.Finish(Header())).entities_size(), 0);
}

}  // namespace
}  // namespace cartograph::services
