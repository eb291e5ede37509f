#include "kb/strength.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/claim_relations.h"
#include "kb/claim_sources.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

constexpr char kAnnotation[] = "strength";

absl::Status Wrong(const rules::Predicate& predicate, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the strength of ", predicate.name, " is wrongly annotated: ", what));
}

bool SameColumns(const rules::Predicate& a, const rules::Predicate& b) {
  return std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    [](const rules::Column& left, const rules::Column& right) {
                      return left.kind == right.kind && left.type == right.type;
                    });
}

bool HoldsScores(const rules::Predicate& predicate) {
  return predicate.arity() == 3 && predicate.columns[0].kind == rules::ValueKind::kSymbol &&
         predicate.columns[1].kind == rules::ValueKind::kSymbol &&
         predicate.columns[2].kind == rules::ValueKind::kFloat;
}

absl::StatusOr<StrengthRule> RuleOf(const rules::Program& program,
                                    const rules::Predicate& predicate,
                                    const rules::Annotation& annotation) {
  std::optional<rules::PredicateId> scores;
  StrengthRule rule;
  for (const auto& [key, value] : annotation.arguments) {
    if (key != "scores" && key != "dispute") {
      return Wrong(predicate,
                   absl::StrCat("it has \"", key, "\", which is neither scores nor dispute"));
    }
    const std::optional<rules::PredicateId> named = program.Find(value);
    if (!named.has_value()) {
      return Wrong(predicate, absl::StrCat("there is no relation \"", value, "\""));
    }
    (key == "scores" ? scores : rule.dispute) = named;
  }
  if (!scores.has_value()) return Wrong(predicate, "it names no scores");
  if (!HoldsScores(program.predicate(*scores))) {
    return Wrong(predicate, absl::StrCat(program.predicate(*scores).name,
                                         " must hold a claim predicate, a modality and a float"));
  }
  if (rule.dispute.has_value() && !SameColumns(predicate, program.predicate(*rule.dispute))) {
    return Wrong(predicate, absl::StrCat("the columns of ", program.predicate(*rule.dispute).name,
                                         " are not of the same types"));
  }
  rule.scores = *scores;
  return rule;
}

// Makes lines of claims.
class LineReader {
 public:
  LineReader(const rules::Model& model, rules::PredicateId scores, base::Budget* budget)
      : model_(model), scores_(scores), budget_(budget) {}

  absl::StatusOr<v1::StrengthLine> Read(const std::string& evidence) {
    v1::StrengthLine line;
    line.set_evidence(evidence);
    const std::optional<rules::Value> value = model_.interning().symbols.Find(evidence);
    if (!value.has_value()) return line;
    ASSIGN_OR_RETURN(const auto source, Column(kEvidenceRelation, *value, 1));
    if (source.has_value()) line.set_source(Text(*source));
    ASSIGN_OR_RETURN(const auto modality, Column("modality", *value, 1));
    std::optional<rules::Value> predicate;
    for (const std::string& relation : ClaimRelations()) {
      if (predicate.has_value()) break;
      ASSIGN_OR_RETURN(predicate, Column(relation, *value, 2));
    }
    if (!predicate.has_value() || !modality.has_value()) return line;
    line.set_predicate(Text(*predicate));
    line.set_modality(Text(*modality));
    RETURN_IF_ERROR(SetScore(*predicate, *modality, &line));
    return line;
  }

 private:
  std::string Text(rules::Value value) const {
    return std::string(model_.interning().symbols.Text(value));
  }

  // What the first fact of `relation` about `entity` has in `column`.
  absl::StatusOr<std::optional<rules::Value>> Column(absl::string_view relation,
                                                     rules::Value entity, size_t column) {
    std::optional<rules::Value> found;
    const std::optional<rules::PredicateId> predicate = model_.program().Find(relation);
    if (!predicate.has_value()) return found;
    rules::Pattern pattern(model_.program().predicate(*predicate).arity());
    if (column >= pattern.size()) return found;
    pattern[0] = entity;
    RETURN_IF_ERROR(
        rules::Query(model_, *predicate, pattern, 0, budget_, [&](rules::TupleView values) {
          found = values[column];
          return false;
        }));
    return found;
  }

