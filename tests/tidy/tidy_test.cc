// Style that is a test never rots: reads every source file of the repository once and checks what
// docs/architecture.md says of includes, sizes and names. clang-format and clang-tidy check the
// rest.

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::tidy {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHeaderLinesMax = 300;
constexpr size_t kSourceLinesMax = 800;
constexpr size_t kFunctionLinesMax = 70;
constexpr size_t kLineBytesMax = 130;  // clang-format breaks code at 100; comments may run on

constexpr const char* kChecker = "clients/verify/";

// What each top folder may include of the others.
const std::map<std::string, std::set<std::string>>& AllowedIncludes() {
  static const auto& allowed = *new std::map<std::string, std::set<std::string>>{
      {"base", {"base"}},
      {"storage", {"storage", "base"}},
      {"rules", {"rules", "base"}},
      {"kb", {"kb", "storage", "rules", "base", "proto"}},
      {"services", {"services", "kb", "rules", "base", "proto"}},
      {"importers", {"importers", "base", "proto"}},
      {"clients", {"clients", "importers", "rules", "base", "proto"}},
  };
  return allowed;
}

// Inside rules/, includes point left only; a file directly in rules/ stands at the right end.
const std::vector<std::string>& RulesOrder() {
  static const auto& order = *new std::vector<std::string>{"facts", "syntax", "analysis", "engine"};
  return order;
}

struct SourceText {
  std::string path;  // from the root of the repository
  std::vector<std::string> lines;
};

bool IsSource(const fs::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h";
}

std::vector<SourceText> ReadSources() {
  std::vector<SourceText> sources;
  const fs::path root = testing::SourceDir();
  for (const char* top :
       {"base", "storage", "rules", "kb", "services", "importers", "clients", "tests", "bench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !IsSource(entry.path())) {
        continue;
      }
      SourceText source{fs::relative(entry.path(), root).generic_string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) {
        source.lines.push_back(line);
      }
      sources.push_back(std::move(source));
    }
  }
  return sources;
}

const std::vector<SourceText>& Sources() {
  static const auto& sources = *new std::vector<SourceText>(ReadSources());
  return sources;
}

std::string TopFolder(const std::string& path) { return path.substr(0, path.find('/')); }

// "rules/engine/plan.h" → 3, "rules/compile.h" → 4.
size_t RulesRank(const std::string& path) {
  for (size_t i = 0; i < RulesOrder().size(); ++i) {
    if (path.rfind("rules/" + RulesOrder()[i] + "/", 0) == 0) {
      return i;
    }
  }
  return RulesOrder().size();
}

// The file that an #include line names, or "".
std::string Included(const std::string& line) {
  if (line.rfind("#include ", 0) != 0) {
    return "";
  }
  size_t begin = line.find_first_of("\"<");
  size_t end = line.find_first_of("\">", begin + 1);
  return end == std::string::npos ? "" : line.substr(begin + 1, end - begin - 1);
}

// Why `path` may not include `included`, or "".
std::string WrongInclude(const std::string& path, const std::string& included) {
  const std::string top = TopFolder(path);
  if (included.rfind("rocksdb/", 0) == 0 &&
      !(top == "storage" && fs::path(path).extension() == ".cc")) {
    return top == "tests" || top == "bench" ? "" : "only storage/*.cc may include RocksDB";
  }
  if (included.rfind("grpcpp/", 0) == 0 &&
      (top == "base" || top == "storage" || top == "rules" || top == "kb")) {
    return "only services and clients may include gRPC";
  }
  // Who checks the engine's proofs shares nothing with it.
  const bool own = included.rfind(kChecker, 0) == 0 || included == "base/status.h";
  const bool ours = AllowedIncludes().count(TopFolder(included)) != 0 ||
                    included.find(".pb.h") != std::string::npos;
  if (path.rfind(kChecker, 0) == 0 && ours && !own) {
    return "the checker of proofs includes only itself and base/status.h";
  }
  auto allowed = AllowedIncludes().find(top);
  if (allowed == AllowedIncludes().end()) {
    return "";
  }
  std::string target = TopFolder(included);
  if (included.find(".pb.h") != std::string::npos) {
    target = "proto";
  } else if (AllowedIncludes().count(target) == 0) {
    return target == "tests" || target == "bench" ? "product code may not include tests" : "";
  }
  if (allowed->second.count(target) == 0) {
    return top + " may not include " + target;
  }
  // A Program is the vocabulary that facts are read with: docs/decisions/0001.
  bool program = included == "rules/analysis/program.h" || included == "rules/syntax/source.h";
  if (top == "rules" && target == "rules" && !program && RulesRank(included) > RulesRank(path)) {
    return "inside rules, includes point left only: facts, syntax, analysis, engine, compile";
  }
  return "";
}

TEST(TidyTest, IncludesFollowTheArchitecture) {
  for (const SourceText& source : Sources()) {
    for (size_t i = 0; i < source.lines.size(); ++i) {
      const std::string included = Included(source.lines[i]);
      EXPECT_EQ(included.empty() ? "" : WrongInclude(source.path, included), "")
          << source.path << ":" << i + 1 << " includes " << included;
    }
  }
}

