#include "services/entity_streams.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

v1::Entity Disease(int number, const std::string& description = "") {
  v1::Entity entity;
  entity.set_name(absl::StrCat("diseases/d", 100000 + number));
  v1::Disease* disease = entity.mutable_disease();
  disease->add_names()->set_text("x");
  disease->mutable_names(0)->set_kind(v1::NAME_KIND_PREFERRED);
  disease->set_description(description);
  return entity;
}

// Chunks [first, last) of one entity each, or all in one.
v1::ImportEntitiesRequest Chunk(int first, int last, const std::string& description = "") {
  v1::ImportEntitiesRequest chunk;
  for (int i = first; i < last; ++i) {
    *chunk.add_entities() = Disease(i, description);
  }
  return chunk;
}

class EntityStreamsTest : public ::testing::Test {
 protected:
  explicit EntityStreamsTest(test::TestServerOptions options = {}) : server_(std::move(options)) {}

  // "created/updated/unchanged@revision" for each answer, then the reason of the error or OK.
  std::string Import(const std::vector<v1::ImportEntitiesRequest>& chunks) {
    grpc::ClientContext context;
    auto stream = stub_->ImportEntities(&context);
    std::string text;
    for (const auto& chunk : chunks) {
      v1::ImportEntitiesResponse response;
      if (!stream->Write(chunk) || !stream->Read(&response)) {
        break;
      }
      absl::StrAppend(&text, response.created(), "/", response.updated(), "/", response.unchanged(),
                      "@", response.header().revision(), " ");
    }
    stream->WritesDone();
    grpc::Status status = stream->Finish();
    message_ = status.error_message();
    return text + (status.ok() ? "OK" : ReasonOf(FromGrpcStatus(status)));
  }

  struct Exported {
    std::vector<std::string> names;
    size_t messages = 0;
    size_t largest = 0;
    uint64_t revision = 0;
    std::string reason = "OK";
  };
  Exported Export(const v1::ExportEntitiesRequest& request) {
    grpc::ClientContext context;
    auto stream = stub_->ExportEntities(&context, request);
    Exported exported;
    v1::ExportEntitiesResponse response;
    while (stream->Read(&response)) {
      ++exported.messages;
      exported.largest = std::max(exported.largest, response.ByteSizeLong());
      exported.revision = response.header().revision();
      for (const v1::Entity& entity : response.entities()) {
        exported.names.push_back(entity.name());
      }
    }
    grpc::Status status = stream->Finish();
    exported.reason = status.ok() ? "OK" : ReasonOf(FromGrpcStatus(status));
    return exported;
  }

  test::TestServer server_;
  std::unique_ptr<v1::EntityService::Stub> stub_ =
      v1::EntityService::NewStub(server_.InProcessChannel());
  std::string message_;
};

TEST_F(EntityStreamsTest, ImportCountsAndIsOneCommitAChunk) {
  EXPECT_EQ(Import({Chunk(0, 3), Chunk(2, 5), Chunk(0, 4, "new")}), "3/0/0@1 2/0/1@2 0/4/0@3 OK");
  EXPECT_EQ(Import({Chunk(0, 4, "new")}), "0/0/4@3 OK") << "nothing to write: no revision";
  EXPECT_EQ(Import({}), "OK");
}

TEST_F(EntityStreamsTest, ImportRefusesAndKeepsEarlierChunks) {
  v1::ImportEntitiesRequest wrong = Chunk(3, 5);
  wrong.mutable_entities(1)->mutable_disease()->mutable_names(0)->clear_text();
  EXPECT_EQ(Import({Chunk(0, 3), wrong, Chunk(5, 6)}), "3/0/0@1 FIELD_VIOLATIONS");
  EXPECT_EQ(message_.substr(0, message_.find(':')), "entities[1].disease.names[0].text");
  v1::ImportEntitiesRequest alone = Chunk(3, 4);
  alone.mutable_entities(0)->mutable_disease()->mutable_names(0)->clear_text();
  EXPECT_EQ(Import({alone}), "FIELD_VIOLATIONS");
  EXPECT_EQ(message_.substr(0, message_.find(':')), "entities[0].disease.names[0].text");
  EXPECT_EQ(Import({v1::ImportEntitiesRequest()}), "FIELD_VIOLATIONS");
  v1::ImportEntitiesRequest late = Chunk(7, 8);
  late.mutable_write()->set_reason("too late");
  EXPECT_EQ(Import({Chunk(6, 7), late}), "1/0/0@2 FIELD_VIOLATIONS");
}

