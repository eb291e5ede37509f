// Every *.scenario file, in process and over TCP: both must reply as the file says.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/scenario/scenario_runner.h"
#include "tests/support/paths.h"

namespace cartograph::scenario {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> ScenarioFiles() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(testing::SourceDir() + "/tests/scenario")) {
    if (entry.path().extension() == ".scenario") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string PathOf(const std::string& name) {
  return testing::SourceDir() + "/tests/scenario/" + name + ".scenario";
}

std::string ReadScenario(const std::string& name) {
  std::ifstream file(PathOf(name));
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

class ScenarioTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, InProcess) {
  ScenarioRunner runner([](test::TestServer& server) { return server.InProcessChannel(); });
  const std::string actual = runner.Run(ReadScenario(GetParam()));
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(PathOf(GetParam())) << actual;
  EXPECT_EQ(actual, ReadScenario(GetParam()));
}

TEST_P(ScenarioTest, OverTcp) {
  ScenarioRunner runner([](test::TestServer& server) { return server.Channel(); });
  const std::string scenario = ReadScenario(GetParam());
  EXPECT_EQ(runner.Run(scenario), scenario);
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioTest, ::testing::ValuesIn(ScenarioFiles()),
                         [](const auto& scenario) { return scenario.param; });

}  // namespace
}  // namespace cartograph::scenario
