// Rule text in files: what `rules check`, `fmt` and `test` read.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/compile.h"
#include "rules/syntax/source.h"

namespace cartograph::clients {

// The files with `extension` (".dl") at `paths`: a path itself, or of a folder all below it,
// sorted. NOT_FOUND for a path that is not there, and when there is no such file at all.
absl::StatusOr<std::vector<rules::SourceFile>> ReadRuleFiles(const std::vector<std::string>& paths,
                                                             const std::string& extension);

// The text of one file. NOT_FOUND when it cannot be read.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

// Compiles `sources` together over `base_schema`, as a server does with the files of a pack: an
// `.include` of another of them, or of base_schema.dl, adds nothing.
rules::CompileResult CompileFiles(std::vector<rules::SourceFile> sources,
                                  const std::string& base_schema);

}  // namespace cartograph::clients