  // The highest of several.
  absl::Status SetScore(rules::Value predicate, rules::Value modality, v1::StrengthLine* line) {
    const rules::Pattern pattern = {predicate, modality, std::nullopt};
    RETURN_IF_ERROR(
        rules::Query(model_, scores_, pattern, 0, budget_, [&](rules::TupleView values) {
          const double score = values[2].float_number();
          if (!line->has_score() || !(line->score() >= score)) line->set_score(score);
          return true;
        }));
    if (!line->has_score() || (line->score() >= 0 && line->score() <= 1)) return absl::OkStatus();
    return absl::OutOfRangeError(absl::StrCat("the score of ", line->predicate(), " and ",
                                              line->modality(), " is ", line->score(),
                                              ", which is not 0 to 1"));
  }

  const rules::Model& model_;
  const rules::PredicateId scores_;
  base::Budget* const budget_;
};

// Higher scores first, then by name; without a score last.
bool LineBefore(const v1::StrengthLine& a, const v1::StrengthLine& b) {
  if (a.has_score() != b.has_score()) return a.has_score();
  if (a.score() != b.score()) return a.score() > b.score();
  return a.evidence() < b.evidence();
}

void FillFigures(v1::Strength* strength) {
  std::sort(strength->mutable_lines()->begin(), strength->mutable_lines()->end(), LineBefore);
  std::vector<double> scores;
  for (const v1::StrengthLine& line : strength->lines()) {
    if (line.has_score()) scores.push_back(line.score());
  }
  const HarmonicSum harmonic = HarmonicSumOf(scores);
  strength->set_strongest(scores.empty() ? 0 : scores.front());
  strength->set_harmonic_sum(harmonic.sum);
  strength->set_harmonic_score(harmonic.score);
}

}  // namespace

absl::StatusOr<std::optional<StrengthRule>> StrengthOf(const rules::Program& program,
                                                       rules::PredicateId predicate) {
  std::optional<StrengthRule> rule;
  const rules::Predicate& annotated = program.predicate(predicate);
  for (const rules::Annotation& annotation : annotated.annotations) {
    if (annotation.name != kAnnotation) continue;
    if (rule.has_value()) return Wrong(annotated, "it is annotated twice");
    ASSIGN_OR_RETURN(rule, RuleOf(program, annotated, annotation));
  }
  return rule;
}

absl::Status CheckStrengths(const rules::Program& program) {
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    RETURN_IF_ERROR(StrengthOf(program, rules::PredicateId{i}).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Strength> Measure(const rules::Model& model, const rules::Fact& fact,
                                     rules::PredicateId scores, base::Budget* budget) {
  v1::Strength strength;
  if (!model.Contains(fact)) return strength;
  ClaimSources claim_sources(model, budget);
  ASSIGN_OR_RETURN(const ClaimSources::Claims claims, claim_sources.Of(fact, SIZE_MAX));
  LineReader reader(model, scores, budget);
  for (const std::string& evidence : claims.evidence) {
    ASSIGN_OR_RETURN(*strength.add_lines(), reader.Read(evidence));
  }
  FillFigures(&strength);
  ASSIGN_OR_RETURN(Independence independence, IndependenceOf(claims.sources, model, budget));
  strength.set_independent_sources_min(independence.at_least);
  strength.set_independent_sources_max(independence.at_most);
  strength.mutable_dependences()->Assign(independence.dependences.begin(),
                                         independence.dependences.end());
  return strength;
}

HarmonicSum HarmonicSumOf(const std::vector<double>& scores) {
  HarmonicSum harmonic;
  for (size_t i = 0; i < scores.size(); ++i) {
    const auto rank = static_cast<double>(i + 1);
    harmonic.sum += scores[i] / (rank * rank);
  }
  constexpr double kPi = std::numbers::pi;
  harmonic.score = harmonic.sum / (kPi * kPi / 6);
  return harmonic;
}

}  // namespace cartograph::kb
