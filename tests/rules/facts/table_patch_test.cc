// Goal: the next version of a relation holds exactly what edits make of it, in every order.
// Method: random edits against a std::map, with values that leave the layout now and then.

#include "rules/facts/table_patch.h"

#include <map>
#include <random>

#include "gtest/gtest.h"
#include "rules/facts/relation.h"

namespace cartograph::rules {
namespace {

using Rows = std::map<Tuple, RowNote>;

uint32_t Below(uint32_t limit, std::mt19937* random) {
  return static_cast<uint32_t>((*random)() % limit);
}

// Rows of `columns` values below `domain`, with counts from 1 where `counted`.
class Edits {
 public:
  Edits(uint32_t columns, uint32_t domain, bool counted)
      : columns_(columns), domain_(domain), counted_(counted) {}

  // Changes `rows` at random; what was done.
  RelationEdits Make(size_t count, std::mt19937* random, Rows* rows) {
    std::map<Tuple, RelationEdits::Kind> kinds;
    for (size_t i = 0; i < count; ++i) {
      Tuple row;
      for (uint32_t c = 0; c < columns_; ++c) row.push_back(Value(Below(domain_, random)));
      if (kinds.contains(row)) continue;
      const bool erase = rows->contains(row) && (*random)() % 3 != 0;
      kinds[row] = !rows->contains(row) ? RelationEdits::Kind::kInsert
                   : erase              ? RelationEdits::Kind::kErase
                                        : RelationEdits::Kind::kNote;
      if (erase) {
        rows->erase(row);
      } else {
        (*rows)[row] = {static_cast<uint16_t>(Below(3, random)),
                        counted_ ? 1 + Below(70'000, random) : 0};
      }
    }
    RelationEdits edits;
    for (const auto& [row, kind] : kinds) {
      edits.values.insert(edits.values.end(), row.begin(), row.end());
      edits.kinds.push_back(kind);
      const auto at = rows->find(row);
      edits.notes.push_back(at == rows->end() ? RowNote{} : at->second);
    }
    return edits;
  }

 private:
  uint32_t columns_;
  uint32_t domain_;
  bool counted_;
};

void ExpectRows(const Relation& relation, const Rows& rows) {
  Rows found;
  relation.ForEach([&](TupleView values) {
    found[Tuple(values.begin(), values.end())] = *relation.FindNote(values);
    return true;
  });
  ASSERT_EQ(found.size(), rows.size());
  ASSERT_TRUE(found == rows);
  for (uint32_t column = 0; column < relation.arity(); ++column) {
    const Table& order = relation.OrderFrom(column);
    ASSERT_EQ(order.rows(), rows.size());
    for (const auto& [row, note] : rows) {
      Tuple stored;
      for (const uint32_t c : order.order()) stored.push_back(row[c]);
      ASSERT_TRUE(order.Contains(stored.data()));
    }
  }
}

struct Case {
  uint32_t columns;
  uint32_t domain;
  size_t edits;
  bool counted;
};

TEST(RelationPatchTest, VersionsAgreeWithAMap) {
  RecordTable records;
  for (const Case& c : std::vector<Case>{{1, 40, 10, true},
                                         {2, 30, 200, true},
                                         {3, 4, 20, false},
                                         {2, 3'000'000'000, 50, true},
                                         {4, 4'000'000'000, 20, false},
                                         {2, 300, 3000, true}}) {
    std::mt19937 random(7);
    Rows rows;
    auto relation = std::make_shared<const Relation>(c.columns, &records);
    for (int version = 0; version < 20; ++version) {
      // Domains grow, so that layouts are outgrown.
      Edits edits(c.columns, 1 + c.domain / 20 * static_cast<uint32_t>(version + 1), c.counted);
      const auto before = relation;
      const Rows rows_before = rows;
      relation = relation->Patch(edits.Make(c.edits, &random, &rows));
      ASSERT_NO_FATAL_FAILURE(ExpectRows(*relation, rows)) << version;
      if (version % 10 == 0) {
        ASSERT_NO_FATAL_FAILURE(ExpectRows(*before, rows_before));
      }
    }
  }
}

TEST(RelationPatchTest, SharesPagesThatNoEditTouches) {
  RecordTable records;
  std::vector<Value> values;
  for (uint32_t i = 0; i < 100'000; ++i) values.insert(values.end(), {Value(i), Value(i % 7)});
  const auto before = Relation::FromRows(2, values, true, &records);
  RelationEdits edits{
      {Value(5), Value(6)}, {RelationEdits::Kind::kInsert}, {RowNote{Origin{}.packed(), 0}}};
  const auto after = before->Patch(edits);
  size_t different = 0;
  for (uint32_t i = 0; i < before->primary().pages().size(); ++i) {
    different += before->primary().pages().page(i) != after->primary().pages().page(i) ? 1 : 0;
  }
  EXPECT_EQ(different, 1);
  EXPECT_EQ(after->size(), before->size() + 1);
}

}  // namespace
}  // namespace cartograph::rules
