#include "services/admin_service.h"

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/version.h"
#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

constexpr char kText[] = "It began. CAR T cells induced remission in lupus. It ended.";

// A source with the text, and evidence that quotes "induced remission" from it.
void PutDocument(SmallWorld* world) {
  const std::string sha256 = base::Sha256Hex(kText);
  world->Put(absl::StrCat("name: \"sources/s\" source { kind: SOURCE_KIND_REVIEW ",
                          "standing: STANDING_CURRENT text_sha256: \"", sha256, "\" }"));
  world->Put(absl::StrCat(
      R"pb(name: "evidence/e"
           evidence { source: "sources/s"
                      proposition {
                        subjects: "diseases/d000"
                        predicate: CLAIM_PREDICATE_IS_A
                        objects: "diseases/d000"
                      }
                      direction: DIRECTION_SUPPORTS
                      modality: CLAIM_MODALITY_ASSERTED
                      coordination: COORDINATION_SINGLE
                      statement: "Remission."
                      review { status: REVIEW_STATUS_ACCEPTED submitter: "a" accepter: "b" })pb",
      " quotes { text: \"induced remission\" document: \"sources/s\" ", "locator { sha256: \"",
      sha256, "\" char_offset: 22 char_length: 17 } } }"));
}

v1::VerifySourceTextResponse Verify(SmallWorld* world, bool attach) {
  v1::VerifySourceTextRequest request;
  request.set_text(kText);
  request.set_attach(attach);
  grpc::ClientContext context;
  v1::VerifySourceTextResponse response;
  const grpc::Status status = world->admin().VerifySourceText(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// The sentence of the quote under the direction of the evidence.
std::string ExplainedSentence(SmallWorld* world) {
  v1::ExplainFactRequest request;
  request.mutable_fact()->set_predicate("direction");
  request.mutable_fact()->add_values()->set_symbol("evidence/e");
  request.mutable_fact()->add_values()->set_symbol("supports");
  grpc::ClientContext context;
  v1::ExplainFactResponse response;
  const grpc::Status status = world->facts().ExplainFact(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  if (response.proof().nodes_size() != 1) return response.DebugString();
  return response.proof().nodes(0).evidence(0).quotes(0).sentence();
}

TEST(AdminServiceTest, VerifiesWithoutKeepingUnlessAsked) {
  SmallWorld world(1, "");
  PutDocument(&world);
  v1::VerifySourceTextResponse verified = Verify(&world, false);
  EXPECT_EQ(verified.source(), "sources/s");
  ASSERT_EQ(verified.checks_size(), 1);
  EXPECT_TRUE(verified.checks(0).ok()) << verified.DebugString();
  EXPECT_FALSE(verified.attached());
  EXPECT_EQ(ExplainedSentence(&world), "");
  EXPECT_TRUE(Verify(&world, true).attached());
  EXPECT_EQ(ExplainedSentence(&world), "CAR T cells induced remission in lupus.");
}

TEST(AdminServiceTest, CountsWhatTheServerHolds) {
  SmallWorld world(3, ".decl listed(d: Disease)\nlisted(d) :- disease(d).\n");
  grpc::ClientContext context;
  v1::GetStatusResponse status;
  ASSERT_TRUE(world.admin().GetStatus(&context, {}, &status).ok());
  EXPECT_EQ(status.server_version(), base::Version());
  EXPECT_EQ(status.entities().at("diseases"), 3u);
  EXPECT_EQ(status.base_facts(), 6u);  // disease and name
  EXPECT_EQ(status.derived_facts(), 3u);
  EXPECT_EQ(status.header().rule_pack(), "small@1.0.0");
  EXPECT_EQ(status.header().revision(), 2u);
  EXPECT_GT(status.model_bytes(), 0u);
  EXPECT_GT(status.symbols(), 0u);
  EXPECT_GT(status.start_time().seconds(), 0);
}

}  // namespace
}  // namespace cartograph::services
