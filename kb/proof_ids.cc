#include "kb/proof_ids.h"

#include <openssl/sha.h>

#include "absl/base/casts.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cartograph::kb {
namespace {

constexpr size_t kIdBytes = 16;  // enough that no two of all nodes ever made are likely to collide

std::string HashOf(absl::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), kIdBytes));
}

std::string ValueKey(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kSymbol:
      return absl::StrCat("s", value.symbol().size(), ":", value.symbol());
    case v1::Value::kNumber:
      return absl::StrCat("n", value.number());
    case v1::Value::kUnsignedNumber:
      return absl::StrCat("u", value.unsigned_number());
    case v1::Value::kFloatNumber:
      return absl::StrCat("f", absl::Hex(absl::bit_cast<uint32_t>(value.float_number())));
    case v1::Value::kRecord:
      return absl::StrCat("r", value.record().size(), ":", value.record());
    case v1::Value::KIND_NOT_SET:
      return "_";
  }
  return "_";
}

}  // namespace

std::string RuleId(absl::string_view text) {
  return HashOf(
      absl::StrJoin(absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty()), " "));
}

void SetNodeIds(v1::Proof* proof) {
  for (int i = proof->nodes_size(); i-- > 0;) {
    v1::ProofNode& node = *proof->mutable_nodes(i);
    std::string key =
        absl::StrCat(node.kind(), "\n", node.fact().predicate(), "\n", node.rule().id(), "\n");
    for (const v1::Value& value : node.fact().values()) {
      absl::StrAppend(&key, ValueKey(value), "\n");
    }
    // Why a proof was cut is no part of what it says.
    if (node.kind() != v1::PROOF_NODE_KIND_CUT) absl::StrAppend(&key, "t", node.text(), "\n");
    for (const uint32_t premise : node.premises()) {
      absl::StrAppend(&key, proof->nodes(static_cast<int>(premise)).id(), "\n");
    }
    node.set_id(HashOf(key));
  }
}

}  // namespace cartograph::kb
