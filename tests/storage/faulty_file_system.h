// A file system that fails where a test says so: for logs, tables or all files, on writing or on
// syncing, with no space left or with an I/O error.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace cartograph::storage {

enum class Fault { kNone, kAppendNoSpace, kSyncError };

// Which files the fault meets.
enum class FaultyFiles { kLogs, kTables, kAll };

// Thread-safety: the fault may be set while the store runs.
class FaultyFileSystem : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem();

  void Set(Fault fault, FaultyFiles files);
  void Clear() { Set(Fault::kNone, FaultyFiles::kAll); }
  // What the disk says is free; nullopt: the truth.
  void SetFreeBytes(std::optional<uint64_t> bytes) { free_bytes_ = bytes.value_or(UINT64_MAX); }
  // How often the fault was met since it was set.
  int hits() const { return hits_; }

  const char* Name() const override { return "FaultyFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* dbg) override;

  rocksdb::IOStatus GetFreeSpace(const std::string& path, const rocksdb::IOOptions& options,
                                 uint64_t* free_bytes, rocksdb::IODebugContext* dbg) override;

  // The injected error for doing `what` to `path`, or OK.
  rocksdb::IOStatus Meet(Fault what, const std::string& path);

 private:
  std::atomic<Fault> fault_{Fault::kNone};
  std::atomic<FaultyFiles> files_{FaultyFiles::kAll};
  std::atomic<int> hits_{0};
  std::atomic<uint64_t> free_bytes_{UINT64_MAX};
};

// A disk whose file system can be told to fail.
struct FaultyDisk {
  std::shared_ptr<FaultyFileSystem> files = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
};

}  // namespace cartograph::storage
