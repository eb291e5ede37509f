#include "tests/services/small_world.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace cartograph::services {
namespace {

void ExpectOk(const grpc::Status& status) { EXPECT_TRUE(status.ok()) << status.error_message(); }

}  // namespace

SmallWorld::SmallWorld(int count, const std::string& rules, test::TestServerOptions options)
    : server_(std::move(options)) {
  const std::shared_ptr<grpc::Channel> channel = server_.InProcessChannel();
  entities_ = v1::EntityService::NewStub(channel);
  facts_ = v1::FactService::NewStub(channel);
  questions_ = v1::QuestionService::NewStub(channel);
  rules_ = v1::RuleService::NewStub(channel);
  admin_ = v1::AdminService::NewStub(channel);
  v1::CommitEntitiesRequest request;
  for (int i = 0; i < count; ++i) {
    v1::Entity* disease = request.add_mutations()->mutable_put();
    disease->set_name(absl::StrFormat("diseases/d%03d", i));
    v1::Name* name = disease->mutable_disease()->add_names();
    name->set_text("a disease");
    name->set_kind(v1::NAME_KIND_PREFERRED);
  }
  grpc::ClientContext context;
  v1::CommitEntitiesResponse response;
  ExpectOk(entities_->CommitEntities(&context, request, &response));
  if (!rules.empty()) Activate(rules);
}

void SmallWorld::Activate(const std::string& rules) {
  v1::ActivateRulePackRequest request;
  request.mutable_pack()->set_name("small");
  request.mutable_pack()->set_version("1.0.0");
  v1::RuleFile* file = request.mutable_pack()->add_files();
  file->set_path("small.dl");
  file->set_text(rules);
  grpc::ClientContext context;
  v1::ActivateRulePackResponse response;
  ExpectOk(rules_->ActivateRulePack(&context, request, &response));
  EXPECT_TRUE(response.activated()) << response.DebugString();
}

void SmallWorld::Put(const std::string& textproto) {
  v1::UpdateEntityRequest request;
  request.set_allow_missing(true);
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(textproto, request.mutable_entity()))
      << textproto;
  grpc::ClientContext context;
  v1::UpdateEntityResponse response;
  ExpectOk(entities_->UpdateEntity(&context, request, &response));
}

}  // namespace cartograph::services
