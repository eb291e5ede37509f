#include "kb/proof_leaves.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/status.h"
#include "kb/code_points.h"
#include "kb/sentence.h"

namespace cartograph::kb {
namespace {

constexpr char kEvidence[] = "evidence";

// The title that a reader knows the document by: the first that no machine has translated.
std::string TitleOf(const v1::Source& source) {
  for (const v1::LocalizedText& title : source.titles()) {
    if (!title.machine_translated()) return title.text();
  }
  return source.titles().empty() ? "" : source.titles(0).text();
}

bool HoldsEvidence(const BaseRelation::Column& column) {
  return std::find(column.collections.begin(), column.collections.end(), kEvidence) !=
         column.collections.end();
}

}  // namespace

ProofLeaves::ProofLeaves(const Snapshot& snapshot, const EntitySchema& schema, ReadText read_text)
    : snapshot_(snapshot), schema_(schema), read_text_(std::move(read_text)) {}

absl::StatusOr<BaseFactOrigin> ProofLeaves::OriginOf(const rules::Fact& fact) {
  const rules::Model& model = snapshot_.model();
  const std::string& predicate = model.program().predicate(fact.predicate).name;
  const auto relation =
      std::find_if(schema_.relations().begin(), schema_.relations().end(),
                   [&](const BaseRelation& candidate) { return candidate.name == predicate; });
  CHECK(relation != schema_.relations().end() && !fact.values.empty());
  auto text = [&](size_t column) {
    return std::string(model.interning().symbols.Text(fact.values[column]));
  };
  BaseFactOrigin origin;
  origin.entity = text(0);
  if (IsEvidence(origin.entity)) {
    ASSIGN_OR_RETURN(origin.evidence.emplace_back(), LeafOf(origin.entity));
    return origin;
  }
  for (size_t column = 1; column < fact.values.size(); ++column) {
    if (!HoldsEvidence(relation->columns[column]) || !IsEvidence(text(column))) continue;
    ASSIGN_OR_RETURN(origin.evidence.emplace_back(), LeafOf(text(column)));
  }
  return origin;
}

bool ProofLeaves::IsEvidence(absl::string_view name) const {
  const EntityKind* kind = schema_.KindOf(name);
  return kind != nullptr && kind->collection == kEvidence;
}

absl::StatusOr<v1::EvidenceLeaf> ProofLeaves::LeafOf(const std::string& evidence) {
  auto known = leaves_.find(evidence);
  if (known != leaves_.end()) return known->second;
  ASSIGN_OR_RETURN(v1::EvidenceLeaf leaf, ReadLeaf(evidence));
  leaves_[evidence] = leaf;
  return leaf;
}

absl::StatusOr<v1::EvidenceLeaf> ProofLeaves::ReadLeaf(const std::string& evidence) {
  v1::EvidenceLeaf leaf;
  leaf.set_evidence(evidence);
  ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, snapshot_.GetEntity(evidence));
  if (!entity.has_value()) return leaf;
  const v1::Evidence& body = entity->evidence();
  leaf.set_statement(body.statement());
  leaf.set_coordination(body.coordination());
  leaf.set_modality(body.modality());
  leaf.set_direction(body.direction());
  leaf.set_review_status(body.review().status());
  leaf.set_via(body.via());
  for (const v1::Quote& quote : body.quotes()) {
    v1::QuoteLeaf* quoted = leaf.add_quotes();
    *quoted->mutable_quote() = quote;
    ASSIGN_OR_RETURN(*quoted->mutable_sentence(), SentenceOf(quote));
  }
  RETURN_IF_ERROR(FillSource(body.source(), &leaf));
  return leaf;
}

absl::Status ProofLeaves::FillSource(const std::string& source, v1::EvidenceLeaf* leaf) const {
  leaf->set_source(source);
  ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, snapshot_.GetEntity(source));
  if (!entity.has_value()) return absl::OkStatus();
  leaf->set_source_title(TitleOf(entity->source()));
  leaf->set_source_standing(entity->source().standing());
  return absl::OkStatus();
}

// "" when the text is not attached, or is another than the locator means.
absl::StatusOr<std::string> ProofLeaves::SentenceOf(const v1::Quote& quote) {
  const v1::Locator& locator = quote.locator();
  if (locator.sha256().empty()) return "";
  if (locator.sha256() != text_sha256_) {
    ASSIGN_OR_RETURN(text_, read_text_(locator.sha256()));
    text_sha256_ = locator.sha256();
  }
  if (!text_.has_value()) return "";
  const std::optional<ByteRange> phrase =
      CodePoints(*text_).Find(locator.char_offset(), locator.char_length());
  if (!phrase.has_value()) return "";
  const std::string found = text_->substr(phrase->begin, phrase->end - phrase->begin);
  return found == quote.text() ? SentenceAround(*text_, *phrase) : "";
}

}  // namespace cartograph::kb
