#include "tests/support/edit_sequence.h"

#include <map>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cartograph::testing {
namespace {

// A fact's relation and arguments; commas inside brackets part nothing.
struct FactText {
  std::string name;
  std::vector<std::string> arguments;

  explicit FactText(const std::string& fact) : name(fact.substr(0, fact.find('('))) {
    int depth = 0;
    std::string argument;
    for (size_t i = name.size() + 1; i < fact.size() && (fact[i] != ')' || depth > 0); ++i) {
      depth += fact[i] == '[' ? 1 : fact[i] == ']' ? -1 : 0;
      if (fact[i] == ',' && depth == 0) {
        arguments.push_back(argument);
        argument.clear();
      } else if (fact[i] != ' ' || !argument.empty()) {
        argument += fact[i];
      }
    }
    if (!argument.empty()) arguments.push_back(argument);
  }
  std::string text() const { return absl::StrCat(name, "(", absl::StrJoin(arguments, ", "), ")."); }
};

// The column types by relation, from lines like `.decl base0(x0: number, x1: symbol)`.
std::map<std::string, std::vector<std::string>> ColumnTypes(
    const std::vector<std::string>& declarations) {
  std::map<std::string, std::vector<std::string>> types;
  for (const std::string& line : declarations) {
    if (!absl::StartsWith(line, ".decl ")) continue;
    const size_t open = line.find('(');
    std::vector<std::string>& columns = types[line.substr(6, open - 6)];
    const std::string inside = line.substr(open + 1, line.find(')') - open - 1);
    for (const absl::string_view column : absl::StrSplit(inside, ", ", absl::SkipEmpty())) {
      columns.emplace_back(column.substr(column.find(": ") + 2));
    }
  }
  return types;
}

class Maker {
 public:
  Maker(const RandomProgram& program, uint64_t seed)
      : random_(seed), types_(ColumnTypes(program.declarations)) {
    sequence_.declarations = program.declarations;
    for (const std::string& clause : program.clauses) {
      const bool rule = absl::StrContains(clause, ":-");
      (rule ? sequence_.rules : sequence_.facts).push_back(clause);
      if (!rule) Learn(clause);
      derived_.insert(clause.substr(0, clause.find('(')));
    }
    for (const std::string& fact : sequence_.facts) derived_.erase(FactText(fact).name);
    values_["number"].insert("77");
    now_.insert(sequence_.facts.begin(), sequence_.facts.end());
  }

  EditSequence Make(int edits) {
    while (edits > 0) {
      std::vector<FactEdit> revision;
      for (int left = Below(8) == 0 ? 6 : 1 + Below(3); left > 0; --left, --edits) {
        revision.push_back(Edit());
      }
      sequence_.revisions.push_back(std::move(revision));
    }
    return std::move(sequence_);
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint64_t>(limit)); }
  template <typename Set>
  const std::string& Pick(const Set& set) {
    return *std::next(set.begin(), Below(static_cast<int>(set.size())));
  }

  void Learn(const std::string& clause) {
    const FactText fact(clause);
    given_.insert(fact.name);
    for (size_t i = 0; i < fact.arguments.size(); ++i) {
      values_[types_[fact.name][i]].insert(fact.arguments[i]);
    }
  }

  FactEdit Edit() {
    if (!now_.empty() && Below(100) < 48) {
      const std::string fact = Pick(now_);
      now_.erase(fact);
      return {false, fact};
    }
    const bool derived = !derived_.empty() && Below(100) < 6;
    FactText fact(absl::StrCat(derived ? Pick(derived_) : Pick(given_), "("));
    for (const std::string& type : types_[fact.name]) {
      if (values_[type].empty()) return {true, sequence_.facts[0]};
      fact.arguments.push_back(Pick(values_[type]));
    }
    now_.insert(fact.text());
    return {true, fact.text()};
  }

  std::mt19937_64 random_;
  std::map<std::string, std::vector<std::string>> types_;
  std::map<std::string, std::set<std::string>> values_;  // seen in facts, by type
  std::set<std::string> given_;                          // relations
  std::set<std::string> derived_;
  std::set<std::string> now_;  // facts given so far
  EditSequence sequence_;
};

}  // namespace

std::string EditSequence::program() const {
  return absl::StrCat(absl::StrJoin(declarations, "\n"), "\n", absl::StrJoin(rules, "\n"), "\n");
}

std::string EditSequence::text() const {
  std::string text = absl::StrCat(program(), absl::StrJoin(facts, "\n"), "\n");
  for (const auto& revision : revisions) {
    absl::StrAppend(&text, "revision:");
    for (const FactEdit& edit : revision) {
      absl::StrAppend(&text, edit.add ? " +" : " -", edit.fact);
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

EditSequence MakeEditSequence(const RandomProgram& program, int edits, uint64_t seed) {
  return Maker(program, seed).Make(edits);
}

}  // namespace cartograph::testing
