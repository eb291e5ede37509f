#include "kb/watch_hub.h"

#include <chrono>
#include <future>
#include <memory>

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

using Clock = WatchHub::Clock;

// A waiter whose waking can be waited for.
class Woken {
 public:
  WatchHub::Wake wake() {
    return [this] { promise_.set_value(); };
  }
  bool Soon() { return future_.wait_for(std::chrono::seconds(10)) == std::future_status::ready; }
  bool Already() { return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }

 private:
  std::promise<void> promise_;
  std::future<void> future_ = promise_.get_future();
};

Clock::time_point Never() { return Clock::now() + std::chrono::hours(1); }

TEST(WatchHubTest, WakesThoseWhoWaitForARevision) {
  WatchHub hub(base::Revision(3));
  Woken earlier, next, later;
  hub.Wait(base::Revision(2), Never(), earlier.wake());
  EXPECT_TRUE(earlier.Soon());  // it is there already
  hub.Wait(base::Revision(3), Never(), next.wake());
  WatchHub::Ticket ticket = hub.Wait(base::Revision(4), Never(), later.wake());
  hub.Published(base::Revision(4));
  EXPECT_TRUE(next.Soon());
  EXPECT_TRUE(hub.Cancel(ticket));
  EXPECT_FALSE(hub.Cancel(ticket));
  hub.Published(base::Revision(9));
  EXPECT_FALSE(later.Already());
}

TEST(WatchHubTest, WakesWhenItIsTime) {
  WatchHub hub(base::Revision(3));
  Woken woken;
  hub.Wait(base::Revision(3), Clock::now() + std::chrono::milliseconds(1), woken.wake());
  EXPECT_TRUE(woken.Soon());
}

TEST(WatchHubTest, WakesEverybodyWhenTheServerStops) {
  WatchHub hub(base::Revision(3));
  Woken before, after;
  hub.Wait(base::Revision(3), Never(), before.wake());
  hub.WakeAll();
  EXPECT_TRUE(before.Soon());
  hub.Wait(base::Revision(3), Never(), after.wake());
  EXPECT_TRUE(after.Soon());
}

TEST(WatchHubTest, WhoIsWokenMayWaitAgain) {
  WatchHub hub(base::Revision(0));
  Woken second;
  hub.Wait(base::Revision(0), Never(),
           [&] { hub.Wait(base::Revision(1), Never(), second.wake()); });
  hub.Published(base::Revision(1));
  hub.Published(base::Revision(2));
  EXPECT_TRUE(second.Soon());
}

}  // namespace
}  // namespace cartograph::kb
