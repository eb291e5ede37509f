// WriteSet: everything one commit changes. Built by kb, applied whole or not at all by
// Store::Append.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/revision.h"
#include "storage/options.h"

namespace cartograph::storage {

// An entity's new bytes, or its end. The bytes are opaque and come back exactly as they were given.
struct EntityWrite {
  std::string name;
  std::optional<std::string> bytes;  // nullopt deletes: gone at head, a tombstone in the history
};

// "`from` names `to` in its field `field`": one edge of the reverse index.
struct Reference {
  std::string to;
  std::string from;
  std::string field;  // a field path, such as "proposition.subject"

  friend auto operator<=>(const Reference&, const Reference&) = default;
};

struct RulePackPut {
  std::string name;
  std::string bytes;
};

// One text of a rule pack: the one put at `revision`.
struct RulePackRef {
  std::string name;
  base::Revision revision;

  friend bool operator==(const RulePackRef&, const RulePackRef&) = default;
};

struct TextPut {
  std::string sha256;  // 32 raw bytes, computed by the caller
  std::string bytes;
};

struct MetaPut {
  std::string key;
  std::optional<std::string> bytes;  // nullopt deletes
};

// What one revision changes. The order of entries does not matter; no two entries of a list may
// have the same key.
struct WriteSet {
  std::vector<EntityWrite> entities;
  std::vector<Reference> references_removed;  // applied before references_added
  std::vector<Reference> references_added;

  std::string change;      // the change-log record of this revision; opaque, may be empty
  std::string request_id;  // empty: the write cannot be recognised when it is retried

  std::vector<RulePackPut> rule_packs;
  // When set: the packs that are active from this revision on. Revision 0 in a reference means the
  // text put in this very write.
  std::optional<std::vector<RulePackRef>> active_rule_packs;

  std::vector<TextPut> texts;
  std::vector<MetaPut> meta;  // kb's own small values, apart from the store's
};

// The bytes that `writes` brings: keys and values, without the store's own overhead.
uint64_t ByteSize(const WriteSet& writes);

// OK when `writes` keeps the limits of `options`; else INVALID_ARGUMENT (an empty or over-long
// name, a sha256 that is not 32 bytes) or RESOURCE_EXHAUSTED (write_set_bytes_max).
absl::Status CheckLimits(const WriteSet& writes, const StoreOptions& options);

}  // namespace cartograph::storage
