// The questions once more, with a random piece of evidence dropped: the server must agree with
// plain loops over what is left.

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"
#include "tests/founding/twin_answers.h"

namespace cartograph::founding {
namespace {

template <typename Links>
bool Unlink(const std::string& evidence, Links* links) {
  const auto end = std::remove_if(links->begin(), links->end(),
                                  [&](const auto& link) { return link.evidence() == evidence; });
  const bool found = end != links->end();
  links->erase(end, links->end());
  return found;
}

// Takes the links that rest on `evidence` out of `entity`; whether there were any.
bool UnlinkEntity(const std::string& evidence, v1::Entity* entity) {
  if (entity->has_therapy()) return Unlink(evidence, entity->mutable_therapy()->mutable_targets());
  if (entity->has_target()) return Unlink(evidence, entity->mutable_target()->mutable_on_cells());
  if (entity->has_disease()) return Unlink(evidence, entity->mutable_disease()->mutable_parents());
  return false;
}

// The commit that drops `evidence`, and what rests on it, from `entities`.
std::vector<v1::Mutation> Dropping(const std::string& evidence,
                                   const std::vector<v1::Entity>& entities) {
  std::vector<v1::Mutation> mutations = {Delete(evidence)};
  for (v1::Entity entity : entities) {
    if (UnlinkEntity(evidence, &entity)) mutations.push_back(Put(entity));
  }
  return mutations;
}

// The commit that brings back what `mutations` changed.
std::vector<v1::Mutation> Undoing(const std::vector<v1::Mutation>& mutations,
                                  const std::vector<v1::Entity>& entities) {
  std::vector<v1::Mutation> undo;
  for (const v1::Mutation& mutation : mutations) {
    const std::string& name = mutation.has_put() ? mutation.put().name() : mutation.delete_();
    for (const v1::Entity& entity : entities) {
      if (entity.name() == name) undo.push_back(Put(entity));
    }
  }
  return undo;
}

std::vector<std::string> NamesOfEvidence(const std::vector<v1::Entity>& entities) {
  std::vector<std::string> names;
  for (const v1::Entity& entity : entities) {
    if (entity.has_evidence()) names.push_back(entity.name());
  }
  return names;
}

// A server that the tests of this file change and put back: starting one takes longer than a test.
FoundingServer& ChangedServer() {
  static FoundingServer server;
  return server;
}

class DroppedEvidenceTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(DroppedEvidenceTest, ChangesTheAnswersAsBothTwinsSay) {
  FoundingServer& server = ChangedServer();
  const std::vector<v1::Entity> entities = FoundingEntities();
  const auto before = server.AskAll();
  ASSERT_EQ(before, PlainAnswers(entities));
  const std::vector<std::string> names = NamesOfEvidence(entities);
  std::mt19937 random(GetParam());
  const std::string evidence = names[random() % names.size()];
  SCOPED_TRACE(evidence);

  const std::vector<v1::Mutation> drop = Dropping(evidence, entities);
  ASSERT_TRUE(server.Commit(drop).ok());
  EXPECT_EQ(server.AskAll(), PlainAnswers(server.Entities()));
  EXPECT_EQ(DerivedFacts(&server), TwinFacts(&server));
  ASSERT_TRUE(server.Commit(Undoing(drop, entities)).ok());
  EXPECT_EQ(server.AskAll(), before);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DroppedEvidenceTest, ::testing::Range(1u, 13u));

TEST(DroppedEvidenceTest, NothingDroppedTheTwinAgreesToo) {
  const std::map<std::string, Rows> derived = DerivedFacts(&ChangedServer());
  EXPECT_EQ(derived, TwinFacts(&ChangedServer()));
  EXPECT_EQ(derived.at("live").size(), 85u);
}

// The twins are not blind: the only evidence of a pair takes the pair with it, one of two does not.
TEST(DroppedEvidenceTest, OnlyTheLastEvidenceOfAPairTakesItAlong) {
  FoundingServer& server = ChangedServer();
  const std::vector<v1::Entity> entities = FoundingEntities();
  const std::vector<v1::Mutation> last = Dropping("evidence/F66", entities);
  ASSERT_TRUE(server.Commit(last).ok());
  EXPECT_FALSE(server.Holds("studied_in", {"targets/cd19", "diseases/ms"}));
  ASSERT_TRUE(server.Commit(Undoing(last, entities)).ok());
  const std::vector<v1::Mutation> one_of_two = Dropping("evidence/F21", entities);
  ASSERT_TRUE(server.Commit(one_of_two).ok());
  EXPECT_TRUE(server.Holds("studied_in", {"targets/cd19", "diseases/ms"}));
  ASSERT_TRUE(server.Commit(Undoing(one_of_two, entities)).ok());
}

}  // namespace
}  // namespace cartograph::founding
