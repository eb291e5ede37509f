#include "base/sha256.h"

#include "gtest/gtest.h"

namespace cartograph::base {
namespace {

TEST(Sha256Test, HashesBytes) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace cartograph::base
