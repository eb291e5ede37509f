// The column families of the store, and how each is kept.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "storage/options.h"

namespace rocksdb {
struct ColumnFamilyOptions;
struct DBOptions;
class Cache;
}  // namespace rocksdb

namespace cartograph::storage {

// What each holds: key_codec.h and format.h. The order here is that of kFamilyNames; only the names
// are on the disk.
enum class Family : uint8_t {
  kMeta,        // format, head, kb's small values
  kEntities,    // as they are at head
  kHistory,     // every version ever
  kReferences,  // who refers to whom, at head
  kChanges,     // the change log
  kRequests,    // request ids already applied
  kRulePacks,   // texts and activations
  kTexts,       // attached documents by SHA-256
};

inline constexpr size_t kFamilies = 8;

// RocksDB insists on a family called "default"; it holds what must be read before all else.
inline constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "default", "entities", "history", "references", "changes", "requests", "rule_packs", "texts"};

constexpr const char* FamilyName(Family family) {
  return kFamilyNames[static_cast<size_t>(family)];
}

// Options shared by all families, and those of one.
rocksdb::DBOptions DatabaseOptions(const StoreOptions& options);
rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const StoreOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache);

}  // namespace cartograph::storage
