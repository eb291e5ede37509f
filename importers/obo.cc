// What is read of a term: id, alt_id, name, def, synonym, xref, is_a, and property_value with a
// match of SKOS. A plain xref says "analogous": MAPPING_RELATED. The rest stays in the record.

#include "importers/obo.h"

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
#include "base/status.h"
#include "base/utf8.h"
#include "importers/line_reader.h"
#include "importers/term_draft.h"
#include "re2/re2.h"

namespace cartograph::importers {
namespace {

// Takes a string in quotes from the front, with its escapes undone; "" when there is none.
std::string TakeQuoted(absl::string_view* text) {
  std::string quoted;
  if (!absl::ConsumePrefix(text, "\"")) {
    return quoted;
  }
  size_t at = 0;
  for (; at < text->size() && (*text)[at] != '"'; ++at) {
    const bool escape = (*text)[at] == '\\' && at + 1 < text->size();
    at += escape ? 1 : 0;
    quoted.push_back(escape && (*text)[at] == 'n' ? '\n' : (*text)[at]);
  }
  text->remove_prefix(std::min(at + 1, text->size()));
  *text = absl::StripLeadingAsciiWhitespace(*text);
  return quoted;
}

// The first word, without escapes: "DOID:3044 ! food allergy".
std::string FirstWord(absl::string_view text) {
  std::string word(text.substr(0, text.find_first_of(" \t")));
  word.erase(std::remove(word.begin(), word.end(), '\\'), word.end());
  return word;
}

v1::NameKind SynonymKind(absl::string_view rest) {
  const std::vector<absl::string_view> words = absl::StrSplit(rest, ' ');
  const std::string type = words.size() > 1 ? absl::AsciiStrToLower(words[1]) : "";
  if (type == "omo:0003012" || absl::StrContains(type, "abbrev") ||
      absl::StrContains(type, "acronym")) {
    return v1::NAME_KIND_ABBREVIATION;
  }
  return words[0] == "EXACT"    ? v1::NAME_KIND_EXACT
         : words[0] == "BROAD"  ? v1::NAME_KIND_BROAD
         : words[0] == "NARROW" ? v1::NAME_KIND_NARROW
                                : v1::NAME_KIND_RELATED;
}

struct Match {
  const char* property;
  v1::Mapping mapping;
};

constexpr std::array<Match, 5> kMatches = {{{"skos:exactMatch", v1::MAPPING_EXACT},
                                            {"skos:closeMatch", v1::MAPPING_CLOSE},
                                            {"skos:broadMatch", v1::MAPPING_BROAD},
                                            {"skos:narrowMatch", v1::MAPPING_NARROW},
                                            {"skos:relatedMatch", v1::MAPPING_RELATED}}};

// "skos:exactMatch \"MESH:D005350\" xsd:string".
void AddProperty(absl::string_view value, TermDraft* draft) {
  for (const Match& match : kMatches) {
    absl::string_view rest = value;
    if (absl::ConsumePrefix(&rest, absl::StrCat(match.property, " "))) {
      const std::string quoted = TakeQuoted(&rest);
      draft->AddMapping(quoted.empty() ? FirstWord(rest) : quoted, match.mapping);
    }
  }
}

void AddLine(absl::string_view tag, absl::string_view value, TermDraft* draft) {
  if (tag == "name") {
    draft->AddName(value, v1::NAME_KIND_PREFERRED);
  } else if (tag == "def") {
    draft->SetDescription(TakeQuoted(&value));
  } else if (tag == "synonym") {
    const std::string text = TakeQuoted(&value);
    draft->AddName(text, SynonymKind(value));
  } else if (tag == "alt_id") {
    draft->AddMapping(FirstWord(value), v1::MAPPING_EXACT);
  } else if (tag == "xref") {
    draft->AddMapping(FirstWord(value), v1::MAPPING_RELATED);
  } else if (tag == "is_a") {
    draft->AddParent(FirstWord(value));
  } else if (tag == "property_value") {
    AddProperty(value, draft);
  }
}

// "tag: value"; an empty tag where there is none.
std::pair<absl::string_view, absl::string_view> TagAndValue(absl::string_view line) {
  const size_t colon = line.find(": ");
  if (colon == absl::string_view::npos) {
    return {"", line};
  }
  return {line.substr(0, colon), absl::StripAsciiWhitespace(line.substr(colon + 2))};
}

// The value of the first line with this tag.
std::string ValueOf(absl::string_view stanza, absl::string_view wanted) {
  for (absl::string_view line : absl::StrSplit(stanza, '\n')) {
    auto [tag, value] = TagAndValue(line);
    if (tag == wanted) {
      return std::string(value);
    }
  }
  return "";
}

absl::StatusOr<Draft> ParseTerm(absl::string_view stanza, const std::string& origin) {
  if (auto bad = base::FirstInvalidUtf8(stanza); bad.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("it is not UTF-8: see its byte ", *bad));
  }
  const std::string id = FirstWord(ValueOf(stanza, "id"));
  if (!absl::StrContains(id, ':') || ValueOf(stanza, "name").empty()) {
    return absl::InvalidArgumentError("the term has no id or no name");
  }
  if (ValueOf(stanza, "is_obsolete") == "true") {
    const std::string successor = ValueOf(stanza, "replaced_by");
    return absl::InvalidArgumentError(
        absl::StrCat(id, " is obsolete", successor.empty() ? "" : ", replaced by ", successor));
  }
  TermDraft draft(id, origin);
  for (absl::string_view line : absl::StrSplit(stanza, '\n')) {
    auto [tag, value] = TagAndValue(line);
    AddLine(tag, value, &draft);
  }
  return std::move(draft).Finish();
}

// "doid@2026-07-31" by the lines before the first stanza; only "doid" when no release is known.
std::string OriginOf(absl::string_view header, const std::string& release) {
  static const auto& date = *new RE2(R"((\d{4}-\d{2}-\d{2}))");
  std::string version = release;
  if (version.empty()) {
    const std::string data_version = ValueOf(header, "data-version");
    if (!RE2::PartialMatch(data_version, date, &version)) {
      version = data_version;
    }
  }
  const std::string ontology = ValueOf(header, "ontology");
  const std::string name = ontology.substr(0, ontology.find('/'));
  return version.empty() ? "" : absl::StrCat(name.empty() ? "obo" : name, "@", version);
}

std::vector<Record> ReadObo(std::istream* in, const std::string& release) {
  std::vector<Record> records;
  LineReader lines(in);
  RawRecord stanza;  // at first what stands before any
  std::string origin;
  auto finish = [&] {
    if (origin.empty()) {
      origin = OriginOf(stanza.bytes, release);
    } else if (absl::StartsWith(stanza.bytes, "[Term]")) {
      records.push_back({stanza.line, stanza.bytes, ParseTerm(stanza.bytes, origin)});
    }
    stanza = RawRecord();
  };
  while (lines.Next()) {
    if (absl::StartsWith(lines.line(), "[")) {
      finish();
      stanza.line = lines.number();
    }
    if (origin.empty() && stanza.line != 0) {
      records.push_back(
          {1, "",
           absl::InvalidArgumentError("it does not say which release it is: give --release")});
      return records;
    }
    absl::StrAppend(&stanza.bytes, lines.line(), "\n");
  }
  finish();
  return records;
}

}  // namespace

std::unique_ptr<RecordReader> OpenObo(std::istream* in, const ReadOptions& options) {
  return ParentsFirst(ReadObo(in, options.release));
}

bool LooksLikeObo(absl::string_view head) {
  return absl::StartsWith(head, "format-version:") || absl::StrContains(head, "\n[Term]\n");
}

}  // namespace cartograph::importers
