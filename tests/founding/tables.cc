#include "tests/founding/tables.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::founding {

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::vector<std::string>> ReadTsv(const std::string& path) {
  std::vector<std::vector<std::string>> table;
  std::istringstream text(ReadFile(path));
  for (std::string line; std::getline(text, line);) {
    table.push_back(absl::StrSplit(line, '\t'));
  }
  return table;
}

std::string GoldenPath(const std::string& name) {
  return testing::SourceDir() + "/tests/golden/founding/" + name;
}

}  // namespace cartograph::founding
