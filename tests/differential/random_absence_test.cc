// Goal: every fact that does not hold has an explanation: a repair over what a curator can write,
// which when tried yields the fact, or a proof that there is none, which is a search that was
// complete. Method: random programs with
// recursion and negation over small domains; every absent fact is asked for. Each repair is tried
// on the model, and none of its changes may be missed; where there is none, all changes of one and
// two facts are tried one after the other, and none helps. That repairs are the smallest is checked
// in the same way. CARTOGRAPH_RANDOM_PROGRAMS says how many (500, of which every twentieth is
// taken).

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/absence.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/maintain.h"

namespace cartograph {
namespace {

using rules::Delta;
using rules::Fact;
using rules::Model;
using rules::PredicateId;

constexpr uint64_t kSeed = 20'261'125;
constexpr int kDomain = 3;

int Programs() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
  const char* programs = std::getenv("CARTOGRAPH_RANDOM_PROGRAMS");
  return (programs == nullptr ? 500 : std::atoi(programs)) / 20;
}

// a(x) and b(x, y) may be written, fixed(x) may not; d0 to d2 are derived, each from those before
// it, and from itself.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Make() {
    std::string text =
        ".decl a(x: symbol)\n.decl b(x: symbol, y: symbol)\n.decl fixed(x: symbol)\n"
        "fixed(\"v0\").\n";
    for (int i = 0; i < 2; ++i) absl::StrAppend(&text, "a(", Value(), ").\n");
    for (int i = 0; i < 2; ++i) absl::StrAppend(&text, "b(", Value(), ", ", Value(), ").\n");
    for (int level = 0; level < 3; ++level) {
      absl::StrAppend(&text, ".decl d", level, "(x: symbol)\n");
      for (int rules = Between(1, 2); rules > 0; --rules) absl::StrAppend(&text, Rule(level));
    }
    return text;
  }

 private:
  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }
  std::string Value() { return absl::StrCat("\"v", Between(0, kDomain - 1), "\""); }

  // The head's x is bound by the first atom; the others take x or y.
  std::string Rule(int level) {
    const bool two = Between(0, 1) == 1;
    std::vector<std::string> body = {two ? "b(x, y)" : "a(x)"};
    const auto variable = [&] { return two && Between(0, 1) == 1 ? "y" : "x"; };
    for (int more = Between(0, 2); more > 0; --more) {
      const int kind = Between(0, 5);
      if (kind == 0) body.push_back(absl::StrCat("a(", variable(), ")"));
      if (kind == 1) body.push_back(absl::StrCat("!a(", variable(), ")"));
      if (kind == 2) body.push_back(absl::StrCat("fixed(", variable(), ")"));
      if (kind == 3 && level > 0) {
        body.push_back(absl::StrCat("d", level - 1, "(", variable(), ")"));
      }
      if (kind == 4 && level > 0) {
        body.push_back(absl::StrCat("!d", level - 1, "(", variable(), ")"));
      }
      if (kind == 5) body.push_back(absl::StrCat("d", level, "(", variable(), ")"));
    }
    return absl::StrCat("d", level, "(x) :- ", absl::StrJoin(body, ", "), ".\n");
  }

  std::mt19937_64 random_;
};

class World {
 public:
  explicit World(const std::string& text) {
    program_ = rules::Compile({{"random.dl", text}}, std::make_shared<rules::Interning>()).program;
    if (program_ == nullptr) return;
    base::Budget budget;
    model_ = *rules::Evaluate(program_, {}, &budget);
    for (int i = 0; i < kDomain; ++i) {
      values_.push_back(program_->interning->symbols.Intern(absl::StrCat("v", i)));
    }
    // One that is nowhere yet, and for changes a second one.
    values_.push_back(program_->interning->symbols.Intern("new"));
    ListChanges();
  }

  bool ok() const { return model_ != nullptr; }

  // What is wrong with the explanation of some absent fact, or "".
  std::string Check() {
    for (const char* name : {"d0", "d1", "d2"}) {
      for (const rules::Value value : values_) {
        const Fact fact{*program_->Find(name), {value}};
        if (model_->Contains(fact)) continue;
        const std::string problem = CheckAbsent(fact);
        if (!problem.empty()) return absl::StrCat(Text(fact), ": ", problem);
      }
    }
    return "";
  }

  int repaired() const { return repaired_; }
  int impossible() const { return impossible_; }
  int undecided() const { return undecided_; }

 private:
  std::string Text(const Fact& fact) const {
    return rules::ToText(fact, *program_, *program_->interning);
  }

