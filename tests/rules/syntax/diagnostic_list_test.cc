#include "rules/syntax/diagnostic_list.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

std::string Taken(DiagnosticList* list) {
  std::string text;
  for (const Diagnostic& diagnostic : list->Take()) {
    absl::StrAppend(&text, diagnostic.code, "@", diagnostic.span.begin, " ");
  }
  return text;
}

TEST(DiagnosticListTest, GivesThemInOrderOfPlaceOnce) {
  DiagnosticList list(10);
  list.Add(Code::kSyntax, {0, 5, 6}, "b");
  list.Add(Code::kUnknownType, {0, 1, 2}, "a");
  list.Add(Code::kSyntax, {0, 5, 6}, "b");
  EXPECT_TRUE(list.has_errors());
  EXPECT_EQ(Taken(&list), "E202@1 E009@5 ");
  EXPECT_FALSE(list.has_errors());
  EXPECT_EQ(Taken(&list), "");
}

TEST(DiagnosticListTest, AnErrorHidesTheWarningAtItsPlace) {
  DiagnosticList list(10);
  list.Add(Code::kSingletonVariable, {0, 1, 2}, "w");
  list.Add(Code::kSingletonVariable, {0, 3, 4}, "w");
  EXPECT_FALSE(list.has_errors());
  list.Add(Code::kUngroundedVariable, {0, 1, 2}, "e");
  EXPECT_EQ(Taken(&list), "E401@1 W001@3 ");
}

TEST(DiagnosticListTest, CountsWhatIsPastTheLimit) {
  DiagnosticList list(1);
  list.Add(Code::kSyntax, {0, 1, 2}, "a");
  list.Add(Code::kSingletonVariable, {0, 3, 4}, "b");
  EXPECT_EQ(list.Take()[1].severity, Severity::kWarning);
  list.Add(Code::kSingletonVariable, {0, 3, 4}, "b");
  list.Add(Code::kSyntax, {0, 1, 2}, "a");
  std::vector<Diagnostic> taken = list.Take();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[1].message, "1 further diagnostics are not shown");
  EXPECT_EQ(taken[1].severity, Severity::kError) << "an error was left out";
}

}  // namespace
}  // namespace cartograph::rules
