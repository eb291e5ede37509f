// Many writers and readers at once.

#include <atomic>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "gtest/gtest.h"
#include "tests/kb/test_base.h"

namespace cartograph::kb {
namespace {

constexpr int kWriters = 16;
constexpr int kCommitsEach = 10;

// Each commit creates a pair of diseases, one below the other: a reader that sees half of it sees a
// torn state.
std::vector<v1::Mutation> Pair(int writer, int number) {
  std::string id = absl::StrCat("w", writer, "-", number);
  return {ParseMutation(Disease("create", id + "a")),
          ParseMutation(Disease("create", id + "b", {id + "a"}))};
}

size_t SizeOf(const Snapshot& snapshot, const char* relation) {
  return snapshot.model().relation(*snapshot.model().program().Find(relation)).size();
}

// What is wrong with `snapshot`, or "": entities and facts, base and derived, must all be of its
// revision. The pack was activated at revision 1 and every later one brought a pair.
std::string Torn(const Snapshot& snapshot) {
  size_t pairs = snapshot.revision().number() - 1;
  size_t stored = 0;
  absl::Status status =
      snapshot.ForEachEntity("diseases/", "", [&](absl::string_view, absl::string_view) {
        ++stored;
        return true;
      });
  bool whole = status.ok() && stored == 2 * pairs && SizeOf(snapshot, "disease") == 2 * pairs &&
               SizeOf(snapshot, "ancestor") == pairs && SizeOf(snapshot, "root") == pairs;
  return whole ? ""
               : absl::StrCat("torn at ", snapshot.revision().number(), ": ", stored, " stored, ",
                              SizeOf(snapshot, "disease"), " disease, ",
                              SizeOf(snapshot, "ancestor"), " ancestor");
}

TEST(CommitThreadsTest, EveryAcknowledgedCommitIsThereAndNoReadIsTorn) {
  TestBase base;
  base.Activate(kDiseaseRules);
  base::Mutex mutex;
  std::set<uint64_t> revisions;
  std::string problem;
  std::atomic<bool> done{false};
  auto write = [&](int writer) {
    for (int i = 0; i < kCommitsEach; ++i) {
      auto result = base.kb().Commit(Pair(writer, i), {}, {.actor = "ada"});
      base::MutexLock lock(&mutex);
      if (!result.ok() || !revisions.insert(result->revision.number()).second) {
        problem = result.ok() ? "a revision was given twice" : result.status().ToString();
        return;
      }
      // What is acknowledged can be read.
      v1::ReadOptions read;
      read.set_at_least_revision(result->revision.number());
      if (!base.kb().Read(read).ok()) {
        problem = "acknowledged and not to be read";
      }
    }
  };
  auto read = [&] {
    uint64_t last = 0;
    while (!done) {
      Snapshot latest = base.kb().Latest();
      std::string torn = Torn(latest);
      if (!torn.empty() || latest.revision().number() < last) {
        base::MutexLock lock(&mutex);
        problem = torn.empty() ? "revisions went back" : torn;
        return;
      }
      last = latest.revision().number();
    }
  };
  std::vector<std::thread> writers;
  std::vector<std::thread> readers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back(write, i);
  }
  readers.emplace_back(read);
  readers.emplace_back(read);
  for (std::thread& thread : writers) {
    thread.join();
  }
  done = true;
  for (std::thread& thread : readers) {
    thread.join();
  }
  EXPECT_EQ(problem, "");
  ASSERT_EQ(revisions.size(), size_t{kWriters} * kCommitsEach);
  EXPECT_EQ(*revisions.begin(), 2u);
  EXPECT_EQ(*revisions.rbegin(), kWriters * kCommitsEach + 1u);
  base.Reopen();
  EXPECT_EQ(base.revision(), kWriters * kCommitsEach + 1u);
  EXPECT_EQ(Torn(base.kb().Latest()), "");
}

TEST(CommitThreadsTest, ConcurrentDuplicatesAreAppliedOnce) {
  TestBase base;
  base::Mutex mutex;
  std::string problem;
  std::atomic<int> replayed{0};
  auto write = [&](int number) {
    WriteContext context{.actor = "ada", .request_id = absl::StrCat("request-", number)};
    auto result = base.kb().Commit(Pair(0, number), {}, context);
    base::MutexLock lock(&mutex);
    if (!result.ok() || result->entities.size() != 2 || result->facts_added != 5) {
      problem = result.ok() ? absl::StrCat("+", result->facts_added, ", ", result->entities.size(),
                                           " entities")
                            : result.status().ToString();
    } else if (result->replayed) {
      ++replayed;
    }
  };
  for (int number = 0; number < 10; ++number) {
    std::vector<std::thread> twins;
    for (int i = 0; i < 4; ++i) {
      twins.emplace_back(write, number);
    }
    for (std::thread& thread : twins) {
      thread.join();
    }
  }
  EXPECT_EQ(problem, "");
  EXPECT_EQ(replayed, 30);
  EXPECT_EQ(base.revision(), 10u);
}

}  // namespace
}  // namespace cartograph::kb
