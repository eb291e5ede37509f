// import: entities in files, and files of foreign formats.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/entity_files.h"
#include "clients/cli/error_report.h"
#include "clients/cli/import_chunks.h"
#include "clients/cli/record_import.h"
#include "clients/cli/record_report.h"
#include "importers/formats.h"
#include "re2/re2.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEntities = "entities";
constexpr const char* kAuto = "auto";

struct ImportArguments {
  std::vector<std::string> words;  // FORMAT FILE…, or FILE…
  std::string rejects;
  std::string release;
  WriteArguments write;
};

// entities

// What has been written so far.
struct Imported {
  uint64_t created = 0;
  uint64_t updated = 0;
  uint64_t unchanged = 0;
  uint64_t revision = 0;

  void Add(const v1::ImportEntitiesResponse& answer) {
    created += answer.created();
    updated += answer.updated();
    unchanged += answer.unchanged();
    revision = answer.header().revision();
  }
  uint64_t entities() const { return created + updated + unchanged; }
};

absl::Status PrintImported(const Imported& imported, Session& session) {
  v1::ImportEntitiesResponse total;
  total.set_created(imported.created);
  total.set_updated(imported.updated);
  total.set_unchanged(imported.unchanged);
  total.mutable_header()->set_revision(imported.revision);
  Printer printer = session.MakePrinter({{"CREATED", /*right=*/true},
                                         {"UPDATED", /*right=*/true},
                                         {"UNCHANGED", /*right=*/true},
                                         {"REVISION", /*right=*/true}},
                                        "", /*list=*/false);
  Item item;
  item.cells = {absl::StrCat(imported.created), absl::StrCat(imported.updated),
                absl::StrCat(imported.unchanged), absl::StrCat(imported.revision)};
  item.name = item.cells.back();
  item.message = &total;
  item.json = JsonObject({{"created", item.cells[0]},
                          {"updated", item.cells[1]},
                          {"unchanged", item.cells[2]},
                          {"revision", item.cells[3]}});
  printer.Add(item);
  return session.Finish(&printer);
}

// Why an import stopped, and how to go on.
absl::Status Interrupted(const absl::Status& status, const ImportChunks& chunks,
                         const Imported& imported, const std::string& request_id) {
  absl::Status placed = AtPlaces(status, "entities", chunks.Oldest());
  if (imported.entities() == 0 || ExitCodeOf(status) == ExitCode::kInternal) {
    return placed;
  }
  return WithAdvice(placed, absl::StrCat(Counted(imported.entities(), "entity"),
                                         " had been written, up to revision ", imported.revision,
                                         ". The same command with --request-id ", request_id,
                                         " goes on from there."));
}

absl::StatusOr<ExitCode> ImportEntities(const ImportArguments& arguments,
                                        const std::vector<std::string>& paths, Session& session) {
  ASSIGN_OR_RETURN(std::vector<PlacedEntity> entities, ReadEntities(paths, &session.in()));
  v1::WriteOptions write = arguments.write.ToProto();
  ASSIGN_OR_RETURN(ImportChunks chunks, ImportChunks::Make(std::move(entities), write));
  Imported imported;
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto next = [&]() -> absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> {
    return chunks.Next();
  };
  auto done = [&](const v1::ImportEntitiesResponse& answer) {
    chunks.Done();
    imported.Add(answer);
    session.Progress(absl::StrCat("imported ", imported.entities()));
  };
  if (absl::Status status = client->Import(next, done); !status.ok()) {
    return Interrupted(status, chunks, imported, write.request_id());
  }
  RETURN_IF_ERROR(PrintImported(imported, session));
  return ExitCode::kOk;
}

// records

absl::StatusOr<std::string> HeadOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrCat("no file or folder ", path));
  }
  std::string head(importers::kHeadBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(file.gcount()));
  return head;
}

// `path` itself, or of a folder every file below it, sorted.
absl::StatusOr<std::vector<std::string>> FilesAt(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return std::vector<std::string>{path};
  }
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    if (entry.is_regular_file(error)) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  if (error || files.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " holds no files"));
  }
  return files;
}

absl::Status ImportFile(const RecordFile& file, const ImportArguments& arguments,
                        RecordImport* import, RecordReport* report, Session& session) {
  if (file.format == nullptr) {
    report->RejectFile(file, "its format is not known; name it if you know it");
    return absl::OkStatus();
  }
  std::ifstream opened;
  if (file.path != "-") {
    opened.open(file.path, std::ios::binary);
    if (!opened) {
      return absl::NotFoundError(absl::StrCat("no file or folder ", file.path));
    }
  }
  report->Begin(file);
  absl::Status status =
      import->Run(*file.format, {arguments.release}, file.path == "-" ? &session.in() : &opened,
                  [&](const importers::Record& record, const importers::Outcome& outcome) {
                    report->Add(record, outcome);
                  });
  session.EndProgress();
  report->End();
  return status.ok() ? status
                     : WithAdvice(status, absl::StrCat("Run it again when that is mended: what is "
                                                       "written already stays as it is."));
}

absl::StatusOr<ExitCode> ImportRecords(const ImportArguments& arguments,
                                       const std::vector<RecordFile>& files, Session& session) {
  if (!arguments.write.request_id.empty()) {
    return absl::InvalidArgumentError(
        "--request-id is for entities; an import of records is repeated without it");
  }
  ASSIGN_OR_RETURN(Client * client, session.client());
  RecordImport import(client, arguments.write.ToProto());
  RETURN_IF_ERROR(import.LoadIdentities());
  RecordReport report(arguments.rejects, arguments.write.dry_run, &session);
  for (const RecordFile& file : files) {
    RETURN_IF_ERROR(ImportFile(file, arguments, &import, &report, session));
  }
  return report.Finish(import.revision());
}

