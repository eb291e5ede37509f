// The server, spoken to in frames. Each file below tests/golden/lsp is a transcript: a line ">
// JSON" goes to the server, the lines "< JSON" behind it are what it answers; $PACK is the folder
// tests/golden/lsp/pack. UPDATE_GOLDEN=1 rewrites the answers.

#include "clients/lsp/server.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/lsp/frames.h"
#include "clients/lsp/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::lsp {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

constexpr char kBaseSchema[] =
    ".type Base <: symbol\n/// Given from outside.\n.decl base(x: Base)\n";

std::string Frame(const std::string& content) {
  std::ostringstream out;
  WriteFrame(content, out);
  return out.str();
}

struct Served {
  bool well = false;
  std::vector<std::string> answers;
};

// What the server sends when it gets `input`.
Served ServeInput(const std::string& input) {
  std::istringstream in(input);
  std::stringstream out;
  Served served;
  served.well = Serve({.base_schema = kBaseSchema}, in, out);
  for (auto frame = ReadFrame(out); frame.ok(); frame = ReadFrame(out)) {
    served.answers.push_back(*frame);
  }
  return served;
}

std::string ReadText(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

fs::path GoldenFolder() { return fs::path(testing::SourceDir()) / "tests/golden/lsp"; }

std::vector<std::string> Transcripts() {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(GoldenFolder())) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class LspTranscript : public ::testing::TestWithParam<std::string> {};

TEST_P(LspTranscript, AnswersAsItSays) {
  const std::string folder = (GoldenFolder() / "pack").string();
  const std::string expected = ReadText(GetParam());
  std::string input;
  std::string printed;
  size_t answered = 0;
  // The server is run on ever longer parts of the transcript, so that answers stand behind what
  // they answer.
  for (absl::string_view line : absl::StrSplit(absl::StripSuffix(expected, "\n"), '\n')) {
    if (absl::StartsWith(line, "< ")) continue;
    absl::StrAppend(&printed, line, "\n");
    if (!absl::ConsumePrefix(&line, "> ")) continue;
    input += Frame(absl::StrReplaceAll(line, {{"$PACK", folder}}));
    const Served served = ServeInput(input);
    for (; answered < served.answers.size(); ++answered) {
      absl::StrAppend(&printed, "< ",
                      absl::StrReplaceAll(served.answers[answered], {{folder, "$PACK"}}), "\n");
    }
  }
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << printed;
  } else {
    EXPECT_EQ(printed, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Lsp, LspTranscript, ::testing::ValuesIn(Transcripts()),
                         [](const auto& transcript) {
                           return fs::path(transcript.param).stem().string();
                         });

const char kInitialize[] = R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{}})";
const char kShutdown[] = R"({"jsonrpc":"2.0","id":2,"method":"shutdown"})";
const char kExit[] = R"({"jsonrpc":"2.0","method":"exit"})";

TEST(LspServerTest, EndsWellAfterShutdownOnly) {
  EXPECT_TRUE(ServeInput(Frame(kInitialize) + Frame(kShutdown) + Frame(kExit)).well);
  EXPECT_FALSE(ServeInput(Frame(kInitialize) + Frame(kExit)).well);
  EXPECT_FALSE(ServeInput(Frame(kInitialize)).well);
}

TEST(LspServerTest, AFrameWithoutLengthEndsTheSession) {
  const Served served = ServeInput(Frame(kInitialize) + "Hello\r\n\r\n" + Frame(kShutdown));
  EXPECT_FALSE(served.well);
  ASSERT_EQ(served.answers.size(), 2u);
  EXPECT_THAT(served.answers[1], HasSubstr("without Content-Length"));
}

TEST(LspServerTest, AHugeFrameEndsTheSession) {
  const Served served =
      ServeInput(Frame(kInitialize) + "Content-Length: 999999999999\r\n\r\n" + Frame(kShutdown));
  EXPECT_FALSE(served.well);
  ASSERT_EQ(served.answers.size(), 2u);
  EXPECT_THAT(served.answers[1], HasSubstr("999999999999 bytes"));
}

// Every prefix and every damaged byte of a session: no answer is promised, but an end.
TEST(LspServerTest, SurvivesDamagedSessions) {
  std::string session = Frame(kInitialize);
  session += Frame(
      R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"u:1","text":"a(x) :- b(x."}}})");
  session += Frame(
      R"({"id":3,"method":"textDocument/hover","params":{"textDocument":{"uri":"u:1"},"position":{"line":0,"character":8}}})");
  session += Frame(kShutdown) + Frame(kExit);
  for (size_t size = 0; size < session.size(); size += 3) ServeInput(session.substr(0, size));
  for (size_t at = 0; at < session.size(); at += 3) {
    std::string damaged = session;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x15);
    ServeInput(damaged);
  }
}

TEST(LspServerTest, SurvivesWrongShapes) {
  for (
      const char* message :
      {"[]", "3", "null", R"({"id":{}})", R"({"id":4,"method":7})", R"({"method":"initialized"})",
       R"({"id":5,"method":"textDocument/hover","params":[1]})",
       R"({"id":6,"method":"textDocument/completion","params":{"textDocument":"x"}})",
       R"({"method":"textDocument/didOpen","params":{"textDocument":{"text":1}}})",
       R"({"method":"textDocument/didChange","params":{"textDocument":{"uri":"u:1"},"contentChanges":[1,{"range":3}]}})",
       R"({"id":7,"result":null})"}) {
    const Served served =
        ServeInput(Frame(kInitialize) + Frame(message) + Frame(kShutdown) + Frame(kExit));
    EXPECT_TRUE(served.well) << message;
  }
}

}  // namespace
}  // namespace cartograph::lsp
