#include "rules/syntax/diagnostic.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

std::string Rendered(const std::string& text, uint32_t begin, uint32_t end) {
  Diagnostic diagnostic{.code = "E009", .span = {0, begin, end}, .message = "m"};
  return Render(diagnostic, {{.path = "p", .text = text}});
}

TEST(RenderTest, PutsCaretsBelowTheSpan) {
  EXPECT_EQ(Rendered("a\nbcd\ne", 3, 5), "p:2:2: error: m [E009]\n  bcd\n   ^^\n");
}

TEST(RenderTest, CountsColumnsNotBytes) {
  EXPECT_EQ(Rendered("\xC3\xBC\xC3\xBC x", 5, 6),
            "p:1:4: error: m [E009]\n  \xC3\xBC\xC3\xBC x\n     ^\n");
}

TEST(RenderTest, ExpandsTabs) {
  EXPECT_EQ(Rendered("\ta\tb", 3, 4), "p:1:4: error: m [E009]\n      a   b\n          ^\n");
}

TEST(RenderTest, EndsAtTheLine) {
  EXPECT_EQ(Rendered("ab\ncd", 1, 5), "p:1:2: error: m [E009]\n  ab\n   ^\n");
  EXPECT_EQ(Rendered("ab\r\ncd", 1, 5), "p:1:2: error: m [E009]\n  ab\n   ^\n");
}

TEST(RenderTest, PointsBehindTheEnd) {
  EXPECT_EQ(Rendered("ab", 2, 2), "p:1:3: error: m [E009]\n  ab\n    ^\n");
}

TEST(RenderTest, ShowsAQuestionMarkForWhatCannotBeShown) {
  EXPECT_EQ(Rendered(std::string("a\0\xFF"
                                 "b",
                                 4),
                     3, 4),
            "p:1:4: error: m [E009]\n  a??b\n     ^\n");
}

TEST(RenderTest, AddsHelpAndNotes) {
  Diagnostic diagnostic{.code = "W001",
                        .severity = Severity::kWarning,
                        .span = {0, 0, 1},
                        .message = "m",
                        .suggestion = "s",
                        .notes = {{.span = {0, 2, 3}, .message = "n"}}};
  EXPECT_EQ(Render(diagnostic, {{.path = "p", .text = "a b"}}),
            "p:1:1: warning: m [W001]\n  a b\n  ^\n  help: s\np:1:3: note: n\n  a b\n    ^\n");
}

TEST(RenderTest, DoesWithoutASource) {
  Diagnostic diagnostic{.code = "E009", .span = {7, 0, 1}, .message = "m"};
  EXPECT_EQ(Render(diagnostic, {}), "error: m [E009]\n");
}

}  // namespace
}  // namespace cartograph::rules
