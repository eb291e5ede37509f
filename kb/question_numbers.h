// Question numbers: which field number a column of a question has in the messages of its method.
//
// A number is given at the first activation that has the column, and never to another: stubs
// generated from any version of a pack go on reading what they know. The numbers of all packs are
// kept with each activation (RulePack.question_numbers), so they survive a rollback and a pack that
// was away for a while.
//
// Invariants:
// 1. Within a question no number is given twice; numbers only ever become more.
// 2. A column that is gone is retired. It returns to its number with the kind it had; with another
//    kind it is another column.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cartograph/v1/rule_service.pb.h"
#include "kb/questions.h"
#include "rules/analysis/program.h"

namespace cartograph::kb {

using QuestionNumbers = google::protobuf::RepeatedPtrField<v1::QuestionNumbers>;

// `numbers` after an activation of `rule_pack` with `questions` of `program`.
QuestionNumbers NumbersAfter(QuestionNumbers numbers, absl::string_view rule_pack,
                             const rules::Program& program, const std::vector<Question>& questions);

// The entry of a question; null when it has none.
const v1::QuestionNumbers* FindNumbers(const QuestionNumbers& numbers, absl::string_view rule_pack,
                                       absl::string_view question);

// The column that has not retired; null when there is none.
const v1::ColumnNumber* FindColumn(const v1::QuestionNumbers& question, absl::string_view column);

// What stubs that were generated `before` miss `after`, a line each: questions and columns that
// retired.
std::vector<std::string> WhatBreaks(const QuestionNumbers& before, const QuestionNumbers& after);

}  // namespace cartograph::kb
