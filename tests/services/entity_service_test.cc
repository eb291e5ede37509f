// EntityService over the wire: what its handlers add to kb::KnowledgeBase.

#include "services/entity_service.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

v1::Entity Disease(const std::string& id, const std::string& text = "some disease") {
  v1::Entity entity;
  entity.set_name("diseases/" + id);
  v1::Name* name = entity.mutable_disease()->add_names();
  name->set_text(text);
  name->set_kind(v1::NAME_KIND_PREFERRED);
  return entity;
}

// Code, reason and the fields that are wrong: "INVALID_ARGUMENT FIELD_VIOLATIONS entity.name".
std::string Dump(const grpc::Status& status) {
  if (status.ok()) {
    return "OK";
  }
  absl::Status error = FromGrpcStatus(status);
  std::string text = absl::StrCat(absl::StatusCodeToString(error.code()), " ", ReasonOf(error));
  auto payload = error.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  google::rpc::BadRequest detail;
  if (payload.has_value() && detail.ParseFromString(std::string(*payload))) {
    for (const auto& violation : detail.field_violations()) {
      absl::StrAppend(&text, " ", violation.field());
    }
  }
  return text;
}

class EntityServiceTest : public ::testing::Test {
 protected:
  // Calls `method`; its answer is in `response`.
  template <typename Request, typename Response>
  std::string Call(grpc::Status (v1::EntityService::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                   const Request& request, Response* response) {
    grpc::ClientContext context;
    return Dump((stub_.get()->*method)(&context, request, response));
  }

  std::string Get(const std::string& name) {
    v1::GetEntityRequest request;
    request.set_name(name);
    return Call(&v1::EntityService::Stub::GetEntity, request, &got_);
  }
  std::string Create(const v1::Entity& entity) {
    v1::CreateEntityRequest request;
    *request.mutable_entity() = entity;
    v1::CreateEntityResponse response;
    return Call(&v1::EntityService::Stub::CreateEntity, request, &response);
  }
  std::string Update(const v1::Entity& entity, const std::vector<std::string>& paths,
                     bool allow_missing = false) {
    v1::UpdateEntityRequest request;
    *request.mutable_entity() = entity;
    request.mutable_update_mask()->mutable_paths()->Assign(paths.begin(), paths.end());
    request.set_allow_missing(allow_missing);
    return Call(&v1::EntityService::Stub::UpdateEntity, request, &updated_);
  }
  std::string Delete(const std::string& name, const std::string& etag = "") {
    v1::DeleteEntityRequest request;
    request.set_name(name);
    request.set_etag(etag);
    v1::DeleteEntityResponse response;
    return Call(&v1::EntityService::Stub::DeleteEntity, request, &response);
  }

  test::TestServer server_;
  std::unique_ptr<v1::EntityService::Stub> stub_ =
      v1::EntityService::NewStub(server_.InProcessChannel());
  v1::GetEntityResponse got_;
  v1::UpdateEntityResponse updated_;
};

TEST_F(EntityServiceTest, GetReturnsWhatWasStored) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  ASSERT_EQ(Get("diseases/sle"), "OK");
  EXPECT_EQ(got_.entity().disease().names(0).text(), "some disease");
  EXPECT_EQ(got_.entity().revision(), 1u);
  EXPECT_FALSE(got_.entity().etag().empty());
  EXPECT_EQ(got_.header().revision(), 1u);
  EXPECT_EQ(Get("diseases/none"), "NOT_FOUND ENTITY_NOT_FOUND");
  EXPECT_EQ(Get("disease/sle"), "INVALID_ARGUMENT FIELD_VIOLATIONS name");
  EXPECT_EQ(Get(""), "INVALID_ARGUMENT FIELD_VIOLATIONS name");
}

TEST_F(EntityServiceTest, DeletedEntitiesAreShownWhenAskedFor) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  ASSERT_EQ(Delete("diseases/sle"), "OK");
  EXPECT_EQ(Get("diseases/sle"), "NOT_FOUND ENTITY_DELETED");
  v1::GetEntityRequest request;
  request.set_name("diseases/sle");
  request.set_show_deleted(true);
  ASSERT_EQ(Call(&v1::EntityService::Stub::GetEntity, request, &got_), "OK");
  EXPECT_TRUE(got_.entity().has_delete_time());
  v1::UndeleteEntityRequest undelete;
  undelete.set_name("diseases/sle");
  v1::UndeleteEntityResponse undeleted;
  ASSERT_EQ(Call(&v1::EntityService::Stub::UndeleteEntity, undelete, &undeleted), "OK");
  EXPECT_EQ(undeleted.header().revision(), 3u);
  EXPECT_EQ(Get("diseases/sle"), "OK");
}

TEST_F(EntityServiceTest, DeleteWithAnEtagOfAnotherVersionIsAborted) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  EXPECT_EQ(Delete("diseases/sle", "stale"), "ABORTED ETAG_MISMATCH");
  ASSERT_EQ(Get("diseases/sle"), "OK");
  EXPECT_EQ(Delete("diseases/sle", got_.entity().etag()), "OK");
}

