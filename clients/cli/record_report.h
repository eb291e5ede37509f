// RecordReport: what became of the records of an import, for people and scripts.

#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/record_import.h"
#include "clients/cli/session.h"
#include "importers/formats.h"

namespace cartograph::clients {

// A file to import, and its format; null when it has none that we know.
struct RecordFile {
  std::string path;
  const importers::Format* format = nullptr;
};

// Prints a row a file; of a dry run, a row a record. Rejected records are told on standard error,
// and written to a file when one is named.
class RecordReport {
 public:
  // `session` outlives this. Without a path for rejects they are only told.
  RecordReport(const std::string& rejects_path, bool dry_run, Session* session);

  // A file begins.
  void Begin(const RecordFile& file);
  void Add(const importers::Record& record, const importers::Outcome& outcome);
  // The file ends.
  void End();
  // A file of which no record can be read.
  void RejectFile(const RecordFile& file, absl::string_view reason);
  // Ends the report: kNotFound when anything was rejected. `revision` is that of the last commit,
  // or 0.
  absl::StatusOr<ExitCode> Finish(uint64_t revision);

 private:
  void Reject(const importers::Record& record, absl::string_view reason);

  Session& session_;
  const bool dry_run_;
  const std::string rejects_path_;
  Printer printer_;
  std::ofstream rejects_;
  RecordFile file_;
  RecordCounts counts_;
  uint64_t rejected_ = 0;
};

}  // namespace cartograph::clients
