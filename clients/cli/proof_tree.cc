#include "clients/cli/proof_tree.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/display_width.h"
#include "clients/cli/evidence_text.h"
#include "clients/cli/value_text.h"

namespace cartograph::clients {
namespace {

// The characters that a tree is drawn with.
struct Frame {
  const char* branch;  // before a child that others follow
  const char* last;    // before the last child
  const char* pipe;    // below a child that others follow
  const char* open_quote;
  const char* close_quote;
  const char* dash;
  const char* range;
};

constexpr Frame kUtf8Frame = {"├─ ", "└─ ", "│  ", "“", "”", "—", "–"};
constexpr Frame kAsciiFrame = {"|- ", "`- ", "|  ", "\"", "\"", "--", "-"};
constexpr const char* kBlank = "   ";

// Columns that stay for the text however deep it is indented.
constexpr size_t kTextWidthMin = 40;

// Draws one proof.
class Drawing {
 public:
  Drawing(const v1::Proof& proof, const ProofTreeStyle& style)
      : proof_(proof), style_(style), frame_(style.ascii ? kAsciiFrame : kUtf8Frame) {}

  std::string Draw() {
    CountUses();
    if (proof_.nodes_size() > 0) {
      branches_.push_back({0, kNode, "", ""});
    }
    while (!branches_.empty()) {
      Branch branch = std::move(branches_.back());
      branches_.pop_back();
      if (branch.evidence != kNode) {
        DrawEvidence(branch);
      } else {
        DrawNode(branch);
      }
    }
    return std::move(out_);
  }

 private:
  static constexpr int kNode = -1;

  // Something still to be drawn: a node, or one of its pieces of evidence.
  struct Branch {
    uint32_t node;
    int evidence;       // index in the node's evidence, or kNode
    std::string first;  // what stands before its first line
    std::string rest;   // and before its other lines and its children
  };

  bool IsSound(uint32_t user, uint32_t premise) const {
    return premise > user && premise < static_cast<uint32_t>(proof_.nodes_size());
  }

  void CountUses() {
    uses_.assign(static_cast<size_t>(proof_.nodes_size()), 0);
    for (uint32_t i = 0; i < uses_.size(); ++i) {
      for (uint32_t premise : proof_.nodes(static_cast<int>(i)).premises()) {
        if (IsSound(i, premise)) {
          ++uses_[premise];
        }
      }
    }
  }

  void DrawNode(const Branch& branch) {
    const v1::ProofNode& node = proof_.nodes(static_cast<int>(branch.node));
    std::string number;
    if (uses_[branch.node] > 1 && !node.premises().empty()) {
      auto [place, is_new] = numbers_.try_emplace(branch.node, numbers_.size() + 1);
      number = absl::StrCat("[", place->second, "]");
      if (!is_new) {
        WriteLine(branch.first, branch.rest, NodeText(node), absl::StrCat("see ", number));
        return;
      }
      number += " ";
    }
    WriteLine(branch.first, branch.rest, absl::StrCat(number, NodeText(node)), NodeOrigin(node));
    PushChildren(branch, node);
  }

  // In reverse: what is pushed last is drawn first.
  void PushChildren(const Branch& branch, const v1::ProofNode& node) {
    bool last = true;
    for (int i = node.evidence_size(); i-- > 0;) {
      if (!IsSaid(node, node.evidence(i))) {
        PushChild(branch, {branch.node, i, "", ""}, last);
        last = false;
      }
    }
    for (int i = node.premises_size(); i-- > 0; last = false) {
      if (IsSound(branch.node, node.premises(i))) {
        PushChild(branch, {node.premises(i), kNode, "", ""}, last);
      } else {
        WriteLine(absl::StrCat(branch.rest, frame_.branch), "", "(damaged proof)", "");
      }
    }
  }

  // Whether the node's own line says already which evidence this is, and it has been drawn.
  bool IsSaid(const v1::ProofNode& node, const v1::EvidenceLeaf& leaf) const {
    return node.entity() == leaf.evidence() && evidence_drawn_.contains(leaf.evidence());
  }

  void PushChild(const Branch& parent, Branch child, bool last) {
    child.first = absl::StrCat(parent.rest, last ? frame_.last : frame_.branch);
    child.rest = absl::StrCat(parent.rest, last ? kBlank : frame_.pipe);
    branches_.push_back(std::move(child));
  }

