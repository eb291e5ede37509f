// Reads of revisions and times that memory does not hold, and of what each revision changed.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "kb/change_record.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

v1::ReadOptions At(uint64_t revision) {
  v1::ReadOptions read;
  read.set_at_revision(revision);
  return read;
}

v1::ReadOptions AtTime(int64_t seconds) {
  v1::ReadOptions read;
  read.mutable_at_time()->set_seconds(seconds);
  return read;
}

// "-a(x) +b(y)": the delta of a change, by relation.
std::string DeltaText(const v1::ChangeRecord& record) {
  std::string text;
  auto add = [&text](const v1::RelationDelta& delta, const auto& values, const char* sign) {
    int columns = static_cast<int>(delta.columns());
    for (int row = 0; row * columns < values.size(); ++row) {
      absl::StrAppend(&text, text.empty() ? "" : " ", sign, delta.relation(), "(");
      for (int i = 0; i < columns; ++i) {
        const v1::Value& value = values[row * columns + i];
        absl::StrAppend(&text, i == 0 ? "" : ",",
                        value.has_number() ? absl::StrCat(value.number()) : value.symbol());
      }
      text += ")";
    }
  };
  for (const v1::RelationDelta& delta : record.delta()) {
    add(delta, delta.removed(), "-");
    add(delta, delta.added(), "+");
  }
  return text;
}

// A history of nine revisions with two programs, of which memory holds two.
class PastReadsTest : public ::testing::Test {
 protected:
  PastReadsTest() : base_(Options()) {
    base_.Activate(kDiseaseRules);
    Keep();
    for (const std::vector<std::string>& mutations : std::vector<std::vector<std::string>>{
             {Disease("create", "a")},
             {Disease("create", "b", {"a"})},
             {Disease("create", "c", {"b"}), Disease("create", "d", {"b"})},
             {"delete: 'diseases/d'"},
             {Disease("put", "c", {"a"})}}) {
      EXPECT_EQ(base_.Commit(mutations).status(), absl::OkStatus());
      Keep();
    }
    base_.Activate(".decl leaf(x: Disease)\nleaf(x) :- disease(x), !disease_parent(_, x, _, _).",
                   "2.0.0");
    Keep();
    EXPECT_EQ(base_.Commit({"undelete: 'diseases/d'"}).status(), absl::OkStatus());
    Keep();
    EXPECT_EQ(base_.Commit({"delete: 'diseases/c'"}).status(), absl::OkStatus());
    Keep();
  }

  KnowledgeBaseOptions Options() {
    KnowledgeBaseOptions options;
    options.snapshots_held_max = 2;
    options.history_held_max = 1;
    options.clock = [this] { return absl::FromUnixSeconds(now_); };
    return options;
  }

  void Keep() {
    models_.push_back(DumpModel(base_.kb().Latest().model()));
    now_ += 100;
  }

  int64_t now_ = 1000;
  TestBase base_;
  std::vector<std::string> models_;  // of revision 1, 2, …
};

TEST_F(PastReadsTest, EveryRevisionHasTheFactsItHad) {
  for (bool reopened : {false, true}) {
    for (uint64_t revision = models_.size(); revision > 0; --revision) {
      auto snapshot = base_.kb().Read(At(revision));
      ASSERT_TRUE(snapshot.ok()) << snapshot.status();
      EXPECT_EQ(snapshot->revision().number(), revision);
      EXPECT_EQ(DumpModel(snapshot->model()), models_[revision - 1]) << revision << reopened;
      EXPECT_EQ(snapshot->pack()->label(), revision < 7 ? "pack@1.0.0" : "pack@2.0.0");
    }
    base_.Reopen();
  }
  auto nothing = base_.kb().Read(At(0));
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->model().size(), 0u);
  EXPECT_EQ(nothing->pack(), nullptr);
}

TEST_F(PastReadsTest, EntitiesOfThePastNeedNoModel) {
  auto deleted = [this](uint64_t revision, const char* name) {
    auto view = base_.kb().ReadEntities(At(revision));
    EXPECT_TRUE(view.ok()) << view.status();
    auto entity = view->GetEntity(name);
    EXPECT_TRUE(entity.ok()) << entity.status();
    return !entity->has_value() ? "never" : (*entity)->has_delete_time() ? "deleted" : "there";
  };
  EXPECT_STREQ(deleted(3, "diseases/d"), "never");
  EXPECT_STREQ(deleted(4, "diseases/d"), "there");
  EXPECT_STREQ(deleted(5, "diseases/d"), "deleted");
  EXPECT_STREQ(deleted(8, "diseases/d"), "there");
  auto view = base_.kb().ReadEntities(At(3));
  std::string names;
  ASSERT_TRUE(view->ForEachEntity("diseases/", "",
                                  [&](absl::string_view name, absl::string_view) {
                                    absl::StrAppend(&names, name, " ");
                                    return true;
                                  })
                  .ok());
  EXPECT_EQ(names, "diseases/a diseases/b ");
}

