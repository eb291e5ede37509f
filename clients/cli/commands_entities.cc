// get, list, history, delete, undelete: entities by name.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/commit_report.h"
#include "clients/cli/entity_names.h"
#include "clients/cli/entity_text.h"
#include "clients/cli/paging.h"

namespace cartograph::clients {
namespace {

constexpr uint32_t kPageSize = 1000;
constexpr size_t kNamesMax = 1000;  // of one BatchGetEntities

std::vector<TableColumn> EntityColumns() {
  return {{"NAME"},
          {"KIND"},
          {"LABEL", false, /*text=*/true},
          {"REVISION", /*right=*/true},
          {"UPDATED"}};
}

Item EntityItem(const v1::Entity& entity) {
  std::string kind = EntityKindWord(entity);
  if (entity.has_delete_time()) {
    absl::StrAppend(&kind, kind.empty() ? "" : ", ", "deleted");
  }
  Item item;
  item.cells = {entity.name(), kind, EntityLabel(entity), absl::StrCat(entity.revision()),
                TimeText(entity.update_time())};
  item.name = entity.name();
  item.message = &entity;
  return item;
}

// get

struct GetArguments {
  std::vector<std::string> names;
  bool deleted = false;
  ReadArguments read;
};

// One entity stands alone: all its fields in the table, no list around it in the other formats.
absl::StatusOr<ExitCode> GetOne(const GetArguments& arguments, Session& session) {
  v1::GetEntityRequest request;
  request.set_name(arguments.names[0]);
  request.set_show_deleted(arguments.deleted);
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::EntityService::Stub::GetEntity, request);
  if (!response.ok()) {
    return WithNearestName(response.status(), arguments.names, session);
  }
  if (session.format() == OutputFormat::kTable) {
    WritePairs(FieldsOf(response->entity()), session.table_style(), session.out());
    return ExitCode::kOk;
  }
  Printer printer = session.MakePrinter(EntityColumns(), "", /*list=*/false);
  printer.Add(EntityItem(response->entity()));
  RETURN_IF_ERROR(session.Finish(&printer));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunGet(const GetArguments& arguments, Session& session) {
  if (arguments.names.size() == 1) {
    return GetOne(arguments, session);
  }
  if (arguments.deleted || arguments.names.size() > kNamesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("several names: at most ", kNamesMax, ", and without --deleted"));
  }
  v1::BatchGetEntitiesRequest request;
  request.mutable_names()->Add(arguments.names.begin(), arguments.names.end());
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::EntityService::Stub::BatchGetEntities, request);
  if (!response.ok()) {
    return WithNearestName(response.status(), arguments.names, session);
  }
  Printer printer = session.MakePrinter(EntityColumns(), "entities");
  for (const v1::Entity& entity : response->entities()) {
    printer.Add(EntityItem(entity));
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "entity", response->header());
  return ExitCode::kOk;
}

constexpr const char* kGetHelp = R"(Examples:
  cartograph get diseases/sle                       all fields of one
  cartograph get targets/cd19 targets/bcma          a row for each of several
  cartograph get diseases/sle -o textproto          to edit, and to give back to `apply -f`
  cartograph get diseases/sle --at 17               as it was at revision 17)";

void AddGet(Commands* commands) {
  CLI::App* command = commands->Add(commands->root(), {"get", "Show entities by name", kGetHelp});
  auto arguments = std::make_shared<GetArguments>();
  command->add_option("NAME", arguments->names, "Names of entities: diseases/sle")->required();
  command->add_flag("--deleted", arguments->deleted, "Also when it is deleted");
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunGet);
}

// list

struct ListArguments {
  std::string collection;
  std::string filter;
  bool deleted = false;
  LimitArgument limit;
  ReadArguments read;
};

absl::StatusOr<ExitCode> RunList(const ListArguments& arguments, Session& session) {
  Limit limit(arguments.limit);
  v1::ListEntitiesRequest request;
  request.set_collection(arguments.collection);
  request.set_filter(arguments.filter);
  request.set_show_deleted(arguments.deleted);
  request.set_page_size(limit.page_size(kPageSize));
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  Printer printer = session.MakePrinter(EntityColumns(), "entities");
  ASSIGN_OR_RETURN(v1::ResponseHeader header,
                   ShowPages(client, &v1::EntityService::Stub::ListEntities, request,
                             &v1::ListEntitiesResponse::entities, &limit,
                             [&](const v1::Entity& entity) { printer.Add(EntityItem(entity)); }));
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "entity", header);
  if (limit.more()) {
    session.NoteMore("entities");
  }
  return ExitCode::kOk;
}

