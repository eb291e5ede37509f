// Profile: what an evaluation spent, by rule and round.

#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/mutex.h"
#include "rules/engine/body.h"

namespace cartograph::rules {

// What one rule did in one round, in all windows.
struct RuleWork {
  uint64_t runs = 0;
  uint64_t tuples = 0;  // derived for the first time
  uint64_t probes = 0;
  uint64_t nanoseconds = 0;
};

// Thread-safety: Add… may be called from any thread; Write after the evaluation.
class Profile {
 public:
  // `rule` names the rule, its stratum and what it starts from; `plan` is its plan of now.
  void AddWork(const std::string& rule, uint64_t round, absl::string_view plan,
               const RuleWork& work);
  void AddRelation(absl::string_view name, uint64_t rows, uint64_t bytes);

  // Tab-separated with a header for each part: rules by time, with their last plans; the rounds of
  // each rule; relations with their memory.
  void Write(std::ostream* out) const;

 private:
  struct Rule {
    std::string plan;
    RuleWork total;
    std::map<uint64_t, RuleWork> rounds;
  };
  struct Held {
    std::string name;
    uint64_t rows;
    uint64_t bytes;
  };

  mutable base::Mutex mutex_;
  std::map<std::string, Rule> rules_ ABSL_GUARDED_BY(mutex_);
  std::vector<Held> relations_ ABSL_GUARDED_BY(mutex_);
};

// The steps of a body in `order` in words: "scan new path, look up edge by x". `delta` is the
// literal whose new facts are scanned, if there is one.
std::string DescribeOrder(const Program& program, const Body& body,
                          const std::vector<uint32_t>& order, std::optional<uint32_t> delta);

}  // namespace cartograph::rules
