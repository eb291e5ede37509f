// ProofLeaves: what a proof ends in: the entities behind base facts, and the evidence that they
// rest on.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "cartograph/v1/fact.pb.h"
#include "kb/entity_schema.h"
#include "kb/snapshot.h"
#include "rules/facts/fact.h"

namespace cartograph::kb {

// What stands behind one base fact.
struct BaseFactOrigin {
  std::string entity;  // the entity that feeds it
  // The entity itself when it is evidence, else every evidence that the fact names, in order of the
  // columns.
  std::vector<v1::EvidenceLeaf> evidence;
};

// Looks up the leaves of proofs at one snapshot; an evidence that many facts rest on is read once.
//
// Thread-safety: one thread. Errors: DATA_LOSS when stored bytes do not decode, and what
// `read_text` returns.
class ProofLeaves {
 public:
  // The attached text of a document by its SHA-256, or nothing.
  using ReadText = std::function<absl::StatusOr<std::optional<std::string>>(const std::string&)>;

  // REQUIRES: `snapshot` and `schema` outlive this.
  ProofLeaves(const Snapshot& snapshot, const EntitySchema& schema, ReadText read_text);

  // REQUIRES: `fact` is of a base predicate of the snapshot's program.
  absl::StatusOr<BaseFactOrigin> OriginOf(const rules::Fact& fact);

 private:
  absl::StatusOr<v1::EvidenceLeaf> LeafOf(const std::string& evidence);
  absl::StatusOr<v1::EvidenceLeaf> ReadLeaf(const std::string& evidence);
  absl::Status FillSource(const std::string& source, v1::EvidenceLeaf* leaf) const;
  absl::StatusOr<std::string> SentenceOf(const v1::Quote& quote);
  bool IsEvidence(absl::string_view name) const;

  const Snapshot& snapshot_;
  const EntitySchema& schema_;
  const ReadText read_text_;
  absl::flat_hash_map<std::string, v1::EvidenceLeaf> leaves_;
  // The text last read: the quotes of one evidence mostly stand in one document.
  std::string text_sha256_;
  std::optional<std::string> text_;
};

}  // namespace cartograph::kb
