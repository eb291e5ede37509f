// apply, export: entities in files.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/commit_report.h"
#include "clients/cli/entity_files.h"
#include "clients/cli/error_report.h"
#include "clients/cli/import_chunks.h"
#include "clients/cli/proof_file.h"

namespace cartograph::clients {
namespace {

// Of one commit, as the server has it.
constexpr size_t kMutationsMax = 1000;
constexpr size_t kCommitBytesMax = 1 << 20;

// apply

struct ApplyArguments {
  std::vector<std::string> paths;
  WriteArguments write;
};

// An entity that brings an etag was read before: then it is changed only if nobody else has.
v1::CommitEntitiesRequest ApplyRequest(std::vector<PlacedEntity> entities,
                                       const WriteArguments& write) {
  v1::CommitEntitiesRequest request;
  for (PlacedEntity& placed : entities) {
    v1::Mutation* mutation = request.add_mutations();
    v1::Entity* entity =
        placed.entity.etag().empty() ? mutation->mutable_put() : mutation->mutable_update();
    *entity = std::move(placed.entity);
  }
  *request.mutable_write() = write.ToProto();
  return request;
}

absl::Status CheckCommitSize(const v1::CommitEntitiesRequest& request) {
  auto count = static_cast<size_t>(request.mutations_size());
  if (count == 0) {
    return absl::InvalidArgumentError("the files hold no entities");
  }
  if (count > kMutationsMax || request.ByteSizeLong() > kCommitBytesMax) {
    return WithAdvice(absl::InvalidArgumentError(
                          absl::StrCat(count, " entities of ", request.ByteSizeLong(),
                                       " bytes are more than one commit takes (", kMutationsMax,
                                       " and ", kCommitBytesMax, " bytes)")),
                      "`cartograph import` writes any number, as several commits.");
  }
  return absl::OkStatus();
}

// The latest revision.
absl::StatusOr<uint64_t> LatestRevision(Client* client) {
  v1::ListEntitiesRequest request;
  request.set_page_size(1);
  ASSIGN_OR_RETURN(auto page, client->Call(&v1::EntityService::Stub::ListEntities, request));
  return page.header().revision();
}

// What became of an entity that was applied when `revision` was the latest.
std::string FateOf(const v1::Entity& entity, uint64_t revision) {
  if (entity.revision() <= revision) {
    return "unchanged";
  }
  bool created = entity.create_time().seconds() == entity.update_time().seconds() &&
                 entity.create_time().nanos() == entity.update_time().nanos();
  return created ? "created" : "updated";
}

absl::StatusOr<ExitCode> RunApply(const ApplyArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(std::vector<PlacedEntity> entities,
                   ReadEntities(arguments.paths, &session.in()));
  RETURN_IF_ERROR(CheckEntities(entities));
  Places places = PlacesOf(entities);
  v1::CommitEntitiesRequest request = ApplyRequest(std::move(entities), arguments.write);
  RETURN_IF_ERROR(CheckCommitSize(request));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(uint64_t revision, LatestRevision(client));
  auto response = client->Call(&v1::EntityService::Stub::CommitEntities, request);
  if (!response.ok()) {
    return AtPlaces(response.status(), "mutations", places);
  }
  auto word = [&](const v1::Entity& entity) { return FateOf(entity, revision); };
  RETURN_IF_ERROR(ReportCommit(*response, arguments.write.dry_run, word, session));
  return ExitCode::kOk;
}

constexpr const char* kApplyHelp =
    R"(FILE holds one Entity or a list of them, in protobuf text format or JSON, or an entity a
line (JSON lines); - is standard input; of a folder, every *.textproto, *.txtpb, *.json
and *.jsonl below it. All of them are one commit: all or none. An entity that brings its
etag is written only if nobody else has changed it since.

Examples:
  cartograph apply -f evidence/ --reason 'first reading of Wang 2024'
  cartograph apply -f sle.textproto --dry-run
  cartograph get diseases/sle -o textproto | sed s/Lupus/lupus/ | cartograph apply -f -

  # sle.textproto
  name: "diseases/sle"
  disease { names { text: "systemic lupus erythematosus" language: "en" kind: NAME_KIND_PREFERRED } })";

void AddApply(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"apply", "Create or update the entities in files", kApplyHelp});
  auto arguments = std::make_shared<ApplyArguments>();
  command->add_option("-f,--file", arguments->paths, "File, folder, or - for standard input")
      ->option_text("FILE")
      ->required();
  arguments->write.AddTo(command);
  commands->OnRun(command, arguments, &RunApply);
}

// export

struct ExportArguments {
  std::string collection;
  std::string file;
  bool deleted = false;
  bool proofs = false;
  ReadArguments read;
};