TEST_F(EntityServiceTest, ReadsAtARevision) {
  ASSERT_EQ(Create(Disease("sle", "first")), "OK");
  ASSERT_EQ(Update(Disease("sle", "second"), {}), "OK");
  v1::GetEntityRequest request;
  request.set_name("diseases/sle");
  request.mutable_read()->set_at_revision(1);
  ASSERT_EQ(Call(&v1::EntityService::Stub::GetEntity, request, &got_), "OK");
  EXPECT_EQ(got_.entity().disease().names(0).text(), "first");
  EXPECT_EQ(got_.header().revision(), 1u);
  request.mutable_read()->set_at_least_revision(3);
  EXPECT_EQ(Call(&v1::EntityService::Stub::GetEntity, request, &got_),
            "FAILED_PRECONDITION REVISION_NOT_REACHED");
}

TEST_F(EntityServiceTest, BatchGetIsAllOrNone) {
  ASSERT_EQ(Create(Disease("b")), "OK");
  ASSERT_EQ(Create(Disease("a")), "OK");
  v1::BatchGetEntitiesRequest request;
  request.add_names("diseases/b");
  request.add_names("diseases/a");
  v1::BatchGetEntitiesResponse response;
  ASSERT_EQ(Call(&v1::EntityService::Stub::BatchGetEntities, request, &response), "OK");
  ASSERT_EQ(response.entities_size(), 2);
  EXPECT_EQ(response.entities(0).name(), "diseases/b");
  request.add_names("diseases/c");
  EXPECT_EQ(Call(&v1::EntityService::Stub::BatchGetEntities, request, &response),
            "NOT_FOUND ENTITY_NOT_FOUND");
  request.set_names(2, "x");
  EXPECT_EQ(Call(&v1::EntityService::Stub::BatchGetEntities, request, &response),
            "INVALID_ARGUMENT FIELD_VIOLATIONS names[2]");
  EXPECT_EQ(
      Call(&v1::EntityService::Stub::BatchGetEntities, v1::BatchGetEntitiesRequest(), &response),
      "INVALID_ARGUMENT FIELD_VIOLATIONS names");
}

TEST_F(EntityServiceTest, MaskedUpdatesTouchWhatTheyName) {
  v1::Entity stored = Disease("sle", "name");
  stored.mutable_disease()->set_description("before");
  ASSERT_EQ(Create(stored), "OK");
  v1::Entity change = Disease("sle", "ignored");
  change.mutable_disease()->set_description("after");
  ASSERT_EQ(Update(change, {"disease.description"}), "OK");
  EXPECT_EQ(updated_.entity().disease().description(), "after");
  EXPECT_EQ(updated_.entity().disease().names(0).text(), "name");
  // A field that the mask names and the request leaves unset is cleared.
  change.mutable_disease()->clear_description();
  ASSERT_EQ(Update(change, {"disease.description"}), "OK");
  EXPECT_EQ(updated_.entity().disease().description(), "");
  // Repeated fields are replaced, not added to.
  ASSERT_EQ(Update(change, {"disease.names"}), "OK");
  ASSERT_EQ(updated_.entity().disease().names_size(), 1);
  EXPECT_EQ(updated_.entity().disease().names(0).text(), "ignored");
}

TEST_F(EntityServiceTest, MasksAreChecked) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  for (const char* path : {"", "no_such_field", "name", "etag", "create_actor", "disease.nope",
                           "disease.names.text", "disease.", "evidence..source"}) {
    EXPECT_EQ(Update(Disease("sle"), {path}),
              "INVALID_ARGUMENT FIELD_VIOLATIONS update_mask.paths[0]")
        << path;
  }
  EXPECT_EQ(Update(Disease("sle"), {"*"}), "OK");
  // Another kind of body does not fit the name.
  v1::Entity challenge = Disease("sle");
  challenge.mutable_challenge()->set_kind(v1::CHALLENGE_KIND_COST);
  EXPECT_EQ(Update(challenge, {"challenge.kind"}).substr(0, 16), "INVALID_ARGUMENT");
}

TEST_F(EntityServiceTest, UpdatesHonourEtags) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  ASSERT_EQ(Get("diseases/sle"), "OK");
  std::string first = got_.entity().etag();
  v1::Entity change = Disease("sle", "other");
  for (const std::vector<std::string>& mask :
       {std::vector<std::string>{}, std::vector<std::string>{"disease.names"}}) {
    change.set_etag("stale");
    EXPECT_EQ(Update(change, mask), "ABORTED ETAG_MISMATCH");
  }
  change.set_etag(first);
  EXPECT_EQ(Update(change, {"disease.names"}), "OK");
  EXPECT_NE(updated_.entity().etag(), first);
  EXPECT_EQ(Update(Disease("sle", "third"), {}, false), "OK");
  change.set_etag(first);
  EXPECT_EQ(Update(change, {"disease.names"}), "ABORTED ETAG_MISMATCH");
}

