#include "services/fact_service.h"

#include <set>

#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

// All facts of `predicate` in pages of `page_size`; fails when a fact comes twice.
std::set<std::string> ListAll(SmallWorld* world, const std::string& predicate, uint32_t page_size,
                              int* pages) {
  std::set<std::string> facts;
  v1::ListFactsRequest request;
  request.set_predicate(predicate);
  request.set_page_size(page_size);
  do {
    grpc::ClientContext context;
    v1::ListFactsResponse response;
    const grpc::Status status = world->facts().ListFacts(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(page_size == 0 || response.facts_size() <= static_cast<int>(page_size));
    for (const v1::Fact& fact : response.facts()) {
      EXPECT_TRUE(facts.insert(fact.ShortDebugString()).second) << fact.ShortDebugString();
    }
    request.set_page_token(response.next_page_token());
    ++*pages;
  } while (!request.page_token().empty());
  return facts;
}

TEST(FactServiceTest, PagesNeitherRepeatNorSkip) {
  SmallWorld world(10, "");
  int whole_pages = 0;
  const std::set<std::string> whole = ListAll(&world, "disease", 0, &whole_pages);
  EXPECT_EQ(whole.size(), 10u);
  EXPECT_EQ(whole_pages, 1);
  for (const auto& [page_size, expected_pages] :
       std::vector<std::pair<uint32_t, int>>{{1, 10}, {3, 4}, {5, 2}, {9, 2}, {10, 1}, {11, 1}}) {
    int pages = 0;
    EXPECT_EQ(ListAll(&world, "disease", page_size, &pages), whole) << page_size;
    EXPECT_EQ(pages, expected_pages) << page_size;
  }
}

TEST(FactServiceTest, EndsAPageBeforeItGrowsTooLarge) {
  test::TestServerOptions options;
  options.server.serving.page_bytes_max = 100;
  SmallWorld world(10, "", options);
  int pages = 0;
  EXPECT_EQ(ListAll(&world, "disease", 0, &pages).size(), 10u);
  EXPECT_GT(pages, 1);
}

TEST(FactServiceTest, DescribesPredicates) {
  SmallWorld world(1, R"dl(
.type Rare <: Disease
/// Rare diseases.
.decl rare(disease: Rare, other: Entity, note: symbol, number: number)
rare(as(d, Rare), d, "x", 1) :- disease(d).
)dl");
  grpc::ClientContext context;
  v1::ListPredicatesResponse response;
  ASSERT_TRUE(world.facts().ListPredicates(&context, {}, &response).ok());
  const v1::PredicateInfo& rare = response.predicates(response.predicates_size() - 1);
  EXPECT_EQ(rare.ShortDebugString(),
            "name: \"rare\" "
            "columns { name: \"disease\" type: \"Rare\" collections: \"diseases\" "
            "kind: VALUE_KIND_SYMBOL } "
            "columns { name: \"other\" type: \"Entity\" collections: \"therapies\" "
            "collections: \"targets\" collections: \"diseases\" collections: \"challenges\" "
            "collections: \"evidence\" collections: \"sources\" collections: \"records\" "
            "kind: VALUE_KIND_SYMBOL } "
            "columns { name: \"note\" type: \"symbol\" kind: VALUE_KIND_SYMBOL } "
            "columns { name: \"number\" type: \"number\" kind: VALUE_KIND_NUMBER } "
            "description: \"Rare diseases.\" facts: 1");
}

TEST(FactServiceTest, ChecksAtMostAThousandFacts) {
  SmallWorld world(1, "");
  v1::CheckFactsRequest request;
  for (int i = 0; i < 1000; ++i) {
    v1::Fact* fact = request.add_facts();
    fact->set_predicate("disease");
    fact->add_values()->set_symbol("diseases/d00" + std::to_string(i));
  }
  grpc::ClientContext context;
  v1::CheckFactsResponse response;
  ASSERT_TRUE(world.facts().CheckFacts(&context, request, &response).ok());
  ASSERT_EQ(response.holds_size(), 1000);
  EXPECT_TRUE(response.holds(0));
  EXPECT_FALSE(response.holds(1));
  *request.add_facts() = request.facts(0);
  grpc::ClientContext too_many;
  EXPECT_EQ(world.facts().CheckFacts(&too_many, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(FactServiceTest, RefusesAFilterOfANewerClient) {
  SmallWorld world(1, "");
  v1::ListFactsRequest request;
  request.set_predicate("disease");
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(99, 1);
  grpc::ClientContext context;
  v1::ListFactsResponse response;
  EXPECT_EQ(world.facts().ListFacts(&context, request, &response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace cartograph::services
