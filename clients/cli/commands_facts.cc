// ask, facts: answers as rows.

#include <CLI/CLI.hpp>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/error_report.h"
#include "clients/cli/paging.h"
#include "clients/cli/relations.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

constexpr uint32_t kPageSize = 10'000;

std::vector<ArgumentText> ParseNamed(const std::vector<std::string>& words) {
  std::vector<ArgumentText> arguments;
  for (const std::string& word : words) {
    arguments.push_back(ParseArgument(word, /*named=*/true));
  }
  return arguments;
}

// ask

struct AskArguments {
  std::string question;
  std::vector<std::string> parameters;
  std::string rules;
  std::string predicate;
  uint64_t facts_max = 0;
  uint64_t probes_max = 0;
  std::string time_max;
  LimitArgument limit;
  ReadArguments read;
};

absl::StatusOr<v1::ListQuestionsResponse> ListQuestions(const ReadArguments& read,
                                                        Session& session) {
  v1::ListQuestionsRequest request;
  *request.mutable_read() = read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  return client->Call(&v1::QuestionService::Stub::ListQuestions, request);
}

absl::StatusOr<ExitCode> PrintQuestions(const AskArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(auto response, ListQuestions(arguments.read, session));
  Printer printer = session.MakePrinter(
      {{"QUESTION"}, {"COLUMNS", false, /*text=*/true}, {"TITLE", false, /*text=*/true}},
      "questions");
  for (const v1::Question& question : response.questions()) {
    printer.Add({{question.name(), ColumnsText(question.columns()), question.title()},
                 question.name(),
                 &question,
                 ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "question", response.header());
  return ExitCode::kOk;
}

// The columns of the question. NOT_FOUND, in the server's words, when there is none of that name.
absl::StatusOr<Columns> QuestionColumns(const AskArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(auto response, ListQuestions(arguments.read, session));
  for (const v1::Question& question : response.questions()) {
    if (question.name() == arguments.question) {
      return question.columns();
    }
  }
  v1::AskRequest unknown;  // the server knows the nearest name
  unknown.set_question(arguments.question);
  unknown.set_page_size(1);
  *unknown.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  absl::Status refused = client->Call(&v1::QuestionService::Stub::Ask, unknown).status();
  if (refused.ok()) {
    return absl::NotFoundError(absl::StrCat("there is no question ", arguments.question));
  }
  return WithAdvice(refused, "`cartograph ask` lists the questions.");
}

absl::StatusOr<ExitCode> AskQuestion(const AskArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(Columns columns, QuestionColumns(arguments, session));
  ASSIGN_OR_RETURN(auto given, FiltersOf(ParseNamed(arguments.parameters), columns));
  Limit limit(arguments.limit);
  v1::AskRequest request;
  request.set_question(arguments.question);
  request.mutable_parameters()->Add(given.begin(), given.end());
  request.set_page_size(limit.page_size(kPageSize));
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(RowPrinter rows, RowPrinter::Make(columns, given, "rows", &session));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(
      v1::ResponseHeader header,
      ShowPages(client, &v1::QuestionService::Stub::Ask, request, &v1::AskResponse::rows, &limit,
                [&](const v1::Row& row) { rows.Add(row.values(), row); }));
  RETURN_IF_ERROR(rows.Finish());
  session.NoteCount(rows.rows(), "row", header);
  if (limit.more()) {
    session.NoteMore("rows");
  }
  if (rows.rows() == 0) {
    RETURN_IF_ERROR(CheckGivenEntities(given, columns, arguments.read.ToProto(), session));
  }
  return ExitCode::kOk;
}

absl::StatusOr<v1::AskAdHocRequest> AdHocRequest(const AskArguments& arguments, Session& session) {
  v1::AskAdHocRequest request;
  request.set_rules(arguments.rules == "-"
                        ? std::string(std::istreambuf_iterator<char>(session.in()),
                                      std::istreambuf_iterator<char>())
                        : arguments.rules);
  request.set_predicate(arguments.predicate);
  request.set_rows_max(static_cast<uint32_t>(
      arguments.limit.limit == 0 ? kPageSize
                                 : std::min<uint64_t>(arguments.limit.limit, kPageSize)));
  v1::AdHocBudget* budget = request.mutable_budget();
  budget->set_facts_max(arguments.facts_max);
  budget->set_probes_max(arguments.probes_max);
  if (!arguments.time_max.empty()) {
    absl::Duration time = ParseTimeout(arguments.time_max).value_or(absl::ZeroDuration());
    int64_t nanos = absl::ToInt64Nanoseconds(time);
    budget->mutable_time_max()->set_seconds(nanos / 1'000'000'000);
    budget->mutable_time_max()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  }
  *request.mutable_read() = arguments.read.ToProto();
  return request;
}

absl::StatusOr<ExitCode> AskRules(const AskArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(v1::AskAdHocRequest request, AdHocRequest(arguments, session));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::QuestionService::Stub::AskAdHoc, request));
  PrintDiagnostics(response.diagnostics(), session);
  if (response.columns().empty() && HasErrors(response.diagnostics())) {
    return ExitCode::kFalse;
  }
  ASSIGN_OR_RETURN(RowPrinter rows, RowPrinter::Make(response.columns(), {}, "rows", &session));
  for (const v1::Row& row : response.rows()) {
    rows.Add(row.values(), row);
  }
  RETURN_IF_ERROR(rows.Finish());
  session.NoteCount(rows.rows(), "row", response.header());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunAsk(const AskArguments& arguments, Session& session) {
  if (!arguments.rules.empty()) {
    return AskRules(arguments, session);
  }
  return arguments.question.empty() ? PrintQuestions(arguments, session)
                                    : AskQuestion(arguments, session);
}

constexpr const char* kAskHelp =
    R"(Without a question, lists those that the active rule pack presents. A column that is
given a value is held to it; a value without "/" in a column of entities is an id:
disease=sle means diseases/sle.

With --rules, asks what nobody prepared: rules over all relations of the active pack;
the answer is the relation called answer (or --predicate). The server evaluates them
within a budget and forgets them. Exit code 1 when the rules are wrong.

Examples:
  cartograph ask
  cartograph ask studied_in disease=sle
  cartograph ask studied_in target=cd19 -o name     the diseases, one a line
  cartograph ask --rules 'answer(d) :- studied_in("targets/cd19", d), !studied_in("targets/bcma", d).'
  cartograph ask --rules - --budget-time 2s < question.dl)";

void AddBudget(AskArguments* arguments, CLI::App* command, CLI::Option* rules) {
  command
      ->add_option("--predicate", arguments->predicate,
                   "Relation to answer with; answer by default")
      ->option_text("NAME")
      ->needs(rules);
  command
      ->add_option("--budget-facts", arguments->facts_max, "Most facts that the rules may derive")
      ->option_text("N")
      ->needs(rules);
  command->add_option("--budget-probes", arguments->probes_max, "Most join probes")
      ->option_text("N")
      ->needs(rules);
  command->add_option("--budget-time", arguments->time_max, "Longest evaluation")
      ->option_text("DURATION")
      ->check(TimeoutValidator())
      ->needs(rules);
}

void AddAsk(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"ask", "Ask a question, or list the questions", kAskHelp});
  auto arguments = std::make_shared<AskArguments>();
  CLI::Option* question =
      command->add_option("QUESTION", arguments->question, "Name of the question");
  command->add_option("COLUMN=VALUE", arguments->parameters, "Columns that are given");
  CLI::Option* rules = command->add_option("--rules", arguments->rules,
                                           "Rule text to answer with; - for standard input");
  rules->option_text("TEXT")->excludes(question);
  AddBudget(arguments.get(), command, rules);
  arguments->limit.AddTo(command);
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunAsk);
}

