#include "services/proof_convert.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

// Node by node: kind, what it says, premises.
std::string Dump(const v1::Proof& proof) {
  std::string dump;
  for (const v1::ProofNode& node : proof.nodes()) {
    absl::StrAppend(&dump, v1::ProofNodeKind_Name(node.kind()).substr(16));
    if (node.has_fact()) absl::StrAppend(&dump, " ", node.fact().predicate(), "(");
    for (int i = 0; i < node.fact().values_size(); ++i) {
      const bool fixed = node.fixed_columns_size() == 0 || node.fixed_columns(i);
      absl::StrAppend(&dump, i == 0 ? "" : ", ",
                      fixed ? node.fact().values(i).ShortDebugString() : "_");
    }
    if (node.has_fact()) absl::StrAppend(&dump, ")");
    if (!node.text().empty()) absl::StrAppend(&dump, " ", node.text());
    if (node.has_rule()) {
      absl::StrAppend(&dump, " by ", node.rule().file(), ":", node.rule().line(), " ",
                      node.rule().text());
    }
    for (const v1::Binding& binding : node.bindings()) {
      absl::StrAppend(&dump, " ", binding.variable(), "=", binding.value());
    }
    if (!node.entity().empty()) absl::StrAppend(&dump, " of ", node.entity());
    for (uint32_t premise : node.premises()) absl::StrAppend(&dump, " [", premise, "]");
    dump += "\n";
  }
  return dump;
}

TEST(ProofConvertTest, ShowsEveryKindOfStep) {
  SmallWorld world(2, R"dl(
.decl sick(d: Disease)
sick("diseases/d001").
.decl lonely(d: Disease, n: number)
lonely(d, n) :- disease(d), !sick(d), n = count : { disease(_) }, n > 1.
.decl named(d: Disease)
named(d) :- disease(d), !xref(d, _, "exact").
)dl");
  v1::ExplainFactRequest request;
  request.mutable_fact()->set_predicate("lonely");
  request.mutable_fact()->add_values()->set_symbol("diseases/d000");
  request.mutable_fact()->add_values()->set_number(2);
  grpc::ClientContext context;
  v1::ExplainFactResponse response;
  ASSERT_TRUE(world.facts().ExplainFact(&context, request, &response).ok());
  EXPECT_TRUE(response.proof().complete());
  EXPECT_EQ(Dump(response.proof()),
            "DERIVED lonely(symbol: \"diseases/d000\", number: 2) by small.dl:5 lonely(d, n) :- "
            "disease(d), "
            "!sick(d), n = count : { disease(_) }, n > 1. d=\"diseases/d000\" n=2 [3] [1] [2] [5]\n"
            "ABSENCE sick(symbol: \"diseases/d000\")\n"
            "AGGREGATE 2 = count : { disease(_) } [3] [4]\n"
            "BASE disease(symbol: \"diseases/d000\") of diseases/d000\n"
            "BASE disease(symbol: \"diseases/d001\") of diseases/d001\n"
            "CONSTRAINT 2 > 1\n");

  request.mutable_fact()->set_predicate("named");
  request.mutable_fact()->mutable_values()->RemoveLast();
  grpc::ClientContext again;
  ASSERT_TRUE(world.facts().ExplainFact(&again, request, &response).ok());
  EXPECT_EQ(Dump(response.proof()),
            "DERIVED named(symbol: \"diseases/d000\") by small.dl:7 named(d) :- disease(d), "
            "!xref(d, _, \"exact\"). d=\"diseases/d000\" [1] [2]\n"
            "BASE disease(symbol: \"diseases/d000\") of diseases/d000\n"
            "ABSENCE xref(symbol: \"diseases/d000\", _, symbol: \"exact\")\n");

  request.mutable_fact()->set_predicate("sick");
  request.mutable_fact()->mutable_values(0)->set_symbol("diseases/d001");
  grpc::ClientContext given;
  ASSERT_TRUE(world.facts().ExplainFact(&given, request, &response).ok());
  EXPECT_EQ(Dump(response.proof()), "BASE sick(symbol: \"diseases/d001\")\n");
}

}  // namespace
}  // namespace cartograph::services
