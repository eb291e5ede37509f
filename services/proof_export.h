// A model with its proofs on the wire: what ExportProofs sends.

#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/engine/proof_steps.h"
#include "rules/facts/model.h"

namespace cartograph::services {

// Thread-safety: none.
class ProofExport {
 public:
  // `base_schema`: the text of the base relations among the sources of the program; "" for none.
  // `model` outlives this.
  ProofExport(const rules::Model& model, absl::string_view base_schema);

  // Texts that are yet to be sent: the base relations first.
  const std::vector<const rules::SourceFile*>& texts() const { return texts_; }
  // Whether the text `index` declares the base relations.
  bool IsBase(size_t index) const { return index == 0 && has_base_; }
  void ToProto(const rules::ProofStep& step, v1::ProvedFact* out) const;

 private:
  struct Place {
    std::string file;
    uint32_t line = 0;
    uint32_t column = 0;
  };

  Place PlaceOf(const rules::SourceSpan& span) const;
  void AddPremises(const rules::ProofStep& step, v1::ProofStep* out) const;
  void FillBindings(const rules::ProofStep& step, const rules::Rule& rule,
                    v1::ProofStep* out) const;

  const rules::Model& model_;
  bool has_base_ = false;
  std::vector<const rules::SourceFile*> texts_;
  std::vector<Place> rules_;                            // by rule
  absl::flat_hash_map<rules::Fact, Place> text_facts_;  // facts of the program text
};

}  // namespace cartograph::services
