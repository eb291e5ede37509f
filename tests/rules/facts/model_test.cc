#include "rules/facts/model.h"

#include "gtest/gtest.h"
#include "tests/rules/engine/run_text.h"

namespace cartograph::rules {
namespace {

TEST(Model, CountsFactsAndAnswersContains) {
  const auto model =
      *RunText(".decl a(x:number) .decl r(x:number,y:number) a(1). a(2). r(x,x) :- a(x).");
  EXPECT_EQ(model->size(), 4);
  EXPECT_GT(model->bytes(), 0);
  const PredicateId r = *model->program().Find("r");
  EXPECT_TRUE(model->Contains({r, {Value(2), Value(2)}}));
  EXPECT_FALSE(model->Contains({r, {Value(1), Value(2)}}));
  EXPECT_EQ(&model->interning(), model->program().interning.get());
}

}  // namespace
}  // namespace cartograph::rules
