// rules check, fmt, test: rule text, without a server but for the declarations of the base
// relations.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/budget.h"
#include "base/status.h"
#include "clients/cli/commands.h"
#include "clients/cli/coverage_report.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/error_report.h"
#include "clients/cli/junit.h"
#include "clients/cli/rule_files.h"
#include "clients/cli/sarif.h"
#include "clients/lsp/server.h"
#include "rules/rule_coverage.h"
#include "rules/rule_tests.h"
#include "rules/syntax/formatter.h"

namespace cartograph::clients {
namespace {

constexpr const char* kNoSchema = "none";
constexpr absl::Duration kSchemaConnectTimeout = absl::Seconds(1);

// The declarations that rule text is checked against: of a file, or of the server.
absl::StatusOr<std::string> BaseSchema(const std::string& file, Session& session) {
  if (file == kNoSchema) {
    return "";
  }
  if (!file.empty()) {
    return ReadTextFile(file);
  }
  auto client = session.client(kSchemaConnectTimeout);
  if (client.status().code() == absl::StatusCode::kUnavailable) {
    return WithAdvice(client.status(),
                      "Rules are checked against the base relations of a server. Without one, give "
                      "them with --schema "
                      "FILE (as `cartograph rules schema` prints them), or --schema none.");
  }
  RETURN_IF_ERROR(client.status());
  ASSIGN_OR_RETURN(auto response, (*client)->Call(&v1::RuleService::Stub::GetBaseSchema, {}));
  return response.text();
}

void AddSchemaOption(CLI::App* command, std::string* schema) {
  command
      ->add_option(
          "--schema", *schema,
          "Declarations of the base relations; without it, the server's. none: there are none")
      ->option_text("FILE");
}

// rules check

struct RulesCheckArguments {
  std::vector<std::string> paths;
  std::string schema;
};

absl::StatusOr<ExitCode> RunRulesCheck(const RulesCheckArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(std::vector<rules::SourceFile> sources, ReadRuleFiles(arguments.paths, ".dl"));
  ASSIGN_OR_RETURN(std::string schema, BaseSchema(arguments.schema, session));
  size_t files = sources.size();
  rules::CompileResult compiled = CompileFiles(std::move(sources), schema);
  if (session.options().output == kSarif) {
    session.out() << SarifLog(compiled.diagnostics, compiled.sources);
  } else {
    RETURN_IF_ERROR(
        PrintDiagnosticsAsResult(ToProto(compiled.diagnostics, compiled.sources), session));
  }
  if (compiled.program == nullptr) {
    return ExitCode::kFalse;
  }
  session.Note(absl::StrCat(Counted(files, "file"), ", ",
                            Counted(compiled.program->rules.size(), "rule"), ": no errors"));
  return ExitCode::kOk;
}

constexpr const char* kRulesCheckHelp =
    R"(All files are compiled together, here: nothing is sent. Diagnostics go to standard error
with the line and carets, or as data to standard output with -o json or -o sarif (SARIF
2.1.0, for code hosts). Exit code 1 when there are errors.

Examples:
  cartograph rules check data/founding/pack
  cartograph rules check studied.dl --schema base_schema.dl
  cartograph rules check ancestors.dl --schema none
  cartograph rules check data/founding/pack -o sarif > findings.sarif)";

void AddRulesCheck(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"check", "Compile rule text and show what is wrong", kRulesCheckHelp});
  auto arguments = std::make_shared<RulesCheckArguments>();
  command->add_option("PATH", arguments->paths, "Files and folders")->required();
  AddSchemaOption(command, &arguments->schema);
  commands->OnRun(command, arguments, &RunRulesCheck);
}

// rules fmt

struct RulesFormatArguments {
  std::vector<std::string> paths;
  bool write = false;
  bool check = false;
};

absl::Status WriteTextFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? absl::OkStatus() : absl::DataLossError(absl::StrCat("cannot write ", path));
}

// What becomes of one formatted file. Returns false for what --check is there to find.
absl::StatusOr<bool> PutFormatted(const rules::SourceFile& source, const std::string& text,
                                  const RulesFormatArguments& arguments, Session& session) {
  bool changed = text != source.text;
  if (arguments.check) {
    session.out() << (changed ? source.path + "\n" : "");
    return !changed;
  }
  if (!arguments.write) {
    session.out() << text;
    return true;
  }
  if (changed) {
    RETURN_IF_ERROR(WriteTextFile(source.path, text));
    session.Note(absl::StrCat("formatted ", source.path));
  }
  return true;
}

