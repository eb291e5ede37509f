#include "importers/web_json.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "importers/csl_json.h"
#include "importers/json_records.h"
#include "importers/nbib.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

// "JournalArticle" is MEDLINE's "Journal Article".
std::string Spaced(absl::string_view words) {
  std::string spaced;
  for (char c : words) {
    if (c >= 'A' && c <= 'Z' && !spaced.empty()) {
      spaced.push_back(' ');
    }
    spaced.push_back(c);
  }
  return spaced;
}

// The first text of a list of texts.
std::string First(const Json& list) {
  return list.is_array() && !list.empty() && list[0].is_string() ? list[0].get<std::string>() : "";
}

// The standing that an update of Crossref's gives the document it is of.
v1::Standing StandingOf(const Json& update) {
  const std::string type = TextOf(update, "type");
  const bool correction = type == "correction" || type == "erratum" || type == "corrigendum";
  return type == "retraction" || type == "withdrawal" || type == "removal" ? v1::STANDING_RETRACTED
         : type == "expression_of_concern" ? v1::STANDING_EXPRESSION_OF_CONCERN
         : correction                      ? v1::STANDING_CORRECTED
                                           : v1::STANDING_CURRENT;
}

// "updated-by": what others have published about the document.
void AddUpdates(const Json& updates, SourceDraft* draft) {
  for (const Json& update : updates) {
    const v1::Standing standing = StandingOf(update);
    if (standing != v1::STANDING_CURRENT && draft->source().standing() != v1::STANDING_RETRACTED) {
      draft->SetStanding(standing);
    }
  }
}

// "update-to": the documents that this one retracts or corrects, as far as they are known.
void AddNoticeOf(const Json& updates, SourceDraft* draft) {
  for (const Json& update : updates) {
    SourceDraft updated;
    updated.AddIdentifier("DOI", TextOf(update, "DOI"));
    updated.SetStanding(StandingOf(update));
    updated.SetOnlyKnown();
    absl::StatusOr<Draft> finished = std::move(updated).Finish();
    if (finished.ok()) {
      draft->AddCited(*std::move(finished));
    } else {
      draft->Remark(absl::StrCat("an update of nothing: ", TextOf(update, "DOI")));
    }
  }
}

}  // namespace

absl::StatusOr<Draft> ParseSemanticScholar(absl::string_view record) {
  ASSIGN_OR_RETURN(Json paper, ParseJsonObject(record));
  SourceDraft draft;
  const Json& ids = At(paper, "externalIds");
  draft.AddIdentifier("DOI", TextOf(ids, "DOI"));
  draft.AddIdentifier("PMID", TextOf(ids, "PubMed"));
  draft.AddIdentifier("PMCID", TextOf(ids, "PubMedCentral"));
  draft.AddTitle(TextOf(paper, "title"), "");
  for (const Json& author : At(paper, "authors")) {
    draft.AddNaturalAuthor(TextOf(author, "name"));
  }
  const Json& journal = At(paper, "journal");
  const std::string name = TextOf(journal, "name");
  draft.SetVenueName(name.empty() ? TextOf(paper, "venue") : name);
  draft.SetVolume(TextOf(journal, "volume"));
  draft.SetPages(TextOf(journal, "pages"));
  const std::string date = TextOf(paper, "publicationDate");
  draft.SetPublished(date.empty() ? TextOf(paper, "year") : date);
  for (const Json& type : At(paper, "publicationTypes")) {
    AddPublicationType(type.is_string() ? Spaced(type.get<std::string>()) : "", &draft);
  }
  return std::move(draft).Finish();
}

absl::StatusOr<Draft> ParseCrossref(absl::string_view record) {
  ASSIGN_OR_RETURN(Json answer, ParseJsonObject(record));
  const Json& work = At(answer, "message").is_object() ? At(answer, "message") : answer;
  SourceDraft draft;
  draft.SetKind(KindOfType(TextOf(work, "type")));
  draft.AddIdentifier("DOI", TextOf(work, "DOI"));
  draft.AddTitle(First(At(work, "title")), TextOf(work, "language"));
  AddAuthors(At(work, "author"), &draft);
  draft.SetVenueName(First(At(work, "container-title")));
  draft.SetVolume(TextOf(work, "volume"));
  draft.SetIssue(TextOf(work, "issue"));
  draft.SetPages(TextOf(work, "page"));
  for (const Json& issn : At(work, "ISSN")) {
    draft.AddIssn(issn.is_string() ? issn.get<std::string>() : "");
  }
  draft.SetPublished(DateOf(At(work, "issued")));
  draft.SetPublishedOnline(DateOf(At(work, "published-online")));
  AddUpdates(At(work, "updated-by"), &draft);
  AddNoticeOf(At(work, "update-to"), &draft);
  return std::move(draft).Finish();
}

}  // namespace cartograph::importers
