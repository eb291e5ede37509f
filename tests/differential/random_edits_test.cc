// Goal: a maintained model is the rebuilt one after every revision. Method: random programs under
// random edits; after each revision all relations, the returned delta, and what stands beside facts
// are compared with evaluation from scratch. A disagreement is shrunk to the rules, facts and edits
// it needs, and printed. CARTOGRAPH_RANDOM_PROGRAMS says how many sequences of 50 edits (500). That
// the programs have what makes maintenance hard, and derive something, is counted.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/maintain.h"
#include "tests/support/edit_sequence.h"

namespace cartograph {
namespace {

using rules::Delta;
using rules::Fact;
using rules::Model;
using testing::EditSequence;

constexpr uint64_t kSeed = 4'261'122;
constexpr int kEdits = 50;

int Sequences() {
  const char* programs = std::getenv("CARTOGRAPH_RANDOM_PROGRAMS");
  return programs == nullptr ? 500 : std::atoi(programs);
}

// The sequence with its facts as values.
class Replay {
 public:
  explicit Replay(const EditSequence& sequence) : sequence_(sequence) {
    auto interning = std::make_shared<rules::Interning>();
    program_ = rules::Compile({{"random.dl", sequence.program()}}, interning).program;
    if (program_ == nullptr) return;
    std::set<std::string> lines(sequence.facts.begin(), sequence.facts.end());
    for (const auto& revision : sequence.revisions) {
      for (const auto& edit : revision) lines.insert(edit.fact);
    }
    Learn(lines, interning);
  }

  // What disagrees first, or "".
  std::string Run() {
    if (program_ == nullptr) return "";
    for (const std::string& fact : sequence_.facts) given_.insert(facts_.at(fact));
    auto model = Rebuild();
    if (!model.ok()) return "";
    for (size_t i = 0; i < sequence_.revisions.size(); ++i) {
      const std::string problem = Step(i, &*model);
      if (!problem.empty()) return absl::StrCat("revision ", i, ": ", problem);
    }
    return "";
  }

  // Whether every relation holds something at the end.
  bool full() const { return full_; }
  // Null when the program does not compile.
  const rules::Program* program() const { return program_.get(); }

 private:
  // Finds the values of the facts in `lines` by compiling them all as facts of the program's text.
  void Learn(const std::set<std::string>& lines,
             const std::shared_ptr<rules::Interning>& interning) {
    std::string text = sequence_.program();
    std::map<uint32_t, std::string> by_end;  // of a line
    for (const std::string& line : lines) {
      absl::StrAppend(&text, line, "\n");
      by_end[static_cast<uint32_t>(text.size())] = line;
    }
    const auto program = rules::Compile({{"random.dl", text}}, interning).program;
    if (program == nullptr) {
      program_ = nullptr;
      return;
    }
    for (const rules::GivenFact& fact : program->facts) {
      const std::string& name = program->predicate(fact.predicate).name;
      facts_[by_end.upper_bound(fact.span.begin)->second] = {*program_->Find(name), fact.values};
    }
  }

  absl::StatusOr<std::shared_ptr<const Model>> Rebuild() const {
    std::vector<rules::Rows> rows(program_->predicates.size());
    for (uint32_t i = 0; i < rows.size(); ++i) rows[i].predicate = rules::PredicateId{i};
    for (const Fact& fact : given_) {
      rules::Rows& of = rows[Index(fact.predicate)];
      of.values.insert(of.values.end(), fact.values.begin(), fact.values.end());
      of.present = true;
    }
    base::Budget budget;
    return rules::Evaluate(program_, std::move(rows), &budget);
  }

  // Applies revision `i` to `model`.
  std::string Step(size_t i, std::shared_ptr<const Model>* model) {
    const std::set<Fact> before = given_;
    for (const auto& edit : sequence_.revisions[i]) {
      if (edit.add) {
        given_.insert(facts_.at(edit.fact));
      } else {
        given_.erase(facts_.at(edit.fact));
      }
    }
    Delta base;
    std::set_difference(before.begin(), before.end(), given_.begin(), given_.end(),
                        std::back_inserter(base.removed));
    std::set_difference(given_.begin(), given_.end(), before.begin(), before.end(),
                        std::back_inserter(base.added));
    base::Budget budget;
    auto maintained = rules::Maintain(**model, base, &budget);
    auto rebuilt = Rebuild();
    if (maintained.ok() != rebuilt.ok()) {
      return absl::StrCat("maintained: ", maintained.status().ToString(),
                          "; rebuilt: ", rebuilt.status().ToString());
    }
    if (!rebuilt.ok()) {
      given_ = before;
      return "";
    }
    const std::string problem = Compare(**model, *maintained, **rebuilt);
    *model = maintained->model;
    return problem;
  }