// The files of `paths`, each with its format.
absl::StatusOr<std::vector<RecordFile>> RecordFilesAt(const std::vector<std::string>& paths,
                                                      const importers::Format* format) {
  std::vector<RecordFile> files;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::vector<std::string> below, FilesAt(path));
    for (const std::string& file : below) {
      if (format != nullptr) {
        files.push_back({file, format});
        continue;
      }
      if (file == "-") {
        return absl::InvalidArgumentError("name the format of standard input");
      }
      ASSIGN_OR_RETURN(std::string head, HeadOf(file));
      files.push_back({file, importers::RecogniseFormat(head)});
    }
  }
  return files;
}

// Whether all of `paths` are files in a format that is not our own. A word that is no file is left
// to the import of entities, which says so.
bool AreForeign(const std::vector<std::string>& paths) {
  return std::all_of(paths.begin(), paths.end(), [](const std::string& path) {
    std::error_code error;
    if (path == "-" || !fs::is_regular_file(path, error)) {
      return false;
    }
    absl::StatusOr<std::string> head = HeadOf(path);
    return head.ok() && importers::RecogniseFormat(*head) != nullptr;
  });
}

// Whether a file that begins with `head` may hold entities: in JSON or in text format, it names
// one.
bool LooksLikeEntities(const std::string& head) {
  static const auto& pattern = *new RE2(R"re((?m)"name"\s*:\s*"[a-z]+/|^\s*name:\s*"[a-z]+/)re");
  return RE2::PartialMatch(head, pattern);
}

// Of files that were looked at: those that hold entities.
absl::StatusOr<size_t> CountEntityFiles(const std::vector<RecordFile>& files) {
  size_t count = 0;
  for (const RecordFile& file : files) {
    if (file.format == nullptr) {
      ASSIGN_OR_RETURN(std::string head, HeadOf(file.path));
      count += LooksLikeEntities(head) ? 1 : 0;
    }
  }
  return count;
}

absl::StatusOr<ExitCode> RunImport(const ImportArguments& arguments, Session& session) {
  const std::string& first = arguments.words[0];
  const importers::Format* format = importers::FindFormat(first);
  const bool named = format != nullptr || first == kEntities || first == kAuto;
  const std::vector<std::string> paths(arguments.words.begin() + (named ? 1 : 0),
                                       arguments.words.end());
  if (paths.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("which files of format ", first, "?"));
  }
  if (first == kEntities || (!named && !AreForeign(paths))) {
    return ImportEntities(arguments, paths, session);
  }
  ASSIGN_OR_RETURN(std::vector<RecordFile> files, RecordFilesAt(paths, format));
  ASSIGN_OR_RETURN(size_t entity_files, CountEntityFiles(files));
  if (entity_files == files.size()) {
    return ImportEntities(arguments, paths, session);
  }
  if (entity_files > 0) {
    return absl::InvalidArgumentError(
        "some of the files hold entities, others records: import them apart");
  }
  return ImportRecords(arguments, files, session);
}

constexpr const char* kImportHelp =
    R"(FORMAT is one of those below; `auto` looks at what each file holds, and may be left out.

`entities` is what `export` writes, and all that `apply` reads. Any number of them: they go
in chunks, one commit each, such that no chunk refers to a later one. An entity that is
stored already with the same content is left as it is. An import that was interrupted goes
on where it stopped when it is given the same --request-id again.

The other formats hold records of documents or terms. A record that is of a known source or
disease, by its DOI, PMID, PMCID, NCT number or term, is merged into it: what the entity says
already stays, and what the record says otherwise is kept as a conflict. A record that cannot
be read is rejected, with file, line and reason, and the rest goes on; the exit code is 3
then. Importing a file again changes nothing. --dry-run shows what would become of each record.

Formats:
)";

std::string ImportHelp() {
  std::string help = absl::StrCat(kImportHelp, "  entities           Cartograph's own\n");
  for (const importers::Format& format : importers::Formats()) {
    absl::StrAppend(&help, absl::StrFormat("  %-18s %s\n", format.name, format.summary));
  }
  absl::StrAppend(&help, R"(
Examples:
  cartograph import backup.jsonl
  cartograph import therapies.textproto evidence/ --reason 'corpus 1.1'
  cartograph import nbib pubmed-export.nbib --rejects rejects.jsonl
  cartograph import auto downloads/ --dry-run
  zcat big.jsonl.gz | cartograph import - --request-id big-2026-11)");
  return help;
}

}  // namespace

void AddImportCommand(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(),
                    {"import", "Write entities, or what records of documents say", ImportHelp()});
  auto arguments = std::make_shared<ImportArguments>();
  command
      ->add_option("FORMAT_FILE", arguments->words,
                   "The format, unless it is to be recognised; then files, folders, or - for "
                   "standard input")
      ->option_text("[FORMAT] FILE…")
      ->required();
  command->add_option("--rejects", arguments->rejects, "Write rejected records here, as JSON lines")
      ->option_text("FILE");
  command
      ->add_option("--release", arguments->release,
                   "Release of the ontology or registry, where its file does not say: 2026-07-31")
      ->option_text("VERSION");
  arguments->write.AddTo(command);
  commands->OnRun(command, arguments, &RunImport);
}

}  // namespace cartograph::clients
