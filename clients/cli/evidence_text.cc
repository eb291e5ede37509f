#include "clients/cli/evidence_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

template <typename Enum>
std::string Word(Enum value) {
  return EnumWord(*google::protobuf::GetEnumDescriptor<Enum>(), static_cast<int>(value));
}

}  // namespace

std::string ReservationsText(const v1::EvidenceLeaf& leaf) {
  std::vector<std::string> words;
  if (leaf.coordination() == v1::COORDINATION_COLLECTIVE) {
    words.push_back(Word(leaf.coordination()));
  }
  if (leaf.modality() != v1::CLAIM_MODALITY_ASSERTED) {
    words.push_back(Word(leaf.modality()));
  }
  if (leaf.direction() != v1::DIRECTION_SUPPORTS) {
    words.push_back(Word(leaf.direction()));
  }
  if (leaf.review_status() != v1::REVIEW_STATUS_ACCEPTED) {
    words.push_back(Word(leaf.review_status()));
  }
  return words.empty() ? "" : absl::StrCat(" (", absl::StrJoin(words, ", "), ")");
}

std::string SourceText(const v1::EvidenceLeaf& leaf) {
  std::string text = leaf.source_title().empty()
                         ? leaf.source()
                         : absl::StrCat(leaf.source_title(), " (", leaf.source(), ")");
  if (leaf.source_standing() != v1::STANDING_CURRENT) {
    absl::StrAppend(&text, ", ", Word(leaf.source_standing()));
  }
  return leaf.via().empty() ? text : absl::StrCat(text, ", as cited by ", leaf.via());
}

std::string PlaceText(const v1::Quote& quote, const char* range) {
  std::string text = quote.section().empty() ? "" : absl::StrCat(", ", quote.section());
  if (quote.has_locator()) {
    const v1::Locator& locator = quote.locator();
    uint64_t end = uint64_t{locator.char_offset()} + locator.char_length();
    absl::StrAppend(&text, ", characters ", locator.char_offset(), range, end);
  }
  return text;
}

}  // namespace cartograph::clients
