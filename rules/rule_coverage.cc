#include "rules/rule_coverage.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "rules/analysis/schedule.h"
#include "rules/analysis/stratify.h"

namespace cartograph::rules {
namespace {

// The relations added for one literal of a rule.
struct Step {
  SourceSpan span;
  bool negated = false;               // the span is that of the atom behind the `!`
  std::optional<PredicateId> before;  // bindings of the literals before; none for the first
  PredicateId through{};              // those of `before` that the literal lets through
  PredicateId after{};                // bindings of all literals up to this one
};

// One rule of the program with what was added for it.
struct Probe {
  uint32_t source_rule = 0;
  std::string relation;
  SourceSpan span;
  std::vector<Step> steps;
};

// Adds to a program the relations and rules that coverage is read from.
class Instrumentation {
 public:
  explicit Instrumentation(const Program& program) : program_(std::make_shared<Program>(program)) {
    for (const Rule& rule : program.rules) {
      const bool written = !program.predicate(rule.head.predicate).generated;
      if (written && !rule.body.empty()) Add(rule);
    }
    program_->strata.clear();
    DiagnosticList diagnostics(1);
    Stratify(program_.get(), &diagnostics);
    CHECK(!diagnostics.has_errors());
  }

  std::shared_ptr<const Program> program() const { return program_; }
  const std::vector<Probe>& probes() const { return probes_; }

 private:
  void Add(const Rule& rule) {
    Probe probe{rule.source_rule, program_->predicate(rule.head.predicate).name, rule.span, {}};
    std::optional<Atom> before;
    for (const ScheduledLiteral& scheduled : Schedule(rule.body, rule.variables.size())) {
      const Literal& literal = rule.body[scheduled.literal];
      std::vector<Literal> body;
      if (before) body.push_back({.kind = Literal::Kind::kAtom, .atom = *before});
      body.push_back(literal);
      Step step{.span = literal.span, .negated = literal.kind == Literal::Kind::kNegation};
      if (before) step.before = before->predicate;
      const Atom through = before ? AddRelation(*before) : AddRelation({});
      AddRule(rule, through, body);
      step.through = through.predicate;
      before = AddRelation(Bindings(rule, scheduled.bound));
      AddRule(rule, *before, body);
      step.after = before->predicate;
      probe.steps.push_back(step);
    }
    probes_.push_back(std::move(probe));
  }

  // An atom, of no relation yet, of the variables that are bound.
  static Atom Bindings(const Rule& rule, const std::vector<bool>& bound) {
    Atom atom;
    for (uint32_t variable = 0; variable < bound.size(); ++variable) {
      if (!bound[variable]) continue;
      atom.arguments.push_back({.kind = Term::Kind::kVariable,
                                .value_kind = rule.variable_kinds[variable],
                                .variable = variable});
    }
    return atom;
  }

  // `atom` of a new relation. Its values are never shown, so that any type of their kind will do.
  Atom AddRelation(Atom atom) {
    Predicate predicate{.name = absl::StrCat("@coverage", program_->predicates.size()),
                        .generated = true};
    for (const Term& argument : atom.arguments) {
      predicate.columns.push_back(
          {.type = AnyType(argument.value_kind), .kind = argument.value_kind});
    }
    atom.predicate = static_cast<PredicateId>(program_->predicates.size());
    program_->predicates.push_back(std::move(predicate));
    return atom;
  }

  TypeId AnyType(ValueKind kind) const {
    auto type = std::find_if(program_->types.begin(), program_->types.end(),
                             [&](const Type& candidate) { return candidate.kind == kind; });
    return static_cast<TypeId>(type - program_->types.begin());
  }

  void AddRule(const Rule& rule, const Atom& head, const std::vector<Literal>& body) {
    program_->rules.push_back({.source_rule = rule.source_rule,
                               .head = head,
                               .body = body,
                               .variables = rule.variables,
                               .variable_kinds = rule.variable_kinds,
                               .text = rule.text,
                               .span = rule.span});
  }

  std::shared_ptr<Program> program_;
  std::vector<Probe> probes_;
};

bool Contains(SourceSpan outer, SourceSpan inner) {
  return outer.file == inner.file && outer.begin <= inner.begin && inner.end <= outer.end;
}

// The text of `span` on one line.
std::string TextOf(SourceSpan span, const Program& program) {
  std::string text = program.sources[span.file].text.substr(span.begin, span.end - span.begin);
  absl::RemoveExtraAsciiWhitespace(&text);
  return text;
}

// What one world adds to the coverage of one rule.
class WorldReader {
 public:
  WorldReader(const Model& model, RuleCoverage* rule) : model_(model), rule_(*rule) {}

