#include "importers/page.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/sha256.h"
#include "base/status.h"
#include "importers/json_records.h"
#include "importers/nbib.h"
#include "importers/source_draft.h"
#include "re2/re2.h"

namespace cartograph::importers {
namespace {

class WholeFile : public RecordSplitter {
 public:
  explicit WholeFile(std::istream* in) : in_(*in) {}

  std::optional<RawRecord> Next() override {
    if (done_) {
      return std::nullopt;
    }
    done_ = true;
    RawRecord record;
    record.line = 1;
    record.bytes.resize(kRecordBytesMax + 1);
    in_.read(record.bytes.data(), static_cast<std::streamsize>(record.bytes.size()));
    record.bytes.resize(static_cast<size_t>(in_.gcount()));
    if (record.bytes.size() > kRecordBytesMax) {
      record.bytes.resize(kRecordBytesMax);
      record.fault =
          absl::InvalidArgumentError(absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
    }
    return record;
  }

 private:
  std::istream& in_;
  bool done_ = false;
};

std::vector<std::string> LinesOf(absl::string_view page) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    lines.push_back(OneLine(line));
  }
  return lines;
}

// A draft of the document whose page this is: locators count in the page's text.
SourceDraft DraftOf(absl::string_view page) {
  SourceDraft draft;
  draft.source().add_text_sha256(base::Sha256Hex(page));
  return draft;
}

bool HasChinese(const std::string& text) {
  static const auto& han = *new RE2(R"(\p{Han})");
  return RE2::PartialMatch(text, han);
}

const char* LanguageOf(const std::string& title) { return HasChinese(title) ? "zh-Hans" : "en"; }

// "Chin Med J (Engl). 2024 Dec 17;138(5):523-30. doi: 10.1097/CM9.0000000000003406. Epub 2024
// Aug 6."
struct CitationLine {
  std::string venue;
  std::string date;
  std::string volume;
  std::string issue;
  std::string pages;
  std::string doi;
};

bool ParseCitationLine(const std::string& line, CitationLine* citation) {
  static const auto& pattern = *new RE2(
      R"(^(.*?)\. (\d{4}[^;.]*);([^:(.]*)(?:\(([^)]*)\))?(?::([\w-]+))?\.(?: doi: (10\.\S+?)\.?(?: .*)?)?$)");
  return RE2::FullMatch(line, pattern, &citation->venue, &citation->date, &citation->volume,
                        &citation->issue, &citation->pages, &citation->doi);
}

void AddCitationLine(const CitationLine& citation, SourceDraft* draft) {
  draft->SetVenueName(citation.venue);
  draft->SetPublished(citation.date);
  draft->SetVolume(citation.volume);
  draft->SetIssue(citation.issue);
  draft->SetPages(citation.pages);
  draft->AddIdentifier("DOI", citation.doi);
}

// Aggregator

// The line that is a JSON object with a nested one; empty when there is none.
std::string AggregatorLine(absl::string_view page) {
  for (absl::string_view line : absl::StrSplit(page, '\n')) {
    if (absl::StartsWith(line, "{") && absl::StrContains(line, "\"resultStr\"")) {
      return std::string(line);
    }
  }
  return "";
}

void AddAggregated(const Json& object, SourceDraft* draft) {
  for (absl::string_view author : absl::StrSplit(TextOf(object, "authors"), ',')) {
    draft->AddNaturalAuthor(author);
  }
  draft->AddIdentifier("DOI", TextOf(object, "doi"));
  draft->AddIdentifier("PMCID", TextOf(object, "PMCID"));
  const Json& journal = At(object, "journal");
  draft->SetVenueName(TextOf(journal, "name"));
  draft->SetVolume(TextOf(journal, "volume"));
  draft->SetPages(TextOf(journal, "pages"));
  draft->SetPublished(TextOf(object, "publicationDate"));
  draft->SetPublishedOnline(TextOf(object, "EPubDate"));
  for (absl::string_view type : absl::StrSplit(TextOf(object, "publicationTypes"), ',')) {
    AddPublicationType(absl::StripAsciiWhitespace(type), draft);
  }
}

// Abstract

// "Front Immunol. 2025-8-12": an item of which nothing else is said.
bool ParseListedItem(const std::string& line, std::string* venue, std::string* date) {
  static const auto& pattern = *new RE2(R"((\S.*)\. (\d{4}-\d{1,2}-\d{1,2}))");
  return RE2::FullMatch(line, pattern, venue, date);
}

void AddListedItem(const std::string& venue, const std::string& date, SourceDraft* draft) {
  SourceDraft item;
  item.SetKind(v1::SOURCE_KIND_UNIDENTIFIED);
  item.SetVenueName(venue);
  item.SetPublished(date);
  const bool itself = item.source().venue().name() == draft->source().venue().name() &&
                      item.source().published().SerializeAsString() ==
                          draft->source().published().SerializeAsString();
  absl::StatusOr<Draft> finished = std::move(item).Finish();
  if (!itself && finished.ok()) {
    draft->AddCited(*std::move(finished));
  }
}

// "Wang Yiyang, Lu Liangjing": family first, without a comma.
void AddFamilyFirst(const std::string& authors, SourceDraft* draft) {
  for (absl::string_view author : absl::StrSplit(authors, ',')) {
    const std::string name = OneLine(author);
    const size_t blank = name.find(' ');
    draft->AddAuthor(name.substr(0, blank),
                     blank == std::string::npos ? "" : name.substr(blank + 1));
  }
}

// Catalogue

// What stands behind `label` on its line; "" when it is not there.
std::string Labelled(const std::vector<std::string>& lines, absl::string_view label) {
  for (absl::string_view line : lines) {
    if (absl::ConsumePrefix(&line, label)) {
      return std::string(absl::StripAsciiWhitespace(line));
    }
  }
  return "";
}

void AddPublishedIn(const std::string& text, SourceDraft* draft) {
  static const auto& pattern = *new RE2(
      R"((.*), (\d{4}(?:-\d{2}){0,2})(?:, Vol\.(\S+))?(?: \((\S+)\))?(?:, p\.([\w-]+))?(?:, .*)?)");
  CitationLine citation;
  if (!RE2::FullMatch(text, pattern, &citation.venue, &citation.date, &citation.volume,
                      &citation.issue, &citation.pages)) {
    return draft->Remark(absl::StrCat("where it was published is not understood: ", text));
  }
  citation.volume = std::string(absl::StripSuffix(citation.volume, ","));
  AddCitationLine(citation, draft);
}

// "Guffroy, Aurélien, Jacquel, Léa": pairs.
void AddAuthorPairs(const std::string& authors, SourceDraft* draft) {
  const std::vector<std::string> parts = absl::StrSplit(authors, ", ", absl::SkipWhitespace());
  if (parts.size() % 2 == 1) {
    return draft->Remark(absl::StrCat("the authors are not pairs of names: ", authors));
  }
  for (size_t i = 0; i < parts.size(); i += 2) {
    draft->AddAuthor(parts[i], parts[i + 1]);
  }
}

void AddIssns(const std::vector<std::string>& lines, SourceDraft* draft) {
  auto line = std::find_if(lines.begin(), lines.end(),
                           [](const std::string& l) { return absl::StartsWith(l, "ISSN:"); });
  for (; line != lines.end(); ++line) {
    const absl::string_view issn = absl::StripPrefix(*line, "ISSN:");
    if (issn.size() != 9) {
      break;
    }
    draft->AddIssn(issn);
  }
}

// PubMed

// "1. Porter, D. L., Levine, B. L. & June, C. H. Title. N. Engl. J. Med. 365, 725–733 (2011). -
// PubMed"
absl::StatusOr<Draft> ParseReference(const std::string& line) {
  static const auto& pattern =
      *new RE2(R"(\d+\. ((?:[^.,&]+, (?:\p{Lu}\.[ -]?)+(?:, |& |et al\. )?)+))"  // authors
               R"((.+?)\. ((?:\p{Lu}\pL*\.? )+)(\d+), ([\d–-]+) \((\d{4})\)\..*)");
  static const auto& author = *new RE2(R"(([^.,&]+), ((?:\p{Lu}\.[ -]?)+)(?:, |& )?)");
  std::string authors;
  std::string title;
  CitationLine citation;
  if (!RE2::FullMatch(line, pattern, &authors, &title, &citation.venue, &citation.volume,
                      &citation.pages, &citation.date)) {
    return absl::InvalidArgumentError(absl::StrCat("a reference is not understood: ", line));
  }
  SourceDraft draft;
  re2::StringPiece rest = authors;
  std::string family;
  std::string given;
  while (RE2::Consume(&rest, author, &family, &given)) {
    draft.AddAuthor(family, given);
  }
  if (rest.find("et al") != re2::StringPiece::npos) {
    draft.SetAuthorsIncomplete();
  }
  draft.AddTitle(title, "en");
  AddCitationLine(citation, &draft);
  return std::move(draft).Finish();
}

void AddReferences(const std::vector<std::string>& lines, SourceDraft* draft) {
  static const auto& numbered = *new RE2(R"(\d+\. .* \(\d{4}\)\..*)");
  for (const std::string& line : lines) {
    if (!RE2::FullMatch(line, numbered)) {
      continue;
    }
    absl::StatusOr<Draft> cited = ParseReference(line);
    if (cited.ok()) {
      draft->AddCited(*std::move(cited));
    } else {
      draft->Remark(cited.status().message());
    }
  }
}

// "Georg Schett et al. Nat Rev Rheumatol. 2024 Sep.": authors, the journal, and the date of its
// issue.
void AddShortCitation(const std::vector<std::string>& lines, SourceDraft* draft) {
  static const auto& pattern = *new RE2(R"((\pL[^.]*?)( et al)?\. (\pL[^.]*)\. (\d{4}[ \w]*)\.)");
  std::string authors;
  std::string more;
  std::string venue;
  std::string date;
  for (const std::string& line : lines) {
    if (!RE2::FullMatch(line, pattern, &authors, &more, &venue, &date)) {
      continue;
    }
    for (absl::string_view author : absl::StrSplit(authors, ',')) {
      draft->AddNaturalAuthor(author);
    }
    if (!more.empty()) {
      draft->SetAuthorsIncomplete();
    }
    return draft->SetVenueName(venue);
  }
}

// The first line after the line `label` that is not empty.
std::string LineAfter(const std::vector<std::string>& lines, absl::string_view label) {
  auto line = std::find(lines.begin(), lines.end(), label);
  if (line == lines.end()) {
    return "";
  }
  line = std::find_if(line + 1, lines.end(), [](const std::string& l) { return !l.empty(); });
  return line == lines.end() ? "" : *line;
}

}  // namespace

