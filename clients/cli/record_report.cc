#include "clients/cli/record_report.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace cartograph::clients {
namespace {

std::vector<TableColumn> Columns(bool dry_run) {
  if (dry_run) {
    return {{"PLACE"}, {"RESULT"}, {"NAME"}, {"NOTES", false, /*text=*/true}};
  }
  return {{"FILE"},
          {"FORMAT"},
          {"RECORDS", /*right=*/true},
          {"CREATED", /*right=*/true},
          {"UPDATED", /*right=*/true},
          {"UNCHANGED", /*right=*/true},
          {"REJECTED", /*right=*/true},
          {"CONFLICTS", /*right=*/true}};
}

const char* WordOf(importers::Fate fate) {
  switch (fate) {
    case importers::Fate::kCreated:
      return "create";
    case importers::Fate::kUpdated:
      return "update";
    case importers::Fate::kUnchanged:
      return "unchanged";
    default:
      return "reject";
  }
}

// What a person has to look at.
std::string NotesOn(const importers::Outcome& outcome) {
  std::vector<std::string> notes;
  if (!outcome.reason.empty()) {
    notes.push_back(outcome.reason);
  }
  for (const v1::Conflict& conflict : outcome.import.conflicts()) {
    notes.push_back(absl::StrCat(conflict.path(), " differs: ", conflict.value()));
  }
  notes.insert(notes.end(), outcome.import.remarks().begin(), outcome.import.remarks().end());
  return absl::StrJoin(notes, "; ");
}

}  // namespace

RecordReport::RecordReport(const std::string& rejects_path, bool dry_run, Session* session)
    : session_(*session),
      dry_run_(dry_run),
      rejects_path_(rejects_path),
      printer_(session->MakePrinter(Columns(dry_run), "")) {
  if (!rejects_path.empty()) {
    rejects_.open(rejects_path, std::ios::binary | std::ios::trunc);
  }
}

void RecordReport::Begin(const RecordFile& file) {
  file_ = file;
  if (file.path == "-") {
    file_.path = "standard input";
  }
  counts_ = RecordCounts();
}

void RecordReport::Reject(const importers::Record& record, absl::string_view reason) {
  ++rejected_;
  session_.Note(absl::StrCat(file_.path, ":", record.line, ": rejected: ", reason));
  if (rejects_.is_open()) {
    rejects_ << JsonObject(
                    {{"file", JsonString(file_.path)},
                     {"line", absl::StrCat(record.line)},
                     {"format", JsonString(file_.format == nullptr ? "" : file_.format->name)},
                     {"reason", JsonString(reason)},
                     {"record", JsonString(record.bytes)}})
             << '\n';
  }
}

void RecordReport::Add(const importers::Record& record, const importers::Outcome& outcome) {
  counts_.Add(outcome);
  session_.Progress(absl::StrCat(file_.path, ": ", counts_.records, " records"));
  if (outcome.fate == importers::Fate::kRejected) {
    Reject(record, outcome.reason);
  }
  if (!dry_run_) {
    return;
  }
  Item item;
  item.cells = {absl::StrCat(file_.path, ":", record.line), WordOf(outcome.fate), outcome.name,
                NotesOn(outcome)};
  item.name = outcome.name;
  item.json = JsonObject({{"place", JsonString(item.cells[0])},
                          {"result", JsonString(item.cells[1])},
                          {"name", JsonString(item.cells[2])},
                          {"notes", JsonString(item.cells[3])}});
  printer_.Add(item);
}

void RecordReport::End() {
  if (dry_run_) {
    return;
  }
  Item item;
  item.cells = {file_.path,
                file_.format == nullptr ? "" : file_.format->name,
                absl::StrCat(counts_.records),
                absl::StrCat(counts_.created),
                absl::StrCat(counts_.updated),
                absl::StrCat(counts_.unchanged),
                absl::StrCat(counts_.rejected),
                absl::StrCat(counts_.conflicts)};
  item.name = file_.path;
  item.json = JsonObject({{"file", JsonString(item.cells[0])},
                          {"format", JsonString(item.cells[1])},
                          {"records", item.cells[2]},
                          {"created", item.cells[3]},
                          {"updated", item.cells[4]},
                          {"unchanged", item.cells[5]},
                          {"rejected", item.cells[6]},
                          {"conflicts", item.cells[7]}});
  printer_.Add(item);
}

void RecordReport::RejectFile(const RecordFile& file, absl::string_view reason) {
  Begin(file);
  importers::Record record{1, "", absl::InvalidArgumentError(reason)};
  importers::Outcome outcome;
  outcome.reason = std::string(reason);
  Add(record, outcome);
  End();
}

absl::StatusOr<ExitCode> RecordReport::Finish(uint64_t revision) {
  RETURN_IF_ERROR(session_.Finish(&printer_));
  rejects_.flush();
  if (!rejects_path_.empty() && !rejects_) {
    return absl::DataLossError(absl::StrCat("cannot write ", rejects_path_));
  }
  if (revision != 0) {
    session_.Note(absl::StrCat("at revision ", revision));
  }
  return rejected_ == 0 ? ExitCode::kOk : ExitCode::kNotFound;
}

}  // namespace cartograph::clients
