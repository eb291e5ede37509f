#include "kb/proof_ids.h"

#include <set>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

v1::Proof Proved(const std::string& text) {
  v1::Proof proof;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &proof)) << text;
  SetNodeIds(&proof);
  return proof;
}

constexpr char kBase[] = R"(
  nodes {
    kind: PROOF_NODE_KIND_BASE
    fact { predicate: "a" values { symbol: "x" } }
  })";

std::string Derived(const std::string& rule, const std::string& more = "") {
  return R"(nodes { kind: PROOF_NODE_KIND_DERIVED fact { predicate: "b" values { number: 1 } }
              premises: 1 rule { id: ")" +
         rule + "\" } " + more + "}" + kBase;
}

TEST(ProofIds, HashWhatANodeSays) {
  const v1::Proof proof = Proved(Derived("r"));
  EXPECT_EQ(proof.nodes(0).id().size(), 32u);
  EXPECT_NE(proof.nodes(0).id(), proof.nodes(1).id());
  // Where the rule stands and how many steps there are say nothing new.
  EXPECT_EQ(Proved(Derived("r", "steps: 3")).nodes(0).id(), proof.nodes(0).id());
  EXPECT_EQ(Proved(kBase).nodes(0).id(), proof.nodes(1).id());
  EXPECT_NE(Proved(Derived("s")).nodes(0).id(), proof.nodes(0).id());
  // An id rests on the ids of the premises.
  v1::Proof other = proof;
  other.mutable_nodes(1)->mutable_fact()->mutable_values(0)->set_symbol("y");
  SetNodeIds(&other);
  EXPECT_NE(other.nodes(0).id(), proof.nodes(0).id());
}

// Values of other kinds, and texts that run into each other, are told apart.
TEST(ProofIds, AreNotAmbiguous) {
  std::set<std::string> ids;
  const std::vector<std::string> values = {
      R"(values { symbol: "1" })",        R"(values { number: 1 })",
      R"(values { unsigned_number: 1 })", R"(values { float_number: 1 })",
      R"(values { record: "1" })",        R"(values {})",
      R"(values { symbol: "1\ns1:1" })",  R"(values { symbol: "1" } values { symbol: "1" })",
  };
  for (const std::string& value : values) {
    ids.insert(Proved("nodes { kind: PROOF_NODE_KIND_BASE fact { predicate: \"a\" " + value + "} }")
                   .nodes(0)
                   .id());
  }
  EXPECT_EQ(ids.size(), values.size());
}

TEST(RuleIds, DoNotDependOnWhiteSpace) {
  EXPECT_EQ(RuleId("a(x) :- b(x)."), RuleId("a(x)  :-\n    b(x)."));
  EXPECT_NE(RuleId("a(x) :- b(x)."), RuleId("a(x) :- c(x)."));
}

}  // namespace
}  // namespace cartograph::kb