std::unique_ptr<RecordSplitter> SplitNothing(std::istream* in) {
  return std::make_unique<WholeFile>(in);
}

bool LooksLikeAggregatorPage(absl::string_view head) { return !AggregatorLine(head).empty(); }

absl::StatusOr<Draft> ParseAggregatorPage(absl::string_view page) {
  ASSIGN_OR_RETURN(Json outer, ParseJsonObject(AggregatorLine(page)));
  const std::string nested = TextOf(outer, "resultStr");
  SourceDraft draft = DraftOf(page);
  const std::string title = TextOf(outer, "title");
  if (absl::StatusOr<Json> inner = ParseJsonObject(nested); inner.ok()) {
    const std::string original = TextOf(*inner, "title");
    draft.AddTitle(original, LanguageOf(original));
    draft.AddTitle(title, LanguageOf(title), /*machine_translated=*/original != title);
  } else {
    draft.AddTitle(title, LanguageOf(title));
    draft.Remark("its nested record is not JSON");
  }
  AddAggregated(outer, &draft);
  return std::move(draft).Finish();
}

bool LooksLikeAbstractPage(absl::string_view head) {
  const std::vector<std::string> lines = LinesOf(head);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    CitationLine citation;
    return ParseCitationLine(line, &citation) && !citation.doi.empty() && !citation.venue.empty();
  });
}

