#include "clients/lsp/workspace.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <utility>

#include "clients/lsp/text_place.h"
#include "rules/pack_folder.h"

namespace cartograph::lsp {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBaseSchemaFile = "base_schema.dl";
constexpr int kFoldersUp = 8;  // where a pack.toml is looked for

std::string FileName(const std::string& path) { return fs::path(path).filename().string(); }

// The rule files of the pack in `folder`, with paths from the root; none when there is no pack.
std::vector<rules::SourceFile> RulesOfPack(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder / "pack.toml", error)) return {};
  auto pack = rules::ReadPackFolder(folder.string());
  if (!pack.ok()) return {};
  std::vector<rules::SourceFile> sources;
  for (rules::SourceFile& file : pack->files) {
    if (fs::path(file.path).extension() != ".dl") continue;
    sources.push_back({(folder / file.path).lexically_normal().string(), std::move(file.text)});
  }
  return sources;
}

bool Names(const std::vector<rules::SourceFile>& sources, const std::string& path) {
  for (const rules::SourceFile& source : sources) {
    if (source.path == path) return true;
  }
  return false;
}

}  // namespace

std::string* Workspace::Find(const std::string& uri) {
  auto at = documents_.find(uri);
  return at == documents_.end() ? nullptr : &at->second;
}

std::optional<std::string> Workspace::TextAt(const std::string& path) const {
  for (const auto& [uri, text] : documents_) {
    if (PathOf(uri) == path) return text;
  }
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

std::vector<rules::SourceFile> Workspace::SourcesOf(const std::string& path) const {
  fs::path folder = fs::path(path).parent_path();
  for (int up = 0; up < kFoldersUp && folder.is_absolute(); ++up) {
    std::vector<rules::SourceFile> pack = RulesOfPack(folder);
    if (Names(pack, path)) {
      for (rules::SourceFile& source : pack) source.text = TextAt(source.path).value_or("");
      return pack;
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return {{path, TextAt(path).value_or("")}};
}

Analysis Workspace::Analyze(const std::string& uri) const {
  const std::string path = PathOf(uri);
  std::vector<rules::SourceFile> sources = SourcesOf(path);
  const size_t own = sources.size();
  std::set<std::string> given = {kBaseSchemaFile};
  for (const rules::SourceFile& source : sources) given.insert(FileName(source.path));
  rules::CompileOptions options;
  options.base_schema = base_schema_;
  options.read_include = [&](const std::string& include) -> std::optional<std::string> {
    if (given.count(FileName(include)) > 0) return "";  // stands in the program anyway
    return TextAt((fs::path(path).parent_path() / include).lexically_normal().string());
  };
  rules::CompileResult result =
      rules::Compile(std::move(sources), std::make_shared<rules::Interning>(), options);
  Analysis analysis{std::move(result.sources), own, 0, std::move(result.diagnostics)};
  while (analysis.sources[analysis.file].path != path) ++analysis.file;
  return analysis;
}

std::string Workspace::UriOfSource(const rules::SourceFile& source) const {
  for (const auto& [uri, text] : documents_) {
    if (PathOf(uri) == source.path) return uri;
  }
  return UriOf(source.path);
}

}  // namespace cartograph::lsp
