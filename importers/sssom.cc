#include "importers/sssom.h"

#include <array>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "importers/identifiers.h"
#include "importers/source_draft.h"
#include "importers/table.h"
#include "importers/term_draft.h"

namespace cartograph::importers {
namespace {

constexpr size_t kOriginBytesMax = 256;

struct Predicate {
  const char* name;
  v1::Mapping mapping;
};

constexpr std::array<Predicate, 6> kPredicates = {{{"skos:exactMatch", v1::MAPPING_EXACT},
                                                   {"owl:equivalentClass", v1::MAPPING_EXACT},
                                                   {"skos:closeMatch", v1::MAPPING_CLOSE},
                                                   {"skos:broadMatch", v1::MAPPING_BROAD},
                                                   {"skos:narrowMatch", v1::MAPPING_NARROW},
                                                   {"skos:relatedMatch", v1::MAPPING_RELATED}}};

// The value of a line "# key: value" before the heads.
std::string Metadata(const std::vector<std::string>& comments, absl::string_view key) {
  for (absl::string_view line : comments) {
    absl::ConsumePrefix(&line, "#");
    line = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, key) && absl::ConsumePrefix(&line, ":")) {
      line = absl::StripAsciiWhitespace(line);
      absl::ConsumePrefix(&line, "\"");
      absl::ConsumeSuffix(&line, "\"");
      return std::string(line);
    }
  }
  return "";
}

// The last part of an address: "mondo.sssom.tsv" of "https://w3id.org/x/mondo.sssom.tsv".
std::string OriginOf(const std::vector<std::string>& comments, const std::string& release) {
  const std::string set = Metadata(comments, "mapping_set_id");
  const std::string version = release.empty() ? Metadata(comments, "mapping_set_version") : release;
  const std::string name = set.substr(set.find_last_of("/#") + 1);
  return Clipped(absl::StrCat(name.empty() ? "sssom" : name, version.empty() ? "" : "@", version),
                 kOriginBytesMax);
}

class SssomReader : public RecordReader {
 public:
  SssomReader(std::istream* in, const std::string& release)
      : table_(in, '\t', '#'), origin_(OriginOf(table_.comments(), release)) {}

  std::optional<Record> Next() override {
    if (!table_.Next()) {
      return std::nullopt;
    }
    return Record{table_.raw().line, table_.raw().bytes, Parse()};
  }

 private:
  absl::StatusOr<Draft> Parse() const {
    ASSIGN_OR_RETURN(TableRow row, table_.Row());
    if (row.At("predicate_modifier") == "Not") {
      return absl::InvalidArgumentError("it says that there is no such mapping");
    }
    for (const Predicate& predicate : kPredicates) {
      if (row.At("predicate_id") == predicate.name) {
        return DraftOf(row, predicate.mapping);
      }
    }
    return absl::InvalidArgumentError(
        absl::StrCat("the predicate \"", row.At("predicate_id"), "\" is no match"));
  }

  absl::StatusOr<Draft> DraftOf(const TableRow& row, v1::Mapping mapping) const {
    for (const char* column : {"subject_id", "object_id"}) {
      if (!absl::StrContains(row.At(column), ':')) {
        return absl::InvalidArgumentError(
            absl::StrCat("its ", column, " \"", row.At(column), "\" is no CURIE"));
      }
    }
    TermDraft draft(CanonicalCurie(row.At("subject_id")), origin_);
    draft.AddMapping(row.At("object_id"), mapping);
    draft.SetOnlyKnown();
    return std::move(draft).Finish();
  }

  TableReader table_;
  const std::string origin_;
};

}  // namespace

std::unique_ptr<RecordReader> OpenSssom(std::istream* in, const ReadOptions& options) {
  return std::make_unique<SssomReader>(in, options.release);
}

bool LooksLikeSssom(absl::string_view head) {
  return absl::StrContains(head, "subject_id\t") && absl::StrContains(head, "\tobject_id") &&
         absl::StrContains(head, "predicate_id");
}

}  // namespace cartograph::importers
