#include "rules/syntax/diagnostic_codes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::rules {
namespace {

TEST(CatalogueTest, IsInOrderOfCodesAndIds) {
  std::set<absl::string_view> ids;
  for (size_t i = 0; i < Catalogue().size(); ++i) {
    const CodeEntry& entry = Catalogue()[i];
    EXPECT_EQ(static_cast<size_t>(entry.code), i) << entry.id;
    EXPECT_TRUE(ids.insert(entry.id).second) << entry.id;
    EXPECT_FALSE(entry.title.empty() || entry.explanation.empty() || entry.example.empty())
        << entry.id;
    if (i > 0) {
      EXPECT_LT(Catalogue()[i - 1].id, entry.id);
    }
  }
  EXPECT_EQ(static_cast<size_t>(Code::kNeverFires) + 1, Catalogue().size())
      << "an entry is missing";
}

std::string Example(const CodeEntry& entry) {
  return absl::StrReplaceAll(entry.example,
                             {{"\n", "\n    "}, {"\xC3\"", "\\xC3\""}, {"\x01", "\\x01"}});
}

// The page of one code, below docs/diagnostics.
std::string Page(const CodeEntry& entry) {
  return absl::StrCat("# ", entry.id, ": ", entry.title, "\n\n", entry.explanation, "\n\n    ",
                      Example(entry), "\n\n",
                      SeverityOf(entry.code) == Severity::kError ? "An error" : "A warning",
                      ". [All diagnostics](../diagnostics.md)\n");
}

// docs/diagnostics.md, which lists the pages.
std::string IndexPage() {
  std::string text =
      "# Diagnostics\n\nWhat the compiler says about rule text, by code. A code never changes its "
      "meaning. This page and\n"
      "those that it names are made from the catalogue in `rules/syntax/diagnostic_codes.cc`, by\n"
      "`UPDATE_GOLDEN=1 build/asan/tests/rules_test --gtest_filter=CatalogueTest.*`; each code "
      "stands in a\n"
      "golden file below `tests/golden/rules`.\n\n| code | |\n|---|---|\n";
  for (const CodeEntry& entry : Catalogue()) {
    absl::StrAppend(&text, "| [", entry.id, "](diagnostics/", entry.id, ".md) | ", entry.title,
                    " |\n");
  }
  return text;
}

// The file at `path` holds `text`; UPDATE_GOLDEN=1 writes it.
void ExpectFile(const std::string& path, const std::string& text) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::stringstream document;
  document << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(document.str(), text) << "UPDATE_GOLDEN=1 rewrites " << path;
}

TEST(CatalogueTest, IsTheDocuments) {
  const std::string docs = testing::SourceDir() + "/docs/diagnostics";
  ExpectFile(docs + ".md", IndexPage());
  for (const CodeEntry& entry : Catalogue()) {
    ExpectFile(absl::StrCat(docs, "/", entry.id, ".md"), Page(entry));
  }
  for (const auto& page : std::filesystem::directory_iterator(docs)) {
    const bool known =
        std::any_of(Catalogue().begin(), Catalogue().end(), [&](const CodeEntry& entry) {
          return page.path().filename() == absl::StrCat(entry.id, ".md");
        });
    EXPECT_TRUE(known) << page.path() << " is the page of no code";
  }
}

}  // namespace
}  // namespace cartograph::rules
