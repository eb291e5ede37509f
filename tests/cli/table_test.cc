#include "clients/cli/table.h"

#include <sstream>

#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

std::string Written(Table* table) {
  std::ostringstream out;
  table->Write(out);
  return out.str();
}

TEST(Table, AlignsByDisplayWidth) {
  Table table({{"NAME"}, {"N", /*right=*/true}, {"LABEL"}}, {});
  table.Add({"sle", "7", "系统性红斑狼疮"});
  table.Add({"自身免疫", "1234", "x"});
  EXPECT_EQ(Written(&table),
            "NAME         N  LABEL\n"
            "sle          7  系统性红斑狼疮\n"
            "自身免疫  1234  x\n");
  EXPECT_EQ(table.cells_cut(), 0u);
}

TEST(Table, WritesNothingWithoutRows) {
  Table table({{"NAME"}}, {});
  EXPECT_EQ(Written(&table), "");
}

TEST(Table, WritesHeadsOnceAndKeepsWidths) {
  Table table({{"A"}, {"B"}}, {});
  table.Add({"long cell", "1"});
  EXPECT_EQ(Written(&table), "A          B\nlong cell  1\n");
  table.Add({"x", "2"});
  EXPECT_EQ(Written(&table), "x          2\n");
}

TEST(Table, CutsTheWidestCellsToFitAndCountsThem) {
  TableStyle style;
  style.width_max = 24;
  Table table({{"NAME"}, {"LABEL"}}, style);
  table.Add({"diseases/sle", "systemic lupus erythematosus"});
  table.Add({"x", "y"});
  EXPECT_EQ(Written(&table),
            "NAME         LABEL\n"
            "diseases/s…  systemic l…\n"
            "x            y\n");
  EXPECT_EQ(table.cells_cut(), 2u);
}

TEST(Table, CutsFreeTextBeforeNames) {
  TableStyle style;
  style.width_max = 24;
  Table table({{"NAME"}, {"LABEL", /*right=*/false, /*text=*/true}}, style);
  table.Add({"diseases/sle", "lupus erythematosus"});
  EXPECT_EQ(Written(&table), "NAME          LABEL\ndiseases/sle  lupus ery…\n");
}

TEST(Table, LeavesColumnsReadableWhenTheTerminalIsTooNarrow) {
  TableStyle style;
  style.width_max = 5;
  Table table({{"A"}, {"B"}}, style);
  table.Add({"0123456789", "0123456789"});
  EXPECT_EQ(Written(&table), "A         B\n0123456…  0123456…\n");
}

TEST(Table, HasNoHeadsWhenTheStyleHasNone) {
  TableStyle style;
  style.heads = false;
  Table table({{"A LONG HEAD"}, {"B"}}, style);
  table.Add({"x", "y"});
  EXPECT_EQ(Written(&table), "x  y\n");
}

TEST(Table, ShowsHeadsBoldWhereThereAreColours) {
  TableStyle style;
  style.terminal.color = true;
  Table table({{"A"}}, style);
  table.Add({"x"});
  EXPECT_EQ(Written(&table), "\x1b[1mA\x1b[0m\nx\n");
}

TEST(Table, KeepsControlCharactersOutOfCells) {
  Table table({{"A"}, {"B"}}, {});
  table.Add({"one\ntwo", "\x1b[2J"});
  EXPECT_EQ(Written(&table), "A        B\none two  \ufffd[2J\n");
}

TEST(Table, WritesPairsWithWrappedValues) {
  TableStyle style;
  style.width_max = 32;
  std::ostringstream out;
  WritePairs({{"name", "diseases/sle"}, {"label", "an autoimmune disease of many organs"}}, style,
             out);
  EXPECT_EQ(out.str(),
            "name   diseases/sle\n"
            "label  an autoimmune disease of\n"
            "       many organs\n");
}

}  // namespace
}  // namespace cartograph::clients
