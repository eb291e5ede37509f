// What is read: TY; the first of TI, T1, BT as the title; AU, A1 (authors); JF, JO, T2, JA (venue,
// in this order of preference); VL, IS, SP, EP; PY, Y1, DA (the most precise counts); SN (ISSN, or
// ISBN of a book); DO, or a DOI in UR, N1 or M3; PMIDs and PMCIDs as PubMed's exports have them
// (AN, U1, U2); LA. The rest stays in the record.

#include "importers/ris.h"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "importers/identifiers.h"
#include "importers/source_draft.h"
#include "importers/tagged_record.h"

namespace cartograph::importers {
namespace {

struct Type {
  const char* name;
  v1::SourceKind kind;
};

constexpr std::array<Type, 20> kTypes = {{{"JOUR", v1::SOURCE_KIND_ARTICLE},
                                          {"JFULL", v1::SOURCE_KIND_ARTICLE},
                                          {"EJOUR", v1::SOURCE_KIND_ARTICLE},
                                          {"MGZN", v1::SOURCE_KIND_ARTICLE},
                                          {"INPR", v1::SOURCE_KIND_ARTICLE},
                                          {"BOOK", v1::SOURCE_KIND_BOOK},
                                          {"EBOOK", v1::SOURCE_KIND_BOOK},
                                          {"EDBOOK", v1::SOURCE_KIND_BOOK},
                                          {"CHAP", v1::SOURCE_KIND_BOOK_CHAPTER},
                                          {"ECHAP", v1::SOURCE_KIND_BOOK_CHAPTER},
                                          {"CONF", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
                                          {"CPAPER", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
                                          {"ABST", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
                                          {"RPRT", v1::SOURCE_KIND_REPORT},
                                          {"GOVDOC", v1::SOURCE_KIND_REPORT},
                                          {"THES", v1::SOURCE_KIND_THESIS},
                                          {"PAT", v1::SOURCE_KIND_PATENT},
                                          {"DATA", v1::SOURCE_KIND_DATASET},
                                          {"COMP", v1::SOURCE_KIND_SOFTWARE},
                                          {"ELEC", v1::SOURCE_KIND_WEB_PAGE}}};

v1::SourceKind KindOf(absl::string_view type) {
  for (const Type& known : kTypes) {
    if (type == known.name) {
      return known.kind;
    }
  }
  return v1::SOURCE_KIND_OTHER;
}

class Reading {
 public:
  explicit Reading(const std::vector<TaggedField>& fields) {
    for (const TaggedField& field : fields) {
      if (!field.value.empty()) {
        values_[field.tag].push_back(field.value);
      }
    }
  }

  absl::StatusOr<Draft> Read() &&;

 private:
  const std::vector<std::string>& All(const std::string& tag) const {
    static const auto& none = *new std::vector<std::string>;
    auto found = values_.find(tag);
    return found == values_.end() ? none : found->second;
  }
  // The first value of the first tag that has one.
  std::string First(std::initializer_list<const char*> tags) const {
    for (const char* tag : tags) {
      if (!All(tag).empty()) {
        return All(tag)[0];
      }
    }
    return "";
  }
  void ReadNames();
  void ReadVenue();
  void ReadDates();
  void ReadIdentifiers();

  std::map<std::string, std::vector<std::string>> values_;
  SourceDraft draft_;
};

void Reading::ReadNames() {
  for (const char* tag : {"TI", "T1", "BT"}) {
    for (const std::string& title : All(tag)) {
      if (draft_.has_title() && title != draft_.source().titles(0).text()) {
        draft_.Remark(absl::StrCat("the title is given again: ", title));
      } else {
        draft_.AddTitle(title, First({"LA"}));
      }
    }
  }
  for (const char* tag : {"AU", "A1"}) {
    for (const std::string& author : All(tag)) {
      if (absl::StrContains(author, ',')) {
        draft_.AddInvertedAuthor(author);
      } else {
        draft_.AddNaturalAuthor(author);
      }
    }
  }
}

void Reading::ReadVenue() {
  draft_.SetVenueName(First({"JF", "JO", "T2", "JA", "J2"}));
  draft_.SetVolume(First({"VL"}));
  draft_.SetIssue(First({"IS"}));
  const std::string end = First({"EP"});
  draft_.SetPages(absl::StrCat(First({"SP"}), end.empty() ? "" : "-", end));
  const bool book = draft_.source().kind() == v1::SOURCE_KIND_BOOK;
  for (const std::string& number : All("SN")) {
    if (CanonicalCurie("ISSN", number).ok()) {
      draft_.AddIssn(number);
    } else if (!CanonicalCurie("ISBN", number).ok()) {
      draft_.Remark(absl::StrCat("SN is neither an ISSN nor an ISBN: ", number));
    } else if (book) {
      draft_.AddIdentifier("ISBN", number);
    }
  }
}

// Y2 is the day of access, and dates of history stand behind a word ("2013/02/15/received").
void Reading::ReadDates() {
  for (const char* tag : {"PY", "Y1", "DA"}) {
    for (const std::string& date : All(tag)) {
      if (!absl::EndsWith(date, "received") && !absl::EndsWith(date, "accepted")) {
        draft_.SetPublished(date);
      }
    }
  }
}

void Reading::ReadIdentifiers() {
  for (const std::string& doi : All("DO")) {
    draft_.AddIdentifier("DOI", doi);
  }
  for (const char* tag : {"UR", "N1", "M3"}) {
    for (const std::string& value : All(tag)) {
      if (CanonicalCurie("DOI", value).ok()) {
        draft_.AddIdentifier("DOI", value);
      }
    }
  }
  const std::string database = First({"DB"});
  for (const char* tag : {"AN", "U1", "U2"}) {
    for (const std::string& value : All(tag)) {
      if (absl::StartsWith(value, "PMC")) {
        draft_.AddIdentifier("PMCID", value);
      } else if (absl::EndsWith(value, "[pmid]") ||
                 (database == "PubMed" && absl::string_view(tag) == "AN")) {
        draft_.AddIdentifier("PMID", value);
      }
    }
  }
}

absl::StatusOr<Draft> Reading::Read() && {
  draft_.SetKind(KindOf(First({"TY"})));
  ReadNames();
  ReadVenue();
  ReadDates();
  ReadIdentifiers();
  return std::move(draft_).Finish();
}

absl::Status CheckFrame(const std::vector<TaggedField>& fields) {
  size_t types = 0;
  for (const TaggedField& field : fields) {
    types += field.tag == "TY" ? 1 : 0;
  }
  if (fields.empty() || fields.front().tag != "TY") {
    return absl::InvalidArgumentError(absl::StrCat(
        "it begins with ", fields.empty() ? "no field" : fields.front().tag, ", not with TY"));
  }
  if (types != 1) {
    return absl::InvalidArgumentError(absl::StrCat("TY stands in it ", types, " times"));
  }
  if (fields.back().tag != "ER") {
    return absl::InvalidArgumentError("it does not end with ER");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Draft> ParseRis(absl::string_view record) {
  ASSIGN_OR_RETURN(std::vector<TaggedField> fields, RisFields(record));
  RETURN_IF_ERROR(CheckFrame(fields));
  return Reading(fields).Read();
}

}  // namespace cartograph::importers
