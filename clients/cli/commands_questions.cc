// questions: the proto of the methods that the questions are.

#include <CLI/CLI.hpp>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/commands.h"

namespace cartograph::clients {
namespace {

absl::StatusOr<v1::GetSchemaResponse> GetSchema(Session& session) {
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(v1::GetSchemaResponse response,
                   client->Call(&v1::QuestionService::Stub::GetSchema, {}));
  if (response.service().empty()) {
    return absl::FailedPreconditionError(
        "no rule pack is active, so there are no questions; `cartograph rules activate` makes one "
        "the active pack");
  }
  return response;
}

struct ProtoArguments {};

absl::StatusOr<ExitCode> RunProto(const ProtoArguments&, Session& session) {
  ASSIGN_OR_RETURN(const v1::GetSchemaResponse response, GetSchema(session));
  session.out() << response.text();
  return ExitCode::kOk;
}

struct ExportArguments {
  std::string file;
};

absl::StatusOr<ExitCode> RunExport(const ExportArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(const v1::GetSchemaResponse response, GetSchema(session));
  std::ofstream out(arguments.file, std::ios::binary | std::ios::trunc);
  if (!out || !response.files().SerializeToOstream(&out) || !out.flush()) {
    return absl::UnavailableError(absl::StrCat("cannot write ", arguments.file));
  }
  session.Note(absl::StrCat(response.service(), " and what it imports, ",
                            response.files().file_size(), " proto files, are in ", arguments.file));
  return ExitCode::kOk;
}

constexpr const char* kQuestionsHelp =
    R"(Each question of the active rule pack is a gRPC method with typed requests and rows, from
the moment the pack is activated. Stubs are generated from its proto as from any other:

  cartograph questions export questions.binpb
  buf generate questions.binpb

`cartograph ask` asks the same questions without stubs.)";

constexpr const char* kProtoHelp = R"(Examples:
  cartograph questions proto
  cartograph questions proto > questions.proto)";

constexpr const char* kExportHelp =
    R"(A FileDescriptorSet, as `buf build` and `protoc --include_imports` write it.

Examples:
  cartograph questions export questions.binpb)";

}  // namespace

void AddQuestionCommands(Commands* commands) {
  CLI::App* group =
      commands->AddGroup({"questions", "The questions as typed methods", kQuestionsHelp});
  CLI::App* proto = commands->Add(group, {"proto", "Print their .proto file", kProtoHelp});
  commands->OnRun(proto, std::make_shared<ProtoArguments>(), &RunProto);
  CLI::App* file =
      commands->Add(group, {"export", "Write their descriptors, for generators", kExportHelp});
  auto arguments = std::make_shared<ExportArguments>();
  file->add_option("FILE", arguments->file, "File to write")->required();
  commands->OnRun(file, arguments, &RunExport);
}

}  // namespace cartograph::clients
