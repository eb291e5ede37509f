#include "tests/founding/founding_server.h"

#include <algorithm>
#include <utility>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/founding/tables.h"
#include "tests/support/paths.h"

namespace cartograph::founding {
namespace {

constexpr const char* kFiles[] = {"challenges", "diseases", "evidence",
                                  "sources",    "targets",  "therapies"};

// What a call answered; an empty answer, and a failed test, when it failed.
template <typename T>
T Answered(absl::StatusOr<T> response) {
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? *std::move(response) : T();
}

std::string Text(const v1::Value& value) {
  return value.has_number() ? std::to_string(value.number()) : value.symbol();
}

Row Texts(const v1::Row& row) {
  Row texts;
  for (const v1::Value& value : row.values()) {
    texts.push_back(Text(value));
  }
  return texts;
}

v1::Fact MakeFact(const std::string& predicate, const Row& symbols) {
  v1::Fact fact;
  fact.set_predicate(predicate);
  for (const std::string& symbol : symbols) {
    fact.add_values()->set_symbol(symbol);
  }
  return fact;
}

v1::AskRequest MakeRequest(const std::string& question, const Parameters& parameters,
                           uint32_t page_size) {
  v1::AskRequest request;
  request.set_question(question);
  request.set_page_size(page_size);
  for (const auto& [column, symbol] : parameters) {
    v1::ColumnFilter* filter = request.add_parameters();
    filter->set_column(column);
    filter->mutable_value()->set_symbol(symbol);
  }
  return request;
}

}  // namespace

std::string FoundingDir() { return testing::SourceDir() + "/data/founding"; }

std::vector<v1::Entity> FoundingEntities() {
  std::vector<v1::Entity> entities;
  for (const char* file : kFiles) {
    const std::string path = FoundingDir() + "/entities/" + file + ".textproto";
    v1::ImportEntitiesRequest request;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(ReadFile(path), &request)) << path;
    for (v1::Entity& entity : *request.mutable_entities()) {
      entities.push_back(std::move(entity));
    }
  }
  std::sort(entities.begin(), entities.end(),
            [](const v1::Entity& a, const v1::Entity& b) { return a.name() < b.name(); });
  return entities;
}

FoundingServer::FoundingServer()
    : server_([] {
        test::TestServerOptions options;
        options.founding_dir = FoundingDir();
        return options;
      }()) {
  clients::ClientOptions options;
  options.timeout = absl::Minutes(5);  // an activation runs all tests, and sanitizers are slow
  options.server = server_.address();
  client_ = Answered(clients::Client::Connect(options));
}

Answer FoundingServer::Ask(const std::string& question, const Parameters& parameters,
                           uint32_t page_size) {
  Answer answer;
  absl::Status status = client_->ForEachPage(
      &v1::QuestionService::Stub::Ask, MakeRequest(question, parameters, page_size),
      [&](const v1::AskResponse& page) {
        EXPECT_TRUE(page_size == 0 || page.rows_size() <= static_cast<int>(page_size));
        answer.columns.clear();
        for (const v1::Column& column : page.columns()) {
          answer.columns.push_back(column.name());
        }
        for (const v1::Row& row : page.rows()) {
          answer.rows.push_back(Texts(row));
        }
        return true;
      });
  EXPECT_TRUE(status.ok()) << question << ": " << status;
  return answer;
}

std::map<std::string, Rows> FoundingServer::AskAll() {
  std::map<std::string, Rows> answers;
  const auto list = Answered(client_->Call(&v1::QuestionService::Stub::ListQuestions, {}));
  for (const v1::Question& question : list.questions()) {
    answers[question.name()] = Ask(question.name()).AsSet();
  }
  return answers;
}

Rows FoundingServer::AskAdHoc(const std::string& rules) {
  v1::AskAdHocRequest request;
  request.set_rules(rules);
  const auto response = Answered(client_->Call(&v1::QuestionService::Stub::AskAdHoc, request));
  Rows rows;
  for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
    ADD_FAILURE() << diagnostic.rendered();
  }
  for (const v1::Row& row : response.rows()) {
    rows.insert(Texts(row));
  }
  return rows;
}

bool FoundingServer::Holds(const std::string& predicate, const Row& symbols) {
  v1::CheckFactsRequest request;
  *request.add_facts() = MakeFact(predicate, symbols);
  const auto response = Answered(client_->Call(&v1::FactService::Stub::CheckFacts, request));
  return response.holds_size() == 1 && response.holds(0);
}

std::vector<v1::PredicateInfo> FoundingServer::Predicates() {
  const auto response = Answered(client_->Call(&v1::FactService::Stub::ListPredicates, {}));
  return {response.predicates().begin(), response.predicates().end()};
}

std::vector<v1::Fact> FoundingServer::Facts(const std::string& predicate) {
  v1::ListFactsRequest request;
  request.set_predicate(predicate);
  std::vector<v1::Fact> facts;
  absl::Status status = client_->ForEachPage(
      &v1::FactService::Stub::ListFacts, request, [&](const v1::ListFactsResponse& page) {
        facts.insert(facts.end(), page.facts().begin(), page.facts().end());
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  return facts;
}

absl::StatusOr<v1::Proof> FoundingServer::Explain(const std::string& predicate,
                                                  const Row& symbols) {
  v1::ExplainFactRequest request;
  *request.mutable_fact() = MakeFact(predicate, symbols);
  ASSIGN_OR_RETURN(auto response, client_->Call(&v1::FactService::Stub::ExplainFact, request));
  return response.proof();
}

std::vector<v1::Entity> FoundingServer::Entities() {
  std::vector<v1::Entity> entities;
  absl::Status status = client_->ForEachPage(
      &v1::EntityService::Stub::ListEntities, v1::ListEntitiesRequest(),
      [&](const v1::ListEntitiesResponse& page) {
        entities.insert(entities.end(), page.entities().begin(), page.entities().end());
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  return entities;
}

v1::Entity FoundingServer::Get(const std::string& name) {
  v1::GetEntityRequest request;
  request.set_name(name);
  return Answered(client_->Call(&v1::EntityService::Stub::GetEntity, request)).entity();
}

absl::Status FoundingServer::Commit(const std::vector<v1::Mutation>& mutations) {
  v1::CommitEntitiesRequest request;
  for (const v1::Mutation& mutation : mutations) {
    *request.add_mutations() = mutation;
  }
  return client_->Call(&v1::EntityService::Stub::CommitEntities, request).status();
}

absl::Status FoundingServer::SetStanding(const std::string& source, v1::Standing standing) {
  v1::UpdateEntityRequest request;
  request.mutable_entity()->set_name(source);
  request.mutable_entity()->mutable_source()->set_standing(standing);
  request.mutable_update_mask()->add_paths("source.standing");
  return client_->Call(&v1::EntityService::Stub::UpdateEntity, request).status();
}

FoundingServer& SharedServer() {
  static FoundingServer server;
  return server;
}

v1::Mutation Put(const v1::Entity& entity) {
  v1::Mutation mutation;
  *mutation.mutable_put() = entity;
  return mutation;
}

v1::Mutation Delete(const std::string& name) {
  v1::Mutation mutation;
  mutation.set_delete_(name);
  return mutation;
}

}  // namespace cartograph::founding
