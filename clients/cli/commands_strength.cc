// strength: how strongly evidence supports and disputes a fact.

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/fact_pattern.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

struct StrengthArguments {
  std::vector<std::string> words;
  ReadArguments read;
};

// "1", or "1 to 3".
std::string IndependentText(const v1::Strength& strength) {
  const uint32_t least = strength.independent_sources_min();
  const uint32_t most = strength.independent_sources_max();
  return least == most ? absl::StrCat(most) : absl::StrCat(least, " to ", most);
}

// "sources/a and sources/b share the author Georg Schett"
std::string DependenceText(const v1::SourceDependence& dependence) {
  const std::string both = absl::StrCat(dependence.first(), " and ", dependence.second());
  switch (dependence.kind()) {
    case v1::SOURCE_DEPENDENCE_KIND_AUTHOR:
      return absl::StrCat(both, " share the author ", dependence.shared());
    case v1::SOURCE_DEPENDENCE_KIND_TRIAL:
      return absl::StrCat(both, " share the trial ", dependence.shared());
    default:
      return absl::StrCat(both, " may share an author");
  }
}

void PrintStrength(absl::string_view title, const v1::Strength& strength, Session& session) {
  std::ostream& out = session.out();
  out << title << "  " << FactText(strength.fact()) << "\n";
  if (strength.lines().empty()) {
    out << "  no evidence\n";
    return;
  }
  out << absl::StrFormat("  strongest line %.3f, harmonic sum %.3f, harmonic score %.3f\n",
                         strength.strongest(), strength.harmonic_sum(), strength.harmonic_score());
  out << "  independent sources: " << IndependentText(strength) << "\n";
  int rank = 0;
  for (const v1::StrengthLine& line : strength.lines()) {
    const std::string score =
        line.has_score() ? absl::StrFormat("%.3f / %d²", line.score(), ++rank) : "no score";
    out << "  " << score << "  " << line.evidence() << " (" << line.source()
        << "): " << line.predicate() << ", " << line.modality() << "\n";
  }
  for (const v1::SourceDependence& dependence : strength.dependences()) {
    out << "  " << DependenceText(dependence) << "\n";
  }
}

absl::StatusOr<ExitCode> RunStrength(const StrengthArguments& arguments, Session& session) {
  v1::MeasureStrengthRequest request;
  *request.mutable_read() = arguments.read.ToProto();
  ASSIGN_OR_RETURN(AtomText atom, AtomOf(arguments.words));
  ASSIGN_OR_RETURN(Pattern pattern, Resolve(atom, request.read(), session));
  if (!pattern.is_fact()) {
    return absl::InvalidArgumentError(
        absl::StrCat(TextOf(pattern), " is no fact: give every column a value"));
  }
  *request.mutable_fact() = FactOf(pattern);
  ASSIGN_OR_RETURN(Client * client, session.client());
  ASSIGN_OR_RETURN(auto response, client->Call(&v1::FactService::Stub::MeasureStrength, request));
  if (session.format() == OutputFormat::kJson) {
    ASSIGN_OR_RETURN(std::string json, CompactJson(response));
    session.out() << IndentedJson(json) << "\n";
    return ExitCode::kOk;
  }
  PrintStrength("support", response.support(), session);
  if (response.has_dispute()) {
    PrintStrength("dispute", response.dispute(), session);
  }
  session.NoteState(response.header());
  return ExitCode::kOk;
}

constexpr const char* kStrengthHelp =
    R"(Measures how strongly evidence supports a fact, and, apart from that, disputes it: the strongest
line, the harmonic sum of all lines (score / rank², as the Open Targets Platform sums), and how many
sources are independent: sources that share an author or a trial count as one, and where that is not
known a range is given. The scores are the rule pack's: a relation that @[strength] names.

Examples:
  cartograph strength studied_in cd19 sle
  cartograph strength claimed therapies/cd19-car-t applied_to_treat diseases/sle
  cartograph strength studied_in cd19 sle -o json)";

}  // namespace

void AddStrengthCommand(Commands* commands) {
  CLI::App* command = commands->Add(
      commands->root(),
      {"strength", "Measure how strongly evidence supports and disputes a fact", kStrengthHelp});
  auto arguments = std::make_shared<StrengthArguments>();
  command->add_option("FACT", arguments->words, "The fact: studied_in cd19 sle")->required();
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunStrength);
}

}  // namespace cartograph::clients
