// check, explain: whether facts hold, and why.

#include <CLI/CLI.hpp>
#include <map>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/error_report.h"
#include "clients/cli/fact_pattern.h"
#include "clients/cli/proof_formats.h"
#include "clients/cli/proof_tree.h"
#include "clients/cli/relations.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

// check

struct CheckArguments {
  std::vector<std::string> facts;
  ReadArguments read;
};

// All whole facts are checked at one revision; a pattern holds when a fact matches it.
absl::StatusOr<std::vector<bool>> HoldsEach(const std::vector<Pattern>& patterns,
                                            const v1::ReadOptions& read, Session& session) {
  v1::CheckFactsRequest request;
  *request.mutable_read() = read;
  for (const Pattern& pattern : patterns) {
    if (pattern.is_fact()) {
      *request.add_facts() = FactOf(pattern);
    }
  }
  v1::CheckFactsResponse checked;
  if (request.facts_size() > 0) {
    ASSIGN_OR_RETURN(Client * client, session.client());
    ASSIGN_OR_RETURN(checked, client->Call(&v1::FactService::Stub::CheckFacts, request));
  }
  std::vector<bool> holds;
  int next = 0;
  for (const Pattern& pattern : patterns) {
    if (pattern.is_fact()) {
      holds.push_back(next < checked.holds_size() && checked.holds(next));
      ++next;
    } else {
      ASSIGN_OR_RETURN(auto matches, Matches(pattern, 1, read, session));
      holds.push_back(!matches.facts().empty());
    }
  }
  return holds;
}

absl::StatusOr<ExitCode> RunCheck(const CheckArguments& arguments, Session& session) {
  v1::ReadOptions read = arguments.read.ToProto();
  std::vector<Pattern> patterns;
  for (const std::string& text : arguments.facts) {
    ASSIGN_OR_RETURN(AtomText atom, ParseAtom(text));
    ASSIGN_OR_RETURN(Pattern pattern, Resolve(atom, read, session));
    patterns.push_back(std::move(pattern));
  }
  ASSIGN_OR_RETURN(std::vector<bool> holds, HoldsEach(patterns, read, session));
  Printer printer = session.MakePrinter({{"HOLDS"}, {"FACT"}}, "facts");
  ExitCode code = ExitCode::kOk;
  for (size_t i = 0; i < patterns.size(); ++i) {
    std::string text = TextOf(patterns[i]);
    v1::Fact fact = FactOf(patterns[i]);
    printer.Add({{holds[i] ? "yes" : "no", text},
                 text,
                 &fact,
                 JsonObject({{"fact", JsonString(text)}, {"holds", holds[i] ? "true" : "false"}})});
    code = holds[i] ? code : ExitCode::kFalse;
  }
  RETURN_IF_ERROR(session.Finish(&printer));
  return code;
}

constexpr const char* kCheckHelp =
    R"(A fact is a predicate with its values; _ stands for any value, and a value without "/"
in a column of entities is an id. Exit code 0 when all of them hold, 1 when one does
not.

Examples:
  cartograph check 'studied_in("targets/cd19", "diseases/sle")'
  cartograph check 'studied_in(cd19, sle)' 'studied_in(fap, _)'
  cartograph check -q 'disease("diseases/sle")' && echo known)";

void AddCheck(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"check", "Say whether facts hold", kCheckHelp});
  auto arguments = std::make_shared<CheckArguments>();
  command->add_option("FACT", arguments->facts, "Facts: 'disease(\"diseases/sle\")'")->required();
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunCheck);
}

// explain

struct ExplainArguments {
  std::vector<std::string> words;
  bool all = false;
  std::string as = "tree";
  uint32_t alternatives = 0;
  uint32_t supports = 0;
  ReadArguments read;
};

constexpr uint32_t kExplainedMax = 1000;