absl::StatusOr<ExitCode> RunRulesFormat(const RulesFormatArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(std::vector<rules::SourceFile> sources, ReadRuleFiles(arguments.paths, ".dl"));
  ExitCode code = ExitCode::kOk;
  for (const rules::SourceFile& source : sources) {
    rules::FormatResult formatted = rules::Format(source);
    if (!formatted.diagnostics.empty()) {
      PrintDiagnostics(ToProto(formatted.diagnostics, {source}), session);
      code = ExitCode::kFalse;
      continue;
    }
    ASSIGN_OR_RETURN(bool fine, PutFormatted(source, formatted.text, arguments, session));
    code = fine ? code : ExitCode::kFalse;
  }
  return code;
}

constexpr const char* kRulesFormatHelp =
    R"(Prints the files in their one canonical layout, comments kept. A file that does not
parse is left alone, its diagnostics shown, and the exit code is 1.

Examples:
  cartograph rules fmt studied.dl                   print it
  cartograph rules fmt -w data/founding/pack        rewrite the files
  cartograph rules fmt --check data/founding/pack   name those that would change; exit code 1 if any)";

void AddRulesFormat(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"fmt", "Lay out rule text in the canonical way", kRulesFormatHelp});
  auto arguments = std::make_shared<RulesFormatArguments>();
  command->add_option("PATH", arguments->paths, "Files and folders")->required();
  CLI::Option* write = command->add_flag("-w,--write", arguments->write, "Rewrite the files");
  command->add_flag("--check", arguments->check, "Only name the files that would change")
      ->excludes(write);
  commands->OnRun(command, arguments, &RunRulesFormat);
}

// rules test

struct RulesTestArguments {
  std::vector<std::string> paths;
  std::string schema;
  bool coverage = false;
  std::string junit;  // "" for none
};

// What the wire would say about the result of a test.
v1::RuleTestResult TestToProto(const rules::RuleTestResult& result,
                               const std::vector<rules::SourceFile>& files) {
  const rules::SourceFile& file = files[result.span.file];
  v1::RuleTestResult proto;
  proto.set_title(result.title);
  proto.set_path(file.path);
  proto.set_line(rules::PlaceOf(file.text, result.span.begin).line);
  proto.set_passed(result.passed());
  for (std::string& text : rules::FailureTexts(result, files)) {
    proto.add_failures(std::move(text));
  }
  return proto;
}

// For people, what each test found; in the other formats an object or a row a test.
absl::Status PrintTests(const std::vector<rules::RuleTestResult>& results,
                        const std::vector<rules::SourceFile>& files, Session& session) {
  Printer printer = session.MakePrinter({{"RESULT"}, {"PLACE"}, {"TEST"}, {"FAILURES"}}, "results");
  for (const rules::RuleTestResult& result : results) {
    if (session.format() == OutputFormat::kTable) {
      session.out() << absl::StripSuffix(rules::Render(result, files), "\n") << '\n';
      continue;
    }
    v1::RuleTestResult proto = TestToProto(result, files);
    std::string place = absl::StrCat(proto.path(), ":", proto.line());
    printer.Add({{proto.passed() ? "passed" : "failed", place, proto.title(),
                  absl::StrJoin(proto.failures(), "; ")},
                 place,
                 &proto,
                 ""});
  }
  return session.Finish(&printer);
}

// What the tests found: for people always; else coverage in its place where that is asked for.
absl::Status ReportTests(const std::vector<rules::RuleTest>& tests,
                         const std::vector<rules::RuleTestResult>& results,
                         const std::vector<rules::SourceFile>& files, const rules::Program& program,
                         const RulesTestArguments& arguments, Session& session) {
  if (!arguments.junit.empty()) {
    RETURN_IF_ERROR(WriteTextFile(arguments.junit, JunitXml(results, files)));
  }
  if (!arguments.coverage || session.format() == OutputFormat::kTable) {
    RETURN_IF_ERROR(PrintTests(results, files, session));
  }
  if (!arguments.coverage) return absl::OkStatus();
  base::Budget budget;
  ASSIGN_OR_RETURN(auto coverage, rules::MeasureCoverage(program, tests, &budget));
  return PrintCoverage(coverage, tests.size(), program.sources, session);
}

