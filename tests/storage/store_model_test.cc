// The store against a std::map, with reopening as one of the operations.

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

using base::Revision;

// Everything the store should say, kept in the plainest way: one full copy for each revision.
struct ModelRevision {
  std::map<std::string, std::string> entities;
  std::set<Reference> references;
  std::string change;
};

class World {
 public:
  World() : options_(OptionsFor(folder_.Join("store"))), store_(OpenOrDie(options_)) {
    model_.emplace_back();
  }

  // One random sequence of operations; reopening is one of them.
  void Run(unsigned seed, int operations) {
    random_.seed(seed);
    for (int i = 0; i < operations && !::testing::Test::HasFailure(); ++i) {
      Step(Pick(20));
    }
    CheckReferences();
  }

  void CheckEveryRevision() {
    for (size_t r = 0; r < model_.size(); ++r) CheckRevision(Revision(r));
  }

 private:
  void Step(size_t dice) {
    if (dice == 0) return Reopen();
    if (dice <= 3) return CheckRevision(Revision(Pick(model_.size())));
    if (dice <= 6) return CheckPaging();
    CommitGroup(dice <= 10 ? 2 + Pick(4) : 1);
  }

  size_t Pick(size_t count) { return std::uniform_int_distribution<size_t>(0, count - 1)(random_); }

  // Few names, so that they meet often; some are prefixes of others, some hold odd bytes.
  std::string PickName() {
    static const std::vector<std::string> names = {
        "a/x",    "a/xy", "a/y", "b/x", "b/xyz", std::string("b/\0x", 4), std::string("b/\0", 3),
        "b/\xff", "c"};
    return names[Pick(names.size())];
  }

  WriteSet RandomWrites(ModelRevision* next) {
    WriteSet writes;
    std::map<std::string, std::optional<std::string>> chosen;
    for (size_t i = 0; i < 1 + Pick(3); ++i) {
      bool deleted = Pick(4) == 0;
      chosen[PickName()] = deleted ? std::optional<std::string>() : absl::StrCat("v", Pick(1000));
    }
    for (const auto& [name, bytes] : chosen) {
      writes.entities.push_back({name, bytes});
      next->entities.erase(name);
      if (bytes.has_value()) next->entities[name] = *bytes;
    }
    AddReferences(&writes, next);
    writes.change = next->change = absl::StrCat("change ", Pick(1000));
    return writes;
  }

  void AddReferences(WriteSet* writes, ModelRevision* next) {
    Reference reference{.to = PickName(), .from = PickName(), .field = "f"};
    if (next->references.erase(reference) > 0) {
      writes->references_removed.push_back(reference);
    } else {
      writes->references_added.push_back(reference);
      next->references.insert(reference);
    }
  }

  // Several revisions appended one on the other, one flush, published in order.
  void CommitGroup(size_t size) {
    Revision before = store_->visible();
    for (size_t i = 0; i < size; ++i) {
      ModelRevision next = model_.back();
      absl::StatusOr<Revision> appended = store_->Append(RandomWrites(&next));
      ASSERT_TRUE(appended.ok()) << appended.status();
      ASSERT_EQ(appended->number(), model_.size());
      model_.push_back(next);
      EXPECT_EQ(DumpMap(next), Dump(*store_->WriterView()));
    }
    EXPECT_EQ(store_->visible(), before);
    ASSERT_TRUE(store_->Flush().ok());
    for (Revision r = before.next(); r <= store_->durable(); r = r.next()) {
      EXPECT_EQ(DumpMap(model_[r.number()]), Dump(*store_->Publish(r)));
    }
  }

  void Reopen() {
    store_.reset();
    store_ = OpenOrDie(options_);
    EXPECT_EQ(store_->visible().number(), model_.size() - 1);
    EXPECT_EQ(store_->appended(), store_->visible());
  }

  static std::string DumpMap(const ModelRevision& revision, const std::string& prefix = "",
                             const std::string& after = "", size_t limit = 1000) {
    std::string dump;
    for (const auto& [name, bytes] : revision.entities) {
      if (name.substr(0, prefix.size()) != prefix || name <= after || limit == 0) continue;
      --limit;
      absl::StrAppend(&dump, dump.empty() ? "" : " ", name, "=", bytes);
    }
    return dump;
  }

  void CheckRevision(Revision r) {
    const ModelRevision& expected = model_[r.number()];
    auto snapshot = store_->Latest();
    EXPECT_EQ(DumpMap(expected), Dump(*snapshot, r)) << "as of " << r.number();
    std::string name = PickName();
    auto version = snapshot->GetAt(name, r);
    auto it = expected.entities.find(name);
    bool present = version.ok() && version->bytes.has_value();
    ASSERT_EQ(present, it != expected.entities.end());
    if (present) {
      EXPECT_EQ(version->bytes->view(), it->second);
    }
    if (r.number() > 0) {
      EXPECT_EQ(snapshot->ReadChange(r)->view(), expected.change);
    }
  }

  // Pages of a random size over a random prefix at a random revision give the whole, in order.
  void CheckPaging() {
    Revision r(Pick(model_.size()));
    std::string prefix = Pick(2) == 0 ? "b/" : "";
    std::string after = Pick(2) == 0 ? PickName() : "";
    size_t limit = 1 + Pick(4);
    std::string dump;
    size_t seen = 0;
    EntityRange range{.prefix = prefix, .start_after = after, .as_of = r};
    ASSERT_TRUE(store_->Latest()
                    ->VisitEntities(range,
                                    [&](auto name, auto bytes) {
                                      absl::StrAppend(&dump, dump.empty() ? "" : " ", name, "=",
                                                      bytes);
                                      return ++seen < limit;
                                    })
                    .ok());
    EXPECT_EQ(DumpMap(model_[r.number()], prefix, after, limit), dump);
  }

  void CheckReferences() {
    std::set<Reference> found;
    for (const Reference& expected : model_.back().references) {
      auto page = store_->Latest()->Referrers(expected.to, 100);
      ASSERT_TRUE(page.ok()) << page.status();
      found.insert(page->referrers.begin(), page->referrers.end());
    }
    EXPECT_EQ(found, model_.back().references);
  }

  std::mt19937 random_;
  testing::TemporaryFolder folder_;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
  std::vector<ModelRevision> model_;
};

// Making a store is the slow part, so each is used for several sequences.
TEST(StoreModelTest, AgreesWithAMap) {
  constexpr unsigned kWorlds = 10;
  constexpr unsigned kSequences = 20;
  for (unsigned w = 0; w < kWorlds; ++w) {
    World world;
    for (unsigned seed = w * kSequences; seed < (w + 1) * kSequences; ++seed) {
      SCOPED_TRACE(absl::StrCat("seed ", seed));
      world.Run(seed, 30);
      if (HasFailure()) return;
    }
    world.CheckEveryRevision();
  }
}

}  // namespace
}  // namespace cartograph::storage
