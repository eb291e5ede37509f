#include "rules/analysis/includes.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "rules/syntax/parser.h"

namespace cartograph::rules {
namespace {

constexpr size_t kIncludesMax =
    256;  // files brought in by .include: two files that include two others each … add up

class SourceParser {
 public:
  SourceParser(std::vector<SourceFile>* sources, const CompileOptions& options,
               DiagnosticList* diagnostics)
      : sources_(*sources), options_(options), diagnostics_(*diagnostics) {}

  ItemsSyntax ParseFile(uint32_t file) {
    ItemsSyntax items =
        Parse(sources_[file].text, file,
              {.text_bytes_max = options_.text_bytes_max, .nesting_max = options_.nesting_max},
              &diagnostics_);
    if (items.once) once_.insert(sources_[file].path);
    open_.push_back(sources_[file].path);
    for (const IncludeSyntax& include : std::exchange(items.includes, {})) {
      Append(ParseInclude(include), &items);
    }
    open_.pop_back();
    return items;
  }

 private:
  ItemsSyntax ParseInclude(const IncludeSyntax& include) {
    if (once_.contains(include.path)) return {};
    for (const std::string& path : open_) {
      if (path != include.path) continue;
      diagnostics_.Add(Code::kIncludeCycle, include.span,
                       absl::StrCat("'", include.path, "' includes itself"),
                       "write .once at its head to read it once");
      return {};
    }
    if (++includes_ > kIncludesMax) {
      if (includes_ > kIncludesMax + 1) return {};
      diagnostics_.Add(Code::kTooLarge, include.span,
                       absl::StrCat("more than ", kIncludesMax, " files are included"));
      return {};
    }
    std::optional<std::string> text;
    if (options_.read_include) text = options_.read_include(include.path);
    if (!text) {
      diagnostics_.Add(Code::kIncludeNotFound, include.span,
                       options_.read_include ? absl::StrCat("there is no file '", include.path, "'")
                                             : "includes are not allowed here");
      return {};
    }
    sources_.push_back({.path = include.path, .text = *std::move(text)});
    return ParseFile(static_cast<uint32_t>(sources_.size() - 1));
  }

  std::vector<SourceFile>& sources_;
  const CompileOptions& options_;
  DiagnosticList& diagnostics_;
  std::vector<std::string> open_;  // the files being read, each included by the one before it
  absl::flat_hash_set<std::string> once_;
  size_t includes_ = 0;
};

}  // namespace

ParsedSources ParseSources(std::vector<SourceFile>* sources, const CompileOptions& options,
                           DiagnosticList* diagnostics) {
  ParsedSources parsed;
  size_t given = sources->size();
  SourceParser parser(sources, options, diagnostics);
  if (!options.base_schema.empty()) {
    sources->push_back({.path = "base relations", .text = options.base_schema});
    parsed.base = parser.ParseFile(static_cast<uint32_t>(given));
  }
  for (uint32_t file = 0; file < given; ++file) Append(parser.ParseFile(file), &parsed.items);
  return parsed;
}

}  // namespace cartograph::rules
