// Records whose fields stand on lines behind a tag: RIS ("TY  - JOUR") and MEDLINE ("PMID- 1").

#pragma once

#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

struct TaggedField {
  std::string tag;
  std::string value;  // lines joined by a blank; no white space at its ends
};

// Whether `line` begins with a tag of RIS: two characters, two blanks, "-".
bool IsRisField(absl::string_view line);
// Whether it begins with a tag of MEDLINE: one to four characters, blanks up to the fifth column
// or none, "-".
bool IsNbibField(absl::string_view line);

// Cuts RIS: a record goes from TY to ER. What stands before a TY is a record of its own.
std::unique_ptr<RecordSplitter> SplitRis(std::istream* in);
// Cuts MEDLINE: a record ends at an empty line, or before a PMID.
std::unique_ptr<RecordSplitter> SplitNbib(std::istream* in);

// The fields of a record. A line without a tag goes on with the field before it: in RIS any, in
// MEDLINE one that begins with a blank. INVALID_ARGUMENT quotes a line that does neither.
absl::StatusOr<std::vector<TaggedField>> RisFields(absl::string_view record);
absl::StatusOr<std::vector<TaggedField>> NbibFields(absl::string_view record);

}  // namespace cartograph::importers
