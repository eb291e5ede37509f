#include "kb/change_record.h"

#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"

namespace cartograph::kb {
namespace {

TEST(ChangeRecordTest, TimestampsKeepNanosecondsAndFloorSeconds) {
  auto text = [](absl::Time time) { return ToTimestamp(time).ShortDebugString(); };
  EXPECT_EQ(text(absl::FromUnixSeconds(0)), "");
  EXPECT_EQ(text(absl::FromUnixNanos(1'500'000'001)), "seconds: 1 nanos: 500000001");
  EXPECT_EQ(text(absl::FromUnixNanos(-1)), "seconds: -1 nanos: 999999999");
}

class DeltaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto compiled = rules::Compile({{"a.dl", R"(
        .type Pair = [a: symbol, b: number]
        .decl all(s: symbol, n: number, u: unsigned, f: float, r: Pair)
        .decl none()
        all("x", -1, 2, 1.5, ["y", 3]). none().)"}},
                                   std::make_shared<rules::Interning>());
    ASSERT_NE(compiled.program, nullptr)
        << rules::Render(compiled.diagnostics[0], compiled.sources);
    base::Budget budget;
    model_ = *rules::Evaluate(compiled.program, {}, &budget);
    for (uint32_t i = 0; i < 2; ++i) {
      model_->relation(rules::PredicateId{i}).ForEach([&](rules::TupleView values) {
        facts_.push_back({rules::PredicateId{i}, rules::Tuple(values.begin(), values.end())});
        return true;
      });
    }
  }
  std::shared_ptr<const rules::Model> model_;
  std::vector<rules::Fact> facts_;
};

TEST_F(DeltaTest, StandsByRelationWithValuesOfEveryKind) {
  ASSERT_EQ(facts_.size(), 2u);
  v1::ChangeRecord record;
  RecordDelta({.removed = {facts_[1]}, .added = facts_}, *model_, 1000, &record);
  EXPECT_EQ(record.ShortDebugString(),
            "facts_removed: 1 facts_added: 2 "
            "delta { relation: \"none\" rows_removed: 1 rows_added: 1 } "
            "delta { relation: \"all\" columns: 5 rows_added: 1 added { symbol: \"x\" } added { "
            "number: -1 } "
            "added { unsigned_number: 2 } added { float_number: 1.5 } added { record: "
            "\"[\\\"y\\\", 3]\" } }");
  auto parsed = ParseChangeRecord(record.SerializeAsString());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->SerializeAsString(), record.SerializeAsString());
  EXPECT_EQ(ParseChangeRecord("\xff").status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(DeltaTest, IsLeftOutWhenItIsTooLarge) {
  v1::ChangeRecord record;
  RecordDelta({.removed = {}, .added = facts_}, *model_, 10, &record);
  EXPECT_EQ(record.ShortDebugString(), "facts_added: 2 delta_omitted: true");
  // A record that is not too large holds all of it: the limit is of the delta's own bytes.
  v1::ChangeRecord whole;
  RecordDelta({.removed = {}, .added = facts_}, *model_, 100, &whole);
  EXPECT_EQ(whole.delta_size(), 2);
  EXPECT_FALSE(whole.delta_omitted());
}

}  // namespace
}  // namespace cartograph::kb
