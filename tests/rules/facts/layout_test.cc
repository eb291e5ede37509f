#include "rules/facts/layout.h"

#include <random>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

ColumnRange Range(int32_t low, int32_t high) {
  return {static_cast<uint32_t>(low), static_cast<uint32_t>(high) - static_cast<uint32_t>(low),
          false};
}

TEST(ColumnRange, UnionIsTheShortestArc) {
  EXPECT_EQ(Union(Range(0, 3), Range(5, 9)), Range(0, 9));
  EXPECT_EQ(Union(Range(5, 9), Range(0, 3)), Range(0, 9));
  EXPECT_EQ(Union(Range(-4, -2), Range(1, 3)), Range(-4, 3));
  EXPECT_EQ(Union(Range(0, 9), Range(3, 4)), Range(0, 9));
  EXPECT_EQ(Union(ColumnRange{}, Range(3, 4)), Range(3, 4));
  EXPECT_EQ(Union(ColumnRange::Full(), Range(3, 4)), ColumnRange::Full());
}

// Both operations against values tried one by one, on short ranges anywhere on the circle.
TEST(ColumnRange, OperationsHoldForEveryValue) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    const ColumnRange a{static_cast<uint32_t>(random() % 40) - 20,
                        static_cast<uint32_t>(random() % 12), false};
    const ColumnRange b{static_cast<uint32_t>(random() % 40) - 20,
                        static_cast<uint32_t>(random() % 12), false};
    const ColumnRange either = Union(a, b);
    const ColumnRange both = Intersection(a, b);
    for (uint32_t v = 0U - 40; v != 60; ++v) {
      ASSERT_TRUE(either.Contains(v) || !(a.Contains(v) || b.Contains(v)));
      ASSERT_TRUE(both.Contains(v) || !(a.Contains(v) && b.Contains(v)));
    }
    ASSERT_LE(either.span, 60U);
    ASSERT_TRUE(both.empty || both.span <= std::min(a.span, b.span));
  }
}

TEST(RangeFinder, PrefersTheReadingThatIsShorter) {
  RangeFinder finder;
  EXPECT_TRUE(finder.range().empty);
  for (const int32_t value : {3, -2, 0}) finder.Add(static_cast<uint32_t>(value));
  EXPECT_EQ(finder.range(), Range(-2, 3));
  RangeFinder high;
  for (const uint32_t value : {0x7fffffffU, 0x80000001U}) high.Add(value);
  EXPECT_EQ(high.range(), (ColumnRange{0x7fffffffU, 2, false}));
}

struct Case {
  std::vector<ColumnRange> ranges;
  int bits;
  bool tail;
};

TEST(Layout, PacksRestColumnsInOrder) {
  RecordTable records;
  const std::vector<Case> cases = {
      {{Range(0, 9)}, 0, false},
      {{Range(0, 9), Range(0, 0)}, 0, false},
      {{Range(200, 300), Range(1000, 30'999), Range(1, 5)}, 15 + 3, false},
      {{Range(0, 1), ColumnRange::Full(), ColumnRange::Full()}, 64, false},
      {{Range(0, 1), ColumnRange::Full(), ColumnRange::Full(), Range(0, 1)}, 64, true},
      {{Range(0, 1), Range(0, 255), ColumnRange::Full(), ColumnRange::Full()}, 8 + 32, true},
  };
  std::mt19937 random(1);
  for (const Case& c : cases) {
    const Layout layout(c.ranges, &records);
    EXPECT_EQ(layout.code_bits(), c.bits);
    EXPECT_EQ(layout.has_tail(), c.tail);
    std::vector<std::pair<Tuple, uint64_t>> seen;
    for (int i = 0; i < 50; ++i) {
      Tuple rest;
      for (size_t column = 1; column < c.ranges.size(); ++column) {
        const uint64_t size = uint64_t{c.ranges[column].span} + 1;
        rest.push_back(Value(c.ranges[column].base + static_cast<uint32_t>(random() % size)));
      }
      const uint64_t code = layout.Encode(rest.data());
      EXPECT_EQ(layout.Find(rest.data()), code);
      Tuple back(rest.size());
      layout.DecodeAll(code, back.data());
      EXPECT_EQ(back, rest);
      for (uint32_t column = 1; column < layout.columns(); ++column) {
        EXPECT_EQ(layout.Decode(code, column), rest[column - 1]);
      }
      seen.emplace_back(rest, code);
    }
    if (c.tail) continue;
    for (const auto& [a, a_code] : seen) {
      for (const auto& [b, b_code] : seen) EXPECT_EQ(a < b, a_code < b_code);
    }
  }
}

TEST(Layout, DoesNotFindValuesOutOfRange) {
  const Layout layout({Range(0, 1), Range(10, 12), Range(-1, 1)}, nullptr);
  const Tuple inside = {Value(12), Value::Number(-1)};
  const Tuple below = {Value(9), Value(0)};
  const Tuple above = {Value(12), Value(2)};
  EXPECT_TRUE(layout.Find(inside.data()).has_value());
  EXPECT_FALSE(layout.Find(below.data()).has_value());
  EXPECT_FALSE(layout.Find(above.data()).has_value());
  EXPECT_EQ(layout.FindPrefix(above.data(), 1), uint64_t{2} << 2);
  EXPECT_EQ(layout.SuffixMask(1), 3U);
  EXPECT_EQ(layout.SuffixMask(2), 0U);
}

}  // namespace
}  // namespace cartograph::rules
