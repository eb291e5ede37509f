// dependents, fragile, violations: what rests on what, and what is wrong.

#include <CLI/CLI.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/fact_pattern.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

// dependents

struct DependentsArguments {
  std::vector<std::string> words;
  std::string predicate;
  bool alone = false;
  ReadArguments read;
};

// "sources/schett-2024", or a fact.
absl::StatusOr<v1::ListDependentsRequest> RequestOf(const DependentsArguments& arguments,
                                                    Session& session) {
  v1::ListDependentsRequest request;
  *request.mutable_read() = arguments.read.ToProto();
  request.set_predicate(arguments.predicate);
  const std::string& first = arguments.words[0];
  if (arguments.words.size() == 1 && !LooksLikeAtom(first) && absl::StrContains(first, '/')) {
    request.set_entity(first);
    return request;
  }
  if (arguments.words.size() == 1 && !LooksLikeAtom(first)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", first, "\" is neither a fact nor the whole name of an entity, such as ",
                     "sources/schett-2024"));
  }
  ASSIGN_OR_RETURN(AtomText atom, AtomOf(arguments.words));
  ASSIGN_OR_RETURN(Pattern pattern, Resolve(atom, request.read(), session));
  if (!pattern.is_fact()) {
    return absl::InvalidArgumentError(
        absl::StrCat(TextOf(pattern), " is no fact: give every column a value"));
  }
  *request.mutable_fact() = FactOf(pattern);
  return request;
}

absl::StatusOr<ExitCode> RunDependents(const DependentsArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(v1::ListDependentsRequest request, RequestOf(arguments, session));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::ListDependents, request));
  Printer printer = session.MakePrinter({{"FALLS"}, {"FACT"}}, "dependents");
  for (const v1::Dependent& dependent : response.dependents()) {
    if (arguments.alone && !dependent.alone()) continue;
    const std::string fact = FactText(dependent.fact());
    printer.Add({{dependent.alone() ? "yes" : "no", fact}, fact, &dependent, ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "fact", response.header());
  return ExitCode::kOk;
}

constexpr const char* kDependentsHelp =
    R"(Lists the derived facts that rest on an entity or on a fact. Under FALLS, "yes": every
proof of the fact needs it, so without it the fact is gone; "no": the fact also holds
otherwise. A source stands for all its evidence; evidence also for the links between
entities that cite it.

Examples:
  cartograph dependents sources/schett-2024
  cartograph dependents sources/schett-2024 --of studied_in --alone
  cartograph dependents evidence/F66
  cartograph dependents 'tested(bcma-car-t, ms, F66)')";

void AddDependents(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(),
      {"dependents", "List the facts that rest on an entity or a fact", kDependentsHelp});
  auto arguments = std::make_shared<DependentsArguments>();
  command->add_option("SUBJECT", arguments->words, "Name of an entity, or a fact")->required();
  command->add_option("--of", arguments->predicate, "Facts of this predicate only");
  command->add_flag("--alone", arguments->alone, "Only what would be gone without it");
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunDependents);
}

// fragile

struct FragileArguments {
  std::string predicate;
  std::string source;
  ReadArguments read;
};

absl::StatusOr<ExitCode> RunFragile(const FragileArguments& arguments, Session& session) {
  v1::ListFragileFactsRequest request;
  request.set_predicate(arguments.predicate);
  request.set_source(arguments.source);
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::ListFragileFacts, request));
  Printer printer = session.MakePrinter({{"FACT"}, {"SOURCE"}, {"EVIDENCE"}}, "facts");
  for (const v1::FragileFact& fact : response.facts()) {
    const std::string text = FactText(fact.fact());
    printer.Add({{text, fact.source(), absl::StrJoin(fact.evidence(), " ")}, text, &fact, ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "fact", response.header());
  return ExitCode::kOk;
}

constexpr const char* kFragileHelp =
    R"(Lists derived facts all of whose claims come from one source: without a predicate, the
answers of all questions. Links between entities that cite evidence do not count.

Examples:
  cartograph fragile
  cartograph fragile studied_in
  cartograph fragile studied_in --source sources/schett-2024)";

void AddFragile(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"fragile", "List facts that rest on one source only", kFragileHelp});
  auto arguments = std::make_shared<FragileArguments>();
  command->add_option("PREDICATE", arguments->predicate, "Facts of this predicate");
  command->add_option("--source", arguments->source, "Facts that rest on this source");
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunFragile);
}

// violations

struct ViolationsArguments {
  std::string predicate;
  ReadArguments read;
};

absl::StatusOr<ExitCode> RunViolations(const ViolationsArguments& arguments, Session& session) {
  v1::ListViolationsRequest request;
  request.set_predicate(arguments.predicate);
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::ListViolations, request));
  Printer printer =
      session.MakePrinter({{"MODE"}, {"FACT"}, {"SAYS", false, /*text=*/true}}, "violations");
  for (const v1::Violation& violation : response.violations()) {
    const std::string fact = FactText(violation.fact());
    const std::string& says = violation.says().empty() ? violation.title() : violation.says();
    const std::string mode = EnumWord(*v1::ViolationMode_descriptor(), violation.mode());
    printer.Add({{mode, fact, says}, fact, &violation, ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "violation", response.header());
  return response.violations().empty() ? ExitCode::kOk : ExitCode::kFalse;
}

constexpr const char* kViolationsHelp =
    R"(Lists what the rule pack calls a violation: contradictions and integrity problems. Exit
code 1 when there are any.

Examples:
  cartograph violations
  cartograph violations contradicted
  cartograph violations -o json)";

void AddViolations(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(),
                    {"violations", "List contradictions and integrity problems", kViolationsHelp});
  auto arguments = std::make_shared<ViolationsArguments>();
  command->add_option("PREDICATE", arguments->predicate, "Of this relation only");
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunViolations);
}

}  // namespace

void AddDependentCommands(Commands* commands) {
  AddDependents(commands);
  AddFragile(commands);
  AddViolations(commands);
}

}  // namespace cartograph::clients
