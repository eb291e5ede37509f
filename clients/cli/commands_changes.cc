// watch, diff, simulate: facts as they come and go, or would.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/entity_files.h"
#include "clients/cli/entity_text.h"
#include "clients/cli/pack_files.h"
#include "clients/cli/paging.h"
#include "clients/cli/pattern_arguments.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

constexpr uint32_t kPageSize = 10'000;
constexpr absl::Duration kPause = absl::Milliseconds(500);  // before a watch is taken up again

// "ada, retraction notice: sources/schett-2024"
std::string CauseText(const v1::ChangeCause& cause) {
  std::vector<std::string> what;
  for (const v1::EntityChange& entity : cause.entities()) {
    if (entity.kind() != v1::ENTITY_CHANGE_KIND_UNCHANGED) {
      what.push_back(entity.name());
    }
  }
  if (cause.has_rule_pack()) {
    what.push_back(
        absl::StrCat("rules ", cause.rule_pack().name(), "@", cause.rule_pack().version()));
  }
  constexpr size_t kShown = 5;
  size_t left = what.size() > kShown ? what.size() - kShown : 0;
  what.resize(what.size() - left);
  std::string text = absl::StrCat(cause.actor(), cause.reason().empty() ? "" : ", ", cause.reason(),
                                  what.empty() ? "" : ": ", absl::StrJoin(what, ", "));
  return left == 0 ? text : absl::StrCat(text, " and ", left, " more");
}

// watch

struct WatchArguments {
  PatternArguments pattern;
  std::optional<uint64_t> after;
  uint64_t until = 0;
  bool snapshot = false;
};

// Prints the responses of a watch, and remembers where it may be taken up again.
class WatchPrinter {
 public:
  WatchPrinter(const WatchArguments& arguments, Session* session)
      : until_(arguments.until), resume_(arguments.after), session_(*session) {}

  // CANCELLED once all that was asked for has been told.
  absl::Status Print(const v1::WatchFactsResponse& event) {
    if (session_.format() == OutputFormat::kTable) {
      PrintLines(event);
    } else {
      ASSIGN_OR_RETURN(std::string json, CompactJson(event));
      session_.out() << json << "\n";
    }
    session_.out().flush();
    if (event.complete()) {
      resume_ = event.revision();
    }
    return event.complete() && until_ != 0 && event.revision() >= until_
               ? absl::CancelledError("told")
               : absl::OkStatus();
  }

  const std::optional<uint64_t>& resume() const { return resume_; }

 private:
  void PrintLines(const v1::WatchFactsResponse& event) {
    std::ostream& out = session_.out();
    if (event.kind() == v1::WATCH_EVENT_KIND_DELTA && event.has_cause()) {
      out << absl::StrCat("revision ", event.revision(), "  ",
                          TimeText(event.cause().commit_time()), "  ", CauseText(event.cause()),
                          "\n");
    }
    for (const v1::Fact& fact : event.removed()) {
      out << "- " << FactText(fact) << "\n";
    }
    for (const v1::Fact& fact : event.added()) {
      out << (event.kind() == v1::WATCH_EVENT_KIND_SNAPSHOT ? "  " : "+ ") << FactText(fact)
          << "\n";
    }
    if (event.kind() == v1::WATCH_EVENT_KIND_SNAPSHOT && event.complete()) {
      session_.Note(absl::StrCat("these hold at revision ", event.revision()));
    }
  }

  const uint64_t until_;
  std::optional<uint64_t> resume_;
  Session& session_;
};

absl::StatusOr<ExitCode> RunWatch(const WatchArguments& arguments, Session& session) {
  v1::WatchFactsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_patterns(), PatternsOf(arguments.pattern, session));
  request.set_snapshot(arguments.snapshot);
  WatchPrinter printer(arguments, &session);
  ASSIGN_OR_RETURN(Client * client, session.client());
  for (;;) {
    if (printer.resume().has_value()) {
      request.set_after_revision(*printer.resume());
    }
    absl::Status status = client->ForEachMessage(
        &v1::FactService::Stub::WatchFacts, request,
        [&](const v1::WatchFactsResponse& event) { return printer.Print(event); });
    if (absl::IsCancelled(status)) {
      return ExitCode::kOk;
    }
    // A server that restarts is waited for; what it told is not told again.
    if (!absl::IsUnavailable(status) || !printer.resume().has_value()) {
      return status;
    }
    session.Note(absl::StrCat("the server is gone; going on after revision ", *printer.resume()));
    request.set_snapshot(false);
    absl::SleepFor(kPause);
  }
}

