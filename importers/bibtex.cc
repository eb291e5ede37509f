// What is read: author, title, journal (journaltitle, booktitle), volume, number, pages, year,
// month, date, doi, pmid, pmcid, eprint of PubMed, issn, isbn, language. The rest stays in the
// record.

#include "importers/bibtex.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/utf8.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

using Fields = std::map<std::string, std::string>;  // by lower-case name

struct Type {
  const char* name;
  v1::SourceKind kind;
};

constexpr std::array<Type, 16> kTypes = {{{"article", v1::SOURCE_KIND_ARTICLE},
                                          {"book", v1::SOURCE_KIND_BOOK},
                                          {"booklet", v1::SOURCE_KIND_BOOK},
                                          {"collection", v1::SOURCE_KIND_BOOK},
                                          {"proceedings", v1::SOURCE_KIND_BOOK},
                                          {"inbook", v1::SOURCE_KIND_BOOK_CHAPTER},
                                          {"incollection", v1::SOURCE_KIND_BOOK_CHAPTER},
                                          {"conference", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
                                          {"inproceedings", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
                                          {"techreport", v1::SOURCE_KIND_REPORT},
                                          {"report", v1::SOURCE_KIND_REPORT},
                                          {"phdthesis", v1::SOURCE_KIND_THESIS},
                                          {"mastersthesis", v1::SOURCE_KIND_THESIS},
                                          {"thesis", v1::SOURCE_KIND_THESIS},
                                          {"online", v1::SOURCE_KIND_WEB_PAGE},
                                          {"software", v1::SOURCE_KIND_SOFTWARE}}};

v1::SourceKind KindOf(absl::string_view type) {
  for (const Type& known : kTypes) {
    if (type == known.name) {
      return known.kind;
    }
  }
  return v1::SOURCE_KIND_OTHER;
}

// Walks over the text of one entry.
class Cursor {
 public:
  explicit Cursor(absl::string_view text) : text_(text) {}

  void SkipSpace() {
    while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
  }
  bool Consume(char c) {
    SkipSpace();
    const bool found = at_ < text_.size() && text_[at_] == c;
    at_ += found ? 1 : 0;
    return found;
  }
  // Up to white space or one of BibTeX's own signs; lower-case.
  std::string Word() {
    SkipSpace();
    const size_t end = std::min(text_.find_first_of(" \t\r\n{}(),=#\"", at_), text_.size());
    std::string word = absl::AsciiStrToLower(text_.substr(at_, end - at_));
    at_ = end;
    return word;
  }
  // To the next comma, which stays.
  void SkipKey() { at_ = std::min(text_.find_first_of(",}", at_), text_.size()); }
  // What stands in braces or quotes, braces within balanced. Empty `ok` when it is not closed.
  std::string Delimited(bool* ok);
  bool AtEnd() {
    SkipSpace();
    return at_ == text_.size();
  }
  char Peek() {
    SkipSpace();
    return at_ < text_.size() ? text_[at_] : '\0';
  }

 private:
  absl::string_view text_;
  size_t at_ = 0;
};

std::string Cursor::Delimited(bool* ok) {
  const char close = text_[at_] == '{' ? '}' : '"';
  const size_t begin = ++at_;
  int depth = 0;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\\') {
      ++at_;
    } else if (depth == 0 && c == close) {
      return std::string(text_.substr(begin, at_++ - begin));
    } else {
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    }
  }
  *ok = false;
  return "";
}

// A value: pieces joined by #, each delimited, a number, or a macro.
absl::StatusOr<std::string> ParseValue(Cursor* cursor, const Fields& macros) {
  std::string value;
  do {
    bool ok = true;
    if (cursor->Peek() == '{' || cursor->Peek() == '"') {
      absl::StrAppend(&value, cursor->Delimited(&ok));
    } else {
      const std::string word = cursor->Word();
      ok = !word.empty();
      auto macro = macros.find(word);
      absl::StrAppend(&value, macro == macros.end() ? word : macro->second);
    }
    if (!ok) {
      return absl::InvalidArgumentError("a value is missing or not closed");
    }
  } while (cursor->Consume('#'));
  return value;
}

