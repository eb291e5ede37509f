// The founding corpus: what a server holds that nobody has written to yet.
//
//   DIR/entities/*.textproto   each a cartograph.v1.ImportEntitiesRequest of which only `entities`
//   counts DIR/pack/                  a rule pack (kb/rule_pack_folder.h)

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "kb/knowledge_base.h"

namespace cartograph::services {

// All entities go in as one commit, because they may refer to each other in circles: so the
// knowledge base must take this many mutations at once, more than a client may send.
inline constexpr size_t kFoundingEntitiesMax = 100'000;

// Loads the corpus in `dir`, each half where it is still missing: the entities when there never was
// a commit, the rule pack when none was ever activated. A half that fails changes nothing and is
// tried again at the next start.
//
// Errors: NOT_FOUND for a missing folder, INVALID_ARGUMENT with file, line and column of text that
// does not parse, or with the diagnostics and failed tests of the pack; what Commit and Activate
// return.
absl::Status LoadFoundingCorpus(const std::string& dir, kb::KnowledgeBase* kb);

}  // namespace cartograph::services