constexpr const char* kWatchHelp =
    R"(Prints the facts that each revision removes (-) and adds (+), with who made it and why,
until it is stopped. A server that restarts is waited for, and the watch goes on where it was.

Examples:
  cartograph watch                                   every fact
  cartograph watch studied_in disease=sle --snapshot
  cartograph watch studied_in --after 17 --until 40  what happened since, and no more
  cartograph watch -o jsonl | jq .added)";

void AddWatch(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"watch", "Follow facts as they come and go", kWatchHelp});
  auto arguments = std::make_shared<WatchArguments>();
  arguments->pattern.AddTo(command);
  command->add_option("--after", arguments->after, "Tell the revisions after this one")
      ->option_text("REVISION");
  command->add_option("--until", arguments->until, "End when this revision has been told")
      ->option_text("REVISION");
  command->add_flag("--snapshot", arguments->snapshot,
                    "First, the facts that hold at the beginning");
  commands->OnRun(command, arguments, &RunWatch);
}

// diff

struct DiffArguments {
  uint64_t from = 0;
  uint64_t to = 0;
  PatternArguments pattern;
  LimitArgument limit;
};

absl::StatusOr<ExitCode> RunDiff(const DiffArguments& arguments, Session& session) {
  Limit limit(arguments.limit);
  v1::DiffFactsRequest request;
  request.set_from_revision(arguments.from);
  request.set_to_revision(arguments.to);
  ASSIGN_OR_RETURN(*request.mutable_patterns(), PatternsOf(arguments.pattern, session));
  request.set_page_size(limit.page_size(kPageSize));
  Printer printer = session.MakePrinter(
      {{"CHANGE"}, {"FACT"}, {"REVISION", /*right=*/true}, {"CAUSE", false, /*text=*/true}},
      "differences");
  v1::ResponseHeader header;
  auto use = [&](const v1::DiffFactsResponse& page) {
    header = page.header();
    for (const v1::FactDifference& difference : page.differences()) {
      if (!limit.Take()) {
        return false;
      }
      std::string fact = FactText(difference.fact());
      printer.Add(
          {{difference.added() ? "added" : "removed", fact, absl::StrCat(difference.revision()),
            CauseText(page.causes().at(difference.revision()))},
           fact,
           &difference,
           ""});
    }
    return limit.GoOn(page.next_page_token().empty());
  };
  ASSIGN_OR_RETURN(Client * client, session.client());
  RETURN_IF_ERROR(client->ForEachPage(&v1::FactService::Stub::DiffFacts, request, use));
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "difference", header);
  if (limit.more()) {
    session.NoteMore("differences");
  }
  return ExitCode::kOk;
}

constexpr const char* kDiffHelp =
    R"(Lists the facts by which one revision differs from another, with the revision that made each
difference, and why.

Examples:
  cartograph diff 12 17
  cartograph diff 12 0 studied_in                    to the latest revision
  cartograph diff 12 17 studied_in disease=sle -o json)";

void AddDiff(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"diff", "Compare the facts of two revisions", kDiffHelp});
  auto arguments = std::make_shared<DiffArguments>();
  command->add_option("FROM", arguments->from, "Revision")->required();
  command->add_option("TO", arguments->to, "Revision; 0 for the latest")->required();
  arguments->pattern.AddTo(command);
  arguments->limit.AddTo(command);
  commands->OnRun(command, arguments, &RunDiff);
}

// simulate

struct SimulateArguments {
  std::vector<std::string> paths;
  std::vector<std::string> deleted;
  std::string rules;
  std::vector<std::string> questions;
  PatternArguments pattern;
  LimitArgument limit;
  ReadArguments read;
};

