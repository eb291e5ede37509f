#include "tests/storage/faulty_file_system.h"

#include <utility>

namespace cartograph::storage {
namespace {

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool Meets(FaultyFiles files, const std::string& path) {
  if (files == FaultyFiles::kLogs) return EndsWith(path, ".log");
  if (files == FaultyFiles::kTables) return EndsWith(path, ".sst");
  return true;
}

class FaultyFile : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(FaultyFileSystem* disk, std::string path,
             std::unique_ptr<rocksdb::FSWritableFile>&& file)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), path_(std::move(path)) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* dbg) override {
    rocksdb::IOStatus fault = disk_->Meet(Fault::kAppendNoSpace, path_);
    return fault.ok() ? target()->Append(data, options, dbg) : fault;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& /*info*/,
                           rocksdb::IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* dbg) override {
    rocksdb::IOStatus fault = disk_->Meet(Fault::kSyncError, path_);
    return fault.ok() ? target()->Sync(options, dbg) : fault;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                          rocksdb::IODebugContext* dbg) override {
    rocksdb::IOStatus fault = disk_->Meet(Fault::kSyncError, path_);
    return fault.ok() ? target()->Fsync(options, dbg) : fault;
  }

 private:
  FaultyFileSystem* const disk_;
  const std::string path_;
};

}  // namespace

FaultyFileSystem::FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

void FaultyFileSystem::Set(Fault fault, FaultyFiles files) {
  files_ = files;
  fault_ = fault;
  hits_ = 0;
}

rocksdb::IOStatus FaultyFileSystem::Meet(Fault what, const std::string& path) {
  if (fault_ != what || !Meets(files_, path)) return rocksdb::IOStatus::OK();
  ++hits_;
  if (what == Fault::kAppendNoSpace) return rocksdb::IOStatus::NoSpace("injected", path);
  return rocksdb::IOStatus::IOError("injected: the disk failed to sync", path);
}

rocksdb::IOStatus FaultyFileSystem::GetFreeSpace(const std::string& path,
                                                 const rocksdb::IOOptions& options,
                                                 uint64_t* free_bytes,
                                                 rocksdb::IODebugContext* dbg) {
  rocksdb::IOStatus status = target()->GetFreeSpace(path, options, free_bytes, dbg);
  if (free_bytes_ != UINT64_MAX) *free_bytes = free_bytes_;
  return status;
}

rocksdb::IOStatus FaultyFileSystem::NewWritableFile(const std::string& path,
                                                    const rocksdb::FileOptions& options,
                                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                    rocksdb::IODebugContext* dbg) {
  rocksdb::IOStatus status = target()->NewWritableFile(path, options, file, dbg);
  if (status.ok()) *file = std::make_unique<FaultyFile>(this, path, std::move(*file));
  return status;
}

}  // namespace cartograph::storage
