#include "kb/violations.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/error_details.h"
#include "rules/facts/fact.h"

namespace cartograph::kb {
namespace {

constexpr char kAnnotation[] = "violation";
constexpr size_t kNamedMax = 10;  // facts that a refusal names

absl::Status Wrong(const rules::Predicate& predicate, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the violation ", predicate.name, " is wrongly annotated: ", what));
}

absl::StatusOr<ViolationRelation> RelationOf(rules::PredicateId id,
                                             const rules::Predicate& predicate,
                                             const rules::Annotation& annotation) {
  ViolationRelation relation;
  relation.predicate = id;
  for (const auto& [key, value] : annotation.arguments) {
    if (key == "title") {
      relation.title = value;
    } else if (key == "mode" && (value == "report" || value == "refuse")) {
      relation.mode = value == "report" ? v1::VIOLATION_MODE_REPORT : v1::VIOLATION_MODE_REFUSE;
    } else if (key == "mode") {
      return Wrong(predicate,
                   absl::StrCat("its mode is \"", value, "\", which is neither report nor refuse"));
    } else {
      return Wrong(predicate,
                   absl::StrCat("it has \"", key, "\", which is neither title nor mode"));
    }
  }
  if (relation.title.empty()) return Wrong(predicate, "it has no title");
  return relation;
}

}  // namespace

absl::StatusOr<std::vector<ViolationRelation>> ViolationsOf(const rules::Program& program) {
  std::vector<ViolationRelation> relations;
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    bool annotated = false;
    for (const rules::Annotation& annotation : program.predicates[i].annotations) {
      if (annotation.name != kAnnotation) continue;
      if (annotated) return Wrong(program.predicates[i], "it is annotated twice");
      annotated = true;
      ASSIGN_OR_RETURN(ViolationRelation relation,
                       RelationOf(rules::PredicateId{i}, program.predicates[i], annotation));
      relations.push_back(std::move(relation));
    }
  }
  return relations;
}

absl::Status CheckViolations(const rules::Model& after, const std::vector<rules::Fact>& added) {
  ASSIGN_OR_RETURN(const std::vector<ViolationRelation> relations, ViolationsOf(after.program()));
  std::vector<PreconditionViolation> violations;
  for (const ViolationRelation& relation : relations) {
    if (relation.mode != v1::VIOLATION_MODE_REFUSE) continue;
    for (const rules::Fact& fact : added) {
      if (fact.predicate != relation.predicate || violations.size() == kNamedMax) continue;
      violations.push_back(
          {"VIOLATION", rules::ToText(fact, after.program(), after.interning()), relation.title});
    }
  }
  if (violations.empty()) return absl::OkStatus();
  return WithPreconditions(
      ErrorWithReason(absl::StatusCode::kFailedPrecondition,
                      absl::StrCat("the rules refuse this: ", violations[0].description, ": ",
                                   violations[0].subject),
                      kReasonRulesRefuse),
      violations);
}

}  // namespace cartograph::kb
