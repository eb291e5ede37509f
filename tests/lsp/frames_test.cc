#include "clients/lsp/frames.h"

#include <sstream>

#include "gtest/gtest.h"

namespace cartograph::lsp {
namespace {

absl::StatusOr<std::string> Read(const std::string& text) {
  std::istringstream in(text);
  return ReadFrame(in);
}

TEST(FramesTest, AreReadOneAfterTheOther) {
  std::istringstream in(
      "Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\n[1]Content-Length: "
      "0\n\n");
  EXPECT_EQ(*ReadFrame(in), "{}");
  EXPECT_EQ(*ReadFrame(in), "[1]");
  EXPECT_EQ(*ReadFrame(in), "");
  EXPECT_EQ(ReadFrame(in).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(FramesTest, WhatIsWrittenIsRead) {
  std::stringstream stream;
  WriteFrame("{\"a\":\"\xC3\xA4\"}", stream);
  EXPECT_EQ(*ReadFrame(stream), "{\"a\":\"\xC3\xA4\"}");
}

TEST(FramesTest, MalformedOnesAreRefused) {
  EXPECT_EQ(Read("").status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Read("Content-Length: 5\r\n\r\nabc").status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Read("Content-Length: 5").status().code(), absl::StatusCode::kOutOfRange);
  for (const char* text : {"\r\n\r\n{}", "Content-Type: x\r\n\r\n{}", "Content-Length: -1\r\n\r\n",
                           "Content-Length: 1e3\r\n\r\n", "Content-Length\r\n\r\n",
                           "Content-Length: 99999999999999999999999\r\n\r\n"}) {
    EXPECT_EQ(Read(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(FramesTest, HugeOnesAreRefusedWithoutMemory) {
  EXPECT_EQ(Read("Content-Length: 18446744073709551615\r\n\r\n").status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Read("X: " + std::string(100'000, 'x')).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cartograph::lsp
