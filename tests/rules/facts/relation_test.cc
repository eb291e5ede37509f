#include "rules/facts/relation.h"

#include <random>
#include <set>

#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

using Model = std::set<Tuple>;

Tuple ToTuple(TupleView values) { return Tuple(values.begin(), values.end()); }

Tuple Flatten(const std::vector<Tuple>& rows) {
  Tuple values;
  for (const Tuple& row : rows) values.insert(values.end(), row.begin(), row.end());
  return values;
}

// What a column of random rows looks like.
struct ColumnKind {
  const char* name;
  uint32_t base;
  uint32_t count;
  uint32_t step;
};

constexpr ColumnKind kConstant{"constant", 17, 1, 1};
constexpr ColumnKind kTiny{"tiny", 1, 5, 1};
constexpr ColumnKind kDense{"dense", 300'000'000, 3000, 1};
constexpr ColumnKind kAroundZero{"around zero", 0U - 50, 100, 1};
constexpr ColumnKind kSparse{"sparse", 5, 3000, 1'000'003};

std::vector<Tuple> RandomRows(const std::vector<ColumnKind>& columns, size_t count,
                              std::mt19937* random) {
  std::vector<Tuple> rows(count);
  for (Tuple& row : rows) {
    for (const ColumnKind& c : columns) {
      row.push_back(Value(c.base + static_cast<uint32_t>((*random)() % c.count) * c.step));
    }
  }
  return rows;
}

// Every reading of `relation` against a plain set.
void CheckAgainst(const Model& model, const Relation& relation, std::mt19937* random) {
  ASSERT_EQ(relation.size(), model.size());
  Model seen;
  relation.ForEach([&](TupleView values) {
    EXPECT_TRUE(seen.insert(ToTuple(values)).second) << "visited twice";
    return true;
  });
  ASSERT_EQ(seen, model);
  for (const Tuple& row : model) {
    ASSERT_TRUE(relation.Contains(row));
    Tuple other = row;
    other[(*random)() % other.size()] = Value(static_cast<uint32_t>((*random)()));
    ASSERT_EQ(relation.Contains(other), model.contains(other));
  }
  for (uint32_t c = 0; c < relation.arity(); ++c) {
    std::set<Value> values;
    for (const Tuple& row : model) values.insert(row[c]);
    EXPECT_EQ(relation.Distinct(c), values.size());
  }
}

// Rows found in the order for `bound` with the values of `row` there.
Model FindBy(const Relation& relation, const std::vector<uint32_t>& bound, const Tuple& row) {
  const Table& table = relation.OrderFor(bound);
  Table::Group group = table.Find(row[table.order()[0]].bits());
  const size_t searched = std::min<size_t>(bound.size(), table.layout().tail_begin());
  Tuple rest;
  for (size_t i = 1; i < searched; ++i) rest.push_back(row[table.order()[i]]);
  const auto prefix = table.layout().FindPrefix(rest.data(), static_cast<uint32_t>(rest.size()));
  if (!prefix.has_value()) return {};
  group =
      table.Narrow(group, *prefix, table.layout().SuffixMask(static_cast<uint32_t>(rest.size())));
  Model found;
  ForEachCode(group.codes, group.rows, table.code_bytes(), [&](uint64_t code) {
    Tuple stored(row.size());
    stored[0] = row[table.order()[0]];
    table.layout().DecodeAll(code, stored.data() + 1);
    Tuple values(row.size());
    for (size_t i = 0; i < stored.size(); ++i) values[table.order()[i]] = stored[i];
    for (const uint32_t c : bound) {
      if (values[c] != row[c]) return;  // columns of a tail are not searched
    }
    found.insert(values);
  });
  return found;
}

TEST(Relation, AgreesWithASetForAllShapes) {
  const std::vector<std::vector<ColumnKind>> shapes = {
      {kDense},
      {kSparse},
      {kDense, kDense},
      {kSparse, kSparse},
      {kTiny, kDense},
      {kDense, kTiny},
      {kConstant, kDense, kTiny},
      {kAroundZero, kSparse, kTiny},
      {kDense, kSparse, kAroundZero},
      {kSparse, kSparse, kSparse, kSparse},
      {kTiny, kDense, kSparse, kSparse, kSparse, kTiny},
  };
  std::mt19937 random(42);
  RecordTable records;
  for (const auto& shape : shapes) {
    for (const size_t count : {0, 1, 20, 5000}) {
      const std::vector<Tuple> rows = RandomRows(shape, count, &random);
      const Model model(rows.begin(), rows.end());
      const auto relation =
          Relation::FromRows(static_cast<uint32_t>(shape.size()), Flatten(rows), false, &records);
      CheckAgainst(model, *relation, &random);
    }
  }
}

TEST(Relation, EveryOrderFindsWhatAFullScanFinds) {
  std::mt19937 random(3);
  RecordTable records;
  for (const auto& shape : {std::vector<ColumnKind>{kAroundZero, kTiny, kDense},
                            std::vector<ColumnKind>{kSparse, kAroundZero, kSparse, kTiny}}) {
    const std::vector<Tuple> rows = RandomRows(shape, 3000, &random);
    const Model model(rows.begin(), rows.end());
    const auto arity = static_cast<uint32_t>(shape.size());
    const auto relation = Relation::FromRows(arity, Flatten(rows), false, &records);
    for (uint32_t set = 1; set < 1U << arity; ++set) {
      std::vector<uint32_t> bound;
      for (uint32_t c = 0; c < arity; ++c) {
        if ((set >> c & 1) != 0) bound.push_back(c);
      }
      for (int i = 0; i < 20; ++i) {
        const Tuple& row = rows[random() % rows.size()];
        Model expected;
        for (const Tuple& other : model) {
          const bool same = std::all_of(bound.begin(), bound.end(),
                                        [&](uint32_t c) { return other[c] == row[c]; });
          if (same) expected.insert(other);
        }
        ASSERT_EQ(FindBy(*relation, bound, row), expected);
      }
    }
  }
}

TEST(Relation, HoldsTheEmptyTuple) {
  RecordTable records;
  const auto present = Relation::FromRows(0, {}, true, &records);
  const auto absent = Relation::FromRows(0, {}, false, &records);
  EXPECT_EQ(present->size(), 1);
  EXPECT_EQ(absent->size(), 0);
  EXPECT_TRUE(present->Contains({}));
  EXPECT_FALSE(absent->Contains({}));
  int visits = 0;
  present->ForEach([&](TupleView values) {
    EXPECT_TRUE(values.empty());
    ++visits;
    return true;
  });
  EXPECT_EQ(visits, 1);
}

TEST(Relation, ForEachStopsWhenToldTo) {
  RecordTable records;
  const Tuple values = {Value(1), Value(2), Value(3)};
  const auto relation = Relation::FromRows(1, values, false, &records);
  int visits = 0;
  relation->ForEach([&](TupleView) { return ++visits < 2; });
  EXPECT_EQ(visits, 2);
}

TEST(Relation, DenseRowsAreSmall) {
  RecordTable records;
  Tuple values;
  for (uint32_t x = 0; x < 500; ++x) {
    for (uint32_t y = 0; y < 200; ++y) {
      values.push_back(Value(200'000'000 + x));
      values.push_back(Value(300'000'000 + y * 7));
    }
  }
  const auto relation = Relation::FromRows(2, values, false, &records);
  EXPECT_EQ(relation->size(), 100'000);
  EXPECT_LT(relation->bytes(), 100'000 * 3);
}

}  // namespace
}  // namespace cartograph::rules
