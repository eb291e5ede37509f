#include "importers/doid_tsv.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "importers/table.h"
#include "importers/term_draft.h"

namespace cartograph::importers {
namespace {

constexpr const char* kRootCurie = "DOID:4";
constexpr const char* kRootLabel = "disease";
constexpr const char* kParentHead = "subClassOf";
constexpr const char* kMappingHead = "xref";

// A term, and its rows.
struct Term {
  uint64_t line = 0;
  std::string bytes;
  std::string curie;
  std::string label;
  std::vector<std::string> parents;  // by label
  std::vector<std::string> mappings;
};

class DoidTables {
 public:
  explicit DoidTables(std::istream* in) : table_(in, '\t') {}

  std::vector<Record> Read(const std::string& release);

 private:
  void AddRow(const TableRow& row);
  Draft DraftOf(const Term& term, const std::string& origin, std::vector<std::string>* unknown);

  TableReader table_;
  std::vector<Term> terms_;
  absl::flat_hash_map<std::string, size_t> by_curie_;
  absl::flat_hash_map<std::string, std::string> curie_by_label_;
};

void DoidTables::AddRow(const TableRow& row) {
  auto [found, is_new] = by_curie_.emplace(row.At("id"), terms_.size());
  if (is_new) {
    terms_.push_back({table_.raw().line, "", row.At("id"), row.At("label"), {}, {}});
    curie_by_label_.emplace(row.At("label"), row.At("id"));
  }
  Term& term = terms_[found->second];
  absl::StrAppend(&term.bytes, table_.raw().bytes, "\n");
  if (!row.At(kParentHead).empty()) {
    term.parents.push_back(row.At(kParentHead));
  }
  if (!row.At(kMappingHead).empty()) {
    term.mappings.push_back(row.At(kMappingHead));
  }
}

Draft DoidTables::DraftOf(const Term& term, const std::string& origin,
                          std::vector<std::string>* unknown) {
  TermDraft draft(term.curie, origin);
  draft.AddName(term.label, v1::NAME_KIND_PREFERRED);
  for (const std::string& label : term.parents) {
    auto parent = curie_by_label_.find(label);
    if (parent == curie_by_label_.end()) {
      unknown->push_back(label);
    } else {
      draft.AddParent(parent->second);
    }
  }
  for (const std::string& curie : term.mappings) {
    draft.AddMapping(curie, v1::MAPPING_RELATED);  // "analogous", no more
  }
  return std::move(draft).Finish();
}

std::vector<Record> DoidTables::Read(const std::string& release) {
  std::vector<Record> records;
  if (release.empty()) {
    records.push_back(
        {1, "", absl::InvalidArgumentError("it does not say which release it is: give --release")});
    return records;
  }
  while (table_.Next()) {
    absl::StatusOr<TableRow> row = table_.Row();
    if (row.ok() && absl::StartsWith(row->At("id"), "DOID:")) {
      AddRow(*row);
    } else {
      absl::Status why =
          row.ok()
              ? absl::InvalidArgumentError(absl::StrCat("\"", row->At("id"), "\" is no id of DOID"))
              : row.status();
      records.push_back({table_.raw().line, table_.raw().bytes, why});
    }
  }
  // What the table says of the root, it says by naming it.
  const auto& heads = table_.columns();
  const bool named = std::find(heads.begin(), heads.end(), kParentHead) != heads.end();
  if (named && !terms_.empty() && curie_by_label_.emplace(kRootLabel, kRootCurie).second) {
    terms_.push_back({terms_[0].line,
                      absl::StrCat("\"", kRootCurie, "\"\t\"", kRootLabel, "\"\n"),
                      kRootCurie,
                      kRootLabel,
                      {},
                      {}});
  }
  for (const Term& term : terms_) {
    std::vector<std::string> unknown;
    Draft draft = DraftOf(term, absl::StrCat("doid@", release), &unknown);
    for (const std::string& label : unknown) {
      draft.remarks.push_back(absl::StrCat("no term has the label of its parent, \"", label, "\""));
    }
    records.push_back({term.line, term.bytes, std::move(draft)});
  }
  return records;
}

}  // namespace

std::unique_ptr<RecordReader> OpenDoidTsv(std::istream* in, const ReadOptions& options) {
  return ParentsFirst(DoidTables(in).Read(options.release));
}

bool LooksLikeDoidTsv(absl::string_view head) {
  absl::ConsumePrefix(&head, "\xEF\xBB\xBF");
  return absl::StartsWith(head, absl::StrCat("id\tlabel\t", kParentHead)) ||
         absl::StartsWith(head, absl::StrCat("id\tlabel\t", kMappingHead));
}

}  // namespace cartograph::importers