  std::string Compare(const Model& before, const rules::Maintained& maintained,
                      const Model& rebuilt) {
    full_ = true;
    std::string problem;
    for (uint32_t i = 0; i < program_->predicates.size(); ++i) {
      const rules::PredicateId id{i};
      full_ = full_ && rebuilt.relation(id).size() > 0;
      absl::StrAppend(&problem, CompareRelation(id, *maintained.model, rebuilt));
    }
    if (!problem.empty()) return problem;
    return rules::Difference(before, rebuilt) == maintained.delta ? "" : "another delta";
  }

  using Notes = std::map<rules::Tuple, uint16_t>;

  static Notes NotesOf(const rules::Relation& relation) {
    Notes notes;
    relation.ForEachWithOrigin([&](rules::TupleView values, rules::Origin origin) {
      notes[rules::Tuple(values.begin(), values.end())] = origin.packed();
      return true;
    });
    return notes;
  }

  std::string CompareRelation(rules::PredicateId id, const Model& maintained,
                              const Model& rebuilt) const {
    const Notes mine = NotesOf(maintained.relation(id));
    const Notes wanted = NotesOf(rebuilt.relation(id));
    if (mine == wanted && mine.size() == maintained.relation(id).size()) return "";
    std::string text = absl::StrCat(program_->predicate(id).name, ":");
    for (const auto& [values, note] : mine) {
      const auto at = wanted.find(values);
      if (at == wanted.end()) {
        absl::StrAppend(&text, " extra ", TextOf(id, values));
      } else if (at->second != note) {
        absl::StrAppend(&text, " ", TextOf(id, values), " by rule ", note >> 8, " at ", note & 255,
                        " and not ", at->second >> 8, " at ", at->second & 255);
      }
    }
    for (const auto& [values, note] : wanted) {
      if (!mine.contains(values)) absl::StrAppend(&text, " lost ", TextOf(id, values));
    }
    return text + "\n";
  }

  std::string TextOf(rules::PredicateId id, const rules::Tuple& values) const {
    return rules::ToText(Fact{id, values}, *program_, *program_->interning);
  }

  const EditSequence& sequence_;
  std::shared_ptr<const rules::Program> program_;
  std::map<std::string, Fact> facts_;  // by text
  std::set<Fact> given_;
  bool full_ = false;
};

// `all` without its elements that the disagreement does not need.
template <typename Element>
void ShrinkList(EditSequence* sequence, std::vector<Element>* all) {
  for (size_t i = all->size(); i-- > 0;) {
    const Element left_out = (*all)[i];
    all->erase(all->begin() + static_cast<ptrdiff_t>(i));
    if (Replay(*sequence).Run().empty()) {
      all->insert(all->begin() + static_cast<ptrdiff_t>(i), left_out);
    }
  }
}

EditSequence Shrink(EditSequence sequence) {
  for (int pass = 0; pass < 2; ++pass) {
    ShrinkList(&sequence, &sequence.rules);
    ShrinkList(&sequence, &sequence.revisions);
    for (auto& revision : sequence.revisions) ShrinkList(&sequence, &revision);
    ShrinkList(&sequence, &sequence.facts);
  }
  return sequence;
}

// What the program has of that which maintenance must follow.
std::set<std::string> TraitsOf(const Replay& replay) {
  std::set<std::string> traits;
  if (replay.full()) traits.insert("something in every stratum");
  if (replay.program() == nullptr) return traits;
  const rules::Program& program = *replay.program();
  for (const rules::Stratum& stratum : program.strata) {
    if (stratum.recursive) traits.insert("recursion");
  }
  if (!program.subsumptions.empty()) traits.insert("subsumption");
  for (const rules::Rule& rule : program.rules) {
    for (const rules::Literal& literal : rule.body) {
      if (literal.kind == rules::Literal::Kind::kNegation) traits.insert("negation");
      if (literal.kind == rules::Literal::Kind::kAggregate) traits.insert("aggregates");
    }
  }
  return traits;
}

TEST(RandomEditsTest, MaintainedIsRebuilt) {
  const int sequences = Sequences();
  std::map<std::string, int> programs;  // by trait
  for (int i = 0; i < sequences; ++i) {
    const uint64_t seed = kSeed + static_cast<uint64_t>(i);
    const EditSequence sequence =
        testing::MakeEditSequence(testing::MakeRandomProgram(seed), kEdits, seed);
    Replay replay(sequence);
    if (!replay.Run().empty()) {
      const EditSequence small = Shrink(sequence);
      FAIL() << "seed " << seed << "\n" << small.text() << Replay(small).Run();
    }
    for (const std::string& trait : TraitsOf(replay)) ++programs[trait];
  }
  EXPECT_GE(programs["something in every stratum"] * 2, sequences);
  for (const char* trait : {"recursion", "negation", "aggregates", "subsumption"}) {
    EXPECT_GE(programs[trait] * 10, sequences) << "too few programs with " << trait;
  }
}

}  // namespace
}  // namespace cartograph