TEST_F(PastReadsTest, ATimeIsTheLastRevisionByThen) {
  auto at = [this](int64_t seconds) {
    auto view = base_.kb().ReadEntities(AtTime(seconds));
    return view.ok() ? absl::StrCat(view->revision().number()) : Describe(view.status());
  };
  EXPECT_EQ(at(999), "0");
  EXPECT_EQ(at(1000), "1");
  EXPECT_EQ(at(1099), "1");
  EXPECT_EQ(at(1100), "2");
  EXPECT_EQ(at(1799), "8");
  EXPECT_EQ(at(1800), "9");
  EXPECT_EQ(at(1900), "9");
  EXPECT_EQ(at(1901),
            "FAILED_PRECONDITION REVISION_NOT_REACHED: 1970-01-01T00:31:41+00:00 is still to come: "
            "nothing is known of it");
}

TEST_F(PastReadsTest, AClockThatGoesBackMakesNoRevisionOlderThanTheOneBefore) {
  now_ = 10;
  ASSERT_TRUE(base_.Commit({Disease("create", "z")}).ok());
  auto change = base_.kb().ReadChange(base::Revision(10));
  EXPECT_EQ((*change)->record.commit_time().seconds(), 1800);
}

TEST_F(PastReadsTest, ChangesSayWhatARevisionDid) {
  auto text = [this](uint64_t revision) {
    auto change = base_.kb().ReadChange(base::Revision(revision));
    return change.ok() ? DeltaText((*change)->record) : Describe(change.status());
  };
  EXPECT_EQ(text(5),
            "-name(diseases/d,,preferred,d) -disease(diseases/d) "
            "-disease_parent(diseases/d,diseases/b,h,) -ancestor(diseases/d,diseases/a) "
            "-ancestor(diseases/d,diseases/b) -children(diseases/b,2) -children(diseases/d,0) "
            "+children(diseases/b,1)");
  // A relation that the new program does not have is gone with all its facts.
  EXPECT_EQ(text(7),
            "-ancestor(diseases/b,diseases/a) -ancestor(diseases/c,diseases/a) -root(diseases/a) "
            "-children(diseases/a,2) -children(diseases/b,0) -children(diseases/c,0) "
            "+leaf(diseases/b) +leaf(diseases/c)");
}

// A record leaves out a delta of more than 1 MiB.
TEST_F(PastReadsTest, ALargeChangeIsDerivedAgain) {
  std::vector<std::string> diseases;
  std::string name(500, 'x');
  for (int i = 0; i < 700; ++i) {
    std::string names;
    for (const char* language : {"en", "de", "fr", "zh"}) {
      absl::StrAppend(&names, "names { text: '", name, "' language: '", language,
                      "' kind: NAME_KIND_PREFERRED } ");
    }
    diseases.push_back(absl::StrCat("create { name: 'diseases/n", i, "' disease { ", names, "} }"));
  }
  ASSERT_EQ(base_.Commit(diseases).status(), absl::OkStatus());
  auto facts = [this] {
    auto change = base_.kb().ReadChange(base::Revision(10));
    EXPECT_TRUE(change.ok()) << change.status();
    return DeltaText((*change)->record);
  };
  std::string while_held = facts();
  EXPECT_NE(while_held.find("+leaf(diseases/n699)"), std::string::npos);
  for (const char* id : {"p", "q", "r"}) {
    ASSERT_TRUE(base_.Commit({Disease("create", id)}).ok());
  }
  base_.Reopen();
  std::string derived = facts();
  auto sorted = [](const std::string& text) {
    std::vector<std::string> words = absl::StrSplit(text, ' ');
    std::sort(words.begin(), words.end());
    return words;
  };
  EXPECT_EQ(sorted(derived), sorted(while_held));
  auto change = base_.kb().ReadChange(base::Revision(10));
  EXPECT_EQ((*change)->record.facts_added(), 6 * 700u);
  EXPECT_EQ((*change)->record.facts_removed(), 0u);
}

}  // namespace
}  // namespace cartograph::kb
