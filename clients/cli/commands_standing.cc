// retract, reinstate: the force of sources.

#include <CLI/CLI.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/entity_names.h"
#include "clients/cli/pattern_arguments.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

struct StandingArguments {
  std::string source;
  std::string etag;
  PatternArguments pattern;
  WriteArguments write;
};

// "sources/schett-2024", also for "schett-2024".
std::string SourceName(const std::string& word) {
  return absl::StrContains(word, '/') ? word : absl::StrCat("sources/", word);
}

const char* EffectWord(v1::SourceEffectKind kind) {
  switch (kind) {
    case v1::SOURCE_EFFECT_KIND_LOST:
      return "lost";
    case v1::SOURCE_EFFECT_KIND_GAINED:
      return "gained";
    case v1::SOURCE_EFFECT_KIND_WEAKENED:
      return "weakened";
    case v1::SOURCE_EFFECT_KIND_STRENGTHENED:
      return "strengthened";
    case v1::SOURCE_EFFECT_KIND_UNCHANGED:
      return "unchanged";
    default:
      return "?";
  }
}

// "2 → 1"; nothing for facts that are lost or gained.
std::string SourcesText(const v1::SourceEffect& effect) {
  if (!effect.has_sources_before()) {
    return "";
  }
  return absl::StrCat(effect.sources_before(), " → ", effect.sources_after());
}

template <typename Response>
absl::StatusOr<ExitCode> Report(const Response& response, const StandingArguments& arguments,
                                absl::string_view done, Session& session) {
  Printer printer = session.MakePrinter({{"EFFECT"}, {"FACT"}, {"SOURCES"}}, "effects");
  for (const v1::SourceEffect& effect : response.effects().effects()) {
    const std::string fact = FactText(effect.fact());
    printer.Add({{EffectWord(effect.kind()), fact, SourcesText(effect)}, fact, &effect, ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.Note(absl::StrCat(response.source().name(),
                            arguments.write.dry_run ? " would be " : " is ", done,
                            "; facts: ", response.summary().facts_added(), " added, ",
                            response.summary().facts_removed(), " removed"));
  if (!response.effects().left_out().empty()) {
    session.Note(absl::StrCat("not all effects are shown: ", response.effects().left_out()));
  }
  session.NoteState(response.header());
  return ExitCode::kOk;
}

template <typename Request, typename Method>
absl::StatusOr<ExitCode> Run(const StandingArguments& arguments, Method method,
                             absl::string_view done, Session& session) {
  Request request;
  request.set_name(SourceName(arguments.source));
  request.set_etag(arguments.etag);
  ASSIGN_OR_RETURN(*request.mutable_patterns(), PatternsOf(arguments.pattern, session));
  *request.mutable_write() = arguments.write.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(method, request);
  if (!response.ok()) {
    return WithNearestName(response.status(), {request.name()}, session);
  }
  return Report(*response, arguments, done, session);
}

absl::StatusOr<ExitCode> RunRetract(const StandingArguments& arguments, Session& session) {
  return Run<v1::RetractSourceRequest>(arguments, &v1::EntityService::Stub::RetractSource,
                                       "retracted", session);
}

absl::StatusOr<ExitCode> RunReinstate(const StandingArguments& arguments, Session& session) {
  return Run<v1::ReinstateSourceRequest>(arguments, &v1::EntityService::Stub::ReinstateSource,
                                         "reinstated", session);
}

constexpr const char* kRetractHelp =
    R"(Gives a source the standing "retracted". Nothing is deleted: the rules decide what no longer
holds. Under EFFECT: facts lost; gained; weakened, which still hold, with fewer sources in force;
unchanged, which rested on the source and have as many as before. Under SOURCES, the number of
sources in force whose claims a fact rests on, before and after.

Examples:
  cartograph retract sources/schett-2024 studied_in --dry-run
  cartograph retract sources/schett-2024 --reason 'retraction notice of 2026-03-01')";

constexpr const char* kReinstateHelp =
    R"(Gives a retracted source its force back (the standing "reinstated"), and says what that brings back.

Examples:
  cartograph reinstate sources/schett-2024 --reason 'the notice was withdrawn')";

}  // namespace

void AddStandingCommands(Commands* commands) {
  CLI::App* retract =
      commands->Add(commands->root(), {"retract", "Take its force from a source", kRetractHelp});
  CLI::App* reinstate = commands->Add(
      commands->root(), {"reinstate", "Give a retracted source its force back", kReinstateHelp});
  for (CLI::App* command : {retract, reinstate}) {
    auto arguments = std::make_shared<StandingArguments>();
    command->add_option("SOURCE", arguments->source, "Name of the source: sources/schett-2024")
        ->required();
    arguments->pattern.AddTo(command);
    command->add_option("--etag", arguments->etag, "Only if this is still its etag")
        ->option_text("ETAG");
    arguments->write.AddTo(command);
    commands->OnRun(command, arguments, command == retract ? &RunRetract : &RunReinstate);
  }
}

}  // namespace cartograph::clients