// facts

struct FactsArguments {
  std::string predicate;
  std::vector<std::string> filters;
  LimitArgument limit;
  ReadArguments read;
};

absl::StatusOr<ExitCode> PrintPredicates(const FactsArguments& arguments, Session& session) {
  v1::ListPredicatesRequest request;
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::ListPredicates, request));
  Printer printer = session.MakePrinter(
      {{"PREDICATE"}, {"FROM"}, {"FACTS", /*right=*/true}, {"COLUMNS", false, /*text=*/true}},
      "predicates");
  for (const v1::PredicateInfo& predicate : response.predicates()) {
    printer.Add({{predicate.name(), predicate.base() ? "entities" : "rules",
                  absl::StrCat(predicate.facts()), ColumnsText(predicate.columns())},
                 predicate.name(),
                 &predicate,
                 ""});
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  session.NoteCount(printer.items(), "predicate", response.header());
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> PrintFacts(const FactsArguments& arguments, Session& session) {
  v1::ReadOptions read = arguments.read.ToProto();
  ASSIGN_OR_RETURN(auto predicate, FindPredicate(arguments.predicate, read, session));
  ASSIGN_OR_RETURN(auto given, FiltersOf(ParseNamed(arguments.filters), predicate.columns()));
  Limit limit(arguments.limit);
  v1::ListFactsRequest request;
  request.set_predicate(arguments.predicate);
  request.mutable_filters()->Add(given.begin(), given.end());
  request.set_page_size(limit.page_size(kPageSize));
  *request.mutable_read() = read;
  ASSIGN_OR_RETURN(RowPrinter rows,
                   RowPrinter::Make(predicate.columns(), given, "facts", &session));
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(
      v1::ResponseHeader header,
      ShowPages(client, &v1::FactService::Stub::ListFacts, request, &v1::ListFactsResponse::facts,
                &limit, [&](const v1::Fact& fact) { rows.Add(fact.values(), fact); }));
  RETURN_IF_ERROR(rows.Finish());
  session.NoteCount(rows.rows(), "fact", header);
  if (limit.more()) {
    session.NoteMore("facts");
  }
  if (rows.rows() == 0) {
    RETURN_IF_ERROR(CheckGivenEntities(given, predicate.columns(), read, session));
  }
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> RunFacts(const FactsArguments& arguments, Session& session) {
  return arguments.predicate.empty() ? PrintPredicates(arguments, session)
                                     : PrintFacts(arguments, session);
}

constexpr const char* kFactsHelp =
    R"(Without a predicate, lists the predicates: those filled from entities, and those that
rules derive, with the number of their facts.

Examples:
  cartograph facts
  cartograph facts claim                            all facts of a predicate
  cartograph facts disease_parent parent=autoimmune-disease
  cartograph facts name language=zh-Hans -o tsv)";

void AddFacts(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"facts", "List facts, or the predicates", kFactsHelp});
  auto arguments = std::make_shared<FactsArguments>();
  command->add_option("PREDICATE", arguments->predicate, "Name of the predicate");
  command->add_option("COLUMN=VALUE", arguments->filters, "Columns that are given");
  arguments->limit.AddTo(command);
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunFacts);
}

}  // namespace

void AddFactCommands(Commands* commands) {
  AddAsk(commands);
  AddFacts(commands);
}

}  // namespace cartograph::clients
