#include "storage/log_files.h"

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "base/mutex.h"
#include "base/status.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

using base::MutexLock;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// One log, shared by RocksDB's handle on it and the list of those to sync.
class Log {
 public:
  explicit Log(std::unique_ptr<FSWritableFile> file) : file_(std::move(file)) {}

  FSWritableFile* file() const { return file_.get(); }

  // After the first failure the file would have a hole: what comes later is dropped.
  void Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) {
    if (failed_) return;
    IOStatus status = file_->Append(data, options, dbg);
    unsynced_ = true;
    if (!status.ok()) Fail(status);
  }

  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) {
    MutexLock lock(&mutex_);
    if (closed_ || (!failed_ && !unsynced_.exchange(false))) return IOStatus::OK();
    if (!failed_) {
      IOStatus status = file_->Sync(options, dbg);
      if (!status.ok()) FailLocked(status);
    }
    return error_;
  }

  // Not while it is being synced: another file could be given its descriptor.
  IOStatus Close(const IOOptions& options, IODebugContext* dbg) {
    MutexLock lock(&mutex_);
    closed_ = true;
    return file_->Close(options, dbg);
  }

 private:
  void Fail(const IOStatus& status) {
    MutexLock lock(&mutex_);
    FailLocked(status);
  }
  void FailLocked(const IOStatus& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!failed_) error_ = status;
    failed_ = true;
  }

  const std::unique_ptr<FSWritableFile> file_;
  std::atomic<bool> unsynced_{false};
  std::atomic<bool> failed_{false};
  base::Mutex mutex_;
  IOStatus error_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

// RocksDB's handle on a log.
class LogHandle : public rocksdb::FSWritableFileWrapper {
 public:
  explicit LogHandle(std::shared_ptr<Log> log)
      : FSWritableFileWrapper(log->file()), log_(std::move(log)) {}
  ~LogHandle() override { log_->Close(IOOptions(), nullptr).PermitUncheckedError(); }

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    log_->Append(data, options, dbg);
    return IOStatus::OK();
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/, IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    log_->Sync(options, dbg).PermitUncheckedError();  // a failure stays with the log
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    return Sync(options, dbg);
  }
  IOStatus Close(const IOOptions& options, IODebugContext* dbg) override {
    return log_->Close(options, dbg);
  }

 private:
  const std::shared_ptr<Log> log_;
};

bool IsLog(const std::string& path) {
  return path.size() > 4 && path.compare(path.size() - 4, 4, ".log") == 0;
}

}  // namespace

class LogFiles::FileSystem : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;

  const char* Name() const override { return "CartographLogFiles"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    IOStatus status = target()->NewWritableFile(path, options, file, dbg);
    if (!status.ok() || !IsLog(path)) return status;
    auto log = std::make_shared<Log>(std::move(*file));
    *file = std::make_unique<LogHandle>(log);
    MutexLock lock(&mutex_);
    logs_.push_back(log);
    return status;
  }

  // The logs that RocksDB still holds, oldest first.
  std::vector<std::shared_ptr<Log>> OpenLogs() {
    std::vector<std::shared_ptr<Log>> open;
    MutexLock lock(&mutex_);
    for (const std::weak_ptr<Log>& log : logs_) {
      if (std::shared_ptr<Log> held = log.lock()) open.push_back(std::move(held));
    }
    logs_.assign(open.begin(), open.end());
    return open;
  }

  void ForgetFinished() {
    MutexLock lock(&mutex_);
    if (logs_.size() > 1) logs_.erase(logs_.begin(), logs_.end() - 1);
  }

 private:
  base::Mutex mutex_;
  std::vector<std::weak_ptr<Log>> logs_ ABSL_GUARDED_BY(mutex_);
};

LogFiles::LogFiles(rocksdb::Env* env)
    : files_(std::make_shared<FileSystem>(env->GetFileSystem())),
      env_(rocksdb::NewCompositeEnv(files_)) {}

LogFiles::~LogFiles() = default;

rocksdb::Env* LogFiles::env() const { return env_.get(); }

absl::Status LogFiles::Sync() {
  for (const std::shared_ptr<Log>& log : files_->OpenLogs()) {
    RETURN_IF_ERROR(FromRocksDb(log->Sync(IOOptions(), nullptr), "cannot sync the log"));
  }
  return absl::OkStatus();
}

void LogFiles::ForgetFinished() { files_->ForgetFinished(); }

}  // namespace cartograph::storage
