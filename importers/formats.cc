#include "importers/formats.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/utf8.h"
#include "importers/bibtex.h"
#include "importers/csl_json.h"
#include "importers/doid_tsv.h"
#include "importers/json_records.h"
#include "importers/nbib.h"
#include "importers/obo.h"
#include "importers/page.h"
#include "importers/pubmed_xml.h"
#include "importers/retractions.h"
#include "importers/ris.h"
#include "importers/sssom.h"
#include "importers/tagged_record.h"
#include "importers/trials.h"
#include "importers/web_json.h"
#include "importers/xml_record.h"

namespace cartograph::importers {
namespace {

using Parse = absl::StatusOr<Draft> (*)(absl::string_view record);

// Of formats in which every record stands by itself: a splitter, then a parser.
class SplitAndParse : public RecordReader {
 public:
  SplitAndParse(std::unique_ptr<RecordSplitter> splitter, Parse parse)
      : splitter_(std::move(splitter)), parse_(parse) {}

  std::optional<Record> Next() override {
    std::optional<RawRecord> raw = splitter_->Next();
    if (!raw.has_value()) {
      return std::nullopt;
    }
    if (raw->fault.ok()) {
      return Record{raw->line, raw->bytes, ParseText(raw->bytes)};
    }
    return Record{raw->line, std::move(raw->bytes), raw->fault};
  }

 private:
  absl::StatusOr<Draft> ParseText(absl::string_view record) const {
    if (auto bad = base::FirstInvalidUtf8(record); bad.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat("it is not UTF-8: see its byte ", *bad));
    }
    return parse_(record);
  }

  const std::unique_ptr<RecordSplitter> splitter_;
  const Parse parse_;
};

template <std::unique_ptr<RecordSplitter> (*split)(std::istream*), Parse parse>
std::unique_ptr<RecordReader> Open(std::istream* in, const ReadOptions&) {
  return std::make_unique<SplitAndParse>(split(in), parse);
}

std::unique_ptr<RecordSplitter> SplitPubmedXml(std::istream* in) {
  return SplitXml(in, {"PubmedArticle", "PubmedBookArticle"});
}

// The first lines of `head` that are not blank, without a byte order mark.
std::vector<absl::string_view> FirstLines(absl::string_view head, size_t count) {
  std::vector<absl::string_view> lines;
  for (absl::string_view line : absl::StrSplit(head, '\n')) {
    absl::string_view text = absl::StripAsciiWhitespace(line);
    if (absl::StartsWith(text, "\xEF\xBB\xBF")) {
      text = absl::StripLeadingAsciiWhitespace(text.substr(3));
    }
    if (!text.empty()) {
      lines.push_back(text);
    }
    if (lines.size() == count) {
      break;
    }
  }
  return lines;
}

absl::string_view FirstLine(absl::string_view head) {
  const auto lines = FirstLines(head, 1);
  return lines.empty() ? "" : lines[0];
}

bool LooksLikePubmedXml(absl::string_view head) {
  return absl::StartsWith(FirstLine(head), "<") && absl::StrContains(head, "<Pubmed");
}

bool LooksLikeRis(absl::string_view head) { return IsRisField(FirstLine(head)); }

// RIS's tags fit MEDLINE too, so it comes after it; words with a hyphen are no tags.
bool LooksLikeNbib(absl::string_view head) { return IsNbibField(FirstLine(head)); }

bool IsJson(absl::string_view head) {
  const absl::string_view line = FirstLine(head);
  return absl::StartsWith(line, "{") || absl::StartsWith(line, "[");
}

bool HasKey(absl::string_view head, absl::string_view key) {
  return absl::StrContains(head, absl::StrCat("\"", key, "\""));
}

bool LooksLikeCslJson(absl::string_view head) {
  return IsJson(head) && HasKey(head, "type") && HasKey(head, "title") &&
         (HasKey(head, "issued") || HasKey(head, "id"));
}

bool LooksLikeCtgovJson(absl::string_view head) {
  return IsJson(head) && HasKey(head, "protocolSection");
}

bool LooksLikeSemanticScholar(absl::string_view head) {
  return IsJson(head) && HasKey(head, "paperId") && HasKey(head, "title");
}

bool LooksLikeCrossref(absl::string_view head) {
  return IsJson(head) && HasKey(head, "DOI") &&
         (HasKey(head, "message-type") || HasKey(head, "is-referenced-by-count"));
}

constexpr std::array<Format, 17> kFormats = {
    {{"pubmed-xml", 1, "PubMed XML, articles and books", &LooksLikePubmedXml,
      &Open<&SplitPubmedXml, &ParsePubmedXml>},
     {"ris", 1, "RIS, of reference managers", &LooksLikeRis, &Open<&SplitRis, &ParseRis>},
     {"nbib", 1, "MEDLINE's tagged text, of PubMed", &LooksLikeNbib, &Open<&SplitNbib, &ParseNbib>},
     {"aggregator-page", 1, "an aggregator's record within a record", &LooksLikeAggregatorPage,
      &Open<&SplitNothing, &ParseAggregatorPage>},
     {"ctgov-json", 1, "ClinicalTrials.gov's API, version 2", &LooksLikeCtgovJson, &OpenCtgovJson},
     {"semantic-scholar", 1, "Semantic Scholar's JSON", &LooksLikeSemanticScholar,
      &Open<&SplitJson, &ParseSemanticScholar>},
     {"crossref", 1, "Crossref's JSON", &LooksLikeCrossref, &Open<&SplitJson, &ParseCrossref>},
     {"csl-json", 1, "CSL-JSON, of Zotero, Pandoc, Manubot", &LooksLikeCslJson,
      &Open<&SplitJson, &ParseCslJson>},
     {"obo", 1, "ontologies in OBO format, as diseases", &LooksLikeObo, &OpenObo},
     {"doid-tsv", 1, "DOID's reports HumanDO.tsv and allXREFinDO.tsv", &LooksLikeDoidTsv,
      &OpenDoidTsv},
     {"trials-csv", 1, "snapshots of registered trials as a table", &LooksLikeTrialsCsv,
      &OpenTrialsCsv},
     {"sssom", 1, "mappings between terms, SSSOM in TSV", &LooksLikeSssom, &OpenSssom},
     {"retractions", 1, "a list of retracted documents: a PMID or DOI a line",
      &LooksLikeRetractions, &OpenRetractions},
     {"bibtex", 1, "BibTeX", &LooksLikeBibtex, &OpenBibtex},
     {"pubmed-page", 1, "PubMed's page of an article, as text", &LooksLikePubmedPage,
      &Open<&SplitNothing, &ParsePubmedPage>},
     {"catalogue-page", 1, "a library catalogue's page, as text", &LooksLikeCataloguePage,
      &Open<&SplitNothing, &ParseCataloguePage>},
     {"abstract-page", 1, "the page of an abstract, as text", &LooksLikeAbstractPage,
      &Open<&SplitNothing, &ParseAbstractPage>}}};

}  // namespace

absl::Span<const Format> Formats() { return kFormats; }

const Format* FindFormat(absl::string_view name) {
  for (const Format& format : kFormats) {
    if (name == format.name) {
      return &format;
    }
  }
  return nullptr;
}

const Format* RecogniseFormat(absl::string_view head) {
  for (const Format& format : kFormats) {
    if (format.recognise(head)) {
      return &format;
    }
  }
  return nullptr;
}

std::string ImporterName(const Format& format) {
  return absl::StrCat(format.name, "@", format.version);
}

}  // namespace cartograph::importers
