#include "importers/source_draft.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "importers/identifiers.h"
#include "importers/partial_date.h"
#include "re2/re2.h"

namespace cartograph::importers {
namespace {

// As the annotations of Source have it.
constexpr size_t kTitleBytesMax = 4096;
constexpr size_t kNameBytesMax = 256;
constexpr size_t kVenueBytesMax = 512;
constexpr size_t kPartBytesMax = 64;
constexpr int kAuthorsMax = 10000;
constexpr int kRemarksMax = 100;

struct Language {
  const char* code;
  const char* other;  // ISO 639-2, bibliographic or terminological
  const char* name;
};

constexpr std::array<Language, 20> kLanguages = {
    {{"en", "eng", "english"},    {"zh", "chi", "chinese"},  {"zh", "zho", ""},
     {"de", "ger", "german"},     {"de", "deu", ""},         {"fr", "fre", "french"},
     {"fr", "fra", ""},           {"es", "spa", "spanish"},  {"it", "ita", "italian"},
     {"ja", "jpn", "japanese"},   {"ko", "kor", "korean"},   {"ru", "rus", "russian"},
     {"pt", "por", "portuguese"}, {"pl", "pol", "polish"},   {"nl", "dut", "dutch"},
     {"nl", "nld", ""},           {"tr", "tur", "turkish"},  {"sv", "swe", "swedish"},
     {"cs", "cze", "czech"},      {"hu", "hun", "hungarian"}}};

bool IsSpace(unsigned char c) { return c <= 0x20 || c == 0x7f; }

}  // namespace

std::string OneLine(absl::string_view text) {
  std::string line;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters too, and U+00A0 is a blank.
    const bool wide =
        c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) <= 0xA0;
    i += wide ? 1 : 0;
    if (!wide && !IsSpace(c)) {
      line.push_back(static_cast<char>(c));
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  if (!line.empty() && line.back() == ' ') {
    line.pop_back();
  }
  return line;
}

std::string Clipped(absl::string_view text, size_t bytes_max) {
  size_t size = std::min(text.size(), bytes_max);
  while (size < text.size() && size > 0 &&
         (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
    --size;
  }
  return std::string(text.substr(0, size));
}

std::string LanguageCode(absl::string_view language) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(language));
  for (const Language& known : kLanguages) {
    if (lower == known.other || lower == known.code || (lower == known.name && !lower.empty())) {
      return known.code;
    }
  }
  static const auto& tag = *new RE2("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*");
  const std::string text(absl::StripAsciiWhitespace(language));
  return RE2::FullMatch(text, tag) ? text : "";
}

SourceDraft::SourceDraft() {
  source().set_kind(v1::SOURCE_KIND_ARTICLE);
  source().set_standing(v1::STANDING_CURRENT);
}

void SourceDraft::Remark(absl::string_view remark) {
  if (draft_.remarks.size() < kRemarksMax) {
    draft_.remarks.push_back(Clipped(OneLine(remark), kTitleBytesMax));
  }
}

void SourceDraft::SetOnce(absl::string_view what, absl::string_view text, size_t bytes_max,
                          std::string* field) {
  std::string line = OneLine(text);
  if (line.empty() || line == *field) {
    return;
  }
  if (line.size() > bytes_max) {
    Remark(absl::StrCat(what, " is longer than ", bytes_max, " bytes: ", Clipped(line, 80), "…"));
  } else if (!field->empty()) {
    Remark(absl::StrCat(what, " is given again: ", line));
  } else {
    *field = std::move(line);
  }
}

void SourceDraft::AddTitle(absl::string_view text, absl::string_view language,
                           bool machine_translated) {
  v1::LocalizedText title;
  SetOnce("the title", text, kTitleBytesMax, title.mutable_text());
  if (title.text().empty()) {
    return;
  }
  title.set_language(LanguageCode(language));
  title.set_machine_translated(machine_translated);
  for (const v1::LocalizedText& known : source().titles()) {
    if (known.text() == title.text()) {
      return;
    }
  }
  *source().add_titles() = std::move(title);
}

void SourceDraft::AddAuthor(absl::string_view family, absl::string_view given) {
  const std::string whole = OneLine(absl::StrCat(family, " ", given));
  const std::string lower = absl::AsciiStrToLower(absl::StripSuffix(whole, "."));
  if (lower == "et al" || lower == "others" || source().authors_size() == kAuthorsMax) {
    authors_incomplete_ = true;
    return;
  }
  v1::Author author;
  SetOnce("the name of an author", family, kNameBytesMax, author.mutable_family());
  SetOnce("the given name of an author", given, kNameBytesMax, author.mutable_given());
  if (author.family().empty()) {
    std::swap(*author.mutable_family(), *author.mutable_given());
  }
  if (!author.family().empty()) {
    *source().add_authors() = std::move(author);
  }
}

