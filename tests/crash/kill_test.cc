// Goal: an acknowledged write survives kill -9. Method: writers load a real server; it is killed at
// a random number of acknowledgements; after a restart every acknowledged entity is there, and
// revisions are dense.

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "tests/crash/server_process.h"
#include "tests/support/temporary_folder.h"

namespace cartograph {
namespace {

constexpr int kWrites = 10'000;
constexpr int kWriters = 16;

v1::CreateEntityRequest CreateDisease(int number) {
  v1::CreateEntityRequest request;
  request.mutable_entity()->set_name("diseases/d" + std::to_string(number));
  v1::Name* name = request.mutable_entity()->mutable_disease()->add_names();
  name->set_text("disease " + std::to_string(number));
  name->set_kind(v1::NAME_KIND_PREFERRED);
  return request;
}

// What writers were told before the server died.
struct Acknowledged {
  base::Mutex mutex;
  std::vector<int> numbers ABSL_GUARDED_BY(mutex);
  std::string first_error ABSL_GUARDED_BY(mutex);
  std::atomic<int> count{0};
};

// Creates entities until there are none left or the server is gone.
void Write(const testing::ServerProcess& server, std::atomic<int>* next,
           Acknowledged* acknowledged) {
  auto stub = v1::EntityService::NewStub(server.Connect());
  for (int number = (*next)++; number < kWrites; number = (*next)++) {
    grpc::ClientContext context;
    v1::CreateEntityResponse response;
    const grpc::Status status = stub->CreateEntity(&context, CreateDisease(number), &response);
    base::MutexLock lock(&acknowledged->mutex);
    if (!status.ok()) {
      acknowledged->first_error =
          acknowledged->first_error.empty() ? status.error_message() : acknowledged->first_error;
      return;
    }
    acknowledged->numbers.push_back(number);
    ++acknowledged->count;
  }
}

// Loads the server with all writers and kills it once `kill_after` writes are acknowledged.
void LoadAndKill(testing::ServerProcess* server, int kill_after, Acknowledged* acknowledged) {
  std::atomic<int> next{0};
  std::atomic<int> running{kWriters};
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      Write(*server, &next, acknowledged);
      --running;
    });
  }
  while (acknowledged->count < kill_after && running > 0) {
    std::this_thread::yield();
  }
  server->Kill();
  for (std::thread& writer : writers) {
    writer.join();
  }
}

TEST(KillTest, AcknowledgedWritesSurvive) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const int kill_after =
      std::uniform_int_distribution<int>(kWrites / 4, kWrites - kWriters)(random);

  testing::TemporaryFolder folder;
  Acknowledged acknowledged;
  {
    testing::ServerProcess server(folder.Join("kb"), {});
    ASSERT_TRUE(server.WaitUntilServing());
    LoadAndKill(&server, kill_after, &acknowledged);
  }
  base::MutexLock lock(&acknowledged.mutex);
  ASSERT_GE(acknowledged.numbers.size(), static_cast<size_t>(kill_after))
      << acknowledged.first_error;

  testing::ServerProcess server(folder.Join("kb"), {});
  ASSERT_TRUE(server.WaitUntilServing());
  auto stub = v1::EntityService::NewStub(server.Connect());
  uint64_t head = 0;
  for (int number : acknowledged.numbers) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    request.set_name("diseases/d" + std::to_string(number));
    v1::GetEntityResponse response;
    grpc::Status status = stub->GetEntity(&context, request, &response);
    ASSERT_TRUE(status.ok()) << request.name() << ": " << status.error_message();
    EXPECT_LE(response.entity().revision(), response.header().revision());
    head = response.header().revision();
  }
  // One revision a write: what was written and not acknowledged may be there, in at most one write
  // a writer.
  EXPECT_GE(head, acknowledged.numbers.size());
  EXPECT_LE(head, acknowledged.numbers.size() + kWriters);
}

}  // namespace
}  // namespace cartograph
