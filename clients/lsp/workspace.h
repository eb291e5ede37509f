// Workspace: the documents that an editor has open, and the programs that they belong to.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rules/compile.h"

namespace cartograph::lsp {

// A document and the program around it: the rules of the nearest pack.toml above that names it, or
// else the document alone with what it includes. What the editor holds counts, not the files.
struct Analysis {
  std::vector<rules::SourceFile> sources;  // also what is included, and the base schema
  size_t own = 0;                          // the first so many are the program's own
  uint32_t file = 0;                       // the document among them
  std::vector<rules::Diagnostic> diagnostics;
};

// Thread-safety: none.
class Workspace {
 public:
  // `base_schema` as CompileOptions has it.
  explicit Workspace(std::string base_schema) : base_schema_(std::move(base_schema)) {}

  void Open(const std::string& uri, std::string text) { documents_[uri] = std::move(text); }
  void Close(const std::string& uri) { documents_.erase(uri); }
  // Null when it is not open.
  std::string* Find(const std::string& uri);

  // REQUIRES: `uri` is open.
  Analysis Analyze(const std::string& uri) const;
  // The URI of a source: as the editor names it when it is open.
  std::string UriOfSource(const rules::SourceFile& source) const;

 private:
  std::vector<rules::SourceFile> SourcesOf(const std::string& path) const;
  // What the editor holds of the file at `path`, or else what is on disk.
  std::optional<std::string> TextAt(const std::string& path) const;

  const std::string base_schema_;
  std::map<std::string, std::string> documents_;  // text by URI
};

}  // namespace cartograph::lsp
