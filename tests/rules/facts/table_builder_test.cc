#include "rules/facts/table_builder.h"

#include <algorithm>
#include <map>
#include <random>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

struct Shape {
  const char* name;
  uint32_t key_span;
  uint32_t code_span;  // of each of two columns
  size_t rows;
};

// Sorting by words (with and without origins) and by wide rows must agree with a map, and origins
// stay with their rows.
TEST(TableBuilder, KeepsRowsSortedWithTheirOrigins) {
  const std::vector<Shape> shapes = {
      {"one page", 10, 3, 50},
      {"dense", 1000, 50, 20'000},
      {"one group", 0, 100'000, 5000},
      {"wide", UINT32_MAX, UINT32_MAX, 5000},
      {"wide keys, narrow codes", UINT32_MAX, 7, 5000},
  };
  std::mt19937 random(5);
  for (const Shape& shape : shapes) {
    SCOPED_TRACE(shape.name);
    const Layout layout(
        {{0, shape.key_span, false}, {0, shape.code_span, false}, {0, shape.code_span, false}},
        nullptr);
    RowBuffer rows;
    std::map<Tuple, uint16_t> model;
    for (size_t i = 0; i < shape.rows; ++i) {
      const auto pick = [&](uint32_t span) {
        return Value(static_cast<uint32_t>(random() % (uint64_t{span} + 1)));
      };
      const Tuple row = {pick(shape.key_span), pick(shape.code_span), pick(shape.code_span)};
      const Origin origin{static_cast<uint8_t>(row[0].bits() % 7),
                          static_cast<uint8_t>(row[1].bits() % 5)};
      rows.keys.push_back(row[0].bits());
      rows.codes.push_back(layout.Encode(row.data() + 1));
      rows.origins.push_back(origin.packed());
      model[row] = origin.packed();
    }
    RowBuffer plain = rows;
    plain.origins.clear();
    const auto table = BuildTable(layout, {0, 1, 2}, std::move(rows), 0);
    const auto without = BuildTable(layout, {0, 1, 2}, std::move(plain), Origin{3, 4}.packed());
    EXPECT_EQ(table->rows(), model.size());
    EXPECT_EQ(without->rows(), model.size());
    for (const auto& [row, origin] : model) {
      ASSERT_TRUE(table->Find(row.data()).has_value());
      ASSERT_EQ(table->Find(row.data())->packed(), origin);
      ASSERT_EQ(without->Find(row.data())->packed(), (Origin{3, 4}.packed()));
    }
    auto expected = model.begin();
    for (TableCursor at(*table); at.NextGroup();) {
      ForEachCode(at.codes(), at.rows(), table->code_bytes(), [&](uint64_t code) {
        ASSERT_EQ(at.key(), expected->first[0].bits());
        ASSERT_EQ(layout.Decode(code, 1), expected->first[1]);
        ASSERT_EQ(layout.Decode(code, 2), expected->first[2]);
        ++expected;
      });
    }
    EXPECT_EQ(expected, model.end());
  }
}

// Searching many prefixes side by side finds what searching each by itself finds.
TEST(Table, NarrowsAllAsItNarrowsOne) {
  std::mt19937 random(6);
  for (const uint32_t span : {3U, 60U, 70'000U, 20'000'000U}) {
    const Layout layout({{0, 20, false}, {0, span, false}, {0, 3, false}}, nullptr);
    RowBuffer rows;
    for (int i = 0; i < 3000; ++i) {
      const Tuple rest = {Value(static_cast<uint32_t>(random() % (uint64_t{span} + 1))),
                          Value(static_cast<uint32_t>(random() % 4))};
      rows.keys.push_back(static_cast<uint32_t>(random() % 21));
      rows.codes.push_back(layout.Encode(rest.data()));
    }
    const std::vector<uint64_t> known = rows.codes;
    const auto table = BuildTable(layout, {0, 1, 2}, std::move(rows), 0);
    const uint64_t suffix = layout.SuffixMask(1);
    std::vector<Table::Group> groups;
    std::vector<uint64_t> prefixes;
    for (uint32_t i = 0; i < 1000; ++i) {
      groups.push_back(table->Find(i / 40));  // the last groups are empty
      prefixes.push_back((known[random() % known.size()] + (random() % 2) * (suffix + 1)) &
                         ~suffix);
    }
    for (uint32_t i = 0; i < 500; i += 20) std::sort(&prefixes[i], &prefixes[i + 20]);
    std::vector<Table::Group> found = groups;
    table->NarrowAll(absl::MakeSpan(found), prefixes.data(), suffix);
    for (size_t i = 0; i < groups.size(); ++i) {
      const Table::Group one = table->Narrow(groups[i], prefixes[i], suffix);
      ASSERT_EQ(found[i].rows, one.rows) << span << " " << i;
      ASSERT_TRUE(one.rows == 0 || found[i].codes == one.codes) << span << " " << i;
    }
  }
}

TEST(TableCursor, VisitsARangeOfKeys) {
  for (const uint32_t step : {1U, 100'000U}) {
    RowBuffer rows;
    for (uint32_t i = 0; i < 9000; ++i) {
      rows.keys.push_back(i * step);
      rows.codes.push_back(i % 3);
    }
    const Layout layout({{7, 8999 * step, false}, {0, 2, false}}, nullptr);
    const auto table = BuildTable(layout, {0, 1}, std::move(rows), 0);
    for (const auto& [first, last] : std::vector<std::pair<uint32_t, uint32_t>>{
             {0, 0}, {1, 5}, {0, 8999}, {4000, 4001}, {8999, UINT32_MAX}, {2047, 2049}, {5, 4}}) {
      std::vector<uint32_t> seen;
      const uint32_t last_distance = last == UINT32_MAX ? last : last * step;
      for (TableCursor at(*table, KeyWindow{first * step, last_distance, std::nullopt});
           at.NextGroup();) {
        seen.push_back((at.key() - 7) / step);
      }
      std::vector<uint32_t> expected;
      for (uint32_t i = first; i <= std::min(last, 8999U); ++i) expected.push_back(i);
      EXPECT_EQ(seen, expected) << first << " to " << last << " by " << step;
    }
  }
}

}  // namespace
}  // namespace cartograph::rules
