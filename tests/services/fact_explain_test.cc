// ExplainFact, ExplainAbsence and the lists: what the wire adds to the rules.

#include "services/fact_explain.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

using ::testing::HasSubstr;

constexpr char kRules[] = R"dl(
.decl linked(d: Disease)
@[says = "{d} is linked to {p}."]
linked(d) :- disease_parent(d, p, _, _).
.decl far(d: Disease, n: number)
far(d, n) :- linked(d), n = count : { disease(_) }.
)dl";

v1::Fact FactOf(const std::string& predicate, const std::string& disease) {
  v1::Fact fact;
  fact.set_predicate(predicate);
  fact.add_values()->set_symbol(disease);
  return fact;
}

TEST(FactExplainTest, ShowsEveryWayOnRequest) {
  SmallWorld world(3, kRules);
  world.Put(R"(name: "diseases/d000" disease {
                 names { text: "d0" kind: NAME_KIND_PREFERRED }
                 parents { parent: "diseases/d001" hierarchy: "h" }
                 parents { parent: "diseases/d002" hierarchy: "h" } })");
  v1::ExplainFactRequest request;
  *request.mutable_fact() = FactOf("linked", "diseases/d000");
  v1::ExplainFactResponse response;
  grpc::ClientContext one;
  ASSERT_TRUE(world.facts().ExplainFact(&one, request, &response).ok());
  EXPECT_EQ(response.alternatives_size() + response.support_sets_size(), 0);
  EXPECT_FALSE(response.has_prose());
  request.set_alternatives_max(1);
  request.set_support_sets_max(2);
  request.set_prose(true);
  grpc::ClientContext more;
  ASSERT_TRUE(world.facts().ExplainFact(&more, request, &response).ok());
  EXPECT_EQ(response.alternatives_size(), 1);
  ASSERT_EQ(response.support_sets_size(), 2);
  EXPECT_TRUE(response.support_sets_complete());
  EXPECT_EQ(response.support_sets(0).facts(0).values(1).symbol(), "diseases/d001");
  EXPECT_THAT(response.prose().text(), HasSubstr("is linked to"));
  const v1::RuleReference& rule = response.proof().nodes(0).rule();
  EXPECT_EQ(rule.line(), 4u);
  EXPECT_EQ(rule.column(), 1u);
  EXPECT_EQ(rule.end_line(), 4u);
  EXPECT_GT(rule.end_column(), rule.column());
  request.set_support_sets_max(1);
  grpc::ClientContext fewer;
  ASSERT_TRUE(world.facts().ExplainFact(&fewer, request, &response).ok());
  EXPECT_EQ(response.support_sets_size(), 1);
  EXPECT_FALSE(response.support_sets_complete());
}

TEST(FactExplainTest, RefusesTooMany) {
  SmallWorld world(1, kRules);
  v1::ExplainFactRequest request;
  *request.mutable_fact() = FactOf("disease", "diseases/d000");
  request.set_alternatives_max(101);
  v1::ExplainFactResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(world.facts().ExplainFact(&context, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  v1::ExplainAbsenceRequest absence;
  absence.set_predicate("linked");
  absence.set_repairs_max(51);
  v1::ExplainAbsenceResponse unused;
  grpc::ClientContext again;
  EXPECT_EQ(world.facts().ExplainAbsence(&again, absence, &unused).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

// A question about something unheard of is answered, and forgotten.
TEST(FactExplainTest, WhatIsSupposedLeavesNoTrace) {
  SmallWorld world(1, kRules);
  v1::GetStatusResponse before;
  grpc::ClientContext first;
  ASSERT_TRUE(world.admin().GetStatus(&first, {}, &before).ok());
  v1::ExplainAbsenceRequest request;
  request.set_predicate("linked");
  v1::ColumnFilter* filter = request.add_columns();
  filter->set_column("d");
  filter->mutable_value()->set_symbol("diseases/unheard-of");
  v1::ExplainAbsenceResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(world.facts().ExplainAbsence(&context, request, &response).ok());
  ASSERT_EQ(response.failures_size(), 1);
  EXPECT_EQ(response.failures(0).failing(), "disease_parent(\"diseases/unheard-of\", p, _, _)");
  ASSERT_GT(response.repairs_size(), 0);
  EXPECT_EQ(response.repairs(0).add(0).values(0).symbol(), "diseases/unheard-of");
  v1::GetStatusResponse after;
  grpc::ClientContext last;
  ASSERT_TRUE(world.admin().GetStatus(&last, {}, &after).ok());
  EXPECT_EQ(before.symbols(), after.symbols());
}

// A cycle through 100,000 edges: with what a server grants, and with next to nothing.
TEST(FactExplainTest, AProofOverALargeCyclicGraphEndsWithinItsBudget) {
  constexpr char kGraph[] = R"dl(
.decl node(x: number)
node(x) :- x = range(0, 50000).
.decl edge(x: number, y: number)
edge(x, (x + 1) % 50000) :- node(x).
edge(x, (x * 7 + 4) % 50000) :- node(x).
.decl reached(x: number)
reached(0).
reached(y) :- reached(x), edge(x, y).
)dl";
  for (const uint64_t probes : {0, 2000}) {
    test::TestServerOptions options;
    if (probes > 0) options.server.serving.ask.probes_max = probes;
    SmallWorld world(1, kGraph, options);
    v1::ExplainFactRequest request;
    request.mutable_fact()->set_predicate("reached");
    request.mutable_fact()->add_values()->set_number(49999);
    v1::ExplainFactResponse response;
    grpc::ClientContext context;
    const grpc::Status status = world.facts().ExplainFact(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.proof().complete(), probes == 0);
    size_t cuts = 0;
    for (const v1::ProofNode& node : response.proof().nodes()) {
      if (node.kind() != v1::PROOF_NODE_KIND_CUT) continue;
      ++cuts;
      EXPECT_THAT(node.text(), HasSubstr("probes"));
      EXPECT_EQ(node.fact().values(0).kind_case(), v1::Value::kNumber);
    }
    EXPECT_EQ(cuts > 0, probes > 0);
  }
}

TEST(FactExplainTest, DependentsNeedASubject) {
  SmallWorld world(1, kRules);
  v1::ListDependentsResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(world.facts().ListDependents(&context, {}, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  v1::ListDependentsRequest request;
  request.set_entity("diseases/none");
  grpc::ClientContext again;
  EXPECT_EQ(world.facts().ListDependents(&again, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace cartograph::services
