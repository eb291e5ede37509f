#include "importers/merge.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "importers/identifiers.h"
#include "importers/merge_trial.h"
#include "importers/partial_date.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

constexpr size_t kConflictBytesMax = 4000;
constexpr int kConflictsMax = 200;

// Notes what became of the fields of one record.
class Notes {
 public:
  explicit Notes(v1::Import* import) : import_(*import) {}

  void Took(const char* field) {
    auto& fields = *import_.mutable_fields();
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      import_.add_fields(field);
    }
  }
  void Differs(const char* field, absl::string_view value) {
    if (import_.conflicts_size() < kConflictsMax) {
      v1::Conflict* conflict = import_.add_conflicts();
      conflict->set_path(field);
      conflict->set_value(Clipped(value, kConflictBytesMax));
    }
  }

 private:
  v1::Import& import_;
};

// "523-30" is "523-530".
std::string WholePages(absl::string_view pages) {
  std::string text = absl::StrReplaceAll(pages, {{"–", "-"}, {" ", ""}});
  const size_t dash = text.find('-');
  if (dash == std::string::npos || text.size() - dash - 1 >= dash) {
    return text;
  }
  const size_t kept = dash - (text.size() - dash - 1);
  return absl::StrCat(text.substr(0, dash + 1), text.substr(0, kept), text.substr(dash + 1));
}

void MergeText(const char* field, const std::string& said, std::string (*form)(absl::string_view),
               std::string* text, Notes* notes) {
  if (said.empty() || form(said) == form(*text)) {
    return;
  }
  if (!text->empty()) {
    return notes->Differs(field, said);
  }
  *text = said;
  notes->Took(field);
}

void MergeVenue(const v1::Venue& said, v1::Venue* venue, Notes* notes) {
  MergeText("venue.name", said.name(), &Folded, venue->mutable_name(), notes);
  MergeText("venue.volume", said.volume(), &Folded, venue->mutable_volume(), notes);
  MergeText("venue.issue", said.issue(), &Folded, venue->mutable_issue(), notes);
  MergeText("venue.pages", said.pages(), &WholePages, venue->mutable_pages(), notes);
  for (const std::string& issn : said.issns()) {
    if (std::find(venue->issns().begin(), venue->issns().end(), issn) == venue->issns().end()) {
      venue->add_issns(issn);
      notes->Took("venue.issns");
    }
  }
}

void MergeTitles(const v1::Source& said, v1::Source* source, Notes* notes) {
  for (const v1::LocalizedText& title : said.titles()) {
    bool known = false;
    bool other = false;
    for (const v1::LocalizedText& stored : source->titles()) {
      known = known || Folded(stored.text()) == Folded(title.text());
      other = other || title.language().empty() || stored.language().empty() ||
              stored.language().substr(0, 2) == title.language().substr(0, 2);
    }
    if (known) {
      continue;
    }
    if (other) {
      notes->Differs("titles", title.text());
      continue;
    }
    *source->add_titles() = title;
    notes->Took("titles");
  }
}

// The same person as far as it can be said: given names are often initials only.
bool SameAuthor(const v1::Author& a, const v1::Author& b) {
  const std::string given_a = Slug(a.given());
  const std::string given_b = Slug(b.given());
  return Slug(a.family()) == Slug(b.family()) &&
         (given_a.empty() || given_b.empty() || given_a[0] == given_b[0]);
}

// Whether the authors of `longer` begin with those of `shorter`.
bool GoesOn(const v1::Source& shorter, const v1::Source& longer) {
  return shorter.authors_size() <= longer.authors_size() &&
         std::equal(shorter.authors().begin(), shorter.authors().end(), longer.authors().begin(),
                    &SameAuthor);
}

void MergeAuthors(const v1::Source& said, v1::Source* source, Notes* notes) {
  if (said.authors().empty()) {
    return;
  }
  const bool same = said.authors_size() == source->authors_size() && GoesOn(said, *source);
  const bool completes = !source->author_list_complete() && GoesOn(*source, said);
  if (completes && (!same || said.author_list_complete())) {
    *source->mutable_authors() = said.authors();
    source->set_author_list_complete(said.author_list_complete());
    return notes->Took("authors");
  }
  if (same || (!said.author_list_complete() && GoesOn(said, *source))) {
    return;
  }
  auto append = [](std::string* out, const v1::Author& author) {
    absl::StrAppend(out, author.family(), author.given().empty() ? "" : ", ", author.given());
  };
  notes->Differs("authors", absl::StrJoin(said.authors(), "; ", append));
}

void MergeDate(const char* field, const v1::PartialDate& said, v1::PartialDate* date,
               Notes* notes) {
  if (date->year() == 0) {
    *date = said;
    notes->Took(field);
  } else if (!IsPartOf(said, *date)) {
    notes->Differs(field, DateText(said));
  }
}

void MergeReferences(const char* field,
                     const google::protobuf::RepeatedPtrField<v1::CrossReference>& said,
                     google::protobuf::RepeatedPtrField<v1::CrossReference>* stored, Notes* notes) {
  for (const v1::CrossReference& reference : said) {
    const std::string curie = CanonicalCurie(reference.curie());
    const bool known =
        std::any_of(stored->begin(), stored->end(), [&](const v1::CrossReference& other) {
          return CanonicalCurie(other.curie()) == curie &&
                 (other.mapping() == reference.mapping() ||
                  reference.mapping() == v1::MAPPING_RELATED);
        });
    if (!known) {
      *stored->Add() = reference;
      notes->Took(field);
    }
  }
}

