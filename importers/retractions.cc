#include "importers/retractions.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "importers/identifiers.h"
#include "importers/line_reader.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

// The prefix of the identifier on a line; null when it is neither a PMID nor a DOI.
const char* PrefixOf(absl::string_view line) {
  return CanonicalCurie("PMID", line).ok()  ? "PMID"
         : CanonicalCurie("DOI", line).ok() ? "DOI"
                                            : nullptr;
}

bool IsRemark(absl::string_view line) { return line.empty() || line[0] == '#'; }

absl::StatusOr<Draft> Parse(const std::string& line) {
  const char* prefix = PrefixOf(line);
  if (prefix == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Clipped(OneLine(line), 80), "\" is neither a PMID nor a DOI"));
  }
  SourceDraft draft;
  draft.AddIdentifier(prefix, line);
  draft.SetStanding(v1::STANDING_RETRACTED);
  draft.SetOnlyKnown();
  return std::move(draft).Finish();
}

class RetractionReader : public RecordReader {
 public:
  explicit RetractionReader(std::istream* in) : lines_(in) {}

  std::optional<Record> Next() override {
    while (lines_.Next()) {
      const std::string line(absl::StripAsciiWhitespace(lines_.line()));
      if (!IsRemark(line)) {
        return Record{lines_.number(), line.substr(0, kRecordBytesMax), Parse(line)};
      }
    }
    return std::nullopt;
  }

 private:
  LineReader lines_;
};

}  // namespace

std::unique_ptr<RecordReader> OpenRetractions(std::istream* in, const ReadOptions&) {
  return std::make_unique<RetractionReader>(in);
}

bool LooksLikeRetractions(absl::string_view head) {
  std::vector<absl::string_view> lines = absl::StrSplit(head, '\n');
  if (head.size() >= kHeadBytes) {
    lines.pop_back();  // it may be cut
  }
  bool any = false;
  for (absl::string_view line : lines) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (!IsRemark(text) && PrefixOf(text) == nullptr) {
      return false;
    }
    any = any || !IsRemark(text);
  }
  return any;
}

}  // namespace cartograph::importers
