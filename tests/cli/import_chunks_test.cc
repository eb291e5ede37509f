#include "clients/cli/import_chunks.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/reference_groups.h"
#include "clients/cpp/call_status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

PlacedEntity Therapy(const std::string& id, const std::vector<std::string>& parents) {
  PlacedEntity placed;
  placed.place = "file";
  placed.entity.set_name(id);
  placed.entity.set_etag("etag");
  placed.entity.mutable_therapy()->mutable_parents()->Add(parents.begin(), parents.end());
  return placed;
}

std::string Dump(const std::vector<PlacedEntity>& entities) {
  std::vector<std::string> groups;
  for (const std::vector<size_t>& group : ReferenceGroups(entities)) {
    auto append = [&](std::string* out, size_t index) {
      absl::StrAppend(out, entities[index].entity.name());
    };
    groups.push_back(absl::StrJoin(group, "+", append));
  }
  return absl::StrJoin(groups, " ");
}

TEST(ReferenceGroups, PutsWhatIsReferredToFirst) {
  struct Case {
    std::vector<PlacedEntity> entities;
    const char* groups;
  };
  const Case kCases[] = {
      {{}, ""},
      {{Therapy("a", {}), Therapy("b", {})}, "a b"},
      {{Therapy("a", {"b"}), Therapy("b", {"c"}), Therapy("c", {})}, "c b a"},
      {{Therapy("a", {"b"}), Therapy("b", {"a"})}, "a+b"},
      {{Therapy("a", {"a"})}, "a"},
      {{Therapy("a", {"elsewhere", ""})}, "a"},
      // a and c are a circle; b refers to them, d is referred to by them.
      {{Therapy("b", {"a"}), Therapy("a", {"c"}), Therapy("c", {"a", "d"}), Therapy("d", {})},
       "d a+c b"},
      // Two circles that share b.
      {{Therapy("a", {"b"}), Therapy("b", {"a", "c"}), Therapy("c", {"b"}), Therapy("d", {"c"})},
       "a+b+c d"},
      // A diamond.
      {{Therapy("t", {"l", "r"}), Therapy("l", {"z"}), Therapy("r", {"z"}), Therapy("z", {})},
       "z l r t"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Dump(c.entities), c.groups);
  }
}

TEST(ReferenceGroups, WalksLongChainsWithoutRecursion) {
  std::vector<PlacedEntity> entities;
  for (int i = 0; i < 100'000; ++i) {
    entities.push_back(Therapy(absl::StrCat(i), {absl::StrCat(i + 1)}));
  }
  std::vector<std::vector<size_t>> groups = ReferenceGroups(entities);
  ASSERT_EQ(groups.size(), entities.size());
  EXPECT_EQ(groups.front().front(), entities.size() - 1);
  EXPECT_EQ(groups.back().front(), 0u);
}

TEST(ReferenceGroups, KnowsReferencesByTheirAnnotations) {
  v1::Entity entity;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      name: "evidence/e"
      evidence {
        source: "sources/s" via: "sources/v"
        statement: "not/a/reference"
        proposition { subjects: "therapies/a" subjects: "therapies/b" contexts: "diseases/c" object_text: "no" }
        quotes { text: "no" document: "sources/d" }
      })",
                                                            &entity));
  EXPECT_THAT(ReferencesOf(entity), ElementsAre("sources/s", "sources/v", "therapies/a",
                                                "therapies/b", "diseases/c", "sources/d"));
}

std::vector<PlacedEntity> Many(int count, bool circle) {
  std::vector<PlacedEntity> entities;
  for (int i = 0; i < count; ++i) {
    entities.push_back(Therapy(absl::StrCat("therapies/", i),
                               {absl::StrCat("therapies/", circle ? (i + 1) % count : i + 1)}));
  }
  return entities;
}

