#include "kb/rule_packs.h"

#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "kb/entity_check.h"
#include "re2/re2.h"

namespace cartograph::kb {
namespace {

constexpr size_t kPathBytesMax = 256;
constexpr size_t kDescriptionBytesMax = 4096;
constexpr int kFilesMax = 1000;
constexpr size_t kErrorsShown = 5;
constexpr char kBaseSchemaFile[] = "base_schema.dl";

bool IsPackName(const std::string& name) {
  static const auto* const kPattern = new RE2("[a-z][a-z0-9_-]{0,63}");
  return RE2::FullMatch(name, *kPattern);
}

bool IsVersion(const std::string& version) {
  static const auto* const kPattern =
      new RE2("[0-9]{1,6}(\\.[0-9]{1,6}){2}(-[0-9A-Za-z.-]{1,64})?");
  return RE2::FullMatch(version, *kPattern);
}

// Relative, forward slashes, no part that is empty or leads elsewhere.
bool IsFilePath(absl::string_view path) {
  if (path.empty() || path.size() > kPathBytesMax || absl::StrContains(path, '\\') ||
      !TextProblem(path, false).empty()) {
    return false;
  }
  for (absl::string_view part : absl::StrSplit(path, '/')) {
    if (part.empty() || part == "." || part == "..") {
      return false;
    }
  }
  return true;
}

absl::string_view LastPart(absl::string_view path) {
  size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

bool IsTestFile(const v1::RuleFile& file) { return absl::EndsWith(file.path(), ".test"); }

void CheckFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                absl::string_view path, Violations* violations) {
  if (files.empty() || files.size() > kFilesMax) {
    violations->Add(std::string(path),
                    absl::StrCat("needs 1 to ", kFilesMax, " files, has ", files.size()));
    return;
  }
  std::set<absl::string_view> seen;
  for (int i = 0; i < files.size(); ++i) {
    std::string here = absl::StrCat(path, "[", i, "].path");
    if (!IsFilePath(files[i].path())) {
      violations->Add(here, absl::StrCat("is not a relative path with forward slashes of at most ",
                                         kPathBytesMax, " bytes"));
    } else if (!seen.insert(files[i].path()).second) {
      violations->Add(here, "stands twice");
    }
  }
}

void CheckPack(const v1::RulePack& pack, Violations* violations) {
  if (!IsPackName(pack.name())) {
    violations->Add("pack.name", "is not 1 to 64 of a-z 0-9 _ - that begin with a letter");
  }
  if (!IsVersion(pack.version())) {
    violations->Add("pack.version", "is not a version such as 1.2.0");
  }
  if (pack.description().size() > kDescriptionBytesMax) {
    violations->Add("pack.description",
                    absl::StrCat("has more than ", kDescriptionBytesMax, " bytes"));
  } else if (absl::string_view problem = TextProblem(pack.description(), true); !problem.empty()) {
    violations->Add("pack.description", std::string(problem));
  }
  CheckFiles(pack.files(), "pack.files", violations);
}

rules::CompileResult CompileFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                                  const std::string& base_schema,
                                  std::shared_ptr<rules::Interning> interning) {
  std::vector<rules::SourceFile> sources;
  std::set<std::string> names = {kBaseSchemaFile};
  for (const v1::RuleFile& file : files) {
    if (!IsTestFile(file)) {
      sources.push_back({file.path(), file.text()});
      names.emplace(LastPart(file.path()));
    }
  }
  rules::CompileOptions options;
  options.base_schema = base_schema;
  options.read_include = [names](const std::string& path) -> std::optional<std::string> {
    return names.count(std::string(LastPart(path))) > 0 ? std::make_optional(std::string())
                                                        : std::nullopt;
  };
  return rules::Compile(std::move(sources), std::move(interning), options);
}

std::shared_ptr<rules::Interning> MakeOverlay(std::shared_ptr<rules::Interning> parent) {
  struct Overlay {
    explicit Overlay(std::shared_ptr<rules::Interning> below)
        : parent(std::move(below)), interning(parent.get()) {}
    std::shared_ptr<rules::Interning> parent;
    rules::Interning interning;
  };
  auto overlay = std::make_shared<Overlay>(std::move(parent));
  return {overlay, &overlay->interning};
}

std::string ErrorsOf(const rules::CompileResult& compiled) {
  std::string text;
  size_t shown = 0;
  for (const rules::Diagnostic& diagnostic : compiled.diagnostics) {
    if (diagnostic.severity == rules::Severity::kError && shown++ < kErrorsShown) {
      absl::StrAppend(&text, rules::Render(diagnostic, compiled.sources), "\n");
    }
  }
  return text;
}

absl::StatusOr<v1::RulePack> ParsePack(absl::string_view name, const storage::Version& version) {
  v1::RulePack pack;
  absl::string_view bytes = version.bytes.has_value() ? version.bytes->view() : "";
  if (bytes.empty() || !pack.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("the stored rule pack ", name, " does not decode"));
  }
  return pack;
}

v1::RulePackInfo InfoOf(const v1::ChangeRecord& record, uint64_t revision, bool active) {
  v1::RulePackInfo info;
  info.set_name(record.rule_pack().name());
  info.set_version(record.rule_pack().version());
  info.set_description(record.rule_pack().description());
  info.set_revision(revision);
  *info.mutable_activate_time() = record.commit_time();
  info.set_actor(record.actor());
  info.set_reason(record.reason());
  info.set_active(active);
  return info;
}

}  // namespace cartograph::kb
