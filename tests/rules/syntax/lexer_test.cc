#include "rules/syntax/lexer.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

// One letter a kind, then the text.
std::string Lexed(const std::string& text) {
  DiagnosticList diagnostics(10);
  LexedText lexed = Lex(text, 0, 1 << 20, &diagnostics);
  std::string dump;
  for (const Token& token : lexed.tokens) {
    if (token.kind == TokenKind::kEnd) break;
    absl::StrAppend(&dump, dump.empty() ? "" : " ",
                    std::string(1, "enkdNUFsp"[static_cast<size_t>(token.kind)]), ":",
                    token.kind == TokenKind::kString ? token.value : std::string(token.text));
  }
  for (const Diagnostic& diagnostic : diagnostics.Take())
    absl::StrAppend(&dump, " ", diagnostic.code);
  return dump;
}

struct Case {
  const char* text;
  const char* tokens;
};

class LexerTest : public testing::TestWithParam<Case> {};

TEST_P(LexerTest, SplitsText) {
  EXPECT_EQ(Lexed(GetParam().text), GetParam().tokens) << GetParam().text;
}

constexpr Case kCases[] = {
    {"", ""},
    {" \t\r\v\f\n", ""},
    {"a _ __ _a ?b a?1", "n:a k:_ n:__ n:_a n:?b n:a?1"},
    {"count counts", "k:count n:counts"},
    {"1 0x1F 0b10 1u 0xFu 0b1u 1.5 1.5.2.3",
     "N:1 N:0x1F N:0b10 U:1u U:0xFu U:0b1u F:1.5 N:1.5.2.3"},
    {"1.", "N:1 p:."},
    {"1.a", "N:1 p:. n:a"},
    {"1..2", "N:1 p:. p:. N:2"},
    {"12ab", "N:12ab E008"},
    {"0b2", "N:0b2 E008"},
    {"1uu", "N:1uu E008"},
    {R"("a\tb\\\"")", "s:a\tb\\\""},
    {"\"a\nb\"", "s:a\nb"},
    {R"("\x")", "s: E006"},
    {"\"abc", " E005"},
    {"\"abc\\", " E005"},
    {":- <: <= >= != -> < > = ! : ;", "p::- p:<: p:<= p:>= p:!= p:-> p:< p:> p:= p:! p:: p:;"},
    {".decl a", "d:.decl n:a"},
    {".decl\ta", "d:.decl n:a"},
    {".decl\na", "p:. n:decl n:a"},
    {"a.decl b", "n:a p:. n:decl n:b"},
    {"a().decl b", "n:a p:( p:) d:.decl n:b"},
    {"a.type", "n:a p:. n:type"},
    {".include\"x\" .once", "d:.include s:x d:.once"},
    {".declare a", "p:. n:declare n:a"},
    {"choice-domain choice-dom", "k:choice-domain n:choice p:- n:dom"},
    {"a // b\nc /* d\n */ e /// f", "n:a n:c n:e"},
    {"/* a", " E007"},
    {"#define x\na", "n:a E101"},
    {"a & b", "n:a n:b E004"},
    {"a \xE2\x80\x9C b", "n:a n:b E004"},
};

INSTANTIATE_TEST_SUITE_P(Texts, LexerTest, testing::ValuesIn(kCases));

TEST(LexerTextTest, RefusesWhatCannotBeRead) {
  EXPECT_EQ(Lexed("a \xFF b"), " E001");
  EXPECT_EQ(Lexed(std::string("a \0 b", 5)), " E002");
  EXPECT_EQ(Lexed("a \x7F b"), " E002");
}

TEST(LexerTextTest, MatchesBracketsOfOneKind) {
  DiagnosticList diagnostics(10);
  LexedText lexed = Lex("{ ( [ } ) ( )", 0, 100, &diagnostics);
  std::string matches;
  for (const Token& token : lexed.tokens) absl::StrAppend(&matches, token.match, " ");
  // The brace closes over what is open inside it; the parenthesis behind it closes nothing.
  EXPECT_EQ(matches, "3 0 0 0 0 6 0 0 ");
}

TEST(LexerTextTest, KeepsCommentsWithThePlaceOfTheNextToken) {
  DiagnosticList diagnostics(10);
  LexedText lexed = Lex("/// one  \na // two\n//// three\n/* four */", 0, 100, &diagnostics);
  std::string comments;
  for (const Comment& comment : lexed.comments) {
    absl::StrAppend(&comments, comment.next_token, comment.doc ? "d" : "", ":", comment.text, "|");
  }
  EXPECT_EQ(comments, "0d:/// one|1:// two|1://// three|1:/* four */|");
}

}  // namespace
}  // namespace cartograph::rules