  std::string NodeText(const v1::ProofNode& node) const {
    switch (node.kind()) {
      case v1::PROOF_NODE_KIND_ABSENCE:
        return absl::StrCat("no fact ", PatternText(node));
      case v1::PROOF_NODE_KIND_AGGREGATE:
      case v1::PROOF_NODE_KIND_CONSTRAINT:
        return node.text();
      default:
        return FactText(node.fact());
    }
  }

  static std::string NodeOrigin(const v1::ProofNode& node) {
    switch (node.kind()) {
      case v1::PROOF_NODE_KIND_DERIVED:
        return absl::StrCat("by ", node.rule().file(), ":", node.rule().line());
      case v1::PROOF_NODE_KIND_BASE:
        return node.entity().empty() ? "" : absl::StrCat("of ", node.entity());
      case v1::PROOF_NODE_KIND_CUT:
        return absl::StrCat("not explained further: ", node.text());
      default:
        return "";
    }
  }

  void DrawEvidence(const Branch& branch) {
    const v1::EvidenceLeaf& leaf =
        proof_.nodes(static_cast<int>(branch.node)).evidence(branch.evidence);
    if (!evidence_drawn_.insert(leaf.evidence()).second) {
      WriteLine(branch.first, branch.rest, leaf.evidence(), "see above");
      return;
    }
    std::string claim =
        absl::StrCat(leaf.evidence(), ReservationsText(leaf), ": ", leaf.statement());
    WriteLine(branch.first, branch.rest, claim, "");
    for (const v1::QuoteLeaf& quote : leaf.quotes()) {
      DrawQuote(branch, leaf, quote);
    }
    if (leaf.quotes().empty()) {
      WriteLine(branch.rest, branch.rest, absl::StrCat(frame_.dash, " ", SourceText(leaf)), "");
    }
  }

  void DrawQuote(const Branch& branch, const v1::EvidenceLeaf& leaf, const v1::QuoteLeaf& quote) {
    WriteQuoted(branch, "", quote.quote().text());
    if (!quote.sentence().empty()) {
      WriteQuoted(branch, "in: ", quote.sentence());
    }
    std::string place = PlaceText(quote.quote(), frame_.range);
    WriteLine(branch.rest, branch.rest, absl::StrCat(frame_.dash, " ", SourceText(leaf), place),
              "");
  }

  void WriteQuoted(const Branch& branch, absl::string_view before, absl::string_view text) {
    std::string quoted = absl::StrCat(frame_.open_quote, text, frame_.close_quote);
    for (const std::string& line :
         Wrapped(OnOneLine(absl::StrCat(before, quoted)), WidthAfter(branch.rest))) {
      absl::StrAppend(&out_, branch.rest, style_.terminal.Green(line), "\n");
    }
  }

  // `text`, then `aside` dimmed: on the same line where it fits, else on lines of its own.
  void WriteLine(absl::string_view first, absl::string_view rest, absl::string_view text,
                 absl::string_view aside) {
    size_t width = WidthAfter(first);
    std::vector<std::string> lines = Wrapped(OnOneLine(text), width);
    std::string shown = OnOneLine(aside);
    bool fits = width == 0 || DisplayWidth(lines.back()) + 2 + DisplayWidth(shown) <= width;
    if (!shown.empty() && fits) {
      absl::StrAppend(&lines.back(), "  ", style_.terminal.Dim(shown));
    }
    if (!shown.empty() && !fits) {
      for (const std::string& line : Wrapped(shown, width)) {
        lines.push_back(style_.terminal.Dim(line));
      }
    }
    for (size_t i = 0; i < lines.size(); ++i) {
      absl::StrAppend(&out_, i == 0 ? first : rest, lines[i], "\n");
    }
  }

  size_t WidthAfter(absl::string_view prefix) const {
    if (style_.width_max == 0) {
      return 0;
    }
    size_t taken = DisplayWidth(prefix);
    return style_.width_max > taken + kTextWidthMin ? style_.width_max - taken : kTextWidthMin;
  }

  const v1::Proof& proof_;
  const ProofTreeStyle& style_;
  const Frame& frame_;
  std::vector<Branch> branches_;
  std::vector<uint32_t> uses_;                     // of each node, by premises
  absl::flat_hash_map<uint32_t, size_t> numbers_;  // of nodes that are used again
  absl::flat_hash_set<std::string> evidence_drawn_;
  std::string out_;
};

}  // namespace

std::string ProofTree(const v1::Proof& proof, const ProofTreeStyle& style) {
  return Drawing(proof, style).Draw();
}

}  // namespace cartograph::clients