void AddList(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(),
      {"list", "List the entities of a collection",
       R"(Collections: therapies, targets, diseases, challenges, evidence, sources; without one, all of them.

Filters compare fields by their path: = and != for equality, : for "has" or "contains", AND, OR, NOT, parentheses.

Examples:
  cartograph list diseases
  cartograph list evidence --filter 'evidence.source = "sources/wang-2024"'
  cartograph list sources --filter 'source.standing != STANDING_CURRENT' -o name
  cartograph list evidence --limit 20)"});
  auto arguments = std::make_shared<ListArguments>();
  command->add_option("COLLECTION", arguments->collection, "The collection: diseases");
  command->add_option("--filter", arguments->filter, "Only those for which this holds")
      ->option_text("FILTER");
  command->add_flag("--deleted", arguments->deleted, "Also those that are deleted");
  arguments->limit.AddTo(command);
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunList);
}

// history

struct HistoryArguments {
  std::string name;
  LimitArgument limit;
};

bool IsServerField(absl::string_view path) {
  return path == "etag" || path == "revision" || absl::EndsWith(path, "_time") ||
         absl::EndsWith(path, "_actor");
}

// "disease.names[1].text" → "disease.names"
std::string ShortPath(absl::string_view path) {
  std::vector<absl::string_view> parts = absl::StrSplit(path, absl::MaxSplits('.', 2));
  parts.resize(std::min<size_t>(parts.size(), 2));
  std::string joined = absl::StrJoin(parts, ".");
  return joined.substr(0, joined.find('['));
}

using FieldSet = std::set<std::pair<std::string, std::string>>;

FieldSet BodyFields(const v1::Entity& entity) {
  FieldSet fields;
  for (auto& field : FieldsOf(entity)) {
    if (!IsServerField(field.first)) {
      fields.insert(std::move(field));
    }
  }
  return fields;
}

// The fields in which two revisions differ: "disease.names, disease.parents".
std::string ChangedFields(const v1::Entity& now, const v1::Entity& before) {
  FieldSet fields = BodyFields(now);
  FieldSet fields_before = BodyFields(before);
  std::vector<std::pair<std::string, std::string>> changed;
  std::set_symmetric_difference(fields.begin(), fields.end(), fields_before.begin(),
                                fields_before.end(), std::back_inserter(changed));
  std::set<std::string> paths;
  for (const auto& [path, value] : changed) {
    paths.insert(ShortPath(path));
  }
  return paths.empty() ? "nothing" : absl::StrJoin(paths, ", ");
}

// What a revision did; `before` is null for the first.
std::string ChangeText(const v1::Entity& now, const v1::Entity* before) {
  if (now.has_delete_time()) {
    return "deleted";
  }
  if (before == nullptr) {
    return "created";
  }
  return before->has_delete_time() ? "undeleted" : ChangedFields(now, *before);
}

// Prints revisions, newest first; each waits for the one before it, which says what it changed.
class HistoryPrinter {
 public:
  HistoryPrinter(Printer* printer, Limit* limit) : printer_(*printer), limit_(*limit) {}

  // Returns false when no more may be shown.
  bool Add(const v1::Entity& entity) {
    if (waiting_.has_value() && !PrintWaiting(&entity)) {
      return false;
    }
    waiting_ = entity;
    return true;
  }
  // There is no revision before the last one added.
  void Finish() {
    if (waiting_.has_value() && !limit_.more()) {
      PrintWaiting(nullptr);
    }
  }

 private:
  bool PrintWaiting(const v1::Entity* before) {
    if (!limit_.Take()) {
      return false;
    }
    std::string revision = absl::StrCat(waiting_->revision());
    printer_.Add({{revision, TimeText(waiting_->update_time()), waiting_->update_actor(),
                   ChangeText(*waiting_, before)},
                  revision,
                  &*waiting_,
                  ""});
    return true;
  }

  Printer& printer_;
  Limit& limit_;
  std::optional<v1::Entity> waiting_;
};