// name = value, …, up to the end of the entry.
absl::StatusOr<Fields> ParseFields(Cursor* cursor, const Fields& macros) {
  Fields fields;
  while (cursor->Peek() != '}' && cursor->Peek() != ')') {
    const std::string name = cursor->Word();
    if (name.empty() || !cursor->Consume('=')) {
      return absl::InvalidArgumentError(absl::StrCat("no value follows \"", name, "\""));
    }
    ASSIGN_OR_RETURN(std::string value, ParseValue(cursor, macros));
    if (!fields.emplace(name, value).second) {
      return absl::InvalidArgumentError(absl::StrCat(name, " stands in it twice"));
    }
    if (!cursor->Consume(',') && cursor->Peek() != '}' && cursor->Peek() != ')') {
      return absl::InvalidArgumentError(absl::StrCat("no comma follows the value of ", name));
    }
  }
  return fields;
}

// Names between " and " outside of braces.
std::vector<std::string> SplitNames(absl::string_view names) {
  std::vector<std::string> split(1);
  int depth = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    depth += names[i] == '{' ? 1 : names[i] == '}' ? -1 : 0;
    const bool space = absl::ascii_isspace(static_cast<unsigned char>(names[i]));
    if (depth == 0 && space && names.substr(i + 1, 3) == "and" && i + 4 < names.size() &&
        absl::ascii_isspace(static_cast<unsigned char>(names[i + 4]))) {
      split.emplace_back();
      i += 4;
    } else {
      split.back().push_back(names[i]);
    }
  }
  return split;
}

void AddNames(const std::string& names, SourceDraft* draft) {
  for (const std::string& name : SplitNames(names)) {
    const absl::string_view text = absl::StripAsciiWhitespace(name);
    const std::string plain = PlainTex(text);
    const bool whole = absl::StartsWith(text, "{") && absl::EndsWith(text, "}");
    if (whole || plain == "others") {
      draft->AddAuthor(plain, "");
    } else if (absl::StrContains(plain, ',')) {
      draft->AddInvertedAuthor(plain);
    } else {
      draft->AddNaturalAuthor(plain);
    }
  }
}

class EntryReading {
 public:
  explicit EntryReading(const Fields& fields) : fields_(fields) {}

  absl::StatusOr<Draft> Read(const std::string& type) &&;

 private:
  std::string First(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      auto found = fields_.find(name);
      if (found != fields_.end() && !found->second.empty()) {
        return PlainTex(found->second);
      }
    }
    return "";
  }

  const Fields& fields_;
  SourceDraft draft_;
};

absl::StatusOr<Draft> EntryReading::Read(const std::string& type) && {
  draft_.SetKind(KindOf(type));
  draft_.AddTitle(First({"title"}), First({"language", "langid"}));
  if (auto authors = fields_.find("author"); authors != fields_.end()) {
    AddNames(authors->second, &draft_);
  }
  draft_.SetVenueName(First({"journal", "journaltitle", "booktitle"}));
  draft_.SetVolume(First({"volume"}));
  draft_.SetIssue(First({"number"}));
  draft_.SetPages(First({"pages"}));
  const std::string date = First({"date"});
  draft_.SetPublished(date.empty() ? absl::StrCat(First({"year"}), " ", First({"month"})) : date);
  draft_.AddIdentifier("DOI", First({"doi"}));
  const bool pubmed = absl::EqualsIgnoreCase(First({"eprinttype", "archiveprefix"}), "pubmed");
  draft_.AddIdentifier("PMID", pubmed ? First({"pmid", "eprint"}) : First({"pmid"}));
  draft_.AddIdentifier("PMCID", First({"pmcid", "pmc"}));
  if (const std::string issn = First({"issn"}); !issn.empty()) {
    draft_.AddIssn(issn);
  }
  if (draft_.source().kind() == v1::SOURCE_KIND_BOOK) {
    draft_.AddIdentifier("ISBN", First({"isbn"}));
  }
  return std::move(draft_).Finish();
}

