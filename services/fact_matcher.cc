#include "services/fact_matcher.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"

namespace cartograph::services {
namespace {

bool Equal(const v1::Value& left, const v1::Value& right) {
  if (left.kind_case() != right.kind_case()) {
    return false;
  }
  switch (left.kind_case()) {
    case v1::Value::kSymbol:
      return left.symbol() == right.symbol();
    case v1::Value::kNumber:
      return left.number() == right.number();
    case v1::Value::kUnsignedNumber:
      return left.unsigned_number() == right.unsigned_number();
    case v1::Value::kFloatNumber:
      return left.float_number() == right.float_number();
    case v1::Value::kRecord:
      return left.record() == right.record();
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return false;
}

int ColumnOf(const rules::Predicate& predicate, const std::string& name) {
  auto found = std::find_if(predicate.columns.begin(), predicate.columns.end(),
                            [&name](const rules::Column& column) { return column.name == name; });
  return static_cast<int>(found - predicate.columns.begin());
}

}  // namespace

absl::StatusOr<FactMatcher> FactMatcher::Create(const FactPatterns& patterns,
                                                const rules::Model& model,
                                                absl::string_view field) {
  if (patterns.size() > kPatternsMax) {
    return InvalidField(field, absl::StrCat("has ", patterns.size(), " patterns; at most ",
                                            kPatternsMax, " are allowed"));
  }
  FactMatcher matcher(patterns);
  for (int i = 0; i < patterns.size(); ++i) {
    std::string path = absl::StrCat(field, "[", i, "]");
    ASSIGN_OR_RETURN(rules::PredicateId id, FindPredicate(patterns[i].predicate(), model.program(),
                                                          absl::StrCat(path, ".predicate")));
    const rules::Predicate& predicate = model.program().predicate(id);
    RETURN_IF_ERROR(
        FromProto(patterns[i].filters(), predicate, model, absl::StrCat(path, ".filters"))
            .status());
    Conditions conditions;
    for (const v1::ColumnFilter& filter : patterns[i].filters()) {
      conditions.push_back({ColumnOf(predicate, filter.column()), filter.value()});
    }
    matcher.conditions_[predicate.name].push_back(std::move(conditions));
  }
  return matcher;
}

absl::StatusOr<std::vector<FactMatcher::Search>> FactMatcher::SearchesIn(
    const rules::Model& model) const {
  std::vector<Search> searches;
  for (const v1::FactPattern& pattern : patterns_) {
    ASSIGN_OR_RETURN(rules::PredicateId id,
                     FindPredicate(pattern.predicate(), model.program(), "patterns"));
    const rules::Predicate& predicate = model.program().predicate(id);
    ASSIGN_OR_RETURN(std::optional<rules::Pattern> columns,
                     FromProto(pattern.filters(), predicate, model, "patterns"));
    if (columns.has_value()) {
      searches.push_back({id, *std::move(columns)});
    }
  }
  for (uint32_t i = 0; patterns_.empty() && i < model.program().predicates.size(); ++i) {
    const rules::Predicate& predicate = model.program().predicates[i];
    if (!predicate.generated) {
      searches.push_back({rules::PredicateId{i}, rules::Pattern(predicate.arity())});
    }
  }
  return searches;
}

bool FactMatcher::Matches(const std::string& relation, const Values& values, int first,
                          int columns) const {
  if (conditions_.empty()) {
    return true;
  }
  const std::vector<Conditions>& alternatives = conditions_.at(relation);
  return std::any_of(alternatives.begin(), alternatives.end(), [&](const Conditions& all) {
    return std::all_of(all.begin(), all.end(), [&](const Condition& condition) {
      return condition.column < columns &&
             Equal(values.Get(first + condition.column), condition.value);
    });
  });
}

}  // namespace cartograph::services
