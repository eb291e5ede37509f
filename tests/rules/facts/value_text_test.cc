#include "rules/facts/value_text.h"

#include <limits>

#include "gtest/gtest.h"
#include "rules/facts/fact.h"

namespace cartograph::rules {
namespace {

constexpr TypeId kSymbol{0};
constexpr TypeId kNumber{1};
constexpr TypeId kUnsigned{2};
constexpr TypeId kFloat{3};
constexpr TypeId kPair{4};
constexpr TypeId kShape{5};

Program TestProgram() {
  Program program;
  program.interning = std::make_shared<Interning>();
  const auto add = [&](const char* name, ValueKind kind, bool algebraic,
                       std::vector<Type::Branch> branches) {
    Type type;
    type.name = name;
    type.kind = kind;
    type.algebraic = algebraic;
    type.branches = std::move(branches);
    program.types.push_back(type);
  };
  add("symbol", ValueKind::kSymbol, false, {});
  add("number", ValueKind::kNumber, false, {});
  add("unsigned", ValueKind::kUnsigned, false, {});
  add("float", ValueKind::kFloat, false, {});
  add("Pair", ValueKind::kRecord, false, {{"", {"a", "b"}, {kSymbol, kPair}}});
  add("Shape", ValueKind::kRecord, true, {{"Dot", {}, {}}, {"Box", {"w", "h"}, {kNumber, kFloat}}});
  Predicate fact;
  fact.name = "fact";
  fact.columns = {{"a", kSymbol, ValueKind::kSymbol}, {"b", kPair, ValueKind::kRecord}};
  program.predicates.push_back(fact);
  return program;
}

std::string Text(Value value, TypeId type, const Program& program, TextStyle style) {
  std::string out;
  AppendText(value, type, program, *program.interning, style, &out);
  return out;
}

TEST(ValueText, WritesEveryKindInBothStyles) {
  const Program program = TestProgram();
  Interning& interning = *program.interning;
  const Value quote = interning.symbols.Intern("a \"b\"\n\\");
  const Value inner = interning.records.Intern(Tuple{interning.symbols.Intern("x"), Value(0)});
  const Value outer = interning.records.Intern(Tuple{interning.symbols.Intern("y z"), inner});
  const Value dot = interning.records.Intern(Tuple{Value(0)});
  const Value box =
      interning.records.Intern(Tuple{Value(1), Value::Number(-2), Value::Float(0.1F)});
  struct Case {
    Value value;
    TypeId type;
    const char* rule;
    const char* table;
  };
  const std::vector<Case> cases = {
      {quote, kSymbol, "\"a \\\"b\\\"\\n\\\\\"", "a \"b\"\n\\"},
      {Value::Number(-3), kNumber, "-3", "-3"},
      {Value(0xffffffff), kUnsigned, "4294967295", "4294967295"},
      {Value::Float(1.5F), kFloat, "1.5", "1.5"},
      {Value::Float(2), kFloat, "2.0", "2"},
      {Value::Float(0.1F), kFloat, "0.1", "0.100000001"},
      {Value::Float(1e20F), kFloat, "1e+20", "1.00000002e+20"},
      {Value::Float(std::numeric_limits<float>::infinity()), kFloat, "inf", "inf"},
      {Value(0), kPair, "nil", "nil"},
      {outer, kPair, "[\"y z\", [\"x\", nil]]", "[y z, [x, nil]]"},
      {dot, kShape, "$Dot", "$Dot"},
      {box, kShape, "$Box(-2, 0.1)", "$Box(-2, 0.100000001)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Text(c.value, c.type, program, TextStyle::kRule), c.rule);
    EXPECT_EQ(Text(c.value, c.type, program, TextStyle::kTable), c.table);
  }
  EXPECT_EQ(
      ToText(Fact{PredicateId{0}, {interning.symbols.Intern("q"), inner}}, program, interning),
      "fact(\"q\", [\"x\", nil])");
}

TEST(ValueText, DeepRecordsDoNotExhaustTheStack) {
  const Program program = TestProgram();
  Interning& interning = *program.interning;
  const Value x = interning.symbols.Intern("x");
  Value list(0);
  for (int i = 0; i < 200'000; ++i) list = interning.records.Intern(Tuple{x, list});
  const std::string text = Text(list, kPair, program, TextStyle::kTable);
  EXPECT_EQ(text.substr(0, 12), "[x, [x, [x, ");
  EXPECT_EQ(text.substr(text.size() - 6), "]]]]]]");
}

}  // namespace
}  // namespace cartograph::rules
