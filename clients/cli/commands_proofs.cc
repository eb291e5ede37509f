// check, explain: whether facts hold, and why.

#include <CLI/CLI.hpp>
#include <map>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/command_arguments.h"
#include "clients/cli/commands.h"
#include "clients/cli/error_report.h"
#include "clients/cli/proof_tree.h"
#include "clients/cli/relations.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

// A fact, or a pattern of facts, as a command line names it.
struct Pattern {
  v1::PredicateInfo predicate;
  std::vector<v1::ColumnFilter> bound;

  bool is_fact() const { return bound.size() == static_cast<size_t>(predicate.columns_size()); }
};

absl::StatusOr<Pattern> Resolve(const AtomText& atom, const v1::ReadOptions& read,
                                Session& session) {
  Pattern pattern;
  ASSIGN_OR_RETURN(pattern.predicate, FindPredicate(atom.predicate, read, session));
  auto bound = FiltersOf(atom.arguments, pattern.predicate.columns());
  if (!bound.ok()) {
    return absl::Status(bound.status().code(),
                        absl::StrCat(atom.predicate, ": ", bound.status().message()));
  }
  pattern.bound = *std::move(bound);
  return pattern;
}

// The fact, or the pattern with `_` for the open columns, in the columns' order.
std::string TextOf(const Pattern& pattern) {
  v1::ProofNode node;
  node.mutable_fact()->set_predicate(pattern.predicate.name());
  for (const v1::Column& column : pattern.predicate.columns()) {
    v1::Value* value = node.mutable_fact()->add_values();
    bool fixed = false;
    for (const v1::ColumnFilter& filter : pattern.bound) {
      if (filter.column() == column.name()) {
        *value = filter.value();
        fixed = true;
      }
    }
    node.add_fixed_columns(fixed);
  }
  return PatternText(node);
}

// REQUIRES: pattern.is_fact().
v1::Fact FactOf(const Pattern& pattern) {
  v1::Fact fact;
  fact.set_predicate(pattern.predicate.name());
  for (const v1::Column& column : pattern.predicate.columns()) {
    for (const v1::ColumnFilter& filter : pattern.bound) {
      if (filter.column() == column.name()) {
        *fact.add_values() = filter.value();
      }
    }
  }
  return fact;
}

// Facts that match, at most `facts_max`.
absl::StatusOr<v1::ListFactsResponse> Matches(const Pattern& pattern, uint32_t facts_max,
                                              const v1::ReadOptions& read, Session& session) {
  v1::ListFactsRequest request;
  request.set_predicate(pattern.predicate.name());
  request.mutable_filters()->Add(pattern.bound.begin(), pattern.bound.end());
  request.set_page_size(facts_max);
  *request.mutable_read() = read;
  ASSIGN_OR_RETURN(Client * client, session.client());
  return client->Call(&v1::FactService::Stub::ListFacts, request);
}

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
  ReadArguments read;
};

constexpr uint32_t kExplainedMax = 1000;

// "studied_in cd19 sle", or one word that is an atom.
absl::StatusOr<AtomText> AtomOf(const std::vector<std::string>& words) {
  if (LooksLikeAtom(words[0])) {
    return words.size() == 1 ? ParseAtom(words[0])
                             : absl::InvalidArgumentError(absl::StrCat(
                                   "one fact at a time: nothing may follow ", words[0]));
  }
  AtomText atom;
  atom.predicate = words[0];
  for (size_t i = 1; i < words.size(); ++i) {
    atom.arguments.push_back(ParseArgument(words[i], /*named=*/true));
  }
  return atom;
}

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

absl::Status PrintProof(const v1::ExplainFactResponse& response, Session& session) {
  if (session.format() == OutputFormat::kTable) {
    ProofTreeStyle style;
    style.width_max = session.environment().terminal_width;
    style.ascii = !ShowsUtf8(session.environment());
    style.terminal = session.out_style();
    session.out() << ProofTree(response.proof(), style);
    return absl::OkStatus();
  }
  Printer printer = session.MakePrinter({}, "", /*list=*/false);
  if (session.format() != OutputFormat::kName) {
    printer.Add({{}, "", &response.proof(), ""});
    return session.Finish(&printer);
  }
  for (const std::string& name : EvidenceOf(response.proof())) {
    printer.Add({{}, name, nullptr, ""});
  }
  return session.Finish(&printer);
}

absl::Status Explain(const v1::Fact& fact, const v1::ReadOptions& read, Session& session) {
  v1::ExplainFactRequest request;
  *request.mutable_fact() = fact;
  *request.mutable_read() = read;
  ASSIGN_OR_RETURN(Client * client, session.client());
  auto response = client->Call(&v1::FactService::Stub::ExplainFact, request);
  if (response.status().code() == absl::StatusCode::kNotFound) {
    return WithAdvice(response.status(), absl::StrCat("`cartograph facts ", fact.predicate(),
                                                      "` lists those that hold."));
  }
  RETURN_IF_ERROR(response.status());
  RETURN_IF_ERROR(PrintProof(*response, session));
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
    RETURN_IF_ERROR(Explain(fact, read, session));
  }
  return ExitCode::kOk;
}

constexpr const char* kExplainHelp =
    R"(Prints one proof, the shortest: by which rule (file and line) the fact follows from
which facts, down to the evidence and the quoted phrases. What is used twice is printed
once and referred to by its number. Evidence that is collective, hedged, disputing, not
accepted, or of a source that no longer stands says so. Columns may be left open: then
the first fact that matches is explained.

Examples:
  cartograph explain studied_in cd19 sle
  cartograph explain studied_in disease=ms target=cd19
  cartograph explain 'studied_in("targets/cd19","diseases/sle")'
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
  arguments->read.AddTo(command);
  commands->OnRun(command, arguments, &RunExplain);
}

}  // namespace

void AddProofCommands(Commands* commands) {
  AddCheck(commands);
  AddExplain(commands);
}

}  // namespace cartograph::clients