TEST(ImportChunks, NeverReferToALaterOne) {
  v1::WriteOptions write;
  write.set_request_id("r");
  auto chunks = ImportChunks::Make(Many(1200, /*circle=*/false), write);
  ASSERT_TRUE(chunks.ok());
  std::vector<int> sizes;
  int expected = 1199;
  while (auto chunk = chunks->Next()) {
    EXPECT_EQ(chunk->has_write(), sizes.empty());
    for (const v1::Entity& entity : chunk->entities()) {
      EXPECT_EQ(entity.name(), absl::StrCat("therapies/", expected--));
      EXPECT_EQ(entity.etag(), "");
    }
    sizes.push_back(chunk->entities_size());
  }
  EXPECT_THAT(sizes, ElementsAre(500, 500, 200));
  EXPECT_THAT(chunks->Oldest()[0], "file: therapies/1199");
  chunks->Done();
  EXPECT_THAT(chunks->Oldest()[0], "file: therapies/699");
}

TEST(ImportChunks, KeepCirclesTogetherWhileTheyFit) {
  auto chunks = ImportChunks::Make(Many(900, /*circle=*/true), {});
  ASSERT_TRUE(chunks.ok());
  EXPECT_EQ(chunks->Next()->entities_size(), 900);
  EXPECT_FALSE(chunks->Next().has_value());
  absl::Status status = ImportChunks::Make(Many(1001, /*circle=*/true), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("1001 entities"));
}

TEST(ImportChunks, EndByBytesToo) {
  std::vector<PlacedEntity> entities;
  for (int i = 0; i < 6; ++i) {
    entities.push_back(Therapy(absl::StrCat("therapies/", i), {}));
    entities.back().entity.mutable_therapy()->set_description(std::string(200 << 10, 'x'));
  }
  auto chunks = ImportChunks::Make(std::move(entities), {});
  ASSERT_TRUE(chunks.ok());
  EXPECT_EQ(chunks->Next()->entities_size(), 2);
}

TEST(ImportChunks, RefuseWhatStandsTwiceOrIsDeleted) {
  EXPECT_THAT(
      std::string(
          CheckEntities({Therapy("therapies/a", {}), Therapy("therapies/a", {})}).message()),
      HasSubstr("file: therapies/a stands also in file"));
  PlacedEntity deleted = Therapy("therapies/a", {});
  deleted.entity.mutable_delete_time()->set_seconds(1);
  EXPECT_THAT(std::string(CheckEntities({deleted}).message()), HasSubstr("is marked as deleted"));
}

std::string FieldAt(const std::string& field, const Places& places) {
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field(field);
  absl::Status status = absl::InvalidArgumentError(absl::StrCat(field, ": is wrong"));
  status.SetPayload("type.googleapis.com/google.rpc.BadRequest",
                    absl::Cord(bad.SerializeAsString()));
  status = AtPlaces(status, "mutations", places);
  EXPECT_EQ(status.message(),
            absl::StrCat(DetailsOf(status).field_violations[0].field, ": is wrong"));
  return DetailsOf(status).field_violations[0].field;
}

TEST(AtPlaces, NamesFileAndEntityInsteadOfThePlaceInTheRequest) {
  const Places kTwo = {"f: a", "g: b"};
  EXPECT_EQ(FieldAt("mutations[1].put.disease.names[0].text", kTwo), "g: b: disease.names[0].text");
  EXPECT_EQ(FieldAt("mutations[0].update", kTwo), "f: a");
  EXPECT_EQ(FieldAt("mutations[2].put.name", kTwo), "mutations[2].put.name");
  EXPECT_EQ(FieldAt("mutations[x", kTwo), "mutations[x");
  EXPECT_EQ(FieldAt("write.reason", kTwo), "write.reason");
  EXPECT_EQ(FieldAt("entity.disease.names", {"f: a"}), "f: a: disease.names");
  EXPECT_EQ(FieldAt("entity.disease.names", kTwo), "entity.disease.names");
}

}  // namespace
}  // namespace cartograph::clients