// The facts to explain: the first that matches, or all.
absl::StatusOr<std::vector<v1::Fact>> FactsToExplain(const Pattern& pattern,
                                                     const ExplainArguments& arguments,
                                                     Session& session) {
  if (pattern.is_fact()) {
    return std::vector<v1::Fact>{FactOf(pattern)};
  }
  v1::ReadOptions read = arguments.read.ToProto();
  ASSIGN_OR_RETURN(auto matches, Matches(pattern, kExplainedMax, read, session));
  if (matches.facts().empty()) {
    RETURN_IF_ERROR(CheckGivenEntities(pattern.bound, pattern.predicate.columns(), read, session));
    return WithAdvice(
        absl::NotFoundError(absl::StrCat("no fact ", TextOf(pattern), " holds")),
        absl::StrCat("`cartograph facts ", pattern.predicate.name(), "` lists those that hold."));
  }
  if (arguments.all && !matches.next_page_token().empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("more than ", kExplainedMax, " facts match ", TextOf(pattern)));
  }
  if (!arguments.all && matches.facts_size() > 1) {
    session.Note(absl::StrCat(matches.facts_size(),
                              matches.next_page_token().empty() ? "" : " or more",
                              " facts match; this is the first. --all explains each"));
  }
  int count = arguments.all ? matches.facts_size() : 1;
  return std::vector<v1::Fact>(matches.facts().begin(), matches.facts().begin() + count);
}

std::vector<std::string> EvidenceOf(const v1::Proof& proof) {
  absl::btree_set<std::string> names;
  for (const v1::ProofNode& node : proof.nodes()) {
    for (const v1::EvidenceLeaf& leaf : node.evidence()) {
      names.insert(leaf.evidence());
    }
  }
  return {names.begin(), names.end()};
}

ProofTreeStyle TreeStyle(Session& session) {
  ProofTreeStyle style;
  style.width_max = session.environment().terminal_width;
  style.ascii = !ShowsUtf8(session.environment());
  style.terminal = session.out_style();
  return style;
}

std::string TreesText(const v1::ExplainFactResponse& response, Session& session) {
  std::string out = ProofTree(response.proof(), TreeStyle(session));
  for (int i = 0; i < response.alternatives_size(); ++i) {
    absl::StrAppend(&out, "\nanother way (", i + 1, " of ", response.alternatives_size(), "):\n",
                    ProofTree(response.alternatives(i), TreeStyle(session)));
  }
  return out;
}

// The support sets, a line each: the evidence where there is some, else the facts.
std::string SupportsText(const v1::ExplainFactResponse& response) {
  std::string out =
      absl::StrCat("\nrests on one of ", response.support_sets_size(),
                   response.support_sets_complete() ? "" : " or more", " sets of base facts:\n");
  for (int i = 0; i < response.support_sets_size(); ++i) {
    const v1::SupportSet& set = response.support_sets(i);
    absl::StrAppend(&out, i + 1, ". ", absl::StrJoin(set.evidence(), ", "));
    if (!set.sources().empty()) {
      absl::StrAppend(&out, " of ", absl::StrJoin(set.sources(), ", "));
    }
    absl::StrAppend(&out, " (", Counted(static_cast<uint64_t>(set.facts_size()), "fact"), ")\n");
  }
  return out;
}

// The proof with the strength of its fact, at the same revision, where the rules say how that is
// measured.
absl::StatusOr<std::string> VaSpecText(const v1::ExplainFactResponse& response, Session& session) {
  v1::MeasureStrengthRequest request;
  *request.mutable_fact() = response.proof().nodes(0).fact();
  request.mutable_read()->set_at_revision(response.header().revision());
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto strength = client->Call(&v1::FactService::Stub::MeasureStrength, request);
  if (strength.status().code() == absl::StatusCode::kFailedPrecondition) {
    return ProofVaSpec(response, nullptr);
  }
  RETURN_IF_ERROR(strength.status());
  return ProofVaSpec(response, &*strength);
}

absl::StatusOr<std::string> ProofText(const v1::ExplainFactResponse& response,
                                      const ExplainArguments& arguments, Session& session) {
  if (arguments.as == "prose") {
    return ProofProse(response, session.environment().terminal_width);
  }
  if (arguments.as == "markdown") return ProofMarkdown(response);
  if (arguments.as == "dot") return ProofDot(response.proof());
  if (arguments.as == "va-spec") return VaSpecText(response, session);
  return TreesText(response, session);
}

absl::Status PrintProof(const v1::ExplainFactResponse& response, const ExplainArguments& arguments,
                        Session& session) {
  if (session.format() == OutputFormat::kTable) {
    ASSIGN_OR_RETURN(const std::string text, ProofText(response, arguments, session));
    session.out() << text;
    if (arguments.supports > 0) session.out() << SupportsText(response);
    return absl::OkStatus();
  }
  Printer printer = session.MakePrinter({}, "", /*list=*/false);
  if (session.format() != OutputFormat::kName) {
    const bool more = arguments.alternatives > 0 || arguments.supports > 0;
    printer.Add(
        {{},
         "",
         more ? static_cast<const google::protobuf::Message*>(&response) : &response.proof(),
         ""});
    return session.Finish(&printer);
  }
  for (const std::string& name : EvidenceOf(response.proof())) {
    printer.Add({{}, name, nullptr, ""});
  }
  return session.Finish(&printer);
}

