#include "clients/cli/proof_formats.h"

#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/display_width.h"
#include "clients/cli/evidence_text.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

std::string QuoteText(const v1::EvidenceLeaf& leaf, const v1::QuoteLeaf& quote) {
  return absl::StrCat("“", quote.quote().text(), "” — ", SourceText(leaf),
                      PlaceText(quote.quote(), "–"));
}

std::string ClaimText(const v1::EvidenceLeaf& leaf) {
  return absl::StrCat(leaf.evidence(), ReservationsText(leaf), ": ", leaf.statement());
}

// The quotes of a piece of evidence; its document where it has none.
std::vector<std::string> QuotesOf(const v1::EvidenceLeaf& leaf) {
  std::vector<std::string> quotes;
  for (const v1::QuoteLeaf& quote : leaf.quotes()) quotes.push_back(QuoteText(leaf, quote));
  if (quotes.empty()) quotes.push_back(absl::StrCat("— ", SourceText(leaf)));
  return quotes;
}

void AppendWrapped(absl::string_view first, absl::string_view rest, absl::string_view text,
                   size_t width_max, std::string* out) {
  const size_t width = width_max > rest.size() + 20 ? width_max - rest.size() : 0;
  absl::string_view before = first;
  for (const std::string& line : Wrapped(text, width)) {
    absl::StrAppend(out, before, line, "\n");
    before = rest;
  }
}

// Characters that Markdown gives a meaning inside a line.
std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                    {"*", "\\*"},
                                    {"_", "\\_"},
                                    {"`", "\\`"},
                                    {"[", "\\["},
                                    {"]", "\\]"},
                                    {"<", "\\<"},
                                    {"\n", " "}});
}

// What a node says, in one line.
std::string NodeText(const v1::ProofNode& node) {
  switch (node.kind()) {
    case v1::PROOF_NODE_KIND_ABSENCE:
      return absl::StrCat("no fact ", PatternText(node));
    case v1::PROOF_NODE_KIND_AGGREGATE:
    case v1::PROOF_NODE_KIND_CONSTRAINT:
      return node.text();
    case v1::PROOF_NODE_KIND_CUT:
      return absl::StrCat(FactText(node.fact()), " (not explained further: ", node.text(), ")");
    default:
      return FactText(node.fact());
  }
}

std::string RuleText(const v1::ProofNode& node) {
  return node.rule().file().empty() ? ""
                                    : absl::StrCat(node.rule().file(), ":", node.rule().line());
}

// The steps of a proof as a nested list; a step that was listed is not gone into again.
void AppendSteps(const v1::Proof& proof, std::string* out) {
  std::vector<std::pair<int, size_t>> open = {{0, 0}};
  absl::flat_hash_set<int> listed;
  while (!open.empty()) {
    const auto [index, depth] = open.back();
    open.pop_back();
    const v1::ProofNode& node = proof.nodes(index);
    const bool again = !listed.insert(index).second && !node.premises().empty();
    absl::StrAppend(out, std::string(2 * depth, ' '), "- `", NodeText(node), "`");
    if (!RuleText(node).empty()) absl::StrAppend(out, " by ", Escaped(RuleText(node)));
    absl::StrAppend(out, again ? ", as above\n" : "\n");
    if (again) continue;
    for (int i = node.premises_size(); i-- > 0;) {
      const auto premise = static_cast<int>(node.premises(i));
      if (premise > index && premise < proof.nodes_size()) open.emplace_back(premise, depth + 1);
    }
  }
}

// As Graphviz reads text in quotes; lines are broken for it.
std::string DotText(const std::vector<std::string>& parts, size_t width) {
  std::vector<std::string> lines;
  for (const std::string& part : parts) {
    for (const std::string& line : Wrapped(part, width)) {
      lines.push_back(absl::StrReplaceAll(line, {{"\\", "\\\\"}, {"\"", "\\\""}}));
    }
  }
  return absl::StrCat("\"", absl::StrJoin(lines, "\\n"), "\"");
}

const char* DotStyle(v1::ProofNodeKind kind) {
  switch (kind) {
    case v1::PROOF_NODE_KIND_BASE:
      return ", style=filled, fillcolor=\"#e8f0e8\"";
    case v1::PROOF_NODE_KIND_DERIVED:
      return "";
    default:
      return ", style=dashed";
  }
}

}  // namespace

std::string ProofProse(const v1::ExplainFactResponse& response, size_t width_max) {
  std::string out;
  AppendWrapped("", "", response.prose().text(), width_max, &out);
  if (!response.prose().references().empty()) out += "\n";
  for (const v1::ProseReference& reference : response.prose().references()) {
    const std::string number = absl::StrCat("[", reference.number(), "] ");
    const std::string indent(number.size(), ' ');
    AppendWrapped(number, indent, ClaimText(reference.evidence()), width_max, &out);
    for (const std::string& quote : QuotesOf(reference.evidence())) {
      AppendWrapped(indent, indent, quote, width_max, &out);
    }
  }
  return out;
}

std::string ProofMarkdown(const v1::ExplainFactResponse& response) {
  if (response.proof().nodes().empty()) return "";
  std::string out = absl::StrCat("## `", NodeText(response.proof().nodes(0)), "`\n\n",
                                 Escaped(response.prose().text()), "\n");
  if (!response.prose().references().empty()) out += "\n";
  for (const v1::ProseReference& reference : response.prose().references()) {
    absl::StrAppend(&out, reference.number(), ". ", Escaped(ClaimText(reference.evidence())), "\n");
    for (const std::string& quote : QuotesOf(reference.evidence())) {
      absl::StrAppend(&out, "   - ", Escaped(quote), "\n");
    }
  }
  out += "\n### Steps\n\n";
  AppendSteps(response.proof(), &out);
  return out;
}

std::string ProofDot(const v1::Proof& proof) {
  constexpr size_t kWidth = 48;
  std::string out =
      "digraph proof {\n  rankdir=BT;\n  node [shape=box, fontname=\"sans-serif\"];\n";
  absl::flat_hash_set<std::string> notes;
  for (const v1::ProofNode& node : proof.nodes()) {
    absl::StrAppend(&out, "  \"", node.id(),
                    "\" [label=", DotText({NodeText(node), RuleText(node)}, kWidth),
                    DotStyle(node.kind()), "];\n");
    for (const v1::EvidenceLeaf& leaf : node.evidence()) {
      if (notes.insert(leaf.evidence()).second) {
        absl::StrAppend(&out, "  \"", leaf.evidence(), "\" [shape=note, label=",
                        DotText({ClaimText(leaf), SourceText(leaf)}, kWidth), "];\n");
      }
      absl::StrAppend(&out, "  \"", leaf.evidence(), "\" -> \"", node.id(), "\";\n");
    }
    for (const uint32_t premise : node.premises()) {
      if (premise >= static_cast<uint32_t>(proof.nodes_size())) continue;
      absl::StrAppend(&out, "  \"", proof.nodes(static_cast<int>(premise)).id(), "\" -> \"",
                      node.id(), "\";\n");
    }
  }
  return out + "}\n";
}

}  // namespace cartograph::clients
