// What is read: PMID, PMC, LID and AID with [doi]; TI, BTI, TT; FAU (AU where there is none), CN;
// JT, TA; VI, IP, PG, IS; DP, DEP; PT; SI with a trial registration; RIN, EIN, ECI (notices). The
// rest stays in the record.

#include "importers/nbib.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "importers/identifiers.h"
#include "importers/tagged_record.h"

namespace cartograph::importers {
namespace {

struct PublicationType {
  const char* name;
  v1::SourceKind kind;
};

// The more telling first.
constexpr std::array<PublicationType, 16> kPublicationTypes = {
    {{"Systematic Review", v1::SOURCE_KIND_SYSTEMATIC_REVIEW},
     {"Meta-Analysis", v1::SOURCE_KIND_SYSTEMATIC_REVIEW},
     {"Practice Guideline", v1::SOURCE_KIND_GUIDELINE},
     {"Guideline", v1::SOURCE_KIND_GUIDELINE},
     {"Randomized Controlled Trial", v1::SOURCE_KIND_RANDOMIZED_TRIAL},
     {"Review", v1::SOURCE_KIND_REVIEW},
     {"Preprint", v1::SOURCE_KIND_PREPRINT},
     {"Case Reports", v1::SOURCE_KIND_CASE_SERIES},
     {"Letter", v1::SOURCE_KIND_LETTER},
     {"Comment", v1::SOURCE_KIND_LETTER},
     {"Congress", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
     {"Clinical Conference", v1::SOURCE_KIND_CONFERENCE_ABSTRACT},
     {"Technical Report", v1::SOURCE_KIND_REPORT},
     {"Dataset", v1::SOURCE_KIND_DATASET},
     {"Book", v1::SOURCE_KIND_BOOK},
     {"Journal Article", v1::SOURCE_KIND_ARTICLE}}};

// Where `kind` stands among them; of those with several names, the first.
size_t Rank(v1::SourceKind kind) {
  size_t rank = 0;
  while (rank + 1 < kPublicationTypes.size() && kPublicationTypes[rank].kind != kind) {
    ++rank;
  }
  return rank;
}

// "10.1000/182 [doi]": the value when the kind in brackets is `kind`.
bool ConsumeKind(absl::string_view* value, absl::string_view kind) {
  if (!absl::ConsumeSuffix(value, absl::StrCat("[", kind, "]"))) {
    return false;
  }
  *value = absl::StripTrailingAsciiWhitespace(*value);
  return true;
}

// A title in brackets is a translation; the brackets are not part of it.
absl::string_view WithoutBrackets(absl::string_view title) {
  absl::string_view inner = title;
  const bool translated = absl::ConsumePrefix(&inner, "[") &&
                          (absl::ConsumeSuffix(&inner, "].") || absl::ConsumeSuffix(&inner, "]"));
  return translated ? inner : title;
}

class Reading {
 public:
  void Read(const TaggedField& field);
  absl::StatusOr<Draft> Finish() &&;

 private:
  void ReadIdentifier(const TaggedField& field);
  void ReadName(const TaggedField& field);
  void ReadVenue(const TaggedField& field);
  void ReadStanding(const std::string& tag);
  void AddTitle();

  SourceDraft draft_;
  std::string title_;
  size_t title_parts_ = 0;
  std::string original_title_;
  std::string language_;
  std::vector<std::string> short_authors_;
  std::string venue_;
  std::string short_venue_;
};

void Reading::ReadIdentifier(const TaggedField& field) {
  absl::string_view value = field.value;
  if (field.tag == "PMID") {
    draft_.AddIdentifier("PMID", value);
  } else if (field.tag == "PMC") {
    draft_.AddIdentifier("PMCID", value);
  } else if (field.tag == "SI") {
    if (absl::ConsumePrefix(&value, "ClinicalTrials.gov/")) {
      draft_.AddIdentifier("NCT", value, v1::MAPPING_RELATED);
    }
  } else if (ConsumeKind(&value, "doi") || absl::StartsWithIgnoreCase(value, "doi:")) {
    draft_.AddIdentifier("DOI", value);
  }
}

void Reading::ReadName(const TaggedField& field) {
  if (field.tag == "AU") {
    short_authors_.push_back(field.value);
  } else if (field.tag == "FAU" || field.tag == "CN") {
    draft_.AddInvertedAuthor(field.value);
  } else if (field.tag == "TT") {
    original_title_ = field.value;
  } else if (field.tag == "LA") {
    language_ = language_.empty() ? field.value : language_;
  } else {
    absl::StrAppend(&title_, title_.empty() ? "" : " ", field.value);
    ++title_parts_;
  }
}

void Reading::ReadVenue(const TaggedField& field) {
  if (field.tag == "JT") {
    venue_ = field.value;
  } else if (field.tag == "TA") {
    short_venue_ = field.value;
  } else if (field.tag == "VI") {
    draft_.SetVolume(field.value);
  } else if (field.tag == "IP") {
    draft_.SetIssue(field.value);
  } else if (field.tag == "PG") {
    draft_.SetPages(field.value);
  } else if (!field.value.empty()) {
    draft_.AddIssn(field.value);
  }
}

void Reading::ReadStanding(const std::string& tag) {
  const v1::Standing standing = tag == "RIN"   ? v1::STANDING_RETRACTED
                                : tag == "EIN" ? v1::STANDING_CORRECTED
                                               : v1::STANDING_EXPRESSION_OF_CONCERN;
  if (standing == v1::STANDING_RETRACTED || draft_.source().standing() == v1::STANDING_CURRENT) {
    draft_.SetStanding(standing);
  }
}

void Reading::Read(const TaggedField& field) {
  struct Step {
    const char* tags;
    void (Reading::*read)(const TaggedField&);
  };
  static constexpr std::array<Step, 3> kSteps = {
      {{" PMID PMC LID AID SI ", &Reading::ReadIdentifier},
       {" TI BTI TT LA AU FAU CN ", &Reading::ReadName},
       {" JT TA VI IP PG IS ", &Reading::ReadVenue}}};
  for (const Step& step : kSteps) {
    if (absl::StrContains(step.tags, absl::StrCat(" ", field.tag, " ")) && !field.value.empty()) {
      return (this->*step.read)(field);
    }
  }
  if (field.tag == "DP") {
    draft_.SetPublished(field.value);
  } else if (field.tag == "DEP" && field.value.size() == 8) {
    draft_.SetPublishedOnline(absl::StrCat(field.value.substr(0, 4), "-", field.value.substr(4, 2),
                                           "-", field.value.substr(6)));
  } else if (field.tag == "PT") {
    AddPublicationType(field.value, &draft_);
  } else if (field.tag == "RIN" || field.tag == "EIN" || field.tag == "ECI") {
    ReadStanding(field.tag);
  }
}

void Reading::AddTitle() {
  if (title_parts_ > 1) {
    draft_.Remark(absl::StrCat("the title stands on ", title_parts_, " fields; they are joined"));
  }
  const absl::string_view title = WithoutBrackets(title_);
  const bool translated = title.size() != title_.size() || !original_title_.empty();
  draft_.AddTitle(title, translated ? "eng" : language_);
  draft_.AddTitle(original_title_, language_);
}

absl::StatusOr<Draft> Reading::Finish() && {
  AddTitle();
  if (draft_.source().authors().empty()) {
    for (const std::string& author : short_authors_) {  // "Long V": family, then initials
      const size_t blank = author.rfind(' ');
      draft_.AddAuthor(author.substr(0, blank),
                       blank == std::string::npos ? "" : author.substr(blank + 1));
    }
  }
  draft_.SetVenueName(venue_.empty() ? short_venue_ : venue_);
  return std::move(draft_).Finish();
}

}  // namespace

void AddPublicationType(absl::string_view type, SourceDraft* draft) {
  if (type == "Retracted Publication") {
    draft->SetStanding(v1::STANDING_RETRACTED);
  }
  for (const PublicationType& known : kPublicationTypes) {
    if (type == known.name && Rank(known.kind) < Rank(draft->source().kind())) {
      draft->SetKind(known.kind);
    }
  }
}

absl::StatusOr<Draft> ParseNbib(absl::string_view record) {
  ASSIGN_OR_RETURN(std::vector<TaggedField> fields, NbibFields(record));
  Reading reading;
  for (const TaggedField& field : fields) {
    reading.Read(field);
  }
  return std::move(reading).Finish();
}

}  // namespace cartograph::importers
