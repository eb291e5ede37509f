#include "clients/cli/rule_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBaseSchemaFile = "base_schema.dl";

absl::StatusOr<std::vector<std::string>> RuleFilesAt(const std::string& path,
                                                     const std::string& extension) {
  std::vector<std::string> files;
  std::error_code error;
  if (!fs::exists(path, error)) {
    return absl::NotFoundError(absl::StrCat("no file or folder ", path));
  }
  if (!fs::is_directory(path, error)) {
    if (fs::path(path).extension() == extension) {
      files.push_back(path);
    }
    return files;
  }
  for (auto entry = fs::recursive_directory_iterator(path, error);
       entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && entry->path().extension() == extension) {
      files.push_back(entry->path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string FileName(const std::string& path) { return fs::path(path).filename().string(); }

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

absl::StatusOr<std::vector<rules::SourceFile>> ReadRuleFiles(const std::vector<std::string>& paths,
                                                             const std::string& extension) {
  std::vector<rules::SourceFile> sources;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::vector<std::string> files, RuleFilesAt(path, extension));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(std::string text, ReadTextFile(file));
      sources.push_back({file, std::move(text)});
    }
  }
  if (sources.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there is no *", extension, " at ", absl::StrJoin(paths, ", ")));
  }
  return sources;
}

rules::CompileResult CompileFiles(std::vector<rules::SourceFile> sources,
                                  const std::string& base_schema) {
  std::set<std::string> given = {kBaseSchemaFile};
  for (const rules::SourceFile& source : sources) {
    given.insert(FileName(source.path));
  }
  rules::CompileOptions options;
  options.base_schema = base_schema;
  options.read_include = [given](const std::string& path) -> std::optional<std::string> {
    return given.count(FileName(path)) > 0 ? std::make_optional<std::string>() : std::nullopt;
  };
  return rules::Compile(std::move(sources), std::make_shared<rules::Interning>(), options);
}

}  // namespace cartograph::clients
