#include "kb/reference_check.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

TEST(ReferenceCheckTest, TargetsMustExistAndLive) {
  TestBase base;
  EXPECT_EQ(base.Try({Disease("create", "a", {"b", "c"})}),
            "FAILED_PRECONDITION REFERENCE_MISSING: diseases/b does not exist; diseases/a names it "
            "in disease.parents.parent (and 1 more)\n"
            "  REFERENCE diseases/b does not exist; diseases/a names it in disease.parents.parent\n"
            "  REFERENCE diseases/c does not exist; diseases/a names it in disease.parents.parent");
  EXPECT_EQ(base.revision(), 0u);
  // Created by the same commit, in any order; also itself.
  EXPECT_EQ(base.Try({Disease("create", "a", {"b"}), Disease("create", "b", {"b"})}), "r1 +6 -0");
  EXPECT_EQ(base.Try({Disease("create", "gone")}), "r2 +2 -0");
  EXPECT_EQ(base.Try({"delete: 'diseases/gone'"}), "r3 +0 -2");
  EXPECT_EQ(base.Try({Disease("put", "a", {"gone"})}),
            "FAILED_PRECONDITION REFERENCE_MISSING: diseases/gone is deleted; diseases/a names it "
            "in disease.parents.parent\n"
            "  REFERENCE diseases/gone is deleted; diseases/a names it in disease.parents.parent");
  EXPECT_EQ(base.Try({Disease("put", "a", {"gone"}), "undelete: 'diseases/gone'"}), "r4 +3 -1");
}

TEST(ReferenceCheckTest, WhatIsReferredToCannotBeDeleted) {
  TestBase base;
  ASSERT_EQ(base.Try({Disease("create", "top"), Disease("create", "a", {"top"}),
                      Disease("create", "b", {"top"})}),
            "r1 +8 -0");
  const std::string refused =
      "FAILED_PRECONDITION REFERRED_TO: diseases/a names diseases/top in disease.parents.parent "
      "(and 1 more)\n"
      "  REFERENCE diseases/a names diseases/top in disease.parents.parent\n"
      "  REFERENCE diseases/b names diseases/top in disease.parents.parent";
  EXPECT_EQ(base.Try({"delete: 'diseases/top'"}), refused);
  // Writing a referrer as it is already does not count as letting go.
  EXPECT_EQ(base.Try({Disease("put", "a", {"top"}), "delete: 'diseases/top'"}), refused);
  EXPECT_EQ(
      base.Try({"delete: 'diseases/a'", "delete: 'diseases/top'"}),
      "FAILED_PRECONDITION REFERRED_TO: diseases/b names diseases/top in disease.parents.parent\n"
      "  REFERENCE diseases/b names diseases/top in disease.parents.parent");
  // Another field changes, the reference stays.
  EXPECT_EQ(
      base.Try({"put { name: 'diseases/b' disease { names { text: 'new' kind: NAME_KIND_EXACT } "
                "parents { parent: 'diseases/top' "
                "hierarchy: 'h' } } }",
                "delete: 'diseases/a'", "delete: 'diseases/top'"}),
      "FAILED_PRECONDITION REFERRED_TO: diseases/b names diseases/top in disease.parents.parent\n"
      "  REFERENCE diseases/b names diseases/top in disease.parents.parent");
  // A reference that comes with the deletion.
  EXPECT_EQ(base.Try({Disease("create", "c", {"a"}), "delete: 'diseases/a'"}),
            "FAILED_PRECONDITION REFERENCE_MISSING: diseases/a is deleted; diseases/c names it in "
            "disease.parents.parent\n"
            "  REFERENCE diseases/a is deleted; diseases/c names it in disease.parents.parent");
  EXPECT_EQ(base.revision(), 1u);
  EXPECT_EQ(base.Try({"delete: 'diseases/a'", Disease("put", "b"), "delete: 'diseases/top'"}),
            "r2 +0 -6");
  // A deleted entity refers to nothing; it can come back only when its targets are there.
  EXPECT_EQ(base.Try({"undelete: 'diseases/a'"}),
            "FAILED_PRECONDITION REFERENCE_MISSING: diseases/top is deleted; diseases/a names it "
            "in disease.parents.parent\n"
            "  REFERENCE diseases/top is deleted; diseases/a names it in disease.parents.parent");
  EXPECT_EQ(base.Try({"undelete: 'diseases/top'"}), "r3 +2 -0");
  EXPECT_EQ(base.Try({"undelete: 'diseases/a'"}), "r4 +3 -0");
  EXPECT_NE(base.Try({"delete: 'diseases/top'"}).find("REFERRED_TO"), std::string::npos);
}

TEST(ReferenceCheckTest, AnEntityThatRefersToItselfCanBeDeleted) {
  TestBase base;
  ASSERT_EQ(base.Try({Disease("create", "a", {"a"})}), "r1 +3 -0");
  EXPECT_EQ(base.Try({"delete: 'diseases/a'"}), "r2 +0 -3");
}

TEST(ReferenceCheckTest, ListsTenReferrersAtMost) {
  TestBase base;
  std::vector<std::string> mutations = {Disease("create", "top")};
  for (int i = 0; i < 30; ++i) {
    mutations.push_back(Disease("create", absl::StrCat("d", i), {"top"}));
  }
  ASSERT_TRUE(base.Commit(mutations).ok());
  auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
  EXPECT_EQ(lines(base.Try({"delete: 'diseases/top'"})), 10);
  // Those that the commit lets go are passed over in the listing, however many they are.
  mutations = {"delete: 'diseases/top'"};
  for (int i = 0; i < 29; ++i) {
    mutations.push_back(absl::StrCat("delete: 'diseases/d", i, "'"));
  }
  EXPECT_EQ(
      base.Try(mutations),
      "FAILED_PRECONDITION REFERRED_TO: diseases/d29 names diseases/top in disease.parents.parent\n"
      "  REFERENCE diseases/d29 names diseases/top in disease.parents.parent");
  mutations.push_back("delete: 'diseases/d29'");
  EXPECT_EQ(base.Try(mutations), "r2 +0 -92");
}

}  // namespace
}  // namespace cartograph::kb
