// Goal: nothing is recorded on the write path for the sake of explanations. Method: two servers get
// the same commits at the same times; one of them is asked everything that explains between
// commits. The bytes that each commit adds to the write-ahead log are the same, and asking adds
// none.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

constexpr char kRules[] = R"dl(
.decl linked(d: Disease, p: Disease)
linked(d, p) :- disease_parent(d, p, _, _).
linked(d, q) :- linked(d, p), disease_parent(p, q, _, _).
@[violation(title = "its own ancestor", mode = "report")]
.decl circle(d: Disease)
circle(d) :- linked(d, d).
)dl";

test::TestServerOptions AtFixedTimes() {
  test::TestServerOptions options;
  options.server.kb.clock = [] { return absl::FromUnixSeconds(1'800'000'000); };
  return options;
}

// All of the write-ahead log, file after file.
std::string LogOf(const SmallWorld& world) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.data_dir())) {
    if (entry.path().extension() == ".log") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::string bytes;
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return bytes;
}

// The diseases d000 to d002 in a row, the last one below d003 or in a circle. Each commit changes a
// name.
std::string DiseaseOf(int commit) {
  const int number = commit % 3;
  const int parent = number < 2 ? number + 1 : commit % 2 == 0 ? 3 : 0;
  return absl::StrCat("name: 'diseases/d00", number, "' disease { names { text: 'd", commit,
                      "' kind: NAME_KIND_PREFERRED } parents { parent: 'diseases/d00", parent,
                      "' hierarchy: 'h' } }");
}

v1::Fact Linked(const std::string& from, const std::string& to) {
  v1::Fact fact;
  fact.set_predicate("linked");
  fact.add_values()->set_symbol(from);
  fact.add_values()->set_symbol(to);
  return fact;
}

void AskEverything(SmallWorld& world) {
  v1::ExplainFactRequest why;
  *why.mutable_fact() = Linked("diseases/d000", "diseases/d001");
  why.set_alternatives_max(5);
  why.set_support_sets_max(5);
  why.set_prose(true);
  v1::ExplainFactResponse because;
  grpc::ClientContext first;
  ASSERT_TRUE(world.facts().ExplainFact(&first, why, &because).ok());
  v1::ExplainAbsenceRequest why_not;
  why_not.set_predicate("linked");
  v1::ColumnFilter* column = why_not.add_columns();
  column->set_column("d");
  column->mutable_value()->set_symbol("diseases/d003");
  v1::ExplainAbsenceResponse missing;
  grpc::ClientContext second;
  ASSERT_TRUE(world.facts().ExplainAbsence(&second, why_not, &missing).ok());
  EXPECT_GT(missing.repairs_size(), 0);
  v1::ListDependentsRequest rests;
  rests.set_entity("diseases/d001");
  v1::ListDependentsResponse dependents;
  grpc::ClientContext third;
  ASSERT_TRUE(world.facts().ListDependents(&third, rests, &dependents).ok());
  EXPECT_GT(dependents.dependents_size(), 0);
  v1::ListFragileFactsResponse fragile;
  grpc::ClientContext fourth;
  ASSERT_TRUE(world.facts().ListFragileFacts(&fourth, {}, &fragile).ok());
  v1::ListViolationsResponse violations;
  grpc::ClientContext fifth;
  ASSERT_TRUE(world.facts().ListViolations(&fifth, {}, &violations).ok());
  grpc::ClientContext sixth;
  auto proofs = world.facts().ExportProofs(&sixth, {});
  v1::ExportProofsResponse part;
  while (proofs->Read(&part)) EXPECT_GT(part.facts_size(), 0);
  ASSERT_TRUE(proofs->Finish().ok());
}

TEST(ExplainLogTest, CommitsWriteTheSameBytesWhetherAnybodyAsksOrNot) {
  SmallWorld asked(4, kRules, AtFixedTimes());
  SmallWorld quiet(4, kRules, AtFixedTimes());
  for (int commit = 0; commit < 12; ++commit) {
    const size_t asked_before = LogOf(asked).size();
    const size_t quiet_before = LogOf(quiet).size();
    const std::string entity = DiseaseOf(commit);
    asked.Put(entity);
    quiet.Put(entity);
    const std::string asked_bytes = LogOf(asked).substr(asked_before);
    EXPECT_GT(asked_bytes.size(), 0u);
    EXPECT_EQ(asked_bytes, LogOf(quiet).substr(quiet_before)) << "commit " << commit;
    if (commit >= 2) AskEverything(asked);
    EXPECT_EQ(LogOf(asked).size(), asked_before + asked_bytes.size()) << "asking writes";
  }
}

}  // namespace
}  // namespace cartograph::services
