#include "rules/analysis/number_text.h"

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

TEST(ParseNumberTest, ReadsWhatFits) {
  EXPECT_EQ(ParseNumber("42", ValueKind::kNumber), Value::Number(42));
  EXPECT_EQ(ParseNumber("0042", ValueKind::kNumber), Value::Number(42));
  EXPECT_EQ(ParseNumber("-2147483648", ValueKind::kNumber), Value::Number(-2147483647 - 1));
  EXPECT_EQ(ParseNumber("0x7fffFFFF", ValueKind::kNumber), Value::Number(2147483647));
  EXPECT_EQ(ParseNumber("-0b101", ValueKind::kNumber), Value::Number(-5));
  EXPECT_EQ(ParseNumber("4294967295", ValueKind::kUnsigned), Value::Unsigned(4294967295u));
  EXPECT_EQ(ParseNumber("0xFFFFFFFF", ValueKind::kUnsigned), Value::Unsigned(4294967295u));
  EXPECT_EQ(ParseNumber("1", ValueKind::kFloat), Value::Float(1));
  EXPECT_EQ(ParseNumber("-1.5", ValueKind::kFloat), Value::Float(-1.5));
  EXPECT_EQ(ParseNumber("0x10", ValueKind::kFloat), Value::Float(16));
}

TEST(ParseNumberTest, RefusesWhatDoesNot) {
  for (const char* text : {"", "-", "2147483648", "-2147483649", "0x80000000", "1.5", "1x",
                           "99999999999999999999", "--1"}) {
    EXPECT_EQ(ParseNumber(text, ValueKind::kNumber), std::nullopt) << text;
  }
  for (const char* text : {"-1", "4294967296", "1.0"}) {
    EXPECT_EQ(ParseNumber(text, ValueKind::kUnsigned), std::nullopt) << text;
  }
  for (const char* text : {"0b1", "340282356779733661637539395458142568448", "1.5.2"}) {
    EXPECT_EQ(ParseNumber(text, ValueKind::kFloat), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cartograph::rules