// A file that appears whole under its name, or not at all.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), part_(path + ".part"), stream_(part_, std::ios::binary | std::ios::trunc) {}
  ~NewFile() {
    if (!done_) {
      std::remove(part_.c_str());
    }
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  std::ostream& stream() { return stream_; }
  absl::Status Done() {
    stream_.close();
    done_ = stream_ && std::rename(part_.c_str(), path_.c_str()) == 0;
    return done_ ? absl::OkStatus() : absl::DataLossError(absl::StrCat("cannot write ", path_));
  }

 private:
  const std::string path_;
  const std::string part_;
  std::ofstream stream_;
  bool done_ = false;
};

PrinterOptions ExportFormat(const Session& session) {
  PrinterOptions options;
  options.format =
      session.format() == OutputFormat::kTable ? OutputFormat::kJsonl : session.format();
  options.columns = {{"NAME"}};
  options.style.heads = !session.options().no_heads;
  options.list_field = "entities";
  return options;
}

absl::Status ExportEntitiesTo(const ExportArguments& arguments, std::ostream* out,
                              Session& session) {
  v1::ExportEntitiesRequest request;
  request.set_collection(arguments.collection);
  request.set_show_deleted(arguments.deleted);
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  Printer printer(out, ExportFormat(session));
  uint64_t revision = 0;
  auto print = [&](const v1::ExportEntitiesResponse& chunk) {
    revision = chunk.header().revision();
    for (const v1::Entity& entity : chunk.entities()) {
      printer.Add({{entity.name()}, entity.name(), &entity, ""});
    }
    session.Progress(absl::StrCat("exported ", printer.items()));
    return *out ? absl::OkStatus() : absl::DataLossError("cannot write the export");
  };
  RETURN_IF_ERROR(client->ForEachMessage(&v1::EntityService::Stub::ExportEntities, request, print));
  RETURN_IF_ERROR(printer.Finish());
  session.Note(
      absl::StrCat("exported ", Counted(printer.items(), "entity"), " of revision ", revision));
  return absl::OkStatus();
}

absl::Status ExportProofsTo(const ExportArguments& arguments, std::ostream* out, Session& session) {
  v1::ExportProofsRequest request;
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  ProofFileWriter writer(out);
  auto write = [&](const v1::ExportProofsResponse& response) {
    absl::Status status = writer.Add(response);
    session.Progress(absl::StrCat("exported ", writer.facts()));
    return status;
  };
  RETURN_IF_ERROR(client->ForEachMessage(&v1::FactService::Stub::ExportProofs, request, write));
  RETURN_IF_ERROR(writer.Finish());
  session.Note(absl::StrCat("exported ", Counted(writer.facts(), "fact"), ", of which ",
                            writer.proofs(), " with a proof, of revision ", writer.revision()));
  return absl::OkStatus();
}

absl::Status ExportTo(const ExportArguments& arguments, std::ostream* out, Session& session) {
  return arguments.proofs ? ExportProofsTo(arguments, out, session)
                          : ExportEntitiesTo(arguments, out, session);
}

absl::StatusOr<ExitCode> RunExport(const ExportArguments& arguments, Session& session) {
  if (arguments.file.empty()) {
    RETURN_IF_ERROR(ExportTo(arguments, &session.out(), session));
    return ExitCode::kOk;
  }
  NewFile file(arguments.file);
  if (!file.stream()) {
    return absl::NotFoundError(absl::StrCat("cannot write ", arguments.file));
  }
  RETURN_IF_ERROR(ExportTo(arguments, &file.stream(), session));
  RETURN_IF_ERROR(file.Done());
  return ExitCode::kOk;
}

constexpr const char* kExportHelp =
    R"(An entity a line as JSON (the default), or -o textproto; both are what `import` reads.
All entities are of one revision. With --proofs, not the entities but all facts of one
revision, the rules, and a proof of each derived fact, for `verify` (docs/proof_export.md).

Examples:
  cartograph export --out backup.jsonl
  cartograph export --proofs --out proofs.jsonl
  cartograph export --collection evidence -o textproto > evidence.textproto
  cartograph export --at 42 | wc -l)";

void AddExport(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"export", "Write out all entities of one revision", kExportHelp});
  auto arguments = std::make_shared<ExportArguments>();
  CLI::Option* collection =
      command->add_option("--collection", arguments->collection, "Only this collection: evidence");
  collection->option_text("COLLECTION");
  command->add_option("--out", arguments->file, "File to write; standard output without it")
      ->option_text("FILE");
  CLI::Option* deleted =
      command->add_flag("--deleted", arguments->deleted, "Also deleted entities");
  command->add_flag("--proofs", arguments->proofs, "Facts, rules and proofs, for verify")
      ->excludes(collection)
      ->excludes(deleted);
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunExport);
}

}  // namespace

void AddBulkCommands(Commands* commands) {
  AddApply(commands);
  AddExport(commands);
}

}  // namespace cartograph::clients
