#include "importers/term_draft.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "importers/identifiers.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

constexpr size_t kNameBytesMax = 512;
constexpr size_t kTextBytesMax = 4096;

bool IsCurie(absl::string_view text) {
  const size_t colon = text.find(':');
  return colon != absl::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         text.find_first_of(" \t") == absl::string_view::npos;
}

class OrderedReader : public RecordReader {
 public:
  explicit OrderedReader(std::vector<Record> records) : records_(std::move(records)) {
    for (size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].draft.ok()) {
        for (const std::string& curie : records_[i].draft->identities) {
          by_curie_.emplace(curie, i);
        }
      }
    }
    entered_.resize(records_.size());
    for (size_t i = 0; i < records_.size(); ++i) {
      Visit(i);
    }
  }

  std::optional<Record> Next() override {
    if (given_ == order_.size()) {
      return std::nullopt;
    }
    return std::move(records_[order_[given_++]]);
  }

 private:
  // A record on the way up, and the parent to look at next.
  struct Step {
    size_t record;
    int parent;
  };

  // The record of the next parent that was not visited, from `*parent` on.
  std::optional<size_t> NextParent(size_t record, int* parent) const {
    if (!records_[record].draft.ok()) {
      return std::nullopt;
    }
    const v1::Disease& disease = records_[record].draft->entity.disease();
    while (*parent < disease.parents_size()) {
      auto found = by_curie_.find(disease.parents((*parent)++).parent());
      if (found != by_curie_.end() && !entered_[found->second]) {
        return found->second;
      }
    }
    return std::nullopt;
  }

  // Depth first, without recursion: chains can be long. A circle is cut where it closes.
  void Visit(size_t first) {
    std::vector<Step> steps;
    if (!entered_[first]) {
      entered_[first] = true;
      steps.push_back({first, 0});
    }
    while (!steps.empty()) {
      const std::optional<size_t> next = NextParent(steps.back().record, &steps.back().parent);
      if (next.has_value()) {
        entered_[*next] = true;
        steps.push_back({*next, 0});
      } else {
        order_.push_back(steps.back().record);
        steps.pop_back();
      }
    }
  }

  std::vector<Record> records_;
  absl::flat_hash_map<std::string, size_t> by_curie_;
  std::vector<bool> entered_;
  std::vector<size_t> order_;
  size_t given_ = 0;
};

}  // namespace

TermDraft::TermDraft(absl::string_view curie, absl::string_view origin) : origin_(origin) {
  draft_.entity.set_name(absl::StrCat("diseases/", IdFromCurie(curie)));
  draft_.identities = {std::string(curie)};
  AddMapping(curie, v1::MAPPING_EXACT);
}

void TermDraft::AddName(absl::string_view text, v1::NameKind kind) {
  std::string line = OneLine(text);
  if (line.empty() || line.size() > kNameBytesMax) {
    draft_.remarks.push_back(absl::StrCat("a name is empty or longer than ", kNameBytesMax,
                                          " bytes: ", Clipped(line, 80)));
    return;
  }
  v1::Name* name = disease().add_names();
  name->set_text(std::move(line));
  name->set_language("en");
  name->set_kind(kind);
}

void TermDraft::AddParent(absl::string_view curie) {
  if (!IsCurie(curie)) {
    draft_.remarks.push_back(
        absl::StrCat("its parent \"", Clipped(OneLine(curie), 80), "\" is no CURIE"));
    return;
  }
  v1::DiseaseParent* parent = disease().add_parents();
  parent->set_parent(std::string(curie));
  parent->set_hierarchy(origin_);
}

void TermDraft::AddMapping(absl::string_view curie, v1::Mapping mapping) {
  for (v1::CrossReference& known : *disease().mutable_cross_references()) {
    if (known.curie() == curie) {
      known.set_mapping(known.mapping() == v1::MAPPING_RELATED ? mapping : known.mapping());
      return;
    }
  }
  if (!IsCurie(curie)) {
    draft_.remarks.push_back(absl::StrCat("\"", Clipped(OneLine(curie), 80), "\" is no CURIE"));
    return;
  }
  v1::CrossReference* reference = disease().add_cross_references();
  reference->set_curie(std::string(curie));
  reference->set_mapping(mapping);
  reference->set_origin(origin_);
}

void TermDraft::SetDescription(absl::string_view text) {
  disease().set_description(Clipped(OneLine(text), kTextBytesMax));
}

std::unique_ptr<RecordReader> ParentsFirst(std::vector<Record> records) {
  return std::make_unique<OrderedReader>(std::move(records));
}

}  // namespace cartograph::importers
