#include "kb/questions.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "kb/did_you_mean.h"
#include "rules/facts/fact.h"

namespace cartograph::kb {
namespace {

constexpr char kAnnotation[] = "question";

absl::Status Wrong(const rules::Predicate& predicate, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the question ", predicate.name, " is wrongly annotated: ", what));
}

std::vector<std::string> ColumnNames(const rules::Predicate& predicate) {
  std::vector<std::string> names;
  for (const rules::Column& column : predicate.columns) names.push_back(column.name);
  return names;
}

absl::StatusOr<OrderKey> ParseKey(const rules::Predicate& predicate, absl::string_view text) {
  const std::vector<std::string> words = absl::StrSplit(text, ' ', absl::SkipWhitespace());
  if (words.empty() || words.size() > 2) {
    return Wrong(predicate, absl::StrCat("order has \"", absl::StripAsciiWhitespace(text),
                                         "\" where a column and asc or desc should stand"));
  }
  const std::vector<std::string> names = ColumnNames(predicate);
  const auto column = std::find(names.begin(), names.end(), words[0]);
  if (column == names.end()) {
    return Wrong(predicate,
                 absl::StrCat("order names the column \"", words[0], "\", which it does not have",
                              DidYouMean(words[0], names)));
  }
  if (words.size() == 2 && words[1] != "asc" && words[1] != "desc") {
    return Wrong(predicate,
                 absl::StrCat("order has \"", words[1], "\" where asc or desc should stand"));
  }
  return OrderKey{static_cast<uint32_t>(column - names.begin()),
                  words.size() == 2 && words[1] == "desc"};
}

absl::StatusOr<std::vector<OrderKey>> ParseOrder(const rules::Predicate& predicate,
                                                 absl::string_view order) {
  std::vector<OrderKey> keys;
  if (absl::StripAsciiWhitespace(order).empty()) return keys;
  for (absl::string_view part : absl::StrSplit(order, ',')) {
    ASSIGN_OR_RETURN(OrderKey key, ParseKey(predicate, part));
    for (const OrderKey& other : keys) {
      if (other.column != key.column) continue;
      return Wrong(predicate, absl::StrCat("order names the column \"",
                                           predicate.columns[key.column].name, "\" twice"));
    }
    keys.push_back(key);
  }
  return keys;
}

absl::StatusOr<Question> QuestionOf(rules::PredicateId id, const rules::Predicate& predicate,
                                    const rules::Annotation& annotation) {
  Question question;
  question.predicate = id;
  for (const auto& [key, value] : annotation.arguments) {
    if (key == "title") {
      question.title = value;
    } else if (key == "order") {
      question.order = value;
    } else {
      return Wrong(predicate,
                   absl::StrCat("it has \"", key, "\", which is neither title nor order"));
    }
  }
  if (question.title.empty()) return Wrong(predicate, "it has no title");
  ASSIGN_OR_RETURN(question.keys, ParseOrder(predicate, question.order));
  return question;
}

int Sign(bool less, bool greater) { return less ? -1 : (greater ? 1 : 0); }

template <typename T>
int CompareNumbers(T left, T right) {
  return Sign(left < right, right < left);
}

// NaN comes after all numbers, so that the order stays total; NaNs are told apart by their bits.
int CompareFloats(rules::Value left, rules::Value right) {
  const float a = left.float_number();
  const float b = right.float_number();
  if (std::isnan(a) != std::isnan(b)) return std::isnan(a) ? 1 : -1;
  const int by_number = Sign(a < b, b < a);
  return by_number != 0 ? by_number : CompareNumbers(left.bits(), right.bits());
}

int CompareText(absl::string_view left, absl::string_view right) {
  return Sign(left < right, right < left);
}

// Compares rows of one predicate.
class RowOrder {
 public:
  RowOrder(const rules::Model& model, const rules::Predicate& predicate, std::vector<OrderKey> keys)
      : model_(model), predicate_(predicate), keys_(std::move(keys)) {
    for (uint32_t column = 0; column < predicate.arity(); ++column) {
      keys_.push_back(OrderKey{column, false});
    }
  }

  bool operator()(const rules::Tuple& left, const rules::Tuple& right) const {
    for (const OrderKey& key : keys_) {
      int sign = Compare(key.column, left[key.column], right[key.column]);
      if (sign != 0) return (sign < 0) != key.descending;
    }
    return false;
  }

 private:
  int Compare(uint32_t column, rules::Value left, rules::Value right) const {
    if (left == right) return 0;
    const rules::Interning& interning = model_.interning();
    const rules::TypeId type = predicate_.columns[column].type;
    switch (predicate_.columns[column].kind) {
      case rules::ValueKind::kSymbol:
        return CompareText(interning.symbols.Text(left), interning.symbols.Text(right));
      case rules::ValueKind::kNumber:
        return CompareNumbers(left.number(), right.number());
      case rules::ValueKind::kUnsigned:
        return CompareNumbers(left.unsigned_number(), right.unsigned_number());
      case rules::ValueKind::kFloat:
        return CompareFloats(left, right);
      case rules::ValueKind::kRecord:
        return CompareText(rules::ToText(left, type, model_.program(), interning),
                           rules::ToText(right, type, model_.program(), interning));
    }
    return 0;
  }

  const rules::Model& model_;
  const rules::Predicate& predicate_;
  std::vector<OrderKey> keys_;
};

}  // namespace

absl::StatusOr<std::vector<Question>> QuestionsOf(const rules::Program& program) {
  std::vector<Question> questions;
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    const rules::Predicate& predicate = program.predicates[i];
    bool annotated = false;
    for (const rules::Annotation& annotation : predicate.annotations) {
      if (annotation.name != kAnnotation) continue;
      if (annotated) return Wrong(predicate, "it is annotated twice");
      annotated = true;
      ASSIGN_OR_RETURN(Question question, QuestionOf(rules::PredicateId{i}, predicate, annotation));
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

absl::StatusOr<Question> FindQuestion(const rules::Program& program, absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<Question> questions, QuestionsOf(program));
  std::vector<std::string> names;
  for (Question& question : questions) {
    names.push_back(program.predicate(question.predicate).name);
    if (names.back() == name) return std::move(question);
  }
  return absl::NotFoundError(
      absl::StrCat("there is no question \"", name, "\"", DidYouMean(name, names)));
}

absl::StatusOr<std::vector<rules::Tuple>> OrderedRows(const rules::Model& model,
                                                      rules::PredicateId predicate,
                                                      const rules::Pattern& pattern,
                                                      const std::vector<OrderKey>& keys,
                                                      base::Budget* budget) {
  const rules::Predicate& declared = model.program().predicate(predicate);
  const size_t row_bytes = sizeof(rules::Tuple) + declared.arity() * sizeof(rules::Value);
  std::vector<rules::Tuple> rows;
  absl::Status spent;
  RETURN_IF_ERROR(rules::Query(model, predicate, pattern, 0, budget, [&](rules::TupleView row) {
    rows.emplace_back(row.begin(), row.end());
    budget->SpendBytes(row_bytes);
    spent = budget->Check(declared.name);
    return spent.ok();
  }));
  RETURN_IF_ERROR(spent);
  std::sort(rows.begin(), rows.end(), RowOrder(model, declared, keys));
  return rows;
}

}  // namespace cartograph::kb
