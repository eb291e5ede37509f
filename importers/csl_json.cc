#include "importers/csl_json.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "importers/identifiers.h"

namespace cartograph::importers {
namespace {

struct Type {
  const char* name;
  v1::SourceKind kind;
};

// Of CSL 1.0 and of Crossref.
constexpr std::array<Type, 26> kTypes = {
    {{"article-journal", v1::SOURCE_KIND_ARTICLE},
     {"journal-article", v1::SOURCE_KIND_ARTICLE},
     {"article-magazine", v1::SOURCE_KIND_ARTICLE},
     {"article-newspaper", v1::SOURCE_KIND_ARTICLE},
     {"article", v1::SOURCE_KIND_PREPRINT},
     {"posted-content", v1::SOURCE_KIND_PREPRINT},
     {"review", v1::SOURCE_KIND_REVIEW},
     {"paper-conference", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
     {"proceedings-article", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
     {"speech", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
     {"book", v1::SOURCE_KIND_BOOK},
     {"monograph", v1::SOURCE_KIND_BOOK},
     {"edited-book", v1::SOURCE_KIND_BOOK},
     {"reference-book", v1::SOURCE_KIND_BOOK},
     {"chapter", v1::SOURCE_KIND_BOOK_CHAPTER},
     {"book-chapter", v1::SOURCE_KIND_BOOK_CHAPTER},
     {"entry-encyclopedia", v1::SOURCE_KIND_BOOK_CHAPTER},
     {"entry-dictionary", v1::SOURCE_KIND_BOOK_CHAPTER},
     {"report", v1::SOURCE_KIND_REPORT},
     {"thesis", v1::SOURCE_KIND_THESIS},
     {"dissertation", v1::SOURCE_KIND_THESIS},
     {"patent", v1::SOURCE_KIND_PATENT},
     {"dataset", v1::SOURCE_KIND_DATASET},
     {"software", v1::SOURCE_KIND_SOFTWARE},
     {"webpage", v1::SOURCE_KIND_WEB_PAGE},
     {"post-weblog", v1::SOURCE_KIND_WEB_PAGE}}};

}  // namespace

v1::SourceKind KindOfType(absl::string_view type) {
  for (const Type& known : kTypes) {
    if (type == known.name) {
      return known.kind;
    }
  }
  return v1::SOURCE_KIND_OTHER;
}

void AddAuthors(const Json& authors, SourceDraft* draft) {
  if (!authors.is_array()) {
    return;
  }
  for (const Json& author : authors) {
    const std::string literal = TextOf(author, "literal") + TextOf(author, "name");
    if (!literal.empty()) {
      draft->AddAuthor(literal, "");
      continue;
    }
    const std::string particle = TextOf(author, "non-dropping-particle");
    draft->AddAuthor(absl::StrCat(particle, particle.empty() ? "" : " ", TextOf(author, "family")),
                     TextOf(author, "given"));
  }
}

std::string DateOf(const Json& date) {
  const Json& parts = At(date, "date-parts");
  if (!parts.is_array() || parts.empty() || !parts[0].is_array()) {
    return TextOf(date, "raw") + TextOf(date, "literal");
  }
  std::vector<std::string> texts;
  for (const Json& part : parts[0]) {
    if (part.is_number() || part.is_string()) {
      texts.push_back(part.is_string() ? part.get<std::string>() : part.dump());
    }
  }
  return absl::StrJoin(texts, "-");
}

absl::StatusOr<Draft> ParseCslJson(absl::string_view record) {
  ASSIGN_OR_RETURN(Json item, ParseJsonObject(record));
  SourceDraft draft;
  draft.SetKind(KindOfType(TextOf(item, "type")));
  draft.AddTitle(TextOf(item, "title"), TextOf(item, "language"));
  AddAuthors(At(item, "author"), &draft);
  draft.SetVenueName(TextOf(item, "container-title"));
  draft.SetVolume(TextOf(item, "volume"));
  draft.SetIssue(TextOf(item, "issue"));
  draft.SetPages(TextOf(item, "page"));
  if (const std::string issn = TextOf(item, "ISSN"); !issn.empty()) {
    draft.AddIssn(issn);
  }
  draft.SetPublished(DateOf(At(item, "issued")));
  for (const char* prefix : {"DOI", "PMID", "PMCID"}) {
    draft.AddIdentifier(prefix, TextOf(item, prefix));
  }
  if (draft.source().kind() == v1::SOURCE_KIND_BOOK) {
    draft.AddIdentifier("ISBN", TextOf(item, "ISBN"));
  }
  return std::move(draft).Finish();
}

}  // namespace cartograph::importers
