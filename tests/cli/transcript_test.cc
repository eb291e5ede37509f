// Every transcript below tests/golden/cli, against a real server. UPDATE_GOLDEN=1 rewrites them.

#include "tests/cli/transcript.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Transcripts() {
  std::vector<std::string> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(testing::SourceDir()) / "tests/golden/cli")) {
    if (entry.path().extension() == ".txt") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& info) {
  return fs::path(info.param).stem().string();
}

class Transcript : public ::testing::TestWithParam<std::string> {};

TEST_P(Transcript, PrintsWhatItSays) {
  std::ifstream file(GetParam(), std::ios::binary);
  std::string expected((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  TranscriptRunner runner;
  std::string printed = runner.Run(expected);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << printed;
  } else {
    EXPECT_EQ(printed, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Cli, Transcript, ::testing::ValuesIn(Transcripts()), NameOf);

}  // namespace
}  // namespace cartograph::clients
