#include "kb/entity_edit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

TEST(EntityEditTest, MutationsAgainstEachState) {
  // What becomes of diseases/x when it was never there, is alive, is deleted: facts added and
  // removed, or the error.
  struct Case {
    std::string mutation;
    const char* absent;
    const char* alive;
    const char* deleted;
  };
  const char kMissing[] = "NOT_FOUND ENTITY_NOT_FOUND: diseases/x does not exist";
  const char kDeleted[] =
      "NOT_FOUND ENTITY_DELETED: diseases/x does not exist: it is deleted and can be undeleted";
  TestBase base;
  int tried = 0;
  auto check = [&](const std::string& kind, const std::string& state, std::string expected) {
    std::string id = absl::StrCat("x", ++tried);
    if (state != "absent") {
      ASSERT_EQ(base.Try({Disease("create", id)}).substr(0, 1), "r");
    }
    if (state == "deleted") {
      ASSERT_EQ(base.Try({absl::StrCat("delete: 'diseases/", id, "'")}).substr(0, 1), "r");
    }
    bool by_name = kind == "delete" || kind == "undelete";
    std::string text = by_name ? absl::StrCat(kind, ": 'diseases/", id, "'") : Disease(kind, id);
    if (size_t names = text.find("names"); names != std::string::npos) {
      text.insert(names, "description: 'new' ");  // so that writing is no repetition
    }
    if (expected[0] == '+') {
      expected = absl::StrCat("r", base.revision() + 1, " ", expected);
    }
    EXPECT_EQ(base.Try({text}), absl::StrReplaceAll(expected, {{"diseases/x", "diseases/" + id}}))
        << kind << " of one that is " << state;
  };
  for (const Case& c : std::vector<Case>{
           {"create", "+2 -0", "ALREADY_EXISTS ENTITY_EXISTS: diseases/x exists already",
            "ALREADY_EXISTS ENTITY_DELETED: diseases/x exists already: it is deleted and can be "
            "undeleted"},
           {"update", kMissing, "+0 -0", kDeleted},
           {"put", "+2 -0", "+0 -0", "+2 -0"},
           {"delete", kMissing, "+0 -2", kDeleted},
           {"undelete", kMissing, "ALREADY_EXISTS ENTITY_NOT_DELETED: diseases/x is not deleted",
            "+2 -0"},
       }) {
    check(c.mutation, "absent", c.absent);
    check(c.mutation, "alive", c.alive);
    check(c.mutation, "deleted", c.deleted);
  }
}

TEST(EntityEditTest, SetsWhatTheServerSets) {
  KnowledgeBaseOptions options;
  int64_t seconds = 1000;
  options.clock = [&] { return absl::FromUnixSeconds(++seconds); };
  TestBase base(options);
  auto entity = [&] { return **base.kb().Latest().GetEntity("diseases/a"); };
  // What the client says about these is not believed.
  ASSERT_EQ(base.Try({"create { name: 'diseases/a' disease { names { text: 'a' kind: "
                      "NAME_KIND_EXACT } } etag: 'mine' revision: 99 "
                      "create_time { seconds: 5 } update_time { seconds: 5 } delete_time { "
                      "seconds: 5 } create_actor: 'eve' }"}),
            "r1 +2 -0");
  v1::Entity created = entity();
  EXPECT_EQ(
      base.Entity("diseases/a"),
      "name: \"diseases/a\" disease { names { text: \"a\" kind: NAME_KIND_EXACT } } revision: 1 "
      "create_actor: \"ada\" update_actor: \"ada\"");
  EXPECT_EQ(created.create_time().seconds(), 1001);
  EXPECT_EQ(created.update_time().seconds(), 1001);
  EXPECT_EQ(created.etag().size(), 16u);

  ASSERT_EQ(base.Try({Disease("update", "a")}, {.actor = "bob"}), "r2 +1 -1");
  v1::Entity updated = entity();
  EXPECT_EQ(updated.create_time().seconds(), 1001);
  EXPECT_EQ(updated.update_time().seconds(), 1002);
  EXPECT_EQ(updated.create_actor() + updated.update_actor(), "adabob");
  EXPECT_EQ(updated.revision(), 2u);
  EXPECT_NE(updated.etag(), created.etag());

  ASSERT_EQ(base.Try({"delete: 'diseases/a'"}), "r3 +0 -2");
  EXPECT_EQ(entity().delete_time().seconds(), 1003);
  EXPECT_NE(entity().etag(), updated.etag());
  ASSERT_EQ(base.Try({"undelete: 'diseases/a'"}), "r4 +2 -0");
  EXPECT_FALSE(entity().has_delete_time());
  EXPECT_EQ(entity().create_time().seconds(), 1001);
  EXPECT_NE(entity().etag(), updated.etag());
}