void SourceDraft::AddInvertedAuthor(absl::string_view name) {
  const size_t comma = name.find(',');
  AddAuthor(name.substr(0, comma), comma == absl::string_view::npos ? "" : name.substr(comma + 1));
}

void SourceDraft::AddNaturalAuthor(absl::string_view name) {
  const std::string line = OneLine(name);
  const size_t blank = line.rfind(' ');
  if (blank == std::string::npos) {
    return AddAuthor(line, "");
  }
  AddAuthor(line.substr(blank + 1), line.substr(0, blank));
}

void SourceDraft::SetVenueName(absl::string_view name) {
  SetOnce("the venue", name, kVenueBytesMax, source().mutable_venue()->mutable_name());
}

void SourceDraft::SetVolume(absl::string_view volume) {
  SetOnce("the volume", volume, kPartBytesMax, source().mutable_venue()->mutable_volume());
}

void SourceDraft::SetIssue(absl::string_view issue) {
  SetOnce("the issue", issue, kPartBytesMax, source().mutable_venue()->mutable_issue());
}

void SourceDraft::SetPages(absl::string_view pages) {
  SetOnce("the pages", pages, kPartBytesMax, source().mutable_venue()->mutable_pages());
}

void SourceDraft::AddIssn(absl::string_view issn) {
  auto curie = CanonicalCurie("ISSN", issn);
  if (!curie.ok()) {
    return Remark(curie.status().message());
  }
  const std::string value = curie->substr(curie->find(':') + 1);
  const auto& issns = source().venue().issns();
  if (std::find(issns.begin(), issns.end(), value) == issns.end()) {
    source().mutable_venue()->add_issns(value);
  }
}

void SourceDraft::SetDate(absl::string_view what, absl::string_view text,
                          v1::PartialDate* (v1::Source::*date)()) {
  const ParsedDate parsed = ParseDate(text);
  if (!parsed.rest.empty()) {
    Remark(absl::StrCat(what, " \"", OneLine(text), "\": not understood: ", parsed.rest));
  }
  if (parsed.date.year() == 0) {
    return;
  }
  v1::PartialDate* stored = (source().*date)();
  if (stored->year() == 0 || IsPartOf(*stored, parsed.date)) {
    *stored = parsed.date;
  } else if (!IsPartOf(parsed.date, *stored)) {
    Remark(absl::StrCat(what, " is given again: ", DateText(parsed.date)));
  }
}

void SourceDraft::SetPublished(absl::string_view date) {
  SetDate("the date", date, &v1::Source::mutable_published);
}

void SourceDraft::SetPublishedOnline(absl::string_view date) {
  SetDate("the date online", date, &v1::Source::mutable_published_online);
}

void SourceDraft::AddIdentifier(absl::string_view prefix, absl::string_view value,
                                v1::Mapping mapping) {
  if (absl::StripAsciiWhitespace(value).empty()) {
    return;
  }
  auto curie = CanonicalCurie(prefix, value);
  if (!curie.ok()) {
    return Remark(curie.status().message());
  }
  for (const v1::CrossReference& known : source().identifiers()) {
    if (known.curie() == *curie) {
      return;
    }
  }
  v1::CrossReference* reference = source().add_identifiers();
  reference->set_curie(*curie);
  reference->set_mapping(mapping);
}

absl::StatusOr<Draft> SourceDraft::Finish() && {
  source().set_author_list_complete(source().authors_size() > 0 && !authors_incomplete_);
  for (const v1::CrossReference& reference : source().identifiers()) {
    if (reference.mapping() == v1::MAPPING_EXACT && IsIdentity(reference.curie())) {
      draft_.identities.push_back(reference.curie());
    }
  }
  auto stronger = [](const std::string& a, const std::string& b) {
    return StrengthRank(a) < StrengthRank(b);
  };
  std::stable_sort(draft_.identities.begin(), draft_.identities.end(), stronger);
  const bool unidentified = source().kind() == v1::SOURCE_KIND_UNIDENTIFIED &&
                            !source().venue().name().empty() && source().published().year() != 0;
  if (draft_.identities.empty() && !has_title() && !unidentified) {
    return absl::InvalidArgumentError("it has neither a title nor an identifier");
  }
  if (!draft_.identities.empty()) {
    draft_.entity.set_name(absl::StrCat("sources/", IdFromCurie(draft_.identities[0])));
  }
  if (source().published().year() == 0) {
    source().clear_published();
  }
  if (source().published_online().year() == 0) {
    source().clear_published_online();
  }
  if (source().has_venue() && source().venue().ByteSizeLong() == 0) {
    source().clear_venue();
  }
  return std::move(draft_);
}

}  // namespace cartograph::importers
