// Loading the corpus, once and again.

#include <map>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"

namespace cartograph::founding {
namespace {

TEST(ImportTest, HoldsWhatTheDocumentsName) {
  std::map<std::string, int> counts;
  for (const v1::Entity& entity : SharedServer().Entities()) {
    ++counts[entity.name().substr(0, entity.name().find('/'))];
  }
  EXPECT_EQ(counts, (std::map<std::string, int>{{"challenges", 14},
                                                {"diseases", 19},
                                                {"evidence", 85},
                                                {"sources", 19},
                                                {"targets", 10},
                                                {"therapies", 16}}));
}

// Documents 4, cited works 5, items without title or identifier 10.
TEST(ImportTest, OnceMoreChangesNothing) {
  FoundingServer server;
  const auto before = server.AskAll();
  EXPECT_EQ(before.at("source_count"), Rows{{"19"}});

  bool sent = false;
  v1::ImportEntitiesResponse summary;
  absl::Status status = server.client().Import(
      [&]() -> absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> {
        if (sent) return std::nullopt;
        sent = true;
        v1::ImportEntitiesRequest chunk;
        for (const v1::Entity& entity : FoundingEntities()) *chunk.add_entities() = entity;
        return chunk;
      },
      [&](const v1::ImportEntitiesResponse& response) { summary = response; });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(summary.created(), 0u);
  EXPECT_EQ(summary.updated(), 0u);
  EXPECT_EQ(summary.unchanged(), FoundingEntities().size());
  EXPECT_EQ(server.AskAll(), before);
}

// What the server gives back is what the files say, but for the fields that it sets itself.
TEST(ImportTest, KeepsTheEntitiesAsTheyAreWritten) {
  const std::vector<v1::Entity> stored = SharedServer().Entities();
  const std::vector<v1::Entity> written = FoundingEntities();
  ASSERT_EQ(stored.size(), written.size());
  for (size_t i = 0; i < stored.size(); ++i) {
    v1::Entity body = stored[i];
    for (const char* field :
         {"etag", "revision", "create_time", "update_time", "create_actor", "update_actor"}) {
      const auto* descriptor = v1::Entity::descriptor()->FindFieldByName(field);
      ASSERT_NE(descriptor, nullptr);
      body.GetReflection()->ClearField(&body, descriptor);
    }
    EXPECT_EQ(body.DebugString(), written[i].DebugString());
  }
}

}  // namespace
}  // namespace cartograph::founding