absl::StatusOr<ExitCode> RunTests(std::shared_ptr<const rules::Program> program,
                                  const std::vector<rules::SourceFile>& files,
                                  const RulesTestArguments& arguments, Session& session) {
  rules::ParsedRuleTests parsed = rules::ParseRuleTests(files, *program);
  Diagnostics diagnostics = ToProto(parsed.diagnostics, files);
  PrintDiagnostics(diagnostics, session);
  if (HasErrors(diagnostics)) {
    return ExitCode::kFalse;
  }
  base::Budget budget;
  ASSIGN_OR_RETURN(auto results, rules::RunRuleTests(program, parsed.tests, &budget));
  RETURN_IF_ERROR(ReportTests(parsed.tests, results, files, *program, arguments, session));
  auto passed = std::count_if(results.begin(), results.end(),
                              [](const rules::RuleTestResult& result) { return result.passed(); });
  session.Note(absl::StrCat(passed, " of ", Counted(results.size(), "test"), " passed"));
  return static_cast<size_t>(passed) == results.size() ? ExitCode::kOk : ExitCode::kFalse;
}

absl::StatusOr<ExitCode> RunRulesTest(const RulesTestArguments& arguments, Session& session) {
  ASSIGN_OR_RETURN(auto sources, ReadRuleFiles(arguments.paths, ".dl"));
  ASSIGN_OR_RETURN(auto tests, ReadRuleFiles(arguments.paths, ".test"));
  ASSIGN_OR_RETURN(std::string schema, BaseSchema(arguments.schema, session));
  rules::CompileResult compiled = CompileFiles(std::move(sources), schema);
  PrintDiagnostics(ToProto(compiled.diagnostics, compiled.sources), session);
  if (compiled.program == nullptr) {
    return ExitCode::kFalse;
  }
  return RunTests(compiled.program, tests, arguments, session);
}

constexpr const char* kRulesTestHelp =
    R"(Compiles the rules (*.dl) and runs the tests (*.test) below the paths, here: each test in a
small world of its own. Exit code 1 when a test fails.

Examples:
  cartograph rules test data/founding/pack
  cartograph rules test data/founding/pack --schema base_schema.dl
  cartograph rules test data/founding/pack -o json | jq '.[] | select(.passed | not)'
  cartograph rules test data/founding/pack --coverage       which rules and literals are tested
  cartograph rules test data/founding/pack --coverage -o json | jq '.[] | select(.testsFired == 0)'
  cartograph rules test data/founding/pack --junit tests.xml)";

void AddRulesTest(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"test", "Run the tests of rules in small worlds", kRulesTestHelp});
  auto arguments = std::make_shared<RulesTestArguments>();
  command->add_option("PATH", arguments->paths, "Files and folders of rules and tests")->required();
  AddSchemaOption(command, &arguments->schema);
  command->add_flag("--coverage", arguments->coverage,
                    "Show which rules fired, and which literals held and failed");
  command->add_option("--junit", arguments->junit, "Write the results as JUnit XML, too")
      ->option_text("FILE");
  commands->OnRun(command, arguments, &RunRulesTest);
}

// rules lsp

struct RulesLspArguments {
  std::string schema;
};

absl::StatusOr<ExitCode> RunRulesLsp(const RulesLspArguments& arguments, Session& session) {
  lsp::ServerOptions options;
  auto schema = BaseSchema(arguments.schema, session);
  if (schema.ok()) {
    options.base_schema = *std::move(schema);
  } else if (arguments.schema.empty()) {
    session.Note("no server answers: base relations are unknown (see --schema)");
  } else {
    return schema.status();
  }
  return lsp::Serve(options, session.in(), session.out()) ? ExitCode::kOk : ExitCode::kFalse;
}

constexpr const char* kRulesLspHelp =
    R"(Speaks the Language Server Protocol over standard input and output: diagnostics, hover, go to
definition, completion and formatting. An editor starts it; docs/language_server.md has settings
for some. Exit code 1 when the editor goes away without saying so.

Examples:
  cartograph rules lsp
  cartograph rules lsp --schema base_schema.dl)";

void AddRulesLsp(Commands* commands, CLI::App* group) {
  CLI::App* command =
      commands->Add(group, {"lsp", "Serve an editor: the rule language server", kRulesLspHelp});
  auto arguments = std::make_shared<RulesLspArguments>();
  AddSchemaOption(command, &arguments->schema);
  commands->OnRun(command, arguments, &RunRulesLsp);
}

}  // namespace

void AddRuleCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup({"rules", "Work with rule text and rule packs", ""});
  AddRulesCheck(commands, group);
  AddRulesFormat(commands, group);
  AddRulesTest(commands, group);
  AddRulesLsp(commands, group);
  AddPackCommands(commands, group);
}

}  // namespace cartograph::clients
