// The raw texts of documents, and the phrases that evidence quotes from them.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/admin_service.pb.h"
#include "kb/snapshot.h"

namespace cartograph::kb {

// What VerifySourceText found out.
struct VerifiedText {
  std::string sha256;
  std::string source;  // the source that names the text; the first by name when several do
  std::vector<v1::LocatorCheck>
      checks;  // one a quote with a locator in this text, in order of evidence
};

// Looks up every locator of the snapshot's live evidence that lies in `text`. A locator is right
// when the code points that it marks are exactly those of its quote.
//
// Errors: NOT_FOUND names the hash when no live source has it; INVALID_ARGUMENT when `text` is not
// UTF-8. Cost: reads all sources and all evidence.
absl::StatusOr<VerifiedText> VerifySourceText(const Snapshot& snapshot, absl::string_view text);

}  // namespace cartograph::kb
