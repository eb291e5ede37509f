// ExportProofs on the wire: order, one revision, refusals, and callers that leave.

#include "services/proof_stream.h"

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

constexpr char kRules[] = R"dl(
.decl pair(a: Disease, b: Disease)
@[product]
pair(a, b) :- disease(a), disease(b).
.decl twice(a: Disease)
twice(a) :- pair(a, a).
)dl";

// All that one export told, and how it ended.
struct Told {
  std::vector<v1::ExportProofsResponse> responses;
  grpc::Status status;
};

Told Export(SmallWorld* world, uint64_t revision) {
  v1::ExportProofsRequest request;
  if (revision != 0) {
    request.mutable_read()->set_at_revision(revision);
  }
  grpc::ClientContext context;
  auto reader = world->facts().ExportProofs(&context, request);
  Told told;
  v1::ExportProofsResponse response;
  while (reader->Read(&response)) {
    told.responses.push_back(response);
  }
  told.status = reader->Finish();
  return told;
}

TEST(ProofStreamTest, TellsTheRulesAndThenFactsBehindWhatTheyRestOn) {
  SmallWorld world(40, kRules);
  const Told told = Export(&world, 0);
  ASSERT_TRUE(told.status.ok()) << told.status.error_message();
  EXPECT_GT(told.responses.size(), 1u);  // 1,600 pairs do not fit one response
  EXPECT_TRUE(told.responses[0].has_base_schema());
  EXPECT_GT(told.responses[0].rules_size(), 0);
  std::set<std::string> known;
  size_t derived = 0;
  for (const v1::ExportProofsResponse& response : told.responses) {
    EXPECT_EQ(response.header().revision(), told.responses[0].header().revision());
    for (const v1::ProvedFact& fact : response.facts()) {
      derived += fact.has_step() ? 1 : 0;
      for (const v1::Fact& premise : fact.step().premises()) {
        EXPECT_TRUE(known.contains(premise.SerializeAsString())) << premise.ShortDebugString();
      }
      EXPECT_TRUE(known.insert(fact.fact().SerializeAsString()).second);
    }
  }
  EXPECT_EQ(derived, 1640u);
}

TEST(ProofStreamTest, KeepsToTheRevisionThatWasAskedFor) {
  SmallWorld world(3, kRules);
  const uint64_t before = Export(&world, 0).responses[0].header().revision();
  world.Put(R"(name: "diseases/more" disease { names { text: "m" kind: NAME_KIND_PREFERRED } })");
  const auto count = [](const Told& told) {
    int facts = 0;
    for (const v1::ExportProofsResponse& response : told.responses) {
      for (const v1::ProvedFact& fact : response.facts()) {
        facts += fact.fact().predicate() == "pair" ? 1 : 0;
      }
    }
    return facts;
  };
  EXPECT_EQ(count(Export(&world, before)), 9);
  EXPECT_EQ(count(Export(&world, 0)), 16);
  EXPECT_EQ(Export(&world, before + 9).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

// p(3) comes from p(2), which it then subsumes.
TEST(ProofStreamTest, RefusesWhatHasNoProof) {
  SmallWorld world(1, R"dl(
.decl p(a: number)
p(1).
p(x + 1) :- p(x), x < 3.
p(x) <= p(y) :- x < y.
)dl");
  EXPECT_EQ(Export(&world, 0).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST(ProofStreamTest, EndsWhenTheCallerGoes) {
  SmallWorld world(300, kRules);  // 90,000 pairs: far more than a stream holds
  grpc::ClientContext context;
  auto reader = world.facts().ExportProofs(&context, v1::ExportProofsRequest());
  v1::ExportProofsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  context.TryCancel();
  while (reader->Read(&response)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // The server has not suffered: it goes down in order when the world does.
  EXPECT_TRUE(Export(&world, 1).status.ok());
}

}  // namespace
}  // namespace cartograph::services