TEST(EntityEditTest, WritingTheSameAgainIsNoNewRevision) {
  TestBase base;
  auto first = base.Commit({Disease("put", "a")});
  ASSERT_TRUE(first.ok());
  for (const char* kind : {"put", "update"}) {
    auto again = base.Commit({Disease(kind, "a")});
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(again->revision.number(), 1u);
    EXPECT_EQ(again->entities[0].SerializeAsString(), first->entities[0].SerializeAsString());
  }
  // Beside a change it stays as it is.
  auto mixed = base.Commit({Disease("put", "a"), Disease("put", "b")});
  ASSERT_TRUE(mixed.ok());
  EXPECT_EQ(mixed->revision.number(), 2u);
  EXPECT_EQ(mixed->entities[0].revision(), 1u);
  EXPECT_EQ(mixed->entities[1].revision(), 2u);
  EXPECT_EQ(base.kb().ListRevisions("diseases/a", base::Revision(), 10)->size(), 1u);
}

TEST(EntityEditTest, AnEtagGuardsAgainstLostUpdates) {
  TestBase base;
  std::string etag = base.Commit({Disease("create", "a")})->entities[0].etag();
  auto write = [](const std::string& kind, const std::string& text, const std::string& tag) {
    return kind + " { name: 'diseases/a' etag: '" + tag + "' disease { names { text: '" + text +
           "' kind: NAME_KIND_EXACT } } }";
  };
  EXPECT_EQ(base.Try({write("update", "b", etag)}), "r2 +1 -1");
  std::string stale = base.Try({write("update", "c", etag)});
  EXPECT_EQ(stale.substr(0, stale.find(':')), "ABORTED ETAG_MISMATCH") << stale;
  stale = base.Try({write("put", "c", etag)});
  EXPECT_EQ(stale.substr(0, stale.find(':')), "ABORTED ETAG_MISMATCH") << stale;
  // An update aborts even when it would write what is there; a put, which an import repeats, does
  // not.
  stale = base.Try({write("update", "b", etag)});
  EXPECT_EQ(stale.substr(0, stale.find(':')), "ABORTED ETAG_MISMATCH") << stale;
  EXPECT_EQ(base.Try({write("put", "b", etag)}), "r2 +0 -0");
  EXPECT_EQ(base.revision(), 2u);
}

TEST(EntityEditTest, PreconditionsAreAllChecked) {
  TestBase base;
  std::string etag = base.Commit({Disease("create", "a")})->entities[0].etag();
  ASSERT_EQ(base.Try({Disease("create", "gone")}), "r2 +2 -0");
  ASSERT_EQ(base.Try({"delete: 'diseases/gone'"}), "r3 +0 -2");
  auto check = [&](const std::vector<v1::Precondition>& preconditions) {
    auto result = base.kb().Commit({ParseMutation(Disease("put", "b"))}, preconditions,
                                   {.actor = "ada", .validate_only = true});
    return result.ok() ? "ok" : Describe(result.status());
  };
  auto exists = [](const char* name, bool value) {
    v1::Precondition precondition;
    precondition.set_name(name);
    precondition.set_exists(value);
    return precondition;
  };
  auto has_etag = [](const char* name, const std::string& value) {
    v1::Precondition precondition;
    precondition.set_name(name);
    precondition.set_etag(value);
    return precondition;
  };
  auto not_after = [](const char* name, uint64_t revision) {
    v1::Precondition precondition;
    precondition.set_name(name);
    precondition.set_not_after_revision(revision);
    return precondition;
  };
  EXPECT_EQ(check({exists("diseases/a", true), exists("diseases/b", false),
                   exists("diseases/gone", false), has_etag("diseases/a", etag),
                   not_after("diseases/a", 1), not_after("diseases/b", 0)}),
            "ok");
  EXPECT_EQ(
      check({exists("diseases/a", false), exists("diseases/gone", true),
             not_after("diseases/gone", 2)}),
      "FAILED_PRECONDITION PRECONDITION_FAILED: a precondition does not hold: diseases/a exists\n"
      "  EXISTS diseases/a exists\n"
      "  EXISTS diseases/gone does not exist\n"
      "  REVISION diseases/gone was written at revision 3");
  EXPECT_EQ(check({has_etag("diseases/a", "no")}),
            "ABORTED ETAG_MISMATCH: a precondition does not hold: diseases/a has the etag " + etag +
                "\n  ETAG diseases/a has the etag " + etag);
  EXPECT_EQ(check({has_etag("diseases/b", "no")}),
            "ABORTED ETAG_MISMATCH: a precondition does not hold: diseases/b does not exist\n  "
            "ETAG diseases/b does not exist");
}

}  // namespace
}  // namespace cartograph::kb
