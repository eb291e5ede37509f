// TermDraft: a term of an ontology being read, as a disease.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"
#include "importers/record.h"

namespace cartograph::importers {

class TermDraft {
 public:
  // `curie` is the term's own: "DOID:9074". `origin` is the ontology and its release,
  // "doid@2026-07-31": the name of the hierarchy, and who says so of each mapping.
  TermDraft(absl::string_view curie, absl::string_view origin);

  void AddName(absl::string_view text, v1::NameKind kind);
  // CURIE of a term right above.
  void AddParent(absl::string_view curie);
  // Of two mappings to one CURIE, the one that says more counts: any goes before MAPPING_RELATED.
  void AddMapping(absl::string_view curie, v1::Mapping mapping);
  void SetDescription(absl::string_view text);

  // It only says something of a term that is known.
  void SetOnlyKnown() { draft_.only_known = true; }

  Draft Finish() && { return std::move(draft_); }

 private:
  v1::Disease& disease() { return *draft_.entity.mutable_disease(); }

  const std::string origin_;
  Draft draft_;
};

// Gives out the records of an ontology, each after those of its parents, as far as they are among
// them. Holds them all: an ontology is of bounded size, and its order in a file is free.
std::unique_ptr<RecordReader> ParentsFirst(std::vector<Record> records);

}  // namespace cartograph::importers