void MergeKind(v1::SourceKind said, v1::Source* source, Notes* notes) {
  if (source->kind() == v1::SOURCE_KIND_UNSPECIFIED) {
    source->set_kind(said);
    notes->Took("kind");
  } else if (said != source->kind() && said != v1::SOURCE_KIND_ARTICLE) {
    // Formats call every document an article when they know no better.
    notes->Differs("kind", v1::SourceKind_Name(said));
  }
}

void MergeStanding(v1::Standing said, v1::Source* source, Notes* notes) {
  const v1::Standing stored = source->standing();
  if (stored == v1::STANDING_UNSPECIFIED) {
    source->set_standing(said);
  } else if (said == v1::STANDING_CURRENT || said == stored) {
    return;
  } else if (stored == v1::STANDING_CURRENT ||
             (said == v1::STANDING_RETRACTED && stored != v1::STANDING_REINSTATED)) {
    source->set_standing(said);
    notes->Took("standing");
  } else {
    notes->Differs("standing", v1::Standing_Name(said));
  }
}

void MergeCitations(const v1::Source& said, v1::Source* source, Notes* notes) {
  for (const v1::Citation& citation : said.citations()) {
    const bool known =
        std::any_of(source->citations().begin(), source->citations().end(),
                    [&](const v1::Citation& c) { return c.source() == citation.source(); });
    if (!known) {
      *source->add_citations() = citation;
      notes->Took("citations");
    }
  }
}

void MergeTexts(const v1::Source& said, v1::Source* source, Notes* notes) {
  for (const std::string& sha256 : said.text_sha256()) {
    const auto& known = source->text_sha256();
    if (std::find(known.begin(), known.end(), sha256) == known.end()) {
      source->add_text_sha256(sha256);
      notes->Took("text_sha256");
    }
  }
}

absl::Status MergeSource(const v1::Source& said, v1::Source* source, Notes* notes) {
  if (said.has_trial()) {
    ASSIGN_OR_RETURN(bool newest, MergeTrial(said.trial(), source->mutable_trial()));
    notes->Took("trial");
    if (newest) {
      *source->mutable_titles() = said.titles();
    }
  }
  MergeKind(said.kind(), source, notes);
  MergeTitles(said, source, notes);
  MergeAuthors(said, source, notes);
  if (said.has_venue()) {
    MergeVenue(said.venue(), source->mutable_venue(), notes);
  }
  if (said.has_published()) {
    MergeDate("published", said.published(), source->mutable_published(), notes);
  }
  if (said.has_published_online()) {
    MergeDate("published_online", said.published_online(), source->mutable_published_online(),
              notes);
  }
  MergeReferences("identifiers", said.identifiers(), source->mutable_identifiers(), notes);
  MergeTexts(said, source, notes);
  MergeCitations(said, source, notes);
  MergeStanding(said.standing(), source, notes);
  return absl::OkStatus();
}

void MergeNames(const v1::Disease& said, v1::Disease* disease, Notes* notes) {
  for (const v1::Name& name : said.names()) {
    bool known = false;
    bool preferred = false;
    for (const v1::Name& stored : disease->names()) {
      known = known || stored.text() == name.text();
      preferred = preferred || stored.kind() == v1::NAME_KIND_PREFERRED;
    }
    if (known) {
      continue;
    }
    v1::Name* added = disease->add_names();
    *added = name;
    if (preferred && name.kind() == v1::NAME_KIND_PREFERRED) {
      added->set_kind(v1::NAME_KIND_EXACT);
    }
    notes->Took("names");
  }
}

void MergeDisease(const v1::Disease& said, v1::Disease* disease, Notes* notes) {
  MergeNames(said, disease, notes);
  for (const v1::DiseaseParent& parent : said.parents()) {
    const bool known = std::any_of(
        disease->parents().begin(), disease->parents().end(), [&](const v1::DiseaseParent& p) {
          return p.parent() == parent.parent() && p.hierarchy() == parent.hierarchy();
        });
    if (!known) {
      *disease->add_parents() = parent;
      notes->Took("parents");
    }
  }
  MergeReferences("cross_references", said.cross_references(), disease->mutable_cross_references(),
                  notes);
  MergeText("description", said.description(), &Folded, disease->mutable_description(), notes);
}

}  // namespace

std::string Folded(absl::string_view text) {
  std::string folded;
  bool tag = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // "<i>" and "</p>" are tags; "p < 0.05" has none.
    tag = tag ||
          (c == '<' && i + 1 < text.size() &&
           (text[i + 1] == '/' || absl::ascii_isalpha(static_cast<unsigned char>(text[i + 1]))) &&
           text.find('>', i) != absl::string_view::npos);
    if (!tag && (c >= 0x80 || absl::ascii_isalnum(c))) {
      folded.push_back(absl::ascii_tolower(c));
    }
    tag = tag && c != '>';
  }
  return folded;
}

absl::Status Merge(const v1::Entity& draft, v1::Entity* entity, v1::Import* import) {
  Notes notes(import);
  if (draft.has_disease()) {
    MergeDisease(draft.disease(), entity->mutable_disease(), &notes);
    return absl::OkStatus();
  }
  return MergeSource(draft.source(), entity->mutable_source(), &notes);
}

}  // namespace cartograph::importers
