#include "rules/syntax/diagnostic_codes.h"

#include <cstdlib>
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
  EXPECT_EQ(static_cast<size_t>(Code::kDeprecated) + 1, Catalogue().size())
      << "an entry is missing";
}

// docs/diagnostics.md is made from the catalogue; UPDATE_GOLDEN=1 rewrites it.
TEST(CatalogueTest, IsTheDocument) {
  std::string text =
      "# Diagnostics\n\nWhat the compiler says about rule text, by code. A code never changes its "
      "meaning. This page is made\n"
      "from the catalogue in `rules/syntax/diagnostic_codes.cc`; each code stands in a golden file "
      "below\n"
      "`tests/golden/rules`.\n";
  for (const CodeEntry& entry : Catalogue()) {
    absl::StrAppend(
        &text, "\n## ", entry.id, " ", entry.title, "\n\n", entry.explanation, "\n\n    ",
        absl::StrReplaceAll(entry.example,
                            {{"\n", "\n    "}, {"\xC3\"", "\\xC3\""}, {"\x01", "\\x01"}}),
        "\n");
  }
  std::string path = testing::SourceDir() + "/docs/diagnostics.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::stringstream document;
  document << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(document.str(), text) << "UPDATE_GOLDEN=1 rewrites docs/diagnostics.md";
}

}  // namespace
}  // namespace cartograph::rules
