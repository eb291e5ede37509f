// What an entity is after one more record was read of it.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"

namespace cartograph::importers {

// Adds to `entity` what `draft` says and `entity` does not, and says in `import` which fields those
// are. What `entity` says already stays: where the record says something else, that is a conflict.
// So the first record, or a curator, has the say, and nothing gets lost.
//
// - A date that says less (2024-09 beside 2024-09-12), a title that differs in case and
// punctuation,
//   and a page range that is abbreviated agree.
// - Mappings to the same CURIE of different kinds stand side by side; a related one says nothing
// beside
//   any other.
// - A list of authors is taken whole; one that is incomplete makes way for one that goes on from
// it.
// - A retraction, a correction or an expression of concern becomes the standing of a source that
// was
//   current; not of one that was reinstated.
// - Of a trial, the newest snapshot has the say. FAILED_PRECONDITION for one older than the newest
//   that was read.
//
// REQUIRES: both have a body of the same kind, source or disease; that of `entity` may be empty.
absl::Status Merge(const v1::Entity& draft, v1::Entity* entity, v1::Import* import);

// Letters and digits of `text` in lower case, without tags; the same for titles that differ in
// punctuation only. Letters that are not ASCII stand as they are.
std::string Folded(absl::string_view text);

}  // namespace cartograph::importers
