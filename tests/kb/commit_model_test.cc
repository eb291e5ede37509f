// Random commits against a plain model of what they should do, and the maintained facts against
// those derived from scratch.

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

// One disease as the model knows it.
struct Known {
  bool alive = true;
  int text = 0;
  std::set<std::string> parents;
  uint64_t revision = 0;

  friend bool operator==(const Known&, const Known&) = default;
};
using World = std::map<std::string, Known>;

// One random mutation: as text, and as it is applied to a world.
struct Step {
  std::string kind;
  std::string id;
  int text = 0;
  std::set<std::string> parents;

  std::string Text() const {
    if (kind == "delete" || kind == "undelete") {
      return absl::StrCat(kind, ": 'diseases/", id, "'");
    }
    std::string text_form = Disease(kind, id, {parents.begin(), parents.end()});
    return text_form.insert(text_form.find("names"), absl::StrCat("description: '", text, "' "));
  }

  // Whether the mutation is allowed in `world`; applies it then.
  bool Apply(World* world, uint64_t revision) const {
    auto found = world->find(id);
    bool there = found != world->end();
    bool alive = there && found->second.alive;
    if (kind == "create"     ? there
        : kind == "put"      ? false
        : kind == "undelete" ? !there || alive
                             : !alive) {
      return false;
    }
    if (kind == "delete" || kind == "undelete") {
      found->second.alive = kind == "undelete";
      found->second.revision = revision;
      return true;
    }
    Known written{true, text, parents, revision};
    if (alive && found->second.text == text && found->second.parents == parents) {
      return true;  // no change
    }
    (*world)[id] = written;
    return true;
  }
};

// Whether every reference of a live disease leads to a live one.
bool Sound(const World& world) {
  for (const auto& [id, known] : world) {
    for (const std::string& parent : known.parents) {
      auto target = world.find(parent);
      if (known.alive && (target == world.end() || !target->second.alive)) {
        return false;
      }
    }
  }
  return true;
}

class CommitModelTest : public ::testing::TestWithParam<int> {
 protected:
  std::string RandomId() { return absl::StrCat("d", Below(8)); }
  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

  Step RandomStep(const std::string& id) {
    static const char* const kKinds[] = {"create", "put",      "put",   "put",
                                         "delete", "undelete", "update"};
    Step step{kKinds[Below(7)], id, Below(2), {}};
    for (int i = Below(2) * Below(3); i > 0; --i) {
      step.parents.insert(RandomId());
    }
    return step;
  }

  // A commit of one to three mutations; what it should leave, or nothing when it should be refused.
  std::vector<Step> RandomCommit() {
    std::set<std::string> ids;
    for (int i = Below(3); i >= 0; --i) {
      ids.insert(RandomId());
    }
    std::vector<Step> steps;
    for (const std::string& id : ids) {
      steps.push_back(RandomStep(id));
    }
    std::shuffle(steps.begin(), steps.end(), random_);
    return steps;
  }

  void Commit(const std::vector<Step>& steps) {
    World next = world_;
    bool allowed = true;
    std::vector<std::string> mutations;
    for (const Step& step : steps) {
      allowed = step.Apply(&next, base_.revision() + 1) && allowed;
      mutations.push_back(step.Text());
    }
    allowed = allowed && Sound(next);
    uint64_t before = base_.revision();
    auto result = base_.Commit(mutations);
    ASSERT_EQ(result.ok(), allowed) << result.status() << " for " << mutations[0];
    bool changes = allowed && next != world_;
    ASSERT_EQ(base_.revision(), before + (changes ? 1 : 0));
    if (allowed) {
      world_ = next;
      ++accepted_;
    } else {
      ++refused_;
    }
  }

  void CheckEntities() {
    for (int i = 0; i < 8; ++i) {
      std::string id = absl::StrCat("d", i);
      auto entity = base_.kb().Latest().GetEntity("diseases/" + id);
      ASSERT_TRUE(entity.ok());
      auto known = world_.find(id);
      ASSERT_EQ(entity->has_value(), known != world_.end()) << id;
      if (!entity->has_value()) {
        continue;
      }
      Known stored{!(*entity)->has_delete_time(),
                   std::atoi((*entity)->disease().description().c_str()),
                   {},
                   (*entity)->revision()};
      for (const v1::DiseaseParent& parent : (*entity)->disease().parents()) {
        stored.parents.insert(parent.parent().substr(parent.parent().find('/') + 1));
      }
      EXPECT_TRUE(stored == known->second) << id << ": " << (*entity)->ShortDebugString();
    }
  }

  std::mt19937 random_{static_cast<uint32_t>(GetParam())};
  TestBase base_;
  World world_;
  int accepted_ = 0;
  int refused_ = 0;
};

TEST_P(CommitModelTest, AgreesAfterEveryRevision) {
  base_.Activate(kDiseaseRules);
  for (int i = 0; i < 120 && !HasFatalFailure(); ++i) {
    Commit(RandomCommit());
    CheckEntities();
    std::string facts = DumpModel(base_.kb().Latest().model());
    ASSERT_EQ(facts, DumpRebuilt(base_.kb(), base_.kb().Latest()));
    if (i % 40 == 39) {
      base_.Reopen();
      ASSERT_EQ(DumpModel(base_.kb().Latest().model()), facts);
    }
  }
  EXPECT_GT(accepted_, 15);
  EXPECT_GT(refused_, 15);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CommitModelTest, ::testing::Range(0, 4));

}  // namespace
}  // namespace cartograph::kb
