#include "rules/facts/symbol_table.h"

#include <array>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

TEST(SymbolTable, GivesDenseIdsAndKeepsThem) {
  SymbolTable table;
  EXPECT_EQ(table.Intern("").bits(), 0);
  EXPECT_EQ(table.Intern("a").bits(), 1);
  EXPECT_EQ(table.Intern("").bits(), 0);
  EXPECT_EQ(table.Text(Value(1)), "a");
  EXPECT_EQ(table.Find("b"), std::nullopt);
  EXPECT_EQ(table.size(), 2);
}

TEST(SymbolTable, TextsStayWhereTheyAre) {
  SymbolTable table;
  const absl::string_view first = table.Text(table.Intern("first"));
  for (int i = 0; i < 10'000; ++i) table.Intern(absl::StrCat("text ", i));
  EXPECT_EQ(first.data(), table.Text(Value(0)).data());
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_EQ(table.Text(*table.Find(absl::StrCat("text ", i))), absl::StrCat("text ", i));
  }
  EXPECT_GT(table.bytes(), 10'000 * 10);
}

TEST(SymbolTable, OverlayAddsWithoutTouchingItsParent) {
  SymbolTable parent;
  parent.Intern("old");
  SymbolTable overlay(&parent);
  const Value added = overlay.Intern("new");
  EXPECT_EQ(overlay.Intern("old"), parent.Intern("old"));
  EXPECT_EQ(parent.Find("new"), std::nullopt);
  EXPECT_EQ(overlay.Text(added), "new");
  EXPECT_EQ(overlay.Text(Value(0)), "old");
  // What the parent learns later never has the overlay's ids.
  const Value later = parent.Intern("later");
  EXPECT_NE(later, added);
  EXPECT_EQ(overlay.Text(later), "later");
  EXPECT_EQ(overlay.Text(added), "new");
}

TEST(SymbolTable, WhatTheParentLearnsLaterDoesNotHideTheOverlaysOwn) {
  SymbolTable parent;
  SymbolTable overlay(&parent);
  const Value own = overlay.Intern("x");
  const Value of_parent = parent.Intern("x");
  EXPECT_NE(own, of_parent);
  EXPECT_EQ(overlay.Find("x"), own);
  EXPECT_EQ(overlay.Text(of_parent), "x");
}

TEST(SymbolTable, OverlaysStandOnOverlaysThatGiveNoMoreIds) {
  SymbolTable root;
  root.Intern("r");
  SymbolTable first(&root);
  const Value a = first.Intern("a");
  SymbolTable second(&first);
  SymbolTable other(&first);
  const Value b = second.Intern("b");
  EXPECT_EQ(other.Intern("c"), b);  // two that stand side by side never meet
  EXPECT_NE(a, b);
  EXPECT_EQ(second.Intern("a"), a);
  EXPECT_EQ(second.Intern("r"), root.Intern("r"));
  for (const char* text : {"r", "a", "b"}) {
    EXPECT_EQ(second.Text(*second.Find(text)), text);
  }
  EXPECT_EQ(second.depth(), 2u);
  EXPECT_EQ(first.Intern("a"), a);  // known: not given anew
  EXPECT_DEATH(first.Intern("d"), "");
}

TEST(SymbolTable, IsSafeFromManyThreads) {
  SymbolTable table;
  std::array<std::thread, 4> threads;
  for (std::thread& thread : threads) {
    thread = std::thread([&table] {
      for (int i = 0; i < 2000; ++i) {
        const std::string text = absl::StrCat(i % 500);
        ASSERT_EQ(table.Text(table.Intern(text)), text);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(table.size(), 500);
}

TEST(RecordTable, FirstRecordIsOneBecauseNilIsZero) {
  RecordTable table;
  const Tuple pair = {Value(7), Value(0)};
  EXPECT_EQ(table.Intern(pair).bits(), 1);
  EXPECT_EQ(table.Intern(pair).bits(), 1);
  EXPECT_EQ(Tuple(table.Fields(Value(1)).begin(), table.Fields(Value(1)).end()), pair);
  EXPECT_EQ(table.Intern({}).bits(), 2);
  EXPECT_TRUE(table.Fields(Value(2)).empty());
  RecordTable overlay(&table);
  EXPECT_EQ(overlay.Intern(pair).bits(), 1);
  const Tuple other = {Value(8)};
  const Value added = overlay.Intern(other);
  EXPECT_EQ(table.Find(other), std::nullopt);
  EXPECT_EQ(overlay.Fields(added).front(), Value(8));
}

}  // namespace
}  // namespace cartograph::rules
