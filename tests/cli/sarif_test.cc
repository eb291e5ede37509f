#include "clients/cli/sarif.h"

#include <nlohmann/json.hpp>

#include "gtest/gtest.h"
#include "rules/compile.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::json;

Json SarifOf(const std::string& text) {
  const rules::CompileResult result =
      rules::Compile({{"rules/a.dl", text}}, std::make_shared<rules::Interning>());
  return Json::parse(SarifLog(result.diagnostics, result.sources));
}

TEST(SarifLog, HasOneRunAlsoWithoutResults) {
  const Json log = SarifOf(".decl a(x: number)\na(1).\n");
  EXPECT_EQ(log["version"], "2.1.0");
  ASSERT_EQ(log["runs"].size(), 1u);
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["name"], "cartograph");
  EXPECT_EQ(log["runs"][0]["columnKind"], "unicodeCodePoints");
  EXPECT_TRUE(log["runs"][0]["results"].is_array());
  EXPECT_TRUE(log["runs"][0]["results"].empty());
}

TEST(SarifLog, ResultsHaveCodePlaceAndNotes) {
  const Json log = SarifOf(
      ".decl a(x: symbol)\n.decl b(x: symbol)\na(\"\xC3\xA4\") :- b(\"\xC3\xA4\", 1).\na(x) :- "
      "b(y), aa(x).\n");
  const Json& run = log["runs"][0];
  ASSERT_EQ(run["results"].size(), 3u);
  const Json& arity = run["results"][0];
  EXPECT_EQ(arity["ruleId"], "E205");
  EXPECT_EQ(arity["level"], "error");
  const Json& place = arity["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "rules/a.dl");
  EXPECT_EQ(place["region"],
            Json({{"startLine", 3}, {"startColumn", 11}, {"endLine", 3}, {"endColumn", 20}}));
  EXPECT_EQ(arity["relatedLocations"][0]["message"]["text"], "it is declared here");
  EXPECT_EQ(run["results"][1]["level"], "warning");
  EXPECT_EQ(run["results"][2]["message"]["text"], "there is no relation 'aa'; did you mean a?");
}

TEST(SarifLog, DescribesEveryCodeOnce) {
  const Json run = SarifOf(".decl a(x: T)\n.decl b(x: T)\n.decl c(x: U)\n")["runs"][0];
  ASSERT_EQ(run["tool"]["driver"]["rules"].size(), 1u);
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["id"], "E202");
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"], "error");
  for (const Json& result : run["results"]) EXPECT_EQ(result["ruleIndex"], 0);
}

}  // namespace
}  // namespace cartograph::clients