absl::StatusOr<Draft> ParseAbstractPage(absl::string_view page) {
  const std::vector<std::string> lines = LinesOf(page);
  SourceDraft draft = DraftOf(page);
  AddFamilyFirst(lines[0], &draft);
  draft.SetRelation(v1::CITATION_RELATION_UNKNOWN);
  bool cited = false;
  for (const std::string& line : lines) {
    CitationLine citation;
    std::string venue;
    std::string date;
    if (!cited && ParseCitationLine(line, &citation)) {
      AddCitationLine(citation, &draft);
      cited = true;
    } else if (cited && ParseListedItem(line, &venue, &date)) {
      AddListedItem(venue, date, &draft);
    }
  }
  return std::move(draft).Finish();
}

bool LooksLikeCataloguePage(absl::string_view head) {
  return absl::StrContains(head, "\nPublished in:") && absl::StrContains(head, "\nMain Author");
}

absl::StatusOr<Draft> ParseCataloguePage(absl::string_view page) {
  const std::vector<std::string> lines = LinesOf(page);
  SourceDraft draft = DraftOf(page);
  auto is_title = [](const std::string& line) {
    return !line.empty() && !absl::StartsWith(line, "Loading");
  };
  auto title = std::find_if(lines.begin(), lines.end(), is_title);
  draft.AddTitle(title == lines.end() ? "" : *title, Labelled(lines, "Language:"));
  AddPublishedIn(Labelled(lines, "Published in:"), &draft);
  AddAuthorPairs(Labelled(lines, "Main Authors:") + Labelled(lines, "Main Author:"), &draft);
  AddIssns(lines, &draft);
  draft.AddIdentifier("DOI", Labelled(lines, "DOI:"));
  return std::move(draft).Finish();
}

bool LooksLikePubmedPage(absl::string_view head) {
  return absl::StrContains(head, "\nPubMed Disclaimer") || absl::StrContains(head, "NCBI Homepage");
}

absl::StatusOr<Draft> ParsePubmedPage(absl::string_view page) {
  const std::vector<std::string> lines = LinesOf(page);
  SourceDraft draft = DraftOf(page);
  static const auto& doi_line = *new RE2(R"(doi: (10\.\S+?)\.?(?: Epub ([\w ]+)\.)?)");
  std::string doi;
  std::string online;
  for (size_t i = 0; i < lines.size(); ++i) {
    CitationLine citation;
    if (doi.empty() && RE2::FullMatch(lines[i], doi_line, &doi, &online)) {
      draft.AddIdentifier("DOI", doi);
      draft.SetPublishedOnline(online);
      const std::string title = LineAfter(lines, lines[i]);
      draft.AddTitle(title, LanguageOf(title));
    } else if (doi.empty() && ParseCitationLine(lines[i], &citation)) {
      AddCitationLine(citation, &draft);
      AddPublicationType(i == 0 ? "" : lines[i - 1], &draft);
    }
  }
  AddShortCitation(lines, &draft);
  AddReferences(lines, &draft);
  return std::move(draft).Finish();
}

}  // namespace cartograph::importers
