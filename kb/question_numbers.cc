#include "kb/question_numbers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "kb/value_kind.h"

namespace cartograph::kb {
namespace {

v1::QuestionNumbers* EntryOf(QuestionNumbers* numbers, absl::string_view rule_pack,
                             const std::string& question) {
  for (v1::QuestionNumbers& entry : *numbers) {
    if (entry.rule_pack() == rule_pack && entry.question() == question) {
      return &entry;
    }
  }
  v1::QuestionNumbers* entry = numbers->Add();
  entry->set_rule_pack(std::string(rule_pack));
  entry->set_question(question);
  return entry;
}

void Keep(const rules::Column& column, v1::QuestionNumbers* question) {
  const v1::ValueKind kind = KindOf(column.kind);
  uint32_t last = 0;
  for (v1::ColumnNumber& known : *question->mutable_columns()) {
    if (known.column() == column.name && known.kind() == kind) {
      known.set_retired(false);
      return;
    }
    last = std::max(last, known.number());
  }
  v1::ColumnNumber* added = question->add_columns();
  added->set_column(column.name);
  added->set_kind(kind);
  added->set_number(last + 1);
}

std::string Described(const v1::QuestionNumbers& question, const v1::ColumnNumber& column) {
  return absl::StrCat("the column ", column.column(), " of the question ", question.question());
}

void AddRetired(const v1::QuestionNumbers& before, const v1::QuestionNumbers& after,
                std::vector<std::string>* broken) {
  for (const v1::ColumnNumber& column : before.columns()) {
    if (column.retired()) {
      continue;
    }
    const v1::ColumnNumber* now = FindColumn(after, column.column());
    if (now == nullptr) {
      broken->push_back(absl::StrCat(Described(after, column), " is gone"));
    } else if (now->number() != column.number()) {
      broken->push_back(absl::StrCat(Described(after, column), " has another type"));
    }
  }
}

}  // namespace

QuestionNumbers NumbersAfter(QuestionNumbers numbers, absl::string_view rule_pack,
                             const rules::Program& program,
                             const std::vector<Question>& questions) {
  for (v1::QuestionNumbers& entry : numbers) {
    if (entry.rule_pack() != rule_pack) {
      continue;
    }
    entry.set_retired(true);
    for (v1::ColumnNumber& column : *entry.mutable_columns()) {
      column.set_retired(true);
    }
  }
  for (const Question& question : questions) {
    const rules::Predicate& predicate = program.predicate(question.predicate);
    v1::QuestionNumbers* entry = EntryOf(&numbers, rule_pack, predicate.name);
    entry->set_retired(false);
    for (const rules::Column& column : predicate.columns) {
      Keep(column, entry);
    }
  }
  return numbers;
}

const v1::QuestionNumbers* FindNumbers(const QuestionNumbers& numbers, absl::string_view rule_pack,
                                       absl::string_view question) {
  for (const v1::QuestionNumbers& entry : numbers) {
    if (entry.rule_pack() == rule_pack && entry.question() == question) {
      return &entry;
    }
  }
  return nullptr;
}

const v1::ColumnNumber* FindColumn(const v1::QuestionNumbers& question, absl::string_view column) {
  for (const v1::ColumnNumber& known : question.columns()) {
    if (known.column() == column && !known.retired()) {
      return &known;
    }
  }
  return nullptr;
}

std::vector<std::string> WhatBreaks(const QuestionNumbers& before, const QuestionNumbers& after) {
  std::vector<std::string> broken;
  for (const v1::QuestionNumbers& question : before) {
    const v1::QuestionNumbers* now = FindNumbers(after, question.rule_pack(), question.question());
    if (question.retired() || now == nullptr) {
      continue;
    }
    if (now->retired()) {
      broken.push_back(absl::StrCat("the question ", question.question(), " is gone"));
    } else {
      AddRetired(question, *now, &broken);
    }
  }
  return broken;
}

}  // namespace cartograph::kb
