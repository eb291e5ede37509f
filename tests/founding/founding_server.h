// FoundingServer: the founding corpus and its rule pack, served, and what the tests ask of it.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "clients/cpp/client.h"
#include "tests/founding/plain_answers.h"
#include "tests/support/test_server.h"

namespace cartograph::founding {

// The folder of the corpus in the repository.
std::string FoundingDir();
// The entities of the corpus as the repository has them, in order of name.
std::vector<v1::Entity> FoundingEntities();

struct Answer {
  Row columns;
  std::vector<Row> rows;  // in the order of the answer

  Rows AsSet() const { return Rows(rows.begin(), rows.end()); }
};

using Parameters = std::vector<std::pair<std::string, std::string>>;  // column and symbol

// A server of its own on a fresh folder, with the founding corpus loaded as `cartographd --load`
// does it.
//
// What goes wrong fails the test at hand and yields an empty answer.
class FoundingServer {
 public:
  FoundingServer();

  clients::Client& client() { return *client_; }

  // All rows, fetched in pages of `page_size` (0: the server's).
  Answer Ask(const std::string& question, const Parameters& parameters = {},
             uint32_t page_size = 0);
  // All questions of the pack without parameters.
  std::map<std::string, Rows> AskAll();
  // The rows of `answer`, as `rules` define it.
  Rows AskAdHoc(const std::string& rules);
  // Whether predicate("symbol", …) holds.
  bool Holds(const std::string& predicate, const Row& symbols);
  // The relations, and the facts of one of them.
  std::vector<v1::PredicateInfo> Predicates();
  std::vector<v1::Fact> Facts(const std::string& predicate);
  absl::StatusOr<v1::Proof> Explain(const std::string& predicate, const Row& symbols);

  // The entities that live, in order of name.
  std::vector<v1::Entity> Entities();
  v1::Entity Get(const std::string& name);
  absl::Status Commit(const std::vector<v1::Mutation>& mutations);
  // Puts the source's standing, and nothing else.
  absl::Status SetStanding(const std::string& source, v1::Standing standing);

 private:
  test::TestServer server_;
  std::unique_ptr<clients::Client> client_;
};

// One server that tests share which change nothing.
FoundingServer& SharedServer();

v1::Mutation Put(const v1::Entity& entity);
v1::Mutation Delete(const std::string& name);

}  // namespace cartograph::founding
