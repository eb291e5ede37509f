#include "clients/cli/value_text.h"

#include <limits>

#include "cartograph/v1/entity.pb.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

v1::Value Symbol(const std::string& text) {
  v1::Value value;
  value.set_symbol(text);
  return value;
}

v1::Value Float(float number) {
  v1::Value value;
  value.set_float_number(number);
  return value;
}

TEST(ValueText, WritesEachKind) {
  EXPECT_EQ(ValueText(Symbol("a \"b\"")), "a \"b\"");
  EXPECT_EQ(ValueLiteral(Symbol("a \"b\"\\\n")), "\"a \\\"b\\\"\\\\\\n\"");
  v1::Value number;
  number.set_number(-3);
  EXPECT_EQ(ValueText(number), "-3");
  v1::Value unsigned_number;
  unsigned_number.set_unsigned_number(std::numeric_limits<uint32_t>::max());
  EXPECT_EQ(ValueText(unsigned_number), "4294967295");
  EXPECT_EQ(ValueText(Float(0.1F)), "0.1");
  EXPECT_EQ(ValueText(Float(1e30F)), "1e+30");
  v1::Value record;
  record.set_record("[1, \"x\"]");
  EXPECT_EQ(ValueLiteral(record), "[1, \"x\"]");
  EXPECT_EQ(ValueText(v1::Value()), "");
}

TEST(ValueText, WritesFactsAndPatterns) {
  v1::ProofNode node;
  node.mutable_fact()->set_predicate("studied_in");
  *node.mutable_fact()->add_values() = Symbol("targets/fap");
  *node.mutable_fact()->add_values() = Symbol("");
  EXPECT_EQ(FactText(node.fact()), "studied_in(\"targets/fap\",\"\")");
  node.add_fixed_columns(true);
  node.add_fixed_columns(false);
  EXPECT_EQ(PatternText(node), "studied_in(\"targets/fap\",_)");
}

TEST(ValueText, WritesEnumeratorsInTheWordsOfTheRules) {
  EXPECT_EQ(EnumWord(*v1::ClaimPredicate_descriptor(), v1::CLAIM_PREDICATE_STUDIED_IN),
            "studied_in");
  EXPECT_EQ(EnumWord(*v1::TherapyModality_descriptor(), v1::THERAPY_MODALITY_CAR_T), "car_t");
  EXPECT_EQ(EnumWord(*v1::Standing_descriptor(), v1::STANDING_CURRENT), "current");
  EXPECT_EQ(EnumWord(*v1::Standing_descriptor(), 99), "99");  // of a newer server
}

}  // namespace
}  // namespace cartograph::clients