TEST(TidyTest, WrongIncludesAreSeen) {
  EXPECT_NE(WrongInclude("rules/facts/value.h", "cartograph/v1/entity.pb.h"), "");
  EXPECT_NE(WrongInclude("rules/syntax/lexer.h", "rules/engine/plan.h"), "");
  EXPECT_NE(WrongInclude("kb/commit.cc", "rocksdb/db.h"), "");
  EXPECT_NE(WrongInclude("kb/commit.cc", "grpcpp/grpcpp.h"), "");
  EXPECT_NE(WrongInclude("clients/cli/main.cc", "kb/snapshot.h"), "");
  EXPECT_NE(WrongInclude("clients/verify/verify.cc", "rules/syntax/lexer.h"), "");
  EXPECT_NE(WrongInclude("clients/verify/verify.cc", "cartograph/v1/fact.pb.h"), "");
  EXPECT_NE(WrongInclude("clients/verify/verify.cc", "clients/cli/output.h"), "");
  EXPECT_EQ(WrongInclude("clients/verify/verify.cc", "clients/verify/matcher.h"), "");
  EXPECT_EQ(WrongInclude("services/server.cc", "kb/snapshot.h"), "");
}

// The words of the command `name` in a CMakeLists.txt.
std::vector<std::string> WordsOf(const std::string& file, const std::string& name) {
  std::ifstream in(fs::path(testing::SourceDir()) / file);
  std::stringstream text;
  text << in.rdbuf();
  const size_t begin = text.str().find(name + "(");
  if (begin == std::string::npos) return {};
  const size_t open = begin + name.size() + 1;
  std::stringstream arguments(text.str().substr(open, text.str().find(')', open) - open));
  std::vector<std::string> words;
  for (std::string word; arguments >> word;) words.push_back(word);
  return words;
}

TEST(TidyTest, TheCheckerOfProofsLinksNothingOfOurs) {
  const std::vector<std::string> words =
      WordsOf("clients/verify/CMakeLists.txt", "cartograph_library");
  ASSERT_THAT(words, ::testing::Contains("LINK"));
  for (const std::string& word : words) EXPECT_NE(word.rfind("cartograph", 0), 0u) << word;
  EXPECT_THAT(WordsOf("clients/cli/CMakeLists.txt", "cartograph_library"),
              ::testing::Contains("cartograph_rules"));
}

TEST(TidyTest, FilesAreOfReadableSize) {
  for (const SourceText& source : Sources()) {
    const bool header = fs::path(source.path).extension() == ".h";
    EXPECT_LE(source.lines.size(), header ? kHeaderLinesMax : kSourceLinesMax) << source.path;
  }
}

TEST(TidyTest, LinesAreCleanAndShort) {
  for (const SourceText& source : Sources()) {
    for (size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      EXPECT_LE(line.size(), kLineBytesMax) << source.path << ":" << i + 1;
      EXPECT_FALSE(!line.empty() && (line.back() == ' ' || line.back() == '\r'))
          << source.path << ":" << i + 1 << ": white space at the end";
    }
  }
}

TEST(TidyTest, HeadersAreIncludedOnce) {
  for (const SourceText& source : Sources()) {
    if (fs::path(source.path).extension() == ".h") {
      EXPECT_THAT(source.lines, ::testing::Contains("#pragma once")) << source.path;
    }
  }
}

// Lines of the longest function of a file that clang-format laid out, and where it begins. A
// function's body closes with a brace in the column of the line that began it; here everything at
// namespace scope that opens with ") {" and its like, and members one level deeper.
std::pair<size_t, size_t> LongestFunction(const std::vector<std::string>& lines) {
  std::pair<size_t, size_t> longest{0, 0};
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    const bool opens = line.size() > 1 && line.back() == '{' &&
                       line.find(')') != std::string::npos && line.rfind("namespace", 0) != 0;
    const size_t indent = line.find_first_not_of(' ');
    if (!opens || indent > 2) {
      continue;
    }
    const std::string close = std::string(indent, ' ') + "}";
    size_t end = i + 1;
    while (end < lines.size() && lines[end].rfind(close, 0) != 0) {
      ++end;
    }
    if (end - i + 1 > longest.first) {
      longest = {end - i + 1, i + 1};
    }
  }
  return longest;
}

TEST(TidyTest, FunctionsFitAScreen) {
  for (const SourceText& source : Sources()) {
    auto [length, line] = LongestFunction(source.lines);
    EXPECT_LE(length, kFunctionLinesMax) << source.path << ":" << line;
  }
}

TEST(TidyTest, LongFunctionsAreSeen) {
  std::vector<std::string> lines = {"int F() {"};
  lines.insert(lines.end(), kFunctionLinesMax, "  Step();");
  lines.push_back("}");
  EXPECT_EQ(LongestFunction(lines).first, kFunctionLinesMax + 2);
}

TEST(TidyTest, NamesAreTheFieldsOwn) {
  const std::set<std::string> banned = {"common",   "util", "utils",  "core",    "lib",
                                        "internal", "misc", "helper", "helpers", "manager"};
  for (const SourceText& source : Sources()) {
    std::stringstream parts(fs::path(source.path).replace_extension().generic_string());
    for (std::string part; std::getline(parts, part, '/');) {
      EXPECT_EQ(banned.count(part), 0u) << source.path << ": " << part << " says nothing";
    }
  }
}

TEST(TidyTest, NothingIsLeftForLater) {
  // Written in halves, so that this file does not find itself.
  const std::vector<std::string> marks = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                          std::string("XX") + "X:"};
  for (const SourceText& source : Sources()) {
    for (size_t i = 0; i < source.lines.size(); ++i) {
      for (const std::string& mark : marks) {
        EXPECT_EQ(source.lines[i].find(mark), std::string::npos) << source.path << ":" << i + 1;
      }
    }
  }
}

}  // namespace
}  // namespace cartograph::tidy