absl::Status Explain(const v1::Fact& fact, const ExplainArguments& arguments, Session& session) {
  v1::ExplainFactRequest request;
  *request.mutable_fact() = fact;
  *request.mutable_read() = arguments.read.ToProto();
  request.set_alternatives_max(arguments.alternatives);
  request.set_support_sets_max(arguments.supports);
  request.set_prose(arguments.as != "tree" && arguments.as != "dot");
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::FactService::Stub::ExplainFact, request);
  if (response.status().code() == absl::StatusCode::kNotFound) {
    return WithAdvice(response.status(), absl::StrCat("`cartograph facts ", fact.predicate(),
                                                      "` lists those that hold."));
  }
  RETURN_IF_ERROR(response.status());
  RETURN_IF_ERROR(PrintProof(*response, arguments, session));
  if (!response->proof().complete()) {
    session.Note("the proof is larger than the server sends: some facts are not explained");
  }
  session.NoteState(response->header());
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunExplain(const ExplainArguments& arguments, Session& session) {
  if (session.format() == OutputFormat::kTsv) {
    return absl::InvalidArgumentError("a proof is not a table: use -o json or -o textproto");
  }
  v1::ReadOptions read = arguments.read.ToProto();
  ASSIGN_OR_RETURN(AtomText atom, AtomOf(arguments.words));
  ASSIGN_OR_RETURN(Pattern pattern, Resolve(atom, read, session));
  ASSIGN_OR_RETURN(std::vector<v1::Fact> facts, FactsToExplain(pattern, arguments, session));
  for (const v1::Fact& fact : facts) {
    RETURN_IF_ERROR(Explain(fact, arguments, session));
  }
  return ExitCode::kOk;
}

constexpr const char* kExplainHelp =
    R"(Prints one proof, the shortest: by which rule (file and line) the fact follows from
which facts, down to the evidence and the quoted phrases. What is used twice is printed
once and referred to by its number. Evidence that is collective, hedged, disputing, not
accepted, or of a source that no longer stands says so. Columns may be left open: then
the first fact that matches is explained.

--as prose writes the same as a paragraph with numbered references; markdown, dot (for
Graphviz) and va-spec (JSON after GA4GH VA-Spec 1.0, with the strength where the rules
measure it) are for other programs.

Examples:
  cartograph explain studied_in cd19 sle
  cartograph explain studied_in disease=ms target=cd19
  cartograph explain 'studied_in("targets/cd19","diseases/sle")'
  cartograph explain studied_in cd19 ms --alternatives 10    every other way it holds
  cartograph explain studied_in cd19 ms --supports 10        what it rests on, at the least
  cartograph explain studied_in cd19 ms --as prose
  cartograph explain studied_in cd19 sle -o name    only the names of the evidence
  cartograph explain studied_in cd19 sle -o json | jq '.nodes[].rule')";

void AddExplain(Commands* commands) {
  CLI::App* command =
      commands->Add(commands->root(), {"explain", "Say why a fact holds", kExplainHelp});
  auto arguments = std::make_shared<ExplainArguments>();
  command
      ->add_option("FACT", arguments->words,
                   "PREDICATE VALUE…, PREDICATE COLUMN=VALUE…, or one atom")
      ->required();
  command->add_flag("--all", arguments->all, "Explain every fact that matches, not only the first");
  command->add_option("--as", arguments->as, "tree, prose, markdown, dot or va-spec")
      ->check(CLI::IsMember({"tree", "prose", "markdown", "dot", "va-spec"}));
  command->add_option("--alternatives", arguments->alternatives,
                      "Show so many other proofs, each from other evidence");
  command->add_option("--supports", arguments->supports,
                      "Show so many minimal sets of evidence that the fact rests on");
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunExplain);
}

}  // namespace

void AddProofCommands(Commands* commands) {
  AddCheck(commands);
  AddExplain(commands);
}

}  // namespace cartograph::clients
