#include "tests/support/random_program.h"

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cartograph::testing {
namespace {

enum class Kind { kNumber, kUnsigned, kFloat, kSymbol, kPair };
constexpr Kind kKinds[] = {Kind::kNumber, Kind::kNumber,   Kind::kNumber, Kind::kSymbol,
                           Kind::kSymbol, Kind::kUnsigned, Kind::kFloat,  Kind::kPair};

struct Relation {
  std::string name;
  std::vector<Kind> columns;
};

std::string TypeName(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
      return "number";
    case Kind::kUnsigned:
      return "unsigned";
    case Kind::kFloat:
      return "float";
    case Kind::kSymbol:
      return "symbol";
    case Kind::kPair:
      return "Pair";
  }
  return "";
}

class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  RandomProgram Make() {
    program_.declarations.push_back(".type Pair = [a: number, b: symbol]");
    const int bases = Between(2, 3);
    for (int i = 0; i < bases; ++i) AddBase(i);
    const int layers = Between(1, 3);
    for (int layer = 0; layer < layers; ++layer) AddLayer(layer);
    return std::move(program_);
  }

 private:
  // Variables bound so far in a rule, by kind.
  using Scope = std::map<Kind, std::vector<std::string>>;

  int Between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }
  bool Chance(int percent) { return Between(1, 100) <= percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& all) {
    return all[static_cast<size_t>(Between(0, static_cast<int>(all.size()) - 1))];
  }

  std::string Constant(Kind kind) {
    switch (kind) {
      case Kind::kNumber:
        return absl::StrCat(Between(-1, 4));
      case Kind::kUnsigned:
        return absl::StrCat(Between(0, 3), "u");
      case Kind::kFloat:
        return absl::StrCat(Between(0, 3), ".5");
      case Kind::kSymbol:
        return absl::StrCat("\"", std::string(1, static_cast<char>('a' + Between(0, 3))), "\"");
      case Kind::kPair:
        return Chance(15)
                   ? "nil"
                   : absl::StrCat("[", Constant(Kind::kNumber), ", ", Constant(Kind::kSymbol), "]");
    }
    return "";
  }

  Relation Declare(const std::string& name, std::vector<Kind> columns,
                   const std::string& qualifier = "") {
    std::vector<std::string> fields;
    for (size_t i = 0; i < columns.size(); ++i)
      fields.push_back(absl::StrCat("c", i, ": ", TypeName(columns[i])));
    program_.declarations.push_back(
        absl::StrCat(".decl ", name, "(", absl::StrJoin(fields, ", "), ")", qualifier));
    return {name, std::move(columns)};
  }

  std::vector<Kind> RandomColumns() {
    std::vector<Kind> columns(static_cast<size_t>(Between(1, 3)));
    for (Kind& kind : columns) kind = kKinds[Between(0, static_cast<int>(std::size(kKinds)) - 1)];
    return columns;
  }

  void AddBase(int number) {
    std::vector<Kind> columns =
        number == 0 ? std::vector<Kind>{Kind::kNumber, Kind::kNumber} : RandomColumns();
    Relation base = Declare(absl::StrCat("base", number), std::move(columns));
    AddFacts(base, Between(5, 11));
    lower_.push_back(std::move(base));
  }

  void AddFacts(const Relation& relation, int count) {
    for (int i = 0; i < count; ++i) {
      std::vector<std::string> values;
      for (Kind kind : relation.columns) values.push_back(Constant(kind));
      program_.clauses.push_back(
          absl::StrCat(relation.name, "(", absl::StrJoin(values, ", "), ")."));
    }
  }

  void AddLayer(int layer) {
    if (Chance(12)) return AddBest(layer);
    if (Chance(10)) return AddEquivalence(layer);
    std::vector<Relation> here;
    const int relations = Between(1, 2);
    for (int i = 0; i < relations; ++i)
      here.push_back(Declare(absl::StrCat("d", layer, "_", i), RandomColumns()));
    const bool recursive = Chance(50);
    for (const Relation& head : here) {
      const int rules = Between(1, 3);
      for (int i = 0; i < rules; ++i) AddRule(head, here, recursive && i > 0);
    }
    lower_.insert(lower_.end(), here.begin(), here.end());
  }

  // The greatest number for each number, by subsumption, of what rules derive and of what is given.
  void AddBest(int layer) {
    Relation best = Declare(absl::StrCat("best", layer), {Kind::kNumber, Kind::kNumber});
    if (Chance(50)) AddFacts(best, Between(1, 4));
    program_.clauses.push_back(absl::StrCat(best.name, "(x, y) :- base0(x, y)."));
    program_.clauses.push_back(absl::StrCat(best.name, "(x, y) :- base0(y, x)."));
    program_.clauses.push_back(
        absl::StrCat(best.name, "(x, y) <= ", best.name, "(x, z) :- y < z."));
    lower_.push_back(best);
  }

  void AddEquivalence(int layer) {
    Relation same = Declare(absl::StrCat("same", layer), {Kind::kNumber, Kind::kNumber}, " eqrel");
    program_.clauses.push_back(absl::StrCat(same.name, "(x, y) :- base0(x, y), x < 2."));
    lower_.push_back(same);
  }

  // A term of `kind` in a body atom: a variable seen before, a new one, a constant, "_", or a
  // pattern.
  std::string BodyTerm(Kind kind, Scope* scope, Scope* fresh) {
    const std::vector<std::string>& seen = (*scope)[kind];
    if (!seen.empty() && Chance(45)) return Pick(seen);
    if (Chance(4)) return Constant(kind);
    if (Chance(12)) return "_";
    if (kind == Kind::kPair && Chance(15)) {
      const std::string number = BodyTerm(Kind::kNumber, scope, fresh);
      return absl::StrCat("[", number, ", ", BodyTerm(Kind::kSymbol, scope, fresh), "]");
    }
    std::string name = absl::StrCat("v", variables_++);
    (*fresh)[kind].push_back(name);
    return name;
  }

  std::string BodyAtom(const Relation& relation, Scope* scope) {
    std::vector<std::string> terms;
    Scope fresh;
    for (Kind kind : relation.columns) terms.push_back(BodyTerm(kind, scope, &fresh));
    for (auto& [kind, names] : fresh) {
      std::vector<std::string>& all = (*scope)[kind];
      all.insert(all.end(), names.begin(), names.end());
    }
    return absl::StrCat(relation.name, "(", absl::StrJoin(terms, ", "), ")");
  }

  // A bound variable of `kind`, or a constant.
  std::string Bound(Kind kind, Scope* scope) {
    const std::vector<std::string>& seen = (*scope)[kind];
    return seen.empty() || Chance(6) ? Constant(kind) : Pick(seen);
  }

  std::string Negation(Scope* scope) {
    const Relation& relation = Pick(lower_);
    std::vector<std::string> terms;
    for (Kind kind : relation.columns) terms.push_back(Chance(25) ? "_" : Bound(kind, scope));
    return absl::StrCat("!", relation.name, "(", absl::StrJoin(terms, ", "), ")");
  }

  std::string Constraint(Scope* scope) {
    const Kind kind = Chance(60) ? Kind::kNumber : Chance(50) ? Kind::kSymbol : Kind::kUnsigned;
    static const auto& operators = *new std::vector<std::string>{"<", "<=", "!=", ">", ">=", "="};
    return absl::StrCat(Bound(kind, scope), " ", Pick(operators), " ", Constant(kind));
  }

  // x = an aggregate over a lower relation; x becomes bound. At most one column is shared with the
  // rest of the rule.
  std::string Aggregate(Scope* scope) {
    const Relation& relation = Pick(lower_);
    std::vector<std::string> terms;
    std::vector<std::string> numbers;
    for (Kind kind : relation.columns) {
      const bool share = !(*scope)[kind].empty() && Chance(35);
      terms.push_back(share        ? Pick((*scope)[kind])
                      : Chance(30) ? "_"
                                   : absl::StrCat("v", variables_++));
      if (!share && kind == Kind::kNumber && terms.back() != "_") numbers.push_back(terms.back());
    }
    static const auto& operators = *new std::vector<std::string>{"sum", "min", "max"};
    const std::string what =
        numbers.empty() || Chance(40) ? "count" : absl::StrCat(Pick(operators), " ", Pick(numbers));
    std::string name = absl::StrCat("v", variables_++);
    std::string literal = absl::StrCat(name, " = ", what, " : { ", relation.name, "(",
                                       absl::StrJoin(terms, ", "), ") }");
    (*scope)[Kind::kNumber].push_back(name);
    return literal;
  }

  // x = arithmetic on what is bound, or a range; x becomes bound.
  std::string Computed(Scope* scope) {
    static const auto& forms = *new std::vector<std::string>{
        "$a + $b",          "$a * $b - 1",  "max($a, $b)",   "min($a, $b, 1)", "$a band 3",
        "($a * 7 + 3) % 5", "range(0, $a)", "range($a, $b)", "strlen($s)",     "-$a"};
    std::string form = Pick(forms);
    auto put = [&](const char* place, const std::string& value) {
      for (size_t at; (at = form.find(place)) != std::string::npos;) form.replace(at, 2, value);
    };
    put("$a", Bound(Kind::kNumber, scope));
    put("$b", Bound(Kind::kNumber, scope));
    put("$s", Bound(Kind::kSymbol, scope));
    std::string name = absl::StrCat("v", variables_++);
    (*scope)[Kind::kNumber].push_back(name);
    return absl::StrCat(name, " = ", form);
  }

  void AddRule(const Relation& head, const std::vector<Relation>& here, bool recursive) {
    Scope scope;
    std::vector<std::string> body;
    const int atoms = Between(1, 3);
    for (int i = 0; i < atoms; ++i) {
      body.push_back(BodyAtom(recursive && i == 0 ? Pick(here) : Pick(lower_), &scope));
    }
    if (Chance(25)) body.push_back(Constraint(&scope));
    if (Chance(30)) body.push_back(Negation(&scope));
    // New values inside recursion could go on for ever.
    if (!recursive && Chance(30)) body.push_back(Aggregate(&scope));
    if (!recursive && Chance(30)) body.push_back(Computed(&scope));
    if (Chance(10))
      body.push_back(absl::StrCat("(", Constraint(&scope), " ; ", Constraint(&scope), ")"));
    std::vector<std::string> terms;
    for (Kind kind : head.columns) terms.push_back(HeadTerm(kind, recursive, &scope));
    program_.clauses.push_back(absl::StrCat(head.name, "(", absl::StrJoin(terms, ", "), ") :- ",
                                            absl::StrJoin(body, ", "), "."));
  }

  std::string HeadTerm(Kind kind, bool recursive, Scope* scope) {
    if (kind == Kind::kSymbol && !recursive && Chance(12)) {
      return absl::StrCat("cat(", Bound(kind, scope), ", ", Bound(kind, scope), ")");
    }
    if (kind == Kind::kPair && Chance(40)) {
      return absl::StrCat("[", Bound(Kind::kNumber, scope), ", ", Bound(Kind::kSymbol, scope), "]");
    }
    return Bound(kind, scope);
  }

  std::mt19937_64 random_;
  RandomProgram program_;
  std::vector<Relation> lower_;  // finished layers
  int variables_ = 0;
};

}  // namespace

std::string RandomProgram::text() const {
  return absl::StrCat(absl::StrJoin(declarations, "\n"), "\n", absl::StrJoin(clauses, "\n"), "\n");
}

RandomProgram MakeRandomProgram(uint64_t seed) { return Generator(seed).Make(); }

}  // namespace cartograph::testing
