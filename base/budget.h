// Budget: named limits on one piece of work, and its cancellation.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace cartograph::base {

// The limits of one evaluation, query or explanation. 0 in a field means "no limit".
struct BudgetLimits {
  uint64_t facts_max = 50'000'000;  // derived facts: about 400 MB at 8 bytes each
  uint64_t probes_max = 0;          // join probes: bindings tried
  uint64_t rounds_max = 0;          // fixpoint rounds of one stratum
  uint64_t bytes_max = 0;           // memory held by derived facts and intermediate rows
  std::chrono::milliseconds time_max{
      0};  // wall time; never set on the commit path, which is deterministic
};

// Counts what a piece of work spends and says when a limit is passed.
//
// Thread-safety: Spend… and Cancel may be called from any thread.
// Errors: RESOURCE_EXHAUSTED names the limit, its value and `where`; CANCELLED after Cancel();
// DEADLINE_EXCEEDED for time.
class Budget {
 public:
  Budget() : Budget(BudgetLimits{}) {}
  explicit Budget(const BudgetLimits& limits)
      : limits_(limits), start_(std::chrono::steady_clock::now()) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  const BudgetLimits& limits() const { return limits_; }

  void SpendFacts(uint64_t count) { facts_.fetch_add(count, std::memory_order_relaxed); }
  void SpendProbes(uint64_t count) { probes_.fetch_add(count, std::memory_order_relaxed); }
  void SpendBytes(uint64_t count) { bytes_.fetch_add(count, std::memory_order_relaxed); }
  void ReturnBytes(uint64_t count) { bytes_.fetch_sub(count, std::memory_order_relaxed); }

  uint64_t facts() const { return facts_.load(std::memory_order_relaxed); }
  uint64_t probes() const { return probes_.load(std::memory_order_relaxed); }
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

  // Ends the work at its next Check.
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }

  // OK while every limit holds. `where` names the rule or step for the message; `round` is the
  // stratum's current round.
  absl::Status Check(absl::string_view where, uint64_t round = 0) const;

 private:
  const BudgetLimits limits_;
  const std::chrono::steady_clock::time_point start_;
  std::atomic<uint64_t> facts_{0};
  std::atomic<uint64_t> probes_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<bool> cancelled_{false};
};

}  // namespace cartograph::base
