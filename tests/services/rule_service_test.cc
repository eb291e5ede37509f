#include "services/rule_service.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/rule_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

constexpr char kRules[] = ".decl old(d: Disease)\nold(d) :- disease(d).\n";

v1::RulePack Pack(const std::string& rules, const std::string& version = "1.0.0") {
  v1::RulePack pack;
  pack.set_name("test");
  pack.set_version(version);
  pack.add_files()->set_path("rules/a.dl");
  pack.mutable_files(0)->set_text(rules);
  return pack;
}

class RuleServiceTest : public ::testing::Test {
 protected:
  template <typename Request, typename Response>
  std::string Call(grpc::Status (v1::RuleService::Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    grpc::Status status = (stub_.get()->*method)(&context, request, response);
    return status.ok() ? "OK" : ReasonOf(FromGrpcStatus(status));
  }

  std::string Activate(const v1::RulePack& pack) {
    v1::ActivateRulePackRequest request;
    *request.mutable_pack() = pack;
    return Call(&v1::RuleService::Stub::ActivateRulePack, request, &activated_);
  }

  test::TestServer server_;
  std::unique_ptr<v1::RuleService::Stub> stub_ =
      v1::RuleService::NewStub(server_.InProcessChannel());
  v1::ActivateRulePackResponse activated_;
};

TEST_F(RuleServiceTest, DiagnosticsSayWhereAsPeopleCount) {
  v1::CheckRulesRequest request;
  request.add_files()->set_path("rules/a.dl");
  request.mutable_files(0)->set_text(".decl old(d: Disease)\n/* ü */ old(d) :- diseaze(d).\n");
  v1::CheckRulesResponse response;
  ASSERT_EQ(Call(&v1::RuleService::Stub::CheckRules, request, &response), "OK");
  EXPECT_FALSE(response.ok());
  ASSERT_EQ(response.diagnostics_size(), 1);
  const v1::Diagnostic& diagnostic = response.diagnostics(0);
  EXPECT_EQ(diagnostic.severity(), v1::DIAGNOSTIC_SEVERITY_ERROR);
  EXPECT_EQ(diagnostic.path(), "rules/a.dl");
  EXPECT_EQ(absl::StrCat(diagnostic.line(), ":", diagnostic.column(), "-", diagnostic.end_line(),
                         ":", diagnostic.end_column()),
            "2:19-2:26");
  EXPECT_NE(diagnostic.suggestion().find("disease"), std::string::npos);
  EXPECT_NE(diagnostic.rendered().find("^"), std::string::npos);
  request.mutable_files(0)->set_text(kRules);
  ASSERT_EQ(Call(&v1::RuleService::Stub::CheckRules, request, &response), "OK");
  EXPECT_TRUE(response.ok());
}

TEST_F(RuleServiceTest, FormatLeavesWrongTextAsItWas) {
  v1::FormatRulesRequest request;
  request.add_files()->set_path("a.dl");
  request.mutable_files(0)->set_text("old( d ):-disease(d) .");
  request.add_files()->set_path("b.dl");
  request.mutable_files(1)->set_text("old( d ) :- :-");
  v1::FormatRulesResponse response;
  ASSERT_EQ(Call(&v1::RuleService::Stub::FormatRules, request, &response), "OK");
  EXPECT_EQ(response.files(0).text(), "old(d) :- disease(d).\n");
  EXPECT_EQ(response.files(1).text(), "old( d ) :- :-");
  ASSERT_GT(response.diagnostics_size(), 0);
  EXPECT_EQ(response.diagnostics(0).path(), "b.dl");
}

TEST_F(RuleServiceTest, APackIsActivatedListedAndRead) {
  ASSERT_EQ(Activate(Pack(kRules)), "OK");
  EXPECT_TRUE(activated_.activated());
  EXPECT_EQ(activated_.header().revision(), 1u);
  EXPECT_EQ(activated_.header().rule_pack(), "test@1.0.0");
  ASSERT_EQ(Activate(Pack(kRules, "1.1.0")), "OK");
  v1::GetRulePackRequest get;
  v1::GetRulePackResponse got;
  ASSERT_EQ(Call(&v1::RuleService::Stub::GetRulePack, get, &got), "OK");
  EXPECT_EQ(got.pack().version(), "1.1.0");
  get.set_revision(1);
  ASSERT_EQ(Call(&v1::RuleService::Stub::GetRulePack, get, &got), "OK");
  EXPECT_EQ(got.pack().version(), "1.0.0");
  EXPECT_EQ(got.info().actor(), "local");
  v1::ListRulePacksRequest list;
  list.set_page_size(1);
  v1::ListRulePacksResponse listed;
  ASSERT_EQ(Call(&v1::RuleService::Stub::ListRulePacks, list, &listed), "OK");
  ASSERT_EQ(listed.rule_packs_size(), 1);
  EXPECT_EQ(listed.rule_packs(0).version(), "1.1.0");
  EXPECT_TRUE(listed.rule_packs(0).active());
  list.set_page_token(listed.next_page_token());
  ASSERT_EQ(Call(&v1::RuleService::Stub::ListRulePacks, list, &listed), "OK");
  EXPECT_EQ(listed.rule_packs(0).version(), "1.0.0");
  EXPECT_EQ(listed.next_page_token(), "");
}

TEST_F(RuleServiceTest, AWrongPackChangesNothing) {
  ASSERT_EQ(Activate(Pack("old(d) :- disease(d).\n")), "OK");
  EXPECT_FALSE(activated_.activated());
  EXPECT_GT(activated_.diagnostics_size(), 0);
  EXPECT_EQ(server_.kb().Latest().revision().number(), 0u);
  v1::RulePack unnamed = Pack(kRules);
  unnamed.set_name("Not A Name");
  EXPECT_EQ(Activate(unnamed), "FIELD_VIOLATIONS");
}

TEST_F(RuleServiceTest, TestsOfAPackRun) {
  v1::TestRulesRequest request;
  *request.mutable_pack() = Pack(kRules);
  v1::RuleFile* test = request.mutable_pack()->add_files();
  test->set_path("tests/a.test");
  test->set_text(
      "test \"old\" {\n  given disease(\"diseases/sle\").\n  expect old(\"diseases/x\").\n}\n");
  v1::TestRulesResponse response;
  ASSERT_EQ(Call(&v1::RuleService::Stub::TestRules, request, &response), "OK");
  EXPECT_FALSE(response.ok());
  ASSERT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.results(0).title(), "old");
  EXPECT_FALSE(response.results(0).passed());
  test->set_text(
      "test \"old\" {\n  given disease(\"diseases/sle\").\n  expect old(\"diseases/sle\").\n}\n");
  ASSERT_EQ(Call(&v1::RuleService::Stub::TestRules, request, &response), "OK");
  EXPECT_TRUE(response.ok());
}

TEST_F(RuleServiceTest, BaseSchemaIsRuleText) {
  v1::GetBaseSchemaResponse response;
  ASSERT_EQ(Call(&v1::RuleService::Stub::GetBaseSchema, v1::GetBaseSchemaRequest(), &response),
            "OK");
  EXPECT_NE(response.text().find(".decl disease("), std::string::npos);
}

}  // namespace
}  // namespace cartograph::services