  // All changes of one fact over the domain.
  void ListChanges() {
    const auto add = [&](PredicateId predicate, rules::Tuple values) {
      Fact fact{predicate, std::move(values)};
      const bool there = model_->Contains(fact);
      Delta change;
      (there ? change.removed : change.added).push_back(std::move(fact));
      changes_.push_back(std::move(change));
    };
    std::vector<rules::Value> values = values_;
    values.push_back(program_->interning->symbols.Intern("other"));
    for (const rules::Value x : values) {
      add(*program_->Find("a"), {x});
      for (const rules::Value y : values) add(*program_->Find("b"), {x, y});
    }
  }

  bool HoldsAfter(const Fact& fact, Delta change) const {
    base::Budget budget;
    const auto after = rules::Maintain(*model_, rules::Normalize(std::move(change)), &budget);
    EXPECT_TRUE(after.ok()) << after.status();
    return after.ok() && after->model->Contains(fact);
  }

  // Whether `fact` holds after some `count` changes, one or two.
  bool HoldsAfterSome(const Fact& fact, size_t count) const {
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (count == 1 && HoldsAfter(fact, changes_[i])) return true;
      for (size_t j = i + 1; count == 2 && j < changes_.size(); ++j) {
        Delta both = changes_[i];
        both.added.insert(both.added.end(), changes_[j].added.begin(), changes_[j].added.end());
        both.removed.insert(both.removed.end(), changes_[j].removed.begin(),
                            changes_[j].removed.end());
        if (HoldsAfter(fact, both)) return true;
      }
    }
    return false;
  }

  std::string CheckAbsent(const Fact& fact) {
    rules::AbsenceOptions options;
    options.repairs.writable.resize(program_->predicates.size());
    for (const char* name : {"a", "b"}) {
      rules::Writable& writable = options.repairs.writable[Index(*program_->Find(name))];
      writable.add = writable.remove = true;
      writable.prefixes.resize(program_->predicate(*program_->Find(name)).arity());
    }
    base::Budget budget;
    const rules::Pattern pattern = {fact.values[0]};
    const auto absence = rules::ExplainAbsence(*model_, fact.predicate, pattern, options, &budget);
    if (!absence.ok()) return std::string(absence.status().message());
    const rules::RepairResult& found = absence->repairs;
    for (const rules::Repair& repair : found.repairs) {
      std::string problem = CheckRepair(fact, repair);
      if (!problem.empty()) return problem;
    }
    const bool none = found.repairs.empty();
    const size_t least = none ? 3 : found.repairs[0].add.size() + found.repairs[0].remove.size();
    for (size_t fewer = 1; fewer < std::min<size_t>(least, 3); ++fewer) {
      if (HoldsAfterSome(fact, fewer)) {
        return absl::StrCat(none ? "nothing" : absl::StrCat(least, " changes"), " found, and ",
                            fewer, " do it", found.complete ? "" : "; but it says that it may");
      }
    }
    ++(!none ? repaired_ : found.complete ? impossible_ : undecided_);
    return "";
  }

  std::string CheckRepair(const Fact& fact, const rules::Repair& repair) const {
    if (!HoldsAfter(fact, {repair.remove, repair.add})) return "a repair does not yield it";
    for (size_t i = 0; i < repair.add.size() + repair.remove.size(); ++i) {
      rules::Repair less = repair;
      if (i < repair.add.size()) {
        less.add.erase(less.add.begin() + static_cast<ptrdiff_t>(i));
      } else {
        less.remove.erase(less.remove.begin() + static_cast<ptrdiff_t>(i - repair.add.size()));
      }
      if (HoldsAfter(fact, {less.remove, less.add})) return "a repair changes more than it must";
    }
    return "";
  }

  std::shared_ptr<const rules::Program> program_;
  std::shared_ptr<const Model> model_;
  std::vector<rules::Value> values_;
  std::vector<Delta> changes_;
  int repaired_ = 0;
  int impossible_ = 0;
  int undecided_ = 0;
};

TEST(RandomAbsence, EveryAbsentFactHasARepairOrAProofThatThereIsNone) {
  int repaired = 0;
  int impossible = 0;
  int undecided = 0;
  for (int i = 0; i < Programs(); ++i) {
    const uint64_t seed = kSeed + static_cast<uint64_t>(i);
    const std::string text = Generator(seed).Make();
    World world(text);
    ASSERT_TRUE(world.ok()) << text;
    ASSERT_EQ(world.Check(), "") << "seed " << seed << "\n" << text;
    repaired += world.repaired();
    impossible += world.impossible();
    undecided += world.undecided();
  }
  std::cout << repaired << " repaired, " << impossible << " impossible, " << undecided
            << " undecided\n";
  EXPECT_GT(repaired, 0);
  EXPECT_GT(impossible, 0);
  // A limit of the search ended it, and it says so.
  EXPECT_LE(undecided * 20, repaired + impossible);
}

}  // namespace
}  // namespace cartograph
