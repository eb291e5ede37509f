// How many durable commits a second: real threads, each in Append and WaitDurable, on the folder
// named by CARTOGRAPH_BENCH_DIR (default: the system's temporary folder, which must be on a disk).
//
// items_per_second counts acknowledged commits; commits/fsync says how well the groups formed. The
// promise is that 16 writers reach at least 8 × one writer's rate. On a disk whose fsync is almost
// free the processor is the bound instead, so the same runs are made on a disk that takes at least
// 2 ms for each: BM_DurableCommitsSlowDisk. There the ratio shows what grouping does.

#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "benchmark/benchmark.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/store.h"
#include "storage/store_on_env.h"

namespace cartograph::storage {
namespace {

constexpr size_t kEntityBytes = 1000;
constexpr std::chrono::milliseconds kSyncTime{2};

std::string BenchFolder() {
  const char* chosen = getenv("CARTOGRAPH_BENCH_DIR");
  std::filesystem::path base =
      chosen != nullptr ? std::filesystem::path(chosen) : std::filesystem::temp_directory_path();
  return base / "cartograph-storage-bench";
}

// The machine's files, each sync of a log at least `kSyncTime` long.
class SlowLog : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  using rocksdb::FSWritableFileOwnerWrapper::FSWritableFileOwnerWrapper;

  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    auto end = std::chrono::steady_clock::now() + kSyncTime;
    rocksdb::IOStatus status = target()->Sync(options, dbg);
    std::this_thread::sleep_until(end);
    return status;
  }
};

class SlowDisk : public rocksdb::FileSystemWrapper {
 public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "SlowDisk"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* dbg) override {
    rocksdb::IOStatus status = target()->NewWritableFile(path, options, file, dbg);
    bool log = path.size() > 4 && path.substr(path.size() - 4) == ".log";
    if (status.ok() && log) *file = std::make_unique<SlowLog>(std::move(*file));
    return status;
  }
};

rocksdb::Env* SlowEnv() {
  static rocksdb::Env* const env =
      rocksdb::NewCompositeEnv(std::make_shared<SlowDisk>(rocksdb::FileSystem::Default()))
          .release();
  return env;
}

std::unique_ptr<Store> NewStore(rocksdb::Env* env) {
  StoreOptions options;
  options.path = BenchFolder();
  options.create_if_missing = true;
  std::filesystem::remove_all(options.path);
  absl::StatusOr<std::unique_ptr<Store>> store = OpenStoreOnEnv(options, env);
  if (!store.ok()) fprintf(stderr, "%s\n", store.status().ToString().c_str());
  CHECK(store.ok());
  return *std::move(store);
}

WriteSet OneEntity(uint64_t number) {
  WriteSet writes;
  std::string name = absl::StrCat("evidence/e", number % 100'000);
  writes.references_added.push_back({.to = "diseases/sle", .from = name, .field = "disease"});
  writes.entities.push_back({std::move(name), std::string(kEntityBytes, 'x')});
  writes.change = std::string(100, 'c');
  writes.request_id = absl::StrCat("request-", number);
  return writes;
}

// Shared by the threads of one run; thread 0 makes and drops it outside the measured loop.
std::unique_ptr<Store> store_of_run;
std::atomic<uint64_t> next_number{0};

void CommitByManyThreads(benchmark::State& state, rocksdb::Env* env) {
  if (state.thread_index() == 0) store_of_run = NewStore(env);
  for (auto iteration : state) {
    absl::StatusOr<base::Revision> revision = store_of_run->Append(OneEntity(next_number++));
    CHECK(revision.ok() && store_of_run->WaitDurable(*revision).ok());
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() != 0) return;
  absl::StatusOr<StoreStats> stats = store_of_run->Stats();
  CHECK(stats.ok());
  state.counters["commits/fsync"] =
      static_cast<double>(stats->durable.number()) / static_cast<double>(stats->flushes);
  store_of_run.reset();
}

void BM_DurableCommits(benchmark::State& state) {
  CommitByManyThreads(state, rocksdb::Env::Default());
}
BENCHMARK(BM_DurableCommits)->Threads(1)->Threads(4)->Threads(16)->Threads(64)->UseRealTime();

void BM_DurableCommitsSlowDisk(benchmark::State& state) { CommitByManyThreads(state, SlowEnv()); }
BENCHMARK(BM_DurableCommitsSlowDisk)
    ->Threads(1)
    ->Threads(4)
    ->Threads(16)
    ->Threads(64)
    ->UseRealTime();

// One thread that appends 64 and waits once: what an import does.
void BM_DurableCommitsBy64(benchmark::State& state) {
  std::unique_ptr<Store> store = NewStore(rocksdb::Env::Default());
  for (auto iteration : state) {
    for (int i = 0; i < 64; ++i) CHECK(store->Append(OneEntity(next_number++)).ok());
    CHECK(store->Flush().ok());
    while (store->visible() < store->durable()) store->Publish(store->visible().next());
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(BM_DurableCommitsBy64)->UseRealTime();

void BM_Get(benchmark::State& state) {
  std::unique_ptr<Store> store = NewStore(rocksdb::Env::Default());
  for (uint64_t i = 0; i < 10'000; ++i) CHECK(store->Append(OneEntity(i)).ok());
  CHECK(store->Flush().ok());
  auto snapshot = store->WriterView();
  uint64_t i = 0;
  for (auto iteration : state) {
    auto bytes = snapshot->Get(absl::StrCat("evidence/e", i++ * 7919 % 10'000));
    CHECK(bytes.ok() && bytes->view().size() == kEntityBytes);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Get);

}  // namespace
}  // namespace cartograph::storage

BENCHMARK_MAIN();
