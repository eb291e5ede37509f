#include "clients/cli/commit_report.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cartograph::clients {
namespace {

Item CommittedItem(const v1::Entity& entity, const std::string& fate) {
  Item item;
  item.cells = {entity.name(), fate, absl::StrCat(entity.revision())};
  item.name = entity.name();
  item.message = &entity;
  item.json = JsonObject({{"name", JsonString(entity.name())},
                          {"result", JsonString(fate)},
                          {"revision", absl::StrCat(entity.revision())},
                          {"etag", JsonString(entity.etag())}});
  return item;
}

std::string SummaryText(const v1::CommitEntitiesResponse& response, bool dry_run) {
  std::string facts = absl::StrCat(Counted(response.summary().facts_added(), "fact"), " added, ",
                                   response.summary().facts_removed(), " removed");
  return dry_run ? absl::StrCat("dry run, nothing is changed; it would be: ", facts)
                 : absl::StrCat("revision ", response.header().revision(), ": ", facts);
}

}  // namespace

absl::Status ReportCommit(const v1::CommitEntitiesResponse& response, bool dry_run,
                          const std::function<std::string(const v1::Entity&)>& word,
                          Session& session) {
  Printer printer =
      session.MakePrinter({{"NAME"}, {"RESULT"}, {"REVISION", /*right=*/true}}, "entities");
  for (const v1::Entity& entity : response.entities()) {
    printer.Add(
        CommittedItem(entity, dry_run ? absl::StrCat(word(entity), " (dry run)") : word(entity)));
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.Note(SummaryText(response, dry_run));
  return absl::OkStatus();
}

}  // namespace cartograph::clients