TEST_F(EntityServiceTest, AllowMissingCreates) {
  EXPECT_EQ(Update(Disease("sle"), {}), "NOT_FOUND ENTITY_NOT_FOUND");
  EXPECT_EQ(Update(Disease("sle"), {"disease.names"}), "NOT_FOUND ENTITY_NOT_FOUND");
  EXPECT_EQ(Update(Disease("sle"), {"disease.description"}, true), "OK");
  EXPECT_EQ(updated_.entity().disease().names_size(), 1) << "created whole";
}

TEST_F(EntityServiceTest, ConcurrentMaskedUpdatesAllWin) {
  ASSERT_EQ(Create(Disease("sle")), "OK");
  std::vector<std::thread> threads;
  std::vector<std::string> results(2);
  for (size_t i = 0; i < results.size(); ++i) {
    threads.emplace_back([this, i, &results] {
      auto stub = v1::EntityService::NewStub(server_.InProcessChannel());
      for (int n = 0; n < 20 && (n == 0 || results[i] == "OK"); ++n) {
        v1::UpdateEntityRequest request;
        *request.mutable_entity() = Disease("sle", absl::StrCat("name ", n));
        request.mutable_entity()->mutable_disease()->set_description(absl::StrCat("text ", n));
        request.mutable_update_mask()->add_paths(i == 0 ? "disease.names" : "disease.description");
        grpc::ClientContext context;
        v1::UpdateEntityResponse response;
        results[i] = Dump(stub->UpdateEntity(&context, request, &response));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(results, std::vector<std::string>({"OK", "OK"}));
  ASSERT_EQ(Get("diseases/sle"), "OK");
  EXPECT_EQ(got_.entity().disease().names(0).text(), "name 19");
  EXPECT_EQ(got_.entity().disease().description(), "text 19");
}

TEST_F(EntityServiceTest, ViolationsNameFieldsOfTheRequest) {
  v1::Entity wrong = Disease("sle");
  wrong.mutable_disease()->mutable_names(0)->clear_text();
  EXPECT_EQ(Create(wrong), "INVALID_ARGUMENT FIELD_VIOLATIONS entity.disease.names[0].text");
  v1::CommitEntitiesRequest commit;
  *commit.add_mutations()->mutable_create() = wrong;
  v1::CommitEntitiesResponse response;
  EXPECT_EQ(Call(&v1::EntityService::Stub::CommitEntities, commit, &response),
            "INVALID_ARGUMENT FIELD_VIOLATIONS mutations[0].create.disease.names[0].text");
  commit.add_mutations()->set_delete_("nonsense");
  EXPECT_EQ(Call(&v1::EntityService::Stub::CommitEntities, commit, &response),
            "INVALID_ARGUMENT FIELD_VIOLATIONS mutations[0].create.disease.names[0].text "
            "mutations[1].delete");
  EXPECT_EQ(Get("diseases/sle"), "NOT_FOUND ENTITY_NOT_FOUND") << "nothing has changed";
}

TEST_F(EntityServiceTest, WritesRefuseUnknownFieldsAndControlCharacters) {
  v1::CreateEntityRequest request;
  *request.mutable_entity() = Disease("sle");
  request.mutable_write()->set_reason(std::string("a\0b", 3));
  v1::CreateEntityResponse response;
  EXPECT_EQ(Call(&v1::EntityService::Stub::CreateEntity, request, &response),
            "INVALID_ARGUMENT FIELD_VIOLATIONS write.reason");
  request.mutable_write()->set_reason("");
  v1::Disease* disease = request.mutable_entity()->mutable_disease();
  disease->GetReflection()->MutableUnknownFields(disease)->AddVarint(999, 1);
  EXPECT_EQ(Call(&v1::EntityService::Stub::CreateEntity, request, &response),
            "INVALID_ARGUMENT UNKNOWN_FIELD entity.disease");
  request.mutable_write()->set_request_id(std::string(65, 'x'));
  disease->GetReflection()->MutableUnknownFields(disease)->Clear();
  EXPECT_EQ(Call(&v1::EntityService::Stub::CreateEntity, request, &response),
            "INVALID_ARGUMENT FIELD_VIOLATIONS write.request_id");
}

TEST_F(EntityServiceTest, RevisionsPageNewestFirst) {
  ASSERT_EQ(Create(Disease("sle", "text 1")), "OK");
  for (int i = 2; i <= 40; ++i) {
    ASSERT_EQ(Update(Disease("sle", absl::StrCat("text ", i)), {}), "OK");
  }
  v1::ListEntityRevisionsRequest request;
  request.set_name("diseases/sle");
  request.set_page_size(18);
  std::string pages;
  do {
    v1::ListEntityRevisionsResponse response;
    ASSERT_EQ(Call(&v1::EntityService::Stub::ListEntityRevisions, request, &response), "OK");
    absl::StrAppend(&pages, response.entities(0).revision(), "-",
                    response.entities(response.entities_size() - 1).revision(), " ");
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, "40-23 22-5 4-1 ");
  v1::ListEntityRevisionsResponse response;
  request.set_name("diseases/none");
  EXPECT_EQ(Call(&v1::EntityService::Stub::ListEntityRevisions, request, &response),
            "NOT_FOUND ENTITY_NOT_FOUND");
}

}  // namespace
}  // namespace cartograph::services