absl::StatusOr<ExitCode> RunHistory(const HistoryArguments& arguments, Session& session) {
  Limit limit(arguments.limit);
  v1::ListEntityRevisionsRequest request;
  request.set_name(arguments.name);
  request.set_page_size(kPageSize);
  ASSIGN_OR_RETURN(Client * client, session.client());
  Printer printer = session.MakePrinter(
      {{"REVISION", /*right=*/true}, {"TIME"}, {"ACTOR"}, {"CHANGE", false, /*text=*/true}},
      "entities");
  HistoryPrinter history(&printer, &limit);
  auto print = [&](const v1::ListEntityRevisionsResponse& page) {
    return std::all_of(page.entities().begin(), page.entities().end(),
                       [&](const v1::Entity& entity) { return history.Add(entity); });
  };
  absl::Status listed =
      client->ForEachPage(&v1::EntityService::Stub::ListEntityRevisions, request, print);
  if (!listed.ok()) {
    return WithNearestName(listed, {arguments.name}, session);
  }
  history.Finish();
  RETURN_IF_ERROR(session.Finish(&printer));
  if (limit.more()) {
    session.NoteMore("revisions");
  }
  return ExitCode::kOk;
}

constexpr const char* kHistoryHelp = R"(Examples:
  cartograph history evidence/F22         who changed what, and when
  cartograph get evidence/F22 --at 31     the entity as a revision left it)";

void AddHistory(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"history", "List the revisions of an entity, newest first", kHistoryHelp});
  auto arguments = std::make_shared<HistoryArguments>();
  command->add_option("NAME", arguments->name, "Name of the entity: diseases/sle")->required();
  arguments->limit.AddTo(command);
  commands->OnRun(command, arguments, &RunHistory);
}

// delete, undelete

struct DeleteArguments {
  std::vector<std::string> names;
  std::string etag;
  WriteArguments write;
};

// All names in one commit.
absl::StatusOr<ExitCode> CommitNames(const DeleteArguments& arguments,
                                     void (v1::Mutation::*set)(const std::string&),
                                     absl::string_view done, Session& session) {
  v1::CommitEntitiesRequest request;
  for (const std::string& name : arguments.names) {
    (request.add_mutations()->*set)(name);
  }
  if (!arguments.etag.empty() && arguments.names.size() > 1) {
    return absl::InvalidArgumentError("--etag goes with one name");
  }
  if (!arguments.etag.empty()) {
    v1::Precondition* precondition = request.add_preconditions();
    precondition->set_name(arguments.names[0]);
    precondition->set_etag(arguments.etag);
  }
  *request.mutable_write() = arguments.write.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::EntityService::Stub::CommitEntities, request);
  if (!response.ok()) {
    return WithNearestName(response.status(), arguments.names, session);
  }
  auto word = [&](const v1::Entity&) { return std::string(done); };
  RETURN_IF_ERROR(ReportCommit(*response, arguments.write.dry_run, word, session));
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunDelete(const DeleteArguments& arguments, Session& session) {
  return CommitNames(arguments, &v1::Mutation::set_delete_, "deleted", session);
}

absl::StatusOr<ExitCode> RunUndelete(const DeleteArguments& arguments, Session& session) {
  return CommitNames(arguments, &v1::Mutation::set_undelete, "undeleted", session);
}

constexpr const char* kUndeleteHelp = R"(Examples:
  cartograph undelete evidence/F22 --reason 'it was right after all'
  cartograph list evidence --deleted                what can be brought back)";

constexpr const char* kDeleteHelp =
    R"(A deleted entity feeds no facts, keeps its history, and can be undeleted. All names are
one commit: all or none. What others refer to cannot be deleted; the error names them.

Examples:
  cartograph delete evidence/F22 --reason 'misread'
  cartograph delete evidence/F22 --dry-run)";

void AddDeletions(Commands* commands) {
  CLI::App* remove = commands->Add(commands->root(), {"delete", "Delete entities", kDeleteHelp});
  CLI::App* restore =
      commands->Add(commands->root(), {"undelete", "Bring deleted entities back", kUndeleteHelp});
  for (CLI::App* command : {remove, restore}) {
    auto arguments = std::make_shared<DeleteArguments>();
    command->add_option("NAME", arguments->names, "Names of entities: diseases/sle")->required();
    command->add_option("--etag", arguments->etag, "Only if this is still its etag")
        ->option_text("ETAG");
    arguments->write.AddTo(command);
    commands->OnRun(command, arguments, command == remove ? &RunDelete : &RunUndelete);
  }
}

}  // namespace

void AddEntityCommands(Commands* commands) {
  AddGet(commands);
  AddList(commands);
  AddHistory(commands);
  AddDeletions(commands);
}

}  // namespace cartograph::clients
