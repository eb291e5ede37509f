#include "clients/cpp/client.h"

#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Answers as the test says.
class FakeEntities : public v1::EntityService::Service {
 public:
  grpc::Status GetEntity(grpc::ServerContext* context, const v1::GetEntityRequest* request,
                         v1::GetEntityResponse* response) override {
    if (request->name() == "slow") {
      released_.wait();
    }
    auto header = context->client_metadata().find("authorization");
    bool has_token = header != context->client_metadata().end();
    response->mutable_entity()->set_name(
        has_token ? std::string(header->second.data(), header->second.size()) : "no token");
    return grpc::Status::OK;
  }

  // Three pages of two.
  grpc::Status ListEntities(grpc::ServerContext*, const v1::ListEntitiesRequest* request,
                            v1::ListEntitiesResponse* response) override {
    int page = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    for (int i = 0; i < 2; ++i) {
      response->add_entities()->set_name(absl::StrCat(request->collection(), "/", 2 * page + i));
    }
    response->set_next_page_token(page == 2 ? "" : absl::StrCat(page + 1));
    return grpc::Status::OK;
  }

  // Refuses the third chunk.
  grpc::Status ImportEntities(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ImportEntitiesResponse, v1::ImportEntitiesRequest>* stream)
      override {
    v1::ImportEntitiesRequest chunk;
    for (uint64_t i = 1; stream->Read(&chunk); ++i) {
      if (chunk.entities_size() == 0) {
        return {grpc::StatusCode::INVALID_ARGUMENT, "an empty chunk"};
      }
      v1::ImportEntitiesResponse answer;
      answer.set_created(i);
      stream->Write(answer);
    }
    return grpc::Status::OK;
  }

  grpc::Status ExportEntities(grpc::ServerContext*, const v1::ExportEntitiesRequest*,
                              grpc::ServerWriter<v1::ExportEntitiesResponse>* writer) override {
    v1::ExportEntitiesResponse response;
    response.add_entities()->set_name("diseases/sle");
    while (writer->Write(response)) {
    }
    return grpc::Status::OK;
  }

  void Release() { release_.set_value(); }

 private:
  std::promise<void> release_;
  std::shared_future<void> released_ = release_.get_future().share();
};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() { StartServer(); }
  ~ClientTest() override { entities_.Release(); }

  void StartServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&entities_);
    server_ = builder.BuildAndStart();
  }

  std::unique_ptr<Client> Connected(ClientOptions options = {}) {
    options.server = absl::StrCat("127.0.0.1:", port_);
    auto client = Client::Connect(options);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  static absl::StatusOr<v1::GetEntityResponse> Get(Client* client, const std::string& name) {
    v1::GetEntityRequest request;
    request.set_name(name);
    return client->Call(&v1::EntityService::Stub::GetEntity, request);
  }

  int port_ = 0;
  FakeEntities entities_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ClientTest, SendsTheTokenWhenItHasOne) {
  ClientOptions options;
  EXPECT_EQ(Get(Connected(options).get(), "x")->entity().name(), "no token");
  options.token = "secret";
  EXPECT_EQ(Get(Connected(options).get(), "x")->entity().name(), "Bearer secret");
}

TEST_F(ClientTest, GivesUpAtTheDeadline) {
  ClientOptions options;
  options.timeout = absl::Milliseconds(50);
  absl::Status status = Get(Connected(options).get(), "slow").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()), HasSubstr("did not answer within 50ms"));
}

TEST_F(ClientTest, SaysThatThereIsNoServer) {
  ClientOptions options;
  options.server = "127.0.0.1:1";
  options.connect_timeout = absl::Milliseconds(50);
  absl::Status status = Client::Connect(options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no server answers at 127.0.0.1:1"));
}

TEST_F(ClientTest, WaitsForAServerThatRestarts) {
  std::unique_ptr<Client> client = Connected();
  server_->Shutdown();
  server_ = nullptr;
  auto call = std::async(std::launch::async, [&] { return Get(client.get(), "x"); });
  StartServer();
  EXPECT_TRUE(call.get().ok());
}

TEST_F(ClientTest, FollowsPages) {
  std::unique_ptr<Client> client = Connected();
  v1::ListEntitiesRequest request;
  request.set_collection("diseases");
  std::vector<std::string> names;
  auto use = [&](const v1::ListEntitiesResponse& page) {
    for (const v1::Entity& entity : page.entities()) {
      names.push_back(entity.name());
    }
    return names.size() != 4 || request.filter() != "stop";
  };
  EXPECT_TRUE(client->ForEachPage(&v1::EntityService::Stub::ListEntities, request, use).ok());
  EXPECT_THAT(names, ElementsAre("diseases/0", "diseases/1", "diseases/2", "diseases/3",
                                 "diseases/4", "diseases/5"));
  names.clear();
  request.set_filter("stop");
  EXPECT_TRUE(client->ForEachPage(&v1::EntityService::Stub::ListEntities, request, use).ok());
  EXPECT_EQ(names.size(), 4u);
}

// Gives `good` chunks with an entity, then one without.
std::function<absl::StatusOr<std::optional<v1::ImportEntitiesRequest>>()> ChunksThenEmpty(
    int good) {
  auto given = std::make_shared<int>(0);
  return [=]() -> absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> {
    v1::ImportEntitiesRequest chunk;
    if (++*given <= good) {
      chunk.add_entities()->set_name("diseases/sle");
    }
    return chunk;
  };
}

TEST_F(ClientTest, ImportsUntilAChunkIsRefusedAndTellsHowFarItCame) {
  std::unique_ptr<Client> client = Connected();
  std::vector<uint64_t> answers;
  absl::Status status = client->Import(
      ChunksThenEmpty(9),
      [&](const v1::ImportEntitiesResponse& answer) { answers.push_back(answer.created()); });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(answers, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_F(ClientTest, EndsAnImportWhoseInputFailsWithTheReason) {
  std::unique_ptr<Client> client = Connected();
  int answers = 0;
  int given = 0;
  auto next = [&]() -> absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> {
    if (++given > 2) {
      return absl::NotFoundError("the file is gone");
    }
    v1::ImportEntitiesRequest chunk;
    chunk.add_entities()->set_name("diseases/sle");
    return chunk;
  };
  absl::Status status = client->Import(next, [&](const v1::ImportEntitiesResponse&) { ++answers; });
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(answers, 2);
}

// The server would write for ever.
TEST_F(ClientTest, StopsAnExportWhoseReaderFails) {
  std::unique_ptr<Client> client = Connected();
  int chunks = 0;
  absl::Status status = client->ForEachMessage(
      &v1::EntityService::Stub::ExportEntities, {}, [&](const v1::ExportEntitiesResponse&) {
        return ++chunks < 3 ? absl::OkStatus() : absl::DataLossError("the disk is full");
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(chunks, 3);
}

}  // namespace
}  // namespace cartograph::clients
