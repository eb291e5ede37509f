// A rule pack as a folder: pack.toml, and the files it names.
//
//   name = "founding"
//   version = "1.0.0"
//   description = "What may be concluded from the founding corpus."
//   files = ["rules/studied.dl", "tests/studied.test"]   # in order of compilation

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/syntax/source.h"

namespace cartograph::rules {

struct PackFolder {
  std::string name;
  std::string version;
  std::string description;
  std::vector<SourceFile>
      files;  // rules (*.dl) and tests (*.test); paths are relative to the folder
};

// Reads the pack in `folder`. The text of rules is not looked at here.
//
// Errors: NOT_FOUND names the folder or file that is not there; INVALID_ARGUMENT the place in
// pack.toml that is wrong, a path that leads out of the folder, a file larger than 1 MiB, or a .dl
// or .test file of the folder that pack.toml does not name: a forgotten file would be missing from
// the model in silence.
absl::StatusOr<PackFolder> ReadPackFolder(const std::string& folder);

}  // namespace cartograph::rules
