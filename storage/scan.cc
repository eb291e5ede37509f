#include "storage/scan.h"

#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "rocksdb/iterator.h"
#include "rocksdb/options.h"
#include "rocksdb/slice.h"
#include "storage/key_codec.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {

Scan::Scan(const Database& database, const rocksdb::Snapshot* snapshot, Family family,
           absl::string_view prefix)
    : family_(family), end_(PrefixEnd(prefix)), end_slice_(std::make_unique<rocksdb::Slice>(end_)) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  if (!end_.empty()) options.iterate_upper_bound = end_slice_.get();
  iterator_.reset(database.db().NewIterator(options, database.family(family)));
  Seek(prefix);
}

Scan::~Scan() = default;

bool Scan::Valid() const { return iterator_->Valid(); }

void Scan::Next() { iterator_->Next(); }

void Scan::Seek(absl::string_view key) { iterator_->Seek(rocksdb::Slice(key.data(), key.size())); }

absl::string_view Scan::key() const {
  rocksdb::Slice key = iterator_->key();
  return absl::string_view(key.data(), key.size());
}

absl::string_view Scan::value() const {
  rocksdb::Slice value = iterator_->value();
  return absl::string_view(value.data(), value.size());
}

absl::Status Scan::status() const {
  return FromRocksDb(iterator_->status(), absl::StrCat("cannot read ", FamilyName(family_)));
}

}  // namespace cartograph::storage