TEST_F(EntityStreamsTest, ImportUnderARequestIdAppliesOnce) {
  v1::ImportEntitiesRequest first = Chunk(0, 1);
  first.mutable_write()->set_request_id("load-1");
  EXPECT_EQ(Import({first, Chunk(1, 2)}), "1/0/0@1 1/0/0@2 OK");
  EXPECT_EQ(Import({Chunk(0, 1, "changed since")}), "0/1/0@3 OK");
  EXPECT_EQ(Import({first, Chunk(1, 2)}), "1/0/0@1 1/0/0@2 OK") << "the answers of the first time";
  auto entity = server_.kb().Latest().GetEntity("diseases/d100000");
  ASSERT_TRUE(entity.ok() && entity->has_value());
  EXPECT_EQ((*entity)->disease().description(), "changed since");
}

TEST_F(EntityStreamsTest, ExportSendsEverythingInSmallMessages) {
  for (int chunk = 0; chunk < 4; ++chunk) {
    ASSERT_EQ(Import({Chunk(chunk * 250, chunk * 250 + 250, std::string(500, 'x'))}).back(), 'K');
  }
  Exported all = Export({});
  EXPECT_EQ(all.reason, "OK");
  EXPECT_EQ(all.names.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(all.names.begin(), all.names.end()));
  EXPECT_LE(all.largest, 64u << 10);
  EXPECT_GT(all.messages, 5u);
  EXPECT_LT(all.messages, 20u);
  EXPECT_EQ(all.revision, 4u);
}

TEST_F(EntityStreamsTest, ExportOfALargeEntityIsAMessageOfItsOwn) {
  v1::Entity large = Disease(1);
  for (int i = 0; i < 200; ++i) {
    v1::Name* name = large.mutable_disease()->add_names();
    name->set_text(std::string(500, 'x'));
    name->set_kind(v1::NAME_KIND_EXACT);
  }
  v1::ImportEntitiesRequest chunk = Chunk(0, 3);
  *chunk.mutable_entities(1) = large;
  ASSERT_EQ(Import({chunk}), "3/0/0@1 OK");
  Exported all = Export({});
  EXPECT_EQ(all.names.size(), 3u);
  EXPECT_EQ(all.messages, 3u);
  EXPECT_GT(all.largest, 64u << 10);
}

TEST_F(EntityStreamsTest, ExportOfNothingTellsTheRevision) {
  ASSERT_EQ(Import({Chunk(0, 1)}), "1/0/0@1 OK");
  v1::ExportEntitiesRequest request;
  request.set_collection("targets");
  Exported none = Export(request);
  EXPECT_EQ(none.messages, 1u);
  EXPECT_EQ(none.revision, 1u);
  request.set_collection("nonsense");
  EXPECT_EQ(Export(request).reason, "FIELD_VIOLATIONS");
  request.set_collection("");
  request.mutable_read()->set_at_least_revision(2);
  EXPECT_EQ(Export(request).reason, "REVISION_NOT_REACHED");
}

test::TestServerOptions OneImpatientStream() {
  test::TestServerOptions options;
  options.server.serving.streams_max = 1;
  options.server.serving.stream_patience = std::chrono::milliseconds(1);
  return options;
}

class ImpatientStreamsTest : public EntityStreamsTest {
 protected:
  ImpatientStreamsTest() : EntityStreamsTest(OneImpatientStream()) {}
};

TEST_F(ImpatientStreamsTest, ASilentClientIsCutOffAndItsPlaceIsFree) {
  grpc::ClientContext context;
  auto stream = stub_->ImportEntities(&context);
  v1::ImportEntitiesResponse response;
  EXPECT_FALSE(stream->Read(&response)) << "ends although this side sent nothing";
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // The client hears of it a moment before the place is free.
  std::string reason = "SERVER_BUSY";
  for (int tries = 0; tries < 1000 && reason == "SERVER_BUSY"; ++tries) {
    reason = Export({}).reason;
  }
  EXPECT_EQ(reason, "OK");
}

test::TestServerOptions OnePatientStream() {
  test::TestServerOptions options;
  options.server.serving.streams_max = 1;
  return options;
}

class OneStreamTest : public EntityStreamsTest {
 protected:
  OneStreamTest() : EntityStreamsTest(OnePatientStream()) {}
};

TEST_F(OneStreamTest, FurtherStreamsAreToldToRetry) {
  grpc::ClientContext context;
  auto stream = stub_->ImportEntities(&context);
  v1::ImportEntitiesResponse response;
  ASSERT_TRUE(stream->Write(Chunk(0, 1)));
  ASSERT_TRUE(stream->Read(&response)) << "the first has its place now";
  EXPECT_EQ(Export({}).reason, "SERVER_BUSY");
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace cartograph::services
