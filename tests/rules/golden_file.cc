#include "tests/rules/golden_file.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::rules {
namespace {

std::string Read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void ReadOptions(absl::string_view text, CompileOptions* options) {
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(line, '=');
    size_t value = 0;
    ASSERT_TRUE(absl::SimpleAtoi(pair.second, &value)) << line;
    if (pair.first == "text_bytes_max") options->text_bytes_max = value;
    if (pair.first == "diagnostics_max") options->diagnostics_max = value;
    if (pair.first == "nesting_max") options->nesting_max = value;
  }
}

void ReadSection(absl::string_view name, std::string text, GoldenCase* golden) {
  if (absl::ConsumeSuffix(&name, " escaped")) {
    std::string bytes;
    EXPECT_TRUE(absl::CUnescape(text, &bytes)) << golden->path;
    text = bytes;
  }
  if (name == "options") return ReadOptions(text, &golden->options);
  if (name == "base") {
    golden->options.base_schema = text;
    return;
  }
  golden->files.push_back({.path = std::string(name), .text = text});
}

GoldenCase Parse(const std::string& path) {
  GoldenCase golden{.path = path, .name = std::filesystem::path(path).stem()};
  std::string text = Read(path);
  size_t divider = text.find("\n----\n");
  EXPECT_NE(divider, std::string::npos) << path;
  golden.input = text.substr(0, divider + 1);
  golden.expected = text.substr(divider + 6);
  std::vector<std::string> sections = absl::StrSplit(absl::StrCat("\n", golden.input), "\n=== ");
  for (size_t i = 1; i < sections.size(); ++i) {
    size_t line = sections[i].find('\n');
    std::string body = line == std::string::npos ? "" : sections[i].substr(line + 1);
    if (i + 1 < sections.size()) body += '\n';
    ReadSection(absl::string_view(sections[i]).substr(0, line), body, &golden);
  }
  std::vector<SourceFile> files = golden.files;
  golden.options.read_include = [files](const std::string& name) -> std::optional<std::string> {
    for (const SourceFile& file : files) {
      if (file.path == name) return file.text;
    }
    return std::nullopt;
  };
  return golden;
}

}  // namespace

std::vector<GoldenCase> GoldenCases(const std::string& area) {
  std::vector<std::string> paths;
  std::string folder = absl::StrCat(testing::SourceDir(), "/tests/golden/rules/", area);
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<GoldenCase> cases;
  for (const std::string& path : paths) cases.push_back(Parse(path));
  return cases;
}

void ExpectGolden(const GoldenCase& golden, const std::string& actual, bool failed) {
  EXPECT_EQ(absl::StartsWith(golden.name, "fail_"), failed)
      << golden.path << " must be named fail_… exactly when it yields an error:\n"
      << actual;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden.path, std::ios::binary) << golden.input << "----\n" << actual;
    return;
  }
  EXPECT_EQ(actual, golden.expected) << golden.path << " (UPDATE_GOLDEN=1 rewrites it)";
}

}  // namespace cartograph::rules
