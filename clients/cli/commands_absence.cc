// why-not: why a fact does not hold, and what would make it hold.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/display_width.h"
#include "clients/cli/error_report.h"
#include "clients/cli/fact_pattern.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

struct WhyNotArguments {
  std::vector<std::string> words;
  uint32_t repairs = 5;
  ReadArguments read;
};

// Writes an answer for people.
class AbsenceText {
 public:
  AbsenceText(const v1::ExplainAbsenceResponse& response, Session* session)
      : response_(response),
        style_(session->out_style()),
        width_(session->environment().terminal_width),
        utf8_(ShowsUtf8(session->environment())) {}

  std::string Write(const std::string& fact) {
    Line("", absl::StrCat(fact, " does not hold"));
    for (const v1::RuleFailure& failure : response_.failures()) WriteFailure(failure);
    if (response_.failures().empty()) Line("", "no rule gives such a fact: entities feed it");
    WriteRepairs();
    return std::move(out_);
  }

 private:
  void WriteFailure(const v1::RuleFailure& failure) {
    absl::StrAppend(&out_, "\n", failure.rule().file(), ":", failure.rule().line(), "  ",
                    style_.Dim(absl::StrCat(failure.satisfied_size(), " of ", failure.literals(),
                                            " literals hold together")),
                    "\n");
    for (const std::string& literal : failure.satisfied()) Line(utf8_ ? "  ✓ " : "  + ", literal);
    if (!failure.failing().empty()) Line(utf8_ ? "  ✗ " : "  x ", failure.failing());
  }

  void WriteRepairs() {
    if (response_.repairs().empty()) {
      out_ += response_.repairs_complete()
                  ? "\nNo change of base facts would make it hold.\n"
                  : "\nNo small change that would make it hold was found.\n";
      return;
    }
    out_ += "\nIt would hold with one of these changes, each of which was tried:\n";
    int number = 0;
    for (const v1::Repair& repair : response_.repairs()) WriteRepair(++number, repair);
    if (!response_.repairs_complete()) out_ += style_.Dim("There may be others.") + "\n";
  }

  void WriteRepair(int number, const v1::Repair& repair) {
    std::string before = absl::StrCat(number, ". ");
    const std::string rest(before.size(), ' ');
    for (const v1::Fact& fact : repair.remove()) {
      Line(before, absl::StrCat("remove ", FactText(fact)));
      before = rest;
    }
    for (const v1::Fact& fact : repair.add()) {
      Line(before, absl::StrCat("add ", FactText(fact)));
      before = rest;
    }
    if (repair.alike() > 0) {
      Line(rest, absl::StrCat("(or ", repair.alike(), " more that differ in values only)"));
    }
  }

  void Line(absl::string_view before, absl::string_view text) {
    const std::string indent(DisplayWidth(before) + 2, ' ');
    const size_t width = width_ > indent.size() + 20 ? width_ - indent.size() : 0;
    std::string first(before);
    for (const std::string& line : Wrapped(text, width)) {
      absl::StrAppend(&out_, first, line, "\n");
      first = indent;
    }
  }

  const v1::ExplainAbsenceResponse& response_;
  const TerminalStyle style_;
  const size_t width_;
  const bool utf8_;
  std::string out_;
};

absl::StatusOr<v1::ExplainAbsenceResponse> Ask(const Pattern& pattern,
                                               const WhyNotArguments& arguments, Session& session) {
  v1::ExplainAbsenceRequest request;
  request.set_predicate(pattern.predicate.name());
  request.mutable_columns()->Add(pattern.bound.begin(), pattern.bound.end());
  request.set_repairs_max(arguments.repairs);
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::FactService::Stub::ExplainAbsence, request);
  if (absl::IsFailedPrecondition(response.status())) {
    return WithAdvice(response.status(),
                      absl::StrCat("`cartograph explain '", TextOf(pattern), "'` says why."));
  }
  return response;
}

absl::StatusOr<ExitCode> RunWhyNot(const WhyNotArguments& arguments, Session& session) {
  if (session.format() == OutputFormat::kTsv || session.format() == OutputFormat::kName) {
    return absl::InvalidArgumentError("this is not a table: use -o json or -o textproto");
  }
  ASSIGN_OR_RETURN(AtomText atom, AtomOf(arguments.words));
  ASSIGN_OR_RETURN(Pattern pattern, Resolve(atom, arguments.read.ToProto(), session));
  ASSIGN_OR_RETURN(v1::ExplainAbsenceResponse response, Ask(pattern, arguments, session));
  if (session.format() == OutputFormat::kTable) {
    session.out() << AbsenceText(response, &session).Write(TextOf(pattern));
  } else {
    Printer printer = session.MakePrinter({}, "", /*list=*/false);
    printer.Add({{}, "", &response, ""});
    RETURN_IF_ERROR(session.Finish(&printer));
  }
  session.NoteState(response.header());
  return ExitCode::kOk;
}

constexpr const char* kWhyNotHelp =
    R"(Says for each rule that could give the fact which of its literals hold together, and
which is the first that fails; then the smallest changes of base facts that would make the
fact hold. Each change was tried on a copy of the facts. "?1" stands for any value, a
name like evidence/new-1 for something that is not there yet. Columns may be left open with _.

Examples:
  cartograph why-not 'studied_in("targets/fap","diseases/sle")'
  cartograph why-not studied_in_strict bcma ms
  cartograph why-not studied_in fap _ --repairs 20
  cartograph why-not studied_in fap sle -o json)";

}  // namespace

void AddAbsenceCommands(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(),
      {"why-not", "Say why a fact does not hold, and what would make it hold", kWhyNotHelp});
  auto arguments = std::make_shared<WhyNotArguments>();
  command
      ->add_option("FACT", arguments->words,
                   "PREDICATE VALUE…, PREDICATE COLUMN=VALUE…, or one atom")
      ->required();
  command->add_option("--repairs", arguments->repairs, "Changes to show, 5 unless given")
      ->check(CLI::Range(1, 50));
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunWhyNot);
}

}  // namespace cartograph::clients
