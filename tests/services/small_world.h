// SmallWorld: a server with a handful of entities and rules, and stubs to ask it.

#pragma once

#include <memory>
#include <string>

#include "cartograph/v1/admin_service.grpc.pb.h"
#include "cartograph/v1/entity_service.grpc.pb.h"
#include "cartograph/v1/fact_service.grpc.pb.h"
#include "cartograph/v1/question_service.grpc.pb.h"
#include "cartograph/v1/rule_service.grpc.pb.h"
#include "tests/support/test_server.h"

namespace cartograph::services {

// `count` diseases "diseases/d000", …, and the rules of `rules`. What goes wrong fails the test.
class SmallWorld {
 public:
  SmallWorld(int count, const std::string& rules, test::TestServerOptions options = {});

  // Puts an entity given as textproto.
  void Put(const std::string& textproto);

  const std::string& data_dir() const { return server_.data_dir(); }
  v1::FactService::Stub& facts() { return *facts_; }
  v1::QuestionService::Stub& questions() { return *questions_; }
  v1::AdminService::Stub& admin() { return *admin_; }

 private:
  void Activate(const std::string& rules);

  test::TestServer server_;
  std::unique_ptr<v1::EntityService::Stub> entities_;
  std::unique_ptr<v1::FactService::Stub> facts_;
  std::unique_ptr<v1::QuestionService::Stub> questions_;
  std::unique_ptr<v1::RuleService::Stub> rules_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace cartograph::services
