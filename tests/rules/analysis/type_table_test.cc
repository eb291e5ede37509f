#include "rules/analysis/type_table.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/syntax/parser.h"

namespace cartograph::rules {
namespace {

constexpr char kTypes[] =
    ".type U = A | B\n.type A <: symbol\n.type B <: symbol\n.type C <: A\n.type V = U | D\n.type D "
    "<: symbol\n"
    ".type W = A | B | D\n.type X = B | C\n.type S = A\n.type N <: number\n.type R = [x: N]\n.type "
    "Q = [x: N]\n";

TypeTable Declared(const Program* given, const std::string& text) {
  DiagnosticList diagnostics(10);
  TypeTable table(given);
  table.Declare(Parse(text, 0, ParseOptions{}, &diagnostics).types, &diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  return table;
}

std::string Subtypes(const TypeTable& table, const std::string& name) {
  std::string text;
  for (TypeId id : table.type(*table.Find(name)).accepts)
    absl::StrAppend(&text, table.type(id).name, " ");
  return text;
}

void ExpectSubtypes(const TypeTable& table) {
  EXPECT_EQ(Subtypes(table, "C"), "C ");
  EXPECT_EQ(Subtypes(table, "A"), "A C S ");
  EXPECT_EQ(Subtypes(table, "S"), "A C S ");
  EXPECT_EQ(Subtypes(table, "U"), "U A B C X S ");
  EXPECT_EQ(Subtypes(table, "V"), "U A B C V D W X S ");
  EXPECT_EQ(Subtypes(table, "W"), "U A B C V D W X S ");
  EXPECT_EQ(Subtypes(table, "X"), "B C X ");
  EXPECT_EQ(Subtypes(table, "symbol"), "symbol U A B C V D W X S ");
  EXPECT_EQ(Subtypes(table, "number"), "number N ");
  EXPECT_EQ(Subtypes(table, "R"), "R ");
}

TEST(TypeTableTest, KnowsWhichTypesStandForWhich) { ExpectSubtypes(Declared(nullptr, kTypes)); }

TEST(TypeTableTest, FindsTheLargestCommonSubtypes) {
  TypeTable table = Declared(nullptr, kTypes);
  auto common = [&](const char* a, const char* b) {
    std::string text;
    for (TypeRef type :
         table.CommonSubtypes(table.RefOf(*table.Find(a)), table.RefOf(*table.Find(b)))) {
      absl::StrAppend(&text, table.NameOf(type), " ");
    }
    return text;
  };
  EXPECT_EQ(common("A", "symbol"), "A ");
  EXPECT_EQ(common("U", "C"), "C ");
  EXPECT_EQ(common("A", "B"), "");
  EXPECT_EQ(common("A", "N"), "");
  EXPECT_EQ(common("R", "Q"), "");
  EXPECT_EQ(common("U", "X"), "X ") << "B and C are both parts of U, or below one";
  EXPECT_EQ(common("V", "W"), "V ") << "equal sets: the first stands for both";
}

// A program compiled over another sees its types, and may add subtypes and unions of them.
TEST(TypeTableTest, GoesOnFromAGivenProgram) {
  auto interning = std::make_shared<Interning>();
  CompileResult given = Compile({{.path = "g", .text = kTypes}}, interning);
  ASSERT_NE(given.program, nullptr);
  TypeTable table = Declared(given.program.get(), ".type E <: C\n.type F = E | D\n");
  EXPECT_EQ(Subtypes(table, "C"), "C E ");
  EXPECT_EQ(Subtypes(table, "X"), "B C X E ");
  EXPECT_EQ(Subtypes(table, "F"), "D E F ");
  EXPECT_EQ(Subtypes(table, "W"), "U A B C V D W X S E F ");
}

}  // namespace
}  // namespace cartograph::rules