class BibtexReader : public RecordReader {
 public:
  explicit BibtexReader(std::istream* in) : in_(*in->rdbuf()) {}

  std::optional<Record> Next() override;

 private:
  // From "@" to the bracket that closes it.
  std::optional<RawRecord> NextEntry();
  absl::Status Gather(RawRecord* record);
  int Get();
  absl::StatusOr<Draft> Parse(const RawRecord& raw, std::string* type);

  std::streambuf& in_;
  uint64_t line_ = 1;
  Fields macros_;
};

int BibtexReader::Get() {
  const int c = in_.sbumpc();
  line_ += c == '\n' ? 1 : 0;
  return c;
}

// An entry that is not closed ends where a line begins with the next.
absl::Status BibtexReader::Gather(RawRecord* record) {
  constexpr int kEnd = std::streambuf::traits_type::eof();
  int depth = 0;
  for (int c = Get(); c != kEnd; c = Get()) {
    record->bytes.push_back(static_cast<char>(c));
    depth += c == '{' || (c == '(' && depth == 0)   ? 1
             : c == '}' || (c == ')' && depth == 1) ? -1
                                                    : 0;
    if (depth == 0 && (c == '}' || c == ')')) {
      return absl::OkStatus();
    }
    if (record->bytes.size() >= kRecordBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
    }
    if (c == '\n' && in_.sgetc() == '@') {
      break;
    }
  }
  return absl::InvalidArgumentError("the entry is not closed");
}

std::optional<RawRecord> BibtexReader::NextEntry() {
  for (int c = Get(); c != std::streambuf::traits_type::eof(); c = Get()) {
    if (c != '@') {
      continue;
    }
    RawRecord record;
    record.line = line_;
    record.bytes = "@";
    record.fault = Gather(&record);
    return record;
  }
  return std::nullopt;
}

absl::StatusOr<Draft> BibtexReader::Parse(const RawRecord& raw, std::string* type) {
  Cursor cursor(absl::string_view(raw.bytes).substr(1));
  *type = cursor.Word();
  RETURN_IF_ERROR(raw.fault);
  if (auto bad = base::FirstInvalidUtf8(raw.bytes); bad.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("it is not UTF-8: see its byte ", *bad));
  }
  if (!cursor.Consume('{') && !cursor.Consume('(')) {
    return absl::InvalidArgumentError("no bracket follows its type");
  }
  if (*type == "comment" || *type == "preamble") {
    return Draft();
  }
  if (*type == "string") {
    ASSIGN_OR_RETURN(Fields macros, ParseFields(&cursor, macros_));
    macros_.insert(macros.begin(), macros.end());
    return Draft();
  }
  cursor.SkipKey();
  if (!cursor.Consume(',')) {
    return absl::InvalidArgumentError("it has no fields");
  }
  ASSIGN_OR_RETURN(Fields fields, ParseFields(&cursor, macros_));
  return EntryReading(fields).Read(*type);
}

std::optional<Record> BibtexReader::Next() {
  while (std::optional<RawRecord> raw = NextEntry()) {
    std::string type;
    absl::StatusOr<Draft> draft = Parse(*raw, &type);
    const bool passed = type == "comment" || type == "preamble" || type == "string";
    if (!passed || !draft.ok()) {
      return Record{raw->line, std::move(raw->bytes), std::move(draft)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::unique_ptr<RecordReader> OpenBibtex(std::istream* in, const ReadOptions&) {
  return std::make_unique<BibtexReader>(in);
}

bool LooksLikeBibtex(absl::string_view head) {
  const std::string lower = absl::AsciiStrToLower(head);
  for (const char* type : {"article", "book", "inproceedings", "misc", "string", "incollection",
                           "phdthesis", "comment", "online", "techreport"}) {
    if (absl::StrContains(lower, absl::StrCat("@", type, "{"))) {
      return true;
    }
  }
  return false;
}

}  // namespace cartograph::importers
