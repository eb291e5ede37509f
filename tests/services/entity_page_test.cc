#include "services/entity_page.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

v1::Mutation PutDisease(const std::string& id, const std::string& description) {
  v1::Mutation mutation;
  mutation.mutable_put()->set_name("diseases/" + id);
  v1::Disease* disease = mutation.mutable_put()->mutable_disease();
  disease->add_names()->set_text("disease " + id);
  disease->mutable_names(0)->set_kind(v1::NAME_KIND_PREFERRED);
  disease->set_description(description);
  return mutation;
}

class EntityPageTest : public ::testing::Test {
 protected:
  explicit EntityPageTest(test::TestServerOptions options = {}) : server_(std::move(options)) {
    for (const char* id : {"a", "b", "c", "d", "e"}) {
      Commit(PutDisease(id, id[0] % 2 == 0 ? "even" : "odd"));
    }
  }

  void Commit(const v1::Mutation& mutation) {
    ASSERT_TRUE(server_.kb().Commit({mutation}, {}, {.actor = "test"}).ok());
  }

  // The ids of a page: "a b", with "…" when there is a next one, or the reason of the error.
  std::string Page(const v1::ListEntitiesRequest& request) {
    grpc::ClientContext context;
    grpc::Status status = stub_->ListEntities(&context, request, &page_);
    if (!status.ok()) {
      return ReasonOf(FromGrpcStatus(status));
    }
    std::string ids;
    for (const v1::Entity& entity : page_.entities()) {
      absl::StrAppend(&ids, entity.name().substr(9), " ");
    }
    return ids + (page_.next_page_token().empty() ? "." : "…");
  }

  // All pages, one after the other.
  std::string Pages(v1::ListEntitiesRequest request) {
    std::string pages;
    do {
      pages += Page(request);
      request.set_page_token(page_.next_page_token());
    } while (!page_.next_page_token().empty() && pages.size() < 1000);
    return pages;
  }

  test::TestServer server_;
  std::unique_ptr<v1::EntityService::Stub> stub_ =
      v1::EntityService::NewStub(server_.InProcessChannel());
  v1::ListEntitiesResponse page_;
};

TEST_F(EntityPageTest, PagesInOrderOfName) {
  v1::ListEntitiesRequest request;
  request.set_collection("diseases");
  EXPECT_EQ(Pages(request), "a b c d e .");
  request.set_page_size(2);
  EXPECT_EQ(Pages(request), "a b …c d …e .");
  request.set_page_size(5);
  EXPECT_EQ(Pages(request), "a b c d e .");
  request.set_collection("");
  EXPECT_EQ(Pages(request), "a b c d e .");
  request.set_collection("targets");
  EXPECT_EQ(Pages(request), ".");
}

TEST_F(EntityPageTest, Filters) {
  v1::ListEntitiesRequest request;
  request.set_filter("disease.description = \"even\"");
  EXPECT_EQ(Pages(request), "b d .");
  request.set_page_size(1);
  EXPECT_EQ(Pages(request),
            "b …d …"
            ".");
}

TEST_F(EntityPageTest, DeletedOnesAreShownWhenAskedFor) {
  v1::Mutation mutation;
  mutation.set_delete_("diseases/b");
  Commit(mutation);
  v1::ListEntitiesRequest request;
  EXPECT_EQ(Pages(request), "a c d e .");
  request.set_show_deleted(true);
  EXPECT_EQ(Pages(request), "a b c d e .");
}

TEST_F(EntityPageTest, LaterPagesReadTheRevisionOfTheFirst) {
  v1::ListEntitiesRequest request;
  request.set_page_size(2);
  ASSERT_EQ(Page(request), "a b …");
  uint64_t revision = page_.header().revision();
  request.set_page_token(page_.next_page_token());
  v1::Mutation mutation;
  mutation.set_delete_("diseases/c");
  Commit(mutation);
  Commit(PutDisease("bb", "new"));
  EXPECT_EQ(Pages(request), "c d …e .");
  EXPECT_EQ(page_.header().revision(), revision);
}

TEST_F(EntityPageTest, RefusesWrongRequests) {
  v1::ListEntitiesRequest request;
  request.set_collection("disease");
  EXPECT_EQ(Page(request), "FIELD_VIOLATIONS");
  request.set_collection("diseases");
  request.set_page_size(1001);
  EXPECT_EQ(Page(request), "FIELD_VIOLATIONS");
  request.set_page_size(1);
  request.set_filter("disease.description = ");
  EXPECT_EQ(Page(request), "FILTER_INVALID");
  request.set_filter("");
  ASSERT_EQ(Page(request), "a …");
  request.set_page_token(page_.next_page_token());
  request.set_collection("");
  EXPECT_EQ(Page(request), "PAGE_TOKEN_INVALID");
}

test::TestServerOptions SmallLimits() {
  test::TestServerOptions options;
  options.server.serving.entities_scanned_max = 2;
  options.server.serving.page_bytes_max = 1;
  return options;
}

class SmallEntityPageTest : public EntityPageTest {
 protected:
  SmallEntityPageTest() : EntityPageTest(SmallLimits()) {}
};

TEST_F(SmallEntityPageTest, PagesEndEarlyAndLoseNothing) {
  // One byte a page: one entity each, however large.
  EXPECT_EQ(Pages(v1::ListEntitiesRequest()), "a …b …c …d …e .");
  // Two entities looked at: pages may even be empty.
  v1::ListEntitiesRequest request;
  request.set_filter("name = \"diseases/e\"");
  EXPECT_EQ(Pages(request), "……e .");
}

}  // namespace
}  // namespace cartograph::services
