#include "storage/format.h"

#include "absl/status/status.h"
#include "base/status.h"
#include "storage/key_codec.h"

namespace cartograph::storage {
namespace {

constexpr char kDeleted = '\x00';
constexpr char kPresent = '\x01';

}  // namespace

const char kFormatKey[] = "sformat";
const char kHeadKey[] = "shead";

std::string EncodeFormat(uint32_t version) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(version >> shift & 0xff));
  }
  return bytes;
}

absl::StatusOr<uint32_t> ParseFormat(absl::string_view bytes) {
  if (bytes.size() != 4) return absl::DataLossError("the format version is not 4 bytes long");
  uint32_t version = 0;
  for (char c : bytes) version = version << 8 | static_cast<unsigned char>(c);
  return version;
}

std::string EncodeHead(const Head& head) {
  std::string bytes;
  AppendOldestFirst(head.revision, &bytes);
  AppendOldestFirst(head.durable, &bytes);
  return bytes;
}

absl::StatusOr<Head> ParseHead(absl::string_view bytes) {
  Head head;
  ASSIGN_OR_RETURN(head.revision, TakeOldestFirst(&bytes));
  ASSIGN_OR_RETURN(head.durable, TakeOldestFirst(&bytes));
  RETURN_IF_ERROR(CheckConsumed(bytes));
  if (head.durable >= head.revision) {
    return absl::DataLossError("the head names a durable revision that is not before its own");
  }
  return head;
}

std::string EncodeVersion(const std::optional<std::string>& bytes) {
  if (!bytes.has_value()) return std::string(1, kDeleted);
  std::string value;
  value.reserve(bytes->size() + 1);
  value.push_back(kPresent);
  value.append(*bytes);
  return value;
}

absl::StatusOr<bool> ParseVersion(absl::string_view value) {
  if (!value.empty() && value.front() == kPresent) return true;
  if (value.size() == 1 && value.front() == kDeleted) return false;
  return absl::DataLossError("a history value is neither a deletion nor bytes");
}

std::string EncodeRevision(base::Revision revision) {
  std::string bytes;
  AppendOldestFirst(revision, &bytes);
  return bytes;
}

absl::StatusOr<base::Revision> ParseRevision(absl::string_view bytes) {
  ASSIGN_OR_RETURN(base::Revision revision, TakeOldestFirst(&bytes));
  RETURN_IF_ERROR(CheckConsumed(bytes));
  return revision;
}

std::string EncodeActivation(const std::vector<RulePackRef>& packs) {
  std::string bytes;
  for (const RulePackRef& pack : packs) {
    AppendText(pack.name, &bytes);
    AppendOldestFirst(pack.revision, &bytes);
  }
  return bytes;
}

absl::StatusOr<std::vector<RulePackRef>> ParseActivation(absl::string_view bytes) {
  std::vector<RulePackRef> packs;
  while (!bytes.empty()) {
    RulePackRef pack;
    ASSIGN_OR_RETURN(pack.name, TakeText(&bytes));
    ASSIGN_OR_RETURN(pack.revision, TakeOldestFirst(&bytes));
    packs.push_back(pack);
  }
  return packs;
}

}  // namespace cartograph::storage
