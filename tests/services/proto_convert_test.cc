#include "services/proto_convert.h"

#include <memory>
#include <string>
#include <utility>

#include "cartograph/v1/entity.pb.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

constexpr char kRules[] = R"(
.type Disease <: symbol
.type Target <: symbol
.type Rare <: Disease
.type Entity = Disease | Target
.type Pair = [a: number, b: symbol]
.decl holds(d: Disease, n: number, u: unsigned, f: float, p: Pair)
holds("diseases/sle", -3, 4, 1.5, [1, "x"]).
.decl columns(s: symbol, d: Disease, r: Rare, e: Entity, n: number)
)";

class ProtoConvertTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rules::CompileResult compiled =
        rules::Compile({{"test.dl", kRules}}, std::make_shared<rules::Interning>());
    for (const rules::Diagnostic& diagnostic : compiled.diagnostics) {
      ASSERT_NE(diagnostic.severity, rules::Severity::kError)
          << rules::Render(diagnostic, compiled.sources);
    }
    base::Budget budget;
    auto model = rules::Evaluate(compiled.program, {}, &budget);
    ASSERT_TRUE(model.ok()) << model.status();
    model_ = *std::move(model);
  }

  const rules::Predicate& predicate(absl::string_view name) {
    return model_->program().predicate(*model_->program().Find(name));
  }

  // "unknown" for what can hold in no fact, "ok", or the error.
  std::string Convert(const std::string& text) {
    v1::Fact fact;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fact)) << text;
    auto converted = FromProto(fact, *model_, "facts[0]");
    if (!converted.ok()) {
      return std::string(converted.status().message());
    }
    return converted->has_value() ? "ok" : "unknown";
  }

  std::shared_ptr<const rules::Model> model_;
};

TEST_F(ProtoConvertTest, FactsGoOut) {
  rules::PredicateId id = *model_->program().Find("holds");
  v1::Fact fact;
  model_->relation(id).ForEach([&](rules::TupleView values) {
    ToProto(id, values, *model_, &fact);
    return true;
  });
  EXPECT_EQ(
      fact.ShortDebugString(),
      "predicate: \"holds\" values { symbol: \"diseases/sle\" } values { number: -3 } values "
      "{ unsigned_number: 4 } values { float_number: 1.5 } values { record: \"[1, \\\"x\\\"]\" "
      "}");
}

TEST_F(ProtoConvertTest, FactsComeIn) {
  const struct {
    const char* fact;
    const char* want;
  } kCases[] = {
      {R"(predicate: "columns" values {symbol: "x"} values {symbol: "diseases/sle"}
          values {symbol: "diseases/sle"} values {symbol: "x"} values {number: 7})",
       "ok"},
      {R"(predicate: "columns" values {symbol: "x"} values {symbol: "diseases/never-seen"}
          values {symbol: "x"} values {symbol: "x"} values {number: 7})",
       "unknown"},
      {R"(predicate: "column")",
       "facts[0].predicate: there is no relation \"column\"; did you mean \"columns\"?"},
      {R"(predicate: "columns" values {symbol: "x"})",
       "facts[0].values: columns has 5 columns (s, d, r, e, n), got 1 values"},
      {R"(predicate: "columns" values {symbol: "x"} values {symbol: "x"} values {symbol: "x"}
          values {symbol: "x"} values {symbol: "7"})",
       "facts[0].values[4]: column n of columns wants a value of kind number, got symbol"},
      {R"(predicate: "columns" values {symbol: "x"} values {} values {symbol: "x"}
          values {symbol: "x"} values {number: 7})",
       "facts[0].values[1]: column d of columns wants a value of kind symbol, got nothing"},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(Convert(each.fact), each.want) << each.fact;
  }
}

TEST_F(ProtoConvertTest, WhatGoesOutComesIn) {
  v1::Value value;
  value.set_symbol("diseases/sle");
  auto symbol = FromProto(value, predicate("holds"), 0, *model_, "v");
  ASSERT_TRUE(symbol.ok() && symbol->has_value());
  EXPECT_EQ(model_->interning().symbols.Text(**symbol), "diseases/sle");
  value.set_number(-3);
  EXPECT_EQ(FromProto(value, predicate("holds"), 1, *model_, "v").value(),
            rules::Value::Number(-3));
  value.set_unsigned_number(4);
  EXPECT_EQ(FromProto(value, predicate("holds"), 2, *model_, "v").value(),
            rules::Value::Unsigned(4));
  value.set_float_number(1.5);
  EXPECT_EQ(FromProto(value, predicate("holds"), 3, *model_, "v").value(),
            rules::Value::Float(1.5));
}

TEST_F(ProtoConvertTest, UnknownPredicatesCarryTheSuggestion) {
  auto missing = FindPredicate("holdz", model_->program(), "predicate");
  EXPECT_EQ(ReasonOf(missing.status()), "PREDICATE_UNKNOWN");
  EXPECT_TRUE(FindPredicate("holds", model_->program(), "predicate").ok());
}

// Bound columns as text: "d=3" for a number, "d" for a symbol; "nothing" when no fact can match.
std::string Bound(const absl::StatusOr<std::optional<rules::Pattern>>& pattern) {
  if (!pattern.ok()) {
    return std::string(pattern.status().message());
  }
  if (!pattern->has_value()) {
    return "nothing";
  }
  std::string text;
  for (const auto& column : **pattern) {
    text += column.has_value() ? "b" : "_";
  }
  return text;
}

TEST_F(ProtoConvertTest, FiltersBecomePatterns) {
  google::protobuf::RepeatedPtrField<v1::ColumnFilter> filters;
  auto pattern = [&] { return Bound(FromProto(filters, predicate("columns"), *model_, "f")); };
  EXPECT_EQ(pattern(), "_____");
  filters.Add()->set_column("n");
  filters[0].mutable_value()->set_number(3);
  EXPECT_EQ(pattern(), "____b");
  filters.Add()->set_column("d");
  filters[1].mutable_value()->set_symbol("diseases/sle");
  EXPECT_EQ(pattern(), "_b__b");
  filters[1].mutable_value()->set_symbol("diseases/never-seen");
  EXPECT_EQ(pattern(), "nothing");
  filters[1].set_column("n");
  EXPECT_EQ(pattern(), "f[1].column: column n is given twice");
  filters[1].set_column("disease");
  EXPECT_EQ(pattern(),
            "f[1].column: columns has no column \"disease\"; its columns are s, d, r, e, n");
}

TEST_F(ProtoConvertTest, ColumnsSayWhichEntitiesTheyHold) {
  auto schema = kb::EntitySchema::Create(v1::Entity::descriptor());
  ASSERT_TRUE(schema.ok());
  std::string text;
  for (const rules::Column& column : predicate("columns").columns) {
    v1::Column out;
    ToProto(column, model_->program(), **schema, &out);
    text += out.ShortDebugString() + "\n";
  }
  EXPECT_EQ(text,
            "name: \"s\" type: \"symbol\" kind: VALUE_KIND_SYMBOL\n"
            "name: \"d\" type: \"Disease\" collections: \"diseases\" kind: VALUE_KIND_SYMBOL\n"
            "name: \"r\" type: \"Rare\" collections: \"diseases\" kind: VALUE_KIND_SYMBOL\n"
            "name: \"e\" type: \"Entity\" collections: \"targets\" collections: \"diseases\" kind: "
            "VALUE_KIND_SYMBOL\n"
            "name: \"n\" type: \"number\" kind: VALUE_KIND_NUMBER\n");
}

}  // namespace
}  // namespace cartograph::services
