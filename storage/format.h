// What the store writes about itself, and the forms of the values that it owns.
//
//   store's meta    "format" → version:be32      "head" → revision:be64 durable:be64
//   history value   0x00 (deleted) | 0x01 bytes
//   request value   by id: revision:be64 · by age: request_id
//   activation      { text(name) revision:be64 }*        text as in key_codec.h
//   all others      bytes as given
//
// `head` goes with every batch: the batch's own revision, and the newest one known to be durable
// when it was appended. Any surviving batch so witnesses what had been acknowledged before it.
//
// Example: head of revision 7, appended while revision 5 was durable:
//   00 00 00 00 00 00 00 07   00 00 00 00 00 00 00 05

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"
#include "storage/write_set.h"

namespace cartograph::storage {

// The format this build writes, and the newest it reads.
inline constexpr uint32_t kFormatVersion = 1;

extern const char kFormatKey[];
extern const char kHeadKey[];

struct Head {
  base::Revision revision;
  base::Revision durable;

  friend bool operator==(const Head&, const Head&) = default;
};

// All Parse functions: DATA_LOSS for bytes that no Encode writes.
std::string EncodeFormat(uint32_t version);
absl::StatusOr<uint32_t> ParseFormat(absl::string_view bytes);

std::string EncodeHead(const Head& head);
absl::StatusOr<Head> ParseHead(absl::string_view bytes);

std::string EncodeVersion(const std::optional<std::string>& bytes);
// Whether the history value holds bytes: those after its first. False: a deletion.
absl::StatusOr<bool> ParseVersion(absl::string_view value);

std::string EncodeRevision(base::Revision revision);
absl::StatusOr<base::Revision> ParseRevision(absl::string_view bytes);

std::string EncodeActivation(const std::vector<RulePackRef>& packs);
absl::StatusOr<std::vector<RulePackRef>> ParseActivation(absl::string_view bytes);

}  // namespace cartograph::storage
