#include "storage/write_set.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"

namespace cartograph::storage {
namespace {

constexpr size_t kSha256Bytes = 32;

uint64_t SizeOf(const std::optional<std::string>& bytes) { return bytes ? bytes->size() : 0; }

uint64_t SizeOf(const Reference& reference) {
  return reference.to.size() + reference.from.size() + reference.field.size();
}

absl::Status CheckName(absl::string_view what, absl::string_view name, size_t bytes_max) {
  if (name.empty()) return absl::InvalidArgumentError(absl::StrCat("an empty ", what));
  if (name.size() <= bytes_max) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the ", what, " \"",
                                                 absl::CHexEscape(name.substr(0, 64)), "…\" has ",
                                                 name.size(), " bytes; the limit is ", bytes_max));
}

absl::Status CheckReference(const Reference& reference, size_t bytes_max) {
  RETURN_IF_ERROR(CheckName("referenced name", reference.to, bytes_max));
  RETURN_IF_ERROR(CheckName("referring name", reference.from, bytes_max));
  return CheckName("referring field", reference.field, bytes_max);
}

absl::Status CheckReferences(const WriteSet& writes, size_t bytes_max) {
  for (const Reference& reference : writes.references_removed) {
    RETURN_IF_ERROR(CheckReference(reference, bytes_max));
  }
  for (const Reference& reference : writes.references_added) {
    RETURN_IF_ERROR(CheckReference(reference, bytes_max));
  }
  return absl::OkStatus();
}

absl::Status CheckRulePacks(const WriteSet& writes, size_t bytes_max) {
  for (const RulePackPut& pack : writes.rule_packs) {
    RETURN_IF_ERROR(CheckName("rule pack name", pack.name, bytes_max));
  }
  if (!writes.active_rule_packs.has_value()) return absl::OkStatus();
  for (const RulePackRef& pack : *writes.active_rule_packs) {
    RETURN_IF_ERROR(CheckName("rule pack name", pack.name, bytes_max));
  }
  return absl::OkStatus();
}

absl::Status CheckSmallValues(const WriteSet& writes, size_t bytes_max) {
  for (const MetaPut& meta : writes.meta) {
    RETURN_IF_ERROR(CheckName("meta key", meta.key, bytes_max));
  }
  for (const TextPut& text : writes.texts) {
    if (text.sha256.size() == kSha256Bytes) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 has ", text.sha256.size(), " bytes instead of ", kSha256Bytes));
  }
  if (writes.request_id.empty()) return absl::OkStatus();
  return CheckName("request id", writes.request_id, bytes_max);
}

}  // namespace

uint64_t ByteSize(const WriteSet& writes) {
  uint64_t size = writes.change.size() + writes.request_id.size();
  for (const EntityWrite& entity : writes.entities) {
    size += entity.name.size() + SizeOf(entity.bytes);
  }
  for (const Reference& reference : writes.references_removed) size += SizeOf(reference);
  for (const Reference& reference : writes.references_added) size += SizeOf(reference);
  for (const RulePackPut& pack : writes.rule_packs) size += pack.name.size() + pack.bytes.size();
  if (writes.active_rule_packs.has_value()) {
    for (const RulePackRef& pack : *writes.active_rule_packs) size += pack.name.size();
  }
  for (const TextPut& text : writes.texts) size += text.sha256.size() + text.bytes.size();
  for (const MetaPut& meta : writes.meta) size += meta.key.size() + SizeOf(meta.bytes);
  return size;
}

absl::Status CheckLimits(const WriteSet& writes, const StoreOptions& options) {
  for (const EntityWrite& entity : writes.entities) {
    RETURN_IF_ERROR(CheckName("entity name", entity.name, options.name_bytes_max));
  }
  RETURN_IF_ERROR(CheckReferences(writes, options.name_bytes_max));
  RETURN_IF_ERROR(CheckRulePacks(writes, options.name_bytes_max));
  RETURN_IF_ERROR(CheckSmallValues(writes, options.name_bytes_max));
  uint64_t size = ByteSize(writes);
  if (size <= options.write_set_bytes_max) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "a write of ", size, " bytes; write_set_bytes_max is ", options.write_set_bytes_max));
}

}  // namespace cartograph::storage
