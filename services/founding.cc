#include "services/founding.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/text_format.h"
#include "kb/rule_pack_folder.h"
#include "services/actors.h"

namespace cartograph::services {
namespace {

namespace fs = std::filesystem;

// Keeps the first error and its place.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(std::string path) : path_(std::move(path)) {}
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty()) {
      text_ = absl::StrCat(path_, ":", line + 1, ":", column + 1, ": ", message);
    }
  }
  absl::Status ToStatus() const { return absl::InvalidArgumentError(text_); }

 private:
  const std::string path_;
  std::string text_;
};

absl::StatusOr<v1::ImportEntitiesRequest> ParseEntities(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  }
  google::protobuf::io::FileInputStream stream(fd);
  stream.SetCloseOnDelete(true);
  FirstError errors(path);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  v1::ImportEntitiesRequest request;
  if (!parser.Parse(&stream, &request)) {
    return errors.ToStatus();
  }
  return request;
}

absl::StatusOr<std::vector<std::string>> EntityFiles(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".textproto") {
      files.push_back(entry->path().string());
    }
  }
  if (error) {
    return absl::NotFoundError(absl::StrCat(folder.string(), ": ", error.message()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

kb::WriteContext FoundingContext() {
  return {
      .actor = kLocalActor, .reason = "founding corpus", .request_id = "", .validate_only = false};
}

absl::Status LoadEntities(const fs::path& folder, kb::KnowledgeBase* kb) {
  ASSIGN_OR_RETURN(std::vector<std::string> files, EntityFiles(folder));
  std::vector<v1::Mutation> mutations;
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(v1::ImportEntitiesRequest request, ParseEntities(file));
    for (v1::Entity& entity : *request.mutable_entities()) {
      *mutations.emplace_back().mutable_create() = std::move(entity);
    }
  }
  if (mutations.size() > kFoundingEntitiesMax) {
    return absl::InvalidArgumentError(absl::StrCat(folder.string(), ": ", mutations.size(),
                                                   " entities; at most ", kFoundingEntitiesMax,
                                                   " can be loaded at once"));
  }
  ASSIGN_OR_RETURN(kb::CommitResult result, kb->Commit(mutations, {}, FoundingContext()));
  spdlog::info("loaded {} entities of {} at revision {}", mutations.size(), folder.string(),
               result.revision.number());
  return absl::OkStatus();
}

// What kept a pack from being activated, a line each.
std::string WhyNot(const kb::ActivationResult& result) {
  std::string text;
  for (const rules::Diagnostic& diagnostic : result.compiled.diagnostics) {
    absl::StrAppend(&text, "\n", rules::Render(diagnostic, result.compiled.sources));
  }
  for (const v1::RuleTestResult& test : result.tests) {
    for (const std::string& failure : test.failures()) {
      absl::StrAppend(&text, "\n", test.path(), ":", test.line(), ": ", test.title(), ": ",
                      failure);
    }
  }
  return text;
}

absl::Status LoadPack(const fs::path& folder, kb::KnowledgeBase* kb) {
  ASSIGN_OR_RETURN(v1::RulePack pack, kb::ReadRulePackFolder(folder.string()));
  ASSIGN_OR_RETURN(kb::ActivationResult result, kb->Activate(pack, FoundingContext()));
  if (!result.activated) {
    return absl::InvalidArgumentError(
        absl::StrCat("the rule pack in ", folder.string(), " is not accepted:", WhyNot(result)));
  }
  spdlog::info("activated {}@{} at revision {}", pack.name(), pack.version(),
               result.revision.number());
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadFoundingCorpus(const std::string& dir, kb::KnowledgeBase* kb) {
  fs::path root(dir);
  if (!fs::is_directory(root)) {
    return absl::NotFoundError(absl::StrCat(dir, ": no such folder"));
  }
  if (kb->Latest().revision() == base::Revision()) {
    RETURN_IF_ERROR(LoadEntities(root / "entities", kb));
  }
  ASSIGN_OR_RETURN(auto packs, kb->ListPacks());
  return packs.empty() ? LoadPack(root / "pack", kb) : absl::OkStatus();
}

}  // namespace cartograph::services
