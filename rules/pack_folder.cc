#include "rules/pack_folder.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace cartograph::rules {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kFileBytesMax = 1 << 20;
constexpr absl::string_view kDescription = "pack.toml";

absl::Status InPack(const fs::path& file, const toml::source_position& place,
                    absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat(file.string(), ":", place.line, ":", place.column, ": ", message));
}

absl::StatusOr<std::string> ReadText(const fs::path& path) {
  std::error_code error;
  uintmax_t bytes = fs::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (error || !file) {
    return absl::NotFoundError(absl::StrCat(path.string(), ": no such file"));
  }
  if (bytes > kFileBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(path.string(), ": larger than ", kFileBytesMax, " bytes"));
  }
  text << file.rdbuf();
  return text.str();
}

// Relative, with forward slashes, and inside the folder.
bool StaysInside(absl::string_view path) {
  return !path.empty() && !absl::StartsWith(path, "/") && !absl::StrContains(path, "\\") &&
         !absl::c_linear_search(std::vector<absl::string_view>(absl::StrSplit(path, '/')), "..");
}

bool IsRuleFile(const fs::path& path) {
  return path.extension() == ".dl" || path.extension() == ".test";
}

// What pack.toml says; the texts of files are still empty.
absl::StatusOr<PackFolder> ParseDescription(const fs::path& file, const std::string& text) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return InPack(file, parsed.error().source().begin, parsed.error().description().data());
  }
  PackFolder pack;
  for (const auto& [key, value] : parsed.table()) {
    std::string name(key.str());
    auto one = value.value<std::string>();
    if (name == "name" && one.has_value()) {
      pack.name = *one;
    } else if (name == "version" && one.has_value()) {
      pack.version = *one;
    } else if (name == "description" && one.has_value()) {
      pack.description = *one;
    } else if (name == "files" && value.is_array() &&
               value.as_array()->is_homogeneous<std::string>()) {
      for (const auto& path : *value.as_array()) {
        pack.files.push_back({*path.value<std::string>(), ""});
      }
    } else {
      return InPack(file, key.source().begin,
                    absl::StrCat("\"", name, "\": want name, version and description as strings, ",
                                 "files as a list of strings"));
    }
  }
  return pack;
}

absl::Status CheckDescription(const fs::path& file, const PackFolder& pack) {
  if (pack.name.empty() || pack.version.empty() || pack.files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), ": name, version and files must be given"));
  }
  for (const SourceFile& rule_file : pack.files) {
    if (!StaysInside(rule_file.path) || !IsRuleFile(rule_file.path)) {
      return absl::InvalidArgumentError(
          absl::StrCat(file.string(), ": \"", rule_file.path,
                       "\" is not the path of a .dl or .test file below the folder"));
    }
  }
  return absl::OkStatus();
}

// Every .dl and .test file below `folder` is named by `pack`.
absl::Status CheckNoneForgotten(const fs::path& folder, const PackFolder& pack) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string path = entry->path().lexically_relative(folder).generic_string();
    bool named =
        absl::c_any_of(pack.files, [&](const SourceFile& file) { return file.path == path; });
    if (IsRuleFile(entry->path()) && !named) {
      return absl::InvalidArgumentError(absl::StrCat((folder / std::string(kDescription)).string(),
                                                     ": files does not name ", path));
    }
  }
  return error ? absl::NotFoundError(absl::StrCat(folder.string(), ": ", error.message()))
               : absl::OkStatus();
}

}  // namespace

absl::StatusOr<PackFolder> ReadPackFolder(const std::string& folder) {
  fs::path root(folder);
  fs::path description = root / std::string(kDescription);
  std::error_code error;
  if (!fs::is_directory(root, error)) {
    return absl::NotFoundError(absl::StrCat(folder, ": no such folder"));
  }
  ASSIGN_OR_RETURN(std::string text, ReadText(description));
  ASSIGN_OR_RETURN(PackFolder pack, ParseDescription(description, text));
  RETURN_IF_ERROR(CheckDescription(description, pack));
  RETURN_IF_ERROR(CheckNoneForgotten(root, pack));
  for (SourceFile& file : pack.files) {
    ASSIGN_OR_RETURN(file.text, ReadText(root / file.path));
  }
  return pack;
}

}  // namespace cartograph::rules
