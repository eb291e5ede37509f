// ProofFileWriter: facts and proofs as a file that `verify` checks.

#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "clients/verify/digest.h"

namespace cartograph::clients {

// Writes what ExportProofs answers in the format of docs/proof_export.md: facts get numbers, and
// steps name their premises by them. Memory: the facts.
class ProofFileWriter {
 public:
  // `out` outlives this.
  explicit ProofFileWriter(std::ostream* out) : out_(*out) {}

  // DATA_LOSS when a step names a fact that did not come before it, or `out` takes no more.
  absl::Status Add(const v1::ExportProofsResponse& response);
  // To be called once, last.
  absl::Status Finish();

  uint64_t facts() const { return numbers_.size(); }
  uint64_t proofs() const { return proofs_; }
  uint64_t revision() const { return header_.revision(); }

 private:
  absl::Status AddFact(const v1::ProvedFact& fact);
  // The header and the rules, once they are complete.
  void WriteRules();
  void WriteLine(std::string line);

  std::ostream& out_;
  v1::ResponseHeader header_;
  std::vector<verify::RuleText> texts_;
  bool rules_written_ = false;
  absl::flat_hash_map<std::string, uint64_t> numbers_;  // by the bytes of the fact
  uint64_t proofs_ = 0;
  verify::Digest digest_;
};

}  // namespace cartograph::clients