  // Whether the rule fired.
  bool Read(const Probe& probe) {
    std::vector<bool> held(rule_.literals.size());
    for (const Step& step : probe.steps) {
      const size_t at = IndexOf(step.span);
      const size_t before = step.before ? SizeOf(*step.before) : 1;
      LiteralCoverage& literal = rule_.literals[at];
      literal.reached = literal.reached || before > 0;
      literal.failed = literal.failed || SizeOf(step.through) < before;
      held[at] = SizeOf(step.after) > 0;  // a literal taken apart holds when its last part does
    }
    for (size_t i = 0; i < held.size(); ++i) {
      rule_.literals[i].held = rule_.literals[i].held || held[i];
    }
    return SizeOf(probe.steps.back().after) > 0;
  }

 private:
  size_t SizeOf(PredicateId id) const { return model_.relation(id).size(); }

  size_t IndexOf(SourceSpan span) const {
    auto at =
        std::find_if(rule_.literals.begin(), rule_.literals.end(),
                     [&](const LiteralCoverage& literal) { return Contains(literal.span, span); });
    CHECK(at != rule_.literals.end());
    return static_cast<size_t>(at - rule_.literals.begin());
  }

  const Model& model_;
  RuleCoverage& rule_;
};

// The written literals of `probe`, none of which stands in another, added to those of `rule`.
void AddLiterals(const Probe& probe, const Program& program, RuleCoverage* rule) {
  for (const Step& step : probe.steps) {
    bool inside = false;
    for (const LiteralCoverage& literal : rule->literals) {
      inside = inside || Contains(literal.span, step.span);
    }
    if (inside) continue;
    auto contained = [&](const LiteralCoverage& literal) {
      return Contains(step.span, literal.span);
    };
    rule->literals.erase(std::remove_if(rule->literals.begin(), rule->literals.end(), contained),
                         rule->literals.end());
    rule->literals.push_back(
        {.span = step.span,
         .text = absl::StrCat(step.negated ? "!" : "", TextOf(step.span, program))});
  }
}

// The rules as written, in order of text, with nothing counted yet.
std::vector<RuleCoverage> Uncovered(const std::vector<Probe>& probes, const Program& program,
                                    std::vector<size_t>* rule_of_probe) {
  std::vector<RuleCoverage> rules;
  std::vector<uint32_t> source_rules;
  for (const Probe& probe : probes) {
    auto known = std::find(source_rules.rbegin(), source_rules.rend(), probe.source_rule);
    size_t at = static_cast<size_t>(source_rules.rend() - known);
    if (known == source_rules.rend()) {
      rules.push_back({.relation = probe.relation, .span = probe.span});
      source_rules.push_back(probe.source_rule);
      at = rules.size();
    }
    AddLiterals(probe, program, &rules[at - 1]);
    rule_of_probe->push_back(at - 1);
  }
  for (RuleCoverage& rule : rules) {
    std::sort(rule.literals.begin(), rule.literals.end(),
              [](const LiteralCoverage& a, const LiteralCoverage& b) {
                return a.span.begin < b.span.begin;
              });
  }
  return rules;
}

}  // namespace

absl::StatusOr<std::vector<RuleCoverage>> MeasureCoverage(const Program& program,
                                                          const std::vector<RuleTest>& tests,
                                                          base::Budget* budget) {
  const Instrumentation instrumentation(program);
  const std::vector<Probe>& probes = instrumentation.probes();
  std::vector<size_t> rule_of_probe;
  std::vector<RuleCoverage> rules = Uncovered(probes, program, &rule_of_probe);
  for (const RuleTest& test : tests) {
    absl::StatusOr<std::shared_ptr<const Model>> model =
        Evaluate(instrumentation.program(), GivenRows(test, *instrumentation.program()), budget);
    if (absl::IsInvalidArgument(model.status())) continue;
    RETURN_IF_ERROR(model.status());
    std::vector<bool> fired(rules.size());
    for (size_t i = 0; i < probes.size(); ++i) {
      const size_t rule = rule_of_probe[i];
      fired[rule] = WorldReader(**model, &rules[rule]).Read(probes[i]) || fired[rule];
    }
    for (size_t rule = 0; rule < rules.size(); ++rule)
      rules[rule].worlds_fired += fired[rule] ? 1 : 0;
  }
  std::stable_sort(rules.begin(), rules.end(), [](const RuleCoverage& a, const RuleCoverage& b) {
    return std::tie(a.span.file, a.span.begin) < std::tie(b.span.file, b.span.begin);
  });
  return rules;
}

}  // namespace cartograph::rules
