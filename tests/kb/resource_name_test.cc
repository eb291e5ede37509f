#include "kb/resource_name.h"

#include <string>

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

TEST(ResourceNameTest, HasACollectionAndAnId) {
  for (const std::string& name : {std::string("diseases/sle"), std::string("a/0"),
                                  std::string("x/A.b_c~d-e"), "x/" + std::string(128, 'a')}) {
    EXPECT_TRUE(IsResourceName(name)) << name;
  }
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("diseases"), std::string("diseases/"),
        std::string("/sle"), std::string("Diseases/sle"), std::string("diseases/.a"),
        std::string("diseases/a/b"), std::string("diseases/a b"), std::string("diseases/\xc3\xa9"),
        std::string("diseases/a\0", 11), "x/" + std::string(129, 'a'),
        std::string(65, 'a') + "/a"}) {
    EXPECT_FALSE(IsResourceName(name)) << name;
  }
}

TEST(ResourceNameTest, CollectionStandsBeforeTheSlash) {
  EXPECT_EQ(CollectionOf("diseases/sle"), "diseases");
  EXPECT_EQ(CollectionOf("diseases"), "diseases");
  EXPECT_EQ(CollectionOf(""), "");
}

}  // namespace
}  // namespace cartograph::kb
