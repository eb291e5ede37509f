// Scan: goes through the keys of one family as a snapshot has them. For storage/*.cc only.

#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/column_families.h"
#include "storage/database.h"

namespace rocksdb {
class Iterator;
class Slice;
class Snapshot;
}  // namespace rocksdb

namespace cartograph::storage {

// RocksDB's iterator stops at damage as it stops at the end: whoever loops over a Scan must return
// its status() afterwards.
class Scan {
 public:
  // Over the keys that begin with `prefix`, from its first. REQUIRES: `database` and `snapshot`
  // outlive the scan.
  Scan(const Database& database, const rocksdb::Snapshot* snapshot, Family family,
       absl::string_view prefix);
  ~Scan();
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  bool Valid() const;
  void Next();
  // To the first key that is not less than `key`, which must begin with the prefix or follow it.
  void Seek(absl::string_view key);

  // REQUIRES: Valid(). The views hold until the scan moves.
  absl::string_view key() const;
  absl::string_view value() const;

  absl::Status status() const;

 private:
  const Family family_;
  const std::string end_;
  const std::unique_ptr<rocksdb::Slice> end_slice_;  // RocksDB keeps a pointer to the bound
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace cartograph::storage
