// Pages of the web, saved as text: each file is one record, of one document.

#pragma once

#include <istream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

// The whole file as one record.
std::unique_ptr<RecordSplitter> SplitNothing(std::istream* in);

// An aggregator's record: authors, a JSON object in which a string ("resultStr") holds the same
// object in another language, and the text. The outer title is the aggregator's translation when
// the inner one differs.
absl::StatusOr<Draft> ParseAggregatorPage(absl::string_view page);
bool LooksLikeAggregatorPage(absl::string_view head);

// The page of an abstract in two languages: authors ("Family Given"), affiliations, the citation,
// abstracts, and a list of other items by journal and date alone. How these relate to the document
// is not said.
absl::StatusOr<Draft> ParseAbstractPage(absl::string_view page);
bool LooksLikeAbstractPage(absl::string_view head);

// The page of a library catalogue: labelled lines below a title ("Main Authors: …", "Published
// in:…").
absl::StatusOr<Draft> ParseCataloguePage(absl::string_view page);
bool LooksLikeCataloguePage(absl::string_view head);

// PubMed's page of an article, with its references.
absl::StatusOr<Draft> ParsePubmedPage(absl::string_view page);
bool LooksLikePubmedPage(absl::string_view head);

}  // namespace cartograph::importers
