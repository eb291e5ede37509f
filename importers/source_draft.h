// SourceDraft: a document being read from a record.

#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"
#include "importers/record.h"

namespace cartograph::importers {

// Takes the fields of a record as the record writes them. What is not as it should be is left out
// and named in a remark; empty values count as not there. Of a field that holds one value, the
// first counts, and another one is a remark.
class SourceDraft {
 public:
  SourceDraft();

  void SetKind(v1::SourceKind kind) { source().set_kind(kind); }
  // `language` is BCP 47, or an ISO 639-2 code as MEDLINE has it ("eng").
  void AddTitle(absl::string_view text, absl::string_view language,
                bool machine_translated = false);
  void AddAuthor(absl::string_view family, absl::string_view given);
  // "Family, Given"; without a comma the whole is the family name, as of an organisation.
  void AddInvertedAuthor(absl::string_view name);
  // "Given Family".
  void AddNaturalAuthor(absl::string_view name);
  // The record says that there are more. Otherwise a list of authors counts as whole, unless one of
  // them is "et al.".
  void SetAuthorsIncomplete() { authors_incomplete_ = true; }
  void SetVenueName(absl::string_view name);
  void SetVolume(absl::string_view volume);
  void SetIssue(absl::string_view issue);
  void SetPages(absl::string_view pages);
  void AddIssn(absl::string_view issn);
  void SetPublished(absl::string_view date);
  void SetPublishedOnline(absl::string_view date);
  // An identifier of the document itself: "DOI", "10.1000/182". `mapping` for one that it only
  // names: the registration of the trial that an article reports.
  void AddIdentifier(absl::string_view prefix, absl::string_view value,
                     v1::Mapping mapping = v1::MAPPING_EXACT);
  void SetStanding(v1::Standing standing) { source().set_standing(standing); }
  void Remark(absl::string_view remark);

  bool has_title() const { return draft_.entity.source().titles_size() > 0; }
  v1::Source& source() { return *draft_.entity.mutable_source(); }

  // The record only says something of a document that is known.
  void SetOnlyKnown() { draft_.only_known = true; }
  // A document that this one names.
  void AddCited(Draft cited) { draft_.cited.push_back(std::move(cited)); }
  void SetRelation(v1::CitationRelation relation) { draft_.relation = relation; }

  // INVALID_ARGUMENT when there is neither a title nor an identifier. One of kind UNIDENTIFIED
  // needs a venue and a date instead.
  absl::StatusOr<Draft> Finish() &&;

 private:
  // Sets `*field` to `text`. What is longer than `bytes_max` is left out.
  void SetOnce(absl::string_view what, absl::string_view text, size_t bytes_max,
               std::string* field);
  void SetDate(absl::string_view what, absl::string_view text,
               v1::PartialDate* (v1::Source::*date)());

  Draft draft_;
  bool authors_incomplete_ = false;
};

// The first `bytes_max` bytes of `text`, less so that no character is cut.
std::string Clipped(absl::string_view text, size_t bytes_max);

// `text` on one line: every run of white space and control characters is one blank.
std::string OneLine(absl::string_view text);

// BCP 47 of a language as MEDLINE ("eng") or RIS ("English", "en") has it; "" when unknown.
std::string LanguageCode(absl::string_view language);

}  // namespace cartograph::importers
