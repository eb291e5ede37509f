// eval: a program on fact files, as Soufflé's command line runs it.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/budget.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/diagnostics.h"
#include "clients/cli/error_report.h"
#include "clients/cli/rule_files.h"
#include "rules/compile.h"
#include "rules/run.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAllThreads = "auto";

struct EvalArguments {
  std::string program;
  std::string facts_dir = ".";
  std::string output_dir = ".";
  std::vector<std::string> include_dirs;
  std::string jobs = "1";
  std::string time_max;
  std::string profile;                           // where to write it; "" for nowhere
  base::BudgetLimits budget = {.facts_max = 0};  // as Soufflé: no limit unless asked
};

// An included file: beside the program first, then in the folders of -I.
std::optional<std::string> ReadInclude(const EvalArguments& arguments, const std::string& path) {
  std::vector<fs::path> folders = {fs::path(arguments.program).parent_path()};
  folders.insert(folders.end(), arguments.include_dirs.begin(), arguments.include_dirs.end());
  for (const fs::path& folder : folders) {
    if (auto text = ReadTextFile((folder / path).string()); text.ok()) {
      return *std::move(text);
    }
  }
  return std::nullopt;
}

int Threads(const std::string& jobs) {
  int threads = 0;
  bool given = absl::SimpleAtoi(jobs, &threads);
  return given ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

absl::Status Evaluate(const EvalArguments& arguments,
                      const std::shared_ptr<const rules::Program>& program, Session& session) {
  rules::RunOptions options;
  options.facts_dir = arguments.facts_dir;
  options.output_dir = arguments.output_dir;
  options.evaluate.threads = Threads(arguments.jobs);
  base::BudgetLimits limits = arguments.budget;
  if (auto time = ParseTimeout(arguments.time_max); time.has_value()) {
    limits.time_max = absl::ToChronoMilliseconds(*time);
  }
  base::Budget budget(limits);
  rules::Profile profile;
  if (!arguments.profile.empty()) options.evaluate.profile = &profile;
  absl::Status status = rules::RunProgram(program, options, &budget, &session.out());
  if (arguments.profile.empty()) return status;
  // A run that fails is worth a profile too.
  std::ofstream file(arguments.profile);
  profile.Write(&file);
  file.close();
  if (!file && status.ok()) {
    return absl::UnavailableError(absl::StrCat("cannot write ", arguments.profile));
  }
  return status;
}

// Whatever is wrong ends in exit code 1, as with Soufflé.
absl::StatusOr<ExitCode> RunEval(const EvalArguments& arguments, Session& session) {
  auto text = ReadTextFile(arguments.program);
  if (!text.ok()) {
    ReportError(text.status(), session.err_style(), session.err());
    return ExitCode::kFalse;
  }
  rules::CompileOptions options;
  options.read_include = [&](const std::string& path) { return ReadInclude(arguments, path); };
  rules::CompileResult compiled = rules::Compile({{arguments.program, *std::move(text)}},
                                                 std::make_shared<rules::Interning>(), options);
  PrintDiagnostics(ToProto(compiled.diagnostics, compiled.sources), session);
  if (compiled.program == nullptr) {
    return ExitCode::kFalse;
  }
  if (absl::Status status = Evaluate(arguments, compiled.program, session); !status.ok()) {
    ReportError(status, session.err_style(), session.err());
    return ExitCode::kFalse;
  }
  return ExitCode::kOk;
}

std::string CheckJobs(const std::string& text) {
  int jobs = 0;
  bool right = text == kAllThreads || (absl::SimpleAtoi(text, &jobs) && jobs > 0);
  return right ? "" : "expected a positive number or auto";
}

constexpr const char* kEvalHelp =
    R"(Needs no server. Reads FACTS/NAME.facts for each .input, writes OUTPUT/NAME.csv for each
.output and the counts of .printsize to standard output. Exit code 1 when the program is
wrong or its evaluation fails.

Examples:
  cartograph eval ancestors.dl
  cartograph eval ancestors.dl -F facts -D out
  cartograph eval ancestors.dl -F facts -D- -j 4    results to standard output
  cartograph eval ancestors.dl --budget-facts 1000000 --budget-time 10s)";

void AddBudget(EvalArguments* arguments, CLI::App* command) {
  base::BudgetLimits& budget = arguments->budget;
  command->add_option("--budget-facts", budget.facts_max, "Most facts that may be derived")
      ->option_text("N");
  command->add_option("--budget-probes", budget.probes_max, "Most join probes")->option_text("N");
  command->add_option("--budget-rounds", budget.rounds_max, "Most rounds of one stratum")
      ->option_text("N");
  command->add_option("--budget-bytes", budget.bytes_max, "Most memory for facts and rows between")
      ->option_text("N");
  command->add_option("--budget-time", arguments->time_max, "Longest evaluation")
      ->option_text("DURATION")
      ->check(TimeoutValidator());
}

}  // namespace

void AddEvalCommand(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(), {"eval", "Run a program on fact files, as souffle does", kEvalHelp});
  auto arguments = std::make_shared<EvalArguments>();
  command->add_option("PROGRAM", arguments->program, "The program: ancestors.dl")->required();
  command
      ->add_option("-F,--fact-dir", arguments->facts_dir, "Folder of the fact files; . by default")
      ->option_text("DIR");
  command
      ->add_option("-D,--output-dir", arguments->output_dir,
                   "Folder for the results, - for standard output; . by default")
      ->option_text("DIR");
  command
      ->add_option("-I,--include-dir", arguments->include_dirs, "Folders to look for .include in")
      ->option_text("DIR")
      ->expected(1)
      ->take_all();
  command->add_option("-j,--jobs", arguments->jobs, "Threads, or auto for all; 1 by default")
      ->option_text("N")
      ->check(CLI::Validator(CheckJobs, ""));
  command
      ->add_option("--profile", arguments->profile,
                   "Where to write what each rule took: time, tuples, plan, rounds, memory")
      ->option_text("FILE");
  AddBudget(arguments.get(), command);
  commands->OnRun(command, arguments, &RunEval);
}

}  // namespace cartograph::clients