absl::StatusOr<v1::SimulateFactsRequest> SimulateRequest(const SimulateArguments& arguments,
                                                         Session& session) {
  v1::SimulateFactsRequest request;
  ASSIGN_OR_RETURN(std::vector<PlacedEntity> entities,
                   ReadEntities(arguments.paths, &session.in()));
  for (PlacedEntity& placed : entities) {
    *request.add_mutations()->mutable_put() = std::move(placed.entity);
  }
  for (const std::string& name : arguments.deleted) {
    request.add_mutations()->set_delete_(name);
  }
  if (!arguments.rules.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_rule_pack(), ReadPack(arguments.rules));
  }
  request.mutable_questions()->Add(arguments.questions.begin(), arguments.questions.end());
  ASSIGN_OR_RETURN(*request.mutable_patterns(), PatternsOf(arguments.pattern, session));
  request.set_differences_max(Limit(arguments.limit).page_size(kPageSize));
  *request.mutable_read() = arguments.read.ToProto();
  return request;
}

void PrintAnswers(const v1::SimulateFactsResponse& response, Session& session) {
  for (const v1::SimulatedAnswer& answer : response.answers()) {
    session.out() << answer.question() << ColumnsText(answer.columns()) << "\n";
    for (const v1::Row& row : answer.rows()) {
      std::vector<std::string> values;
      for (const v1::Value& value : row.values()) {
        values.push_back(ValueText(value));
      }
      session.out() << "  " << absl::StrJoin(values, "  ") << "\n";
    }
  }
}

absl::StatusOr<ExitCode> RunSimulate(const SimulateArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(v1::SimulateFactsRequest request, SimulateRequest(arguments, session));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::SimulateFacts, request));
  PrintDiagnostics(response.diagnostics(), session);
  PrintFailures(response.tests(), session);
  if (HasErrors(response.diagnostics())) {
    return ExitCode::kFalse;
  }
  if (session.format() == OutputFormat::kJson) {
    ASSIGN_OR_RETURN(std::string json, CompactJson(response));
    session.out() << IndentedJson(json) << "\n";
    return ExitCode::kOk;
  }
  Printer printer = session.MakePrinter({{"CHANGE"}, {"FACT"}}, "differences");
  for (const v1::FactDifference& difference : response.differences()) {
    std::string fact = FactText(difference.fact());
    printer.Add({{difference.added() ? "added" : "removed", fact}, fact, &difference, ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  PrintAnswers(response, session);
  session.Note(absl::StrCat("nothing is changed; it would be: ", response.facts_added(),
                            " facts added, ", response.facts_removed(), " removed"));
  session.NoteState(response.header());
  if (response.more_differences()) {
    session.NoteMore("differences");
  }
  return ExitCode::kOk;
}

constexpr const char* kSimulateHelp =
    R"(Says what would follow from entities as the files have them, from deletions, from other rules,
or from all together. Nothing is changed.

Examples:
  cartograph simulate -f retracted.textproto studied_in
  cartograph simulate --delete evidence/F66 --ask targets_studied
  cartograph simulate --rules data/founding/pack studied_in
  cartograph simulate -f new_evidence/ --at 17)";

void AddSimulate(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"simulate", "Say what a change would do", kSimulateHelp});
  auto arguments = std::make_shared<SimulateArguments>();
  command
      ->add_option("-f,--file", arguments->paths,
                   "Files or folders of entities; - for standard input")
      ->option_text("FILE")
      ->allow_extra_args(false);
  command->add_option("--delete", arguments->deleted, "Entity that would be deleted")
      ->option_text("NAME")
      ->allow_extra_args(false);
  command
      ->add_option("--rules", arguments->rules, "Folder of a rule pack in place of the active one")
      ->option_text("FOLDER");
  command->add_option("--ask", arguments->questions, "Question to answer as it would be")
      ->option_text("QUESTION")
      ->allow_extra_args(false);
  arguments->pattern.AddTo(command);
  arguments->limit.AddTo(command);
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunSimulate);
}

}  // namespace

void AddChangeCommands(Commands* commands) {
  AddWatch(commands);
  AddDiff(commands);
  AddSimulate(commands);
}

}  // namespace cartograph::clients
