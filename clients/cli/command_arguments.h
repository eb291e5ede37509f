// Options that several commands share.

#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/fact.pb.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace cartograph::clients {

// Which state is read: --at, --at-least.
struct ReadArguments {
  std::string at;  // a revision, or a time
  uint64_t at_least = 0;

  void AddTo(CLI::App* command);
  v1::ReadOptions ToProto() const;
};

// How a write is done: --reason, --dry-run, --request-id.
struct WriteArguments {
  std::string reason;
  std::string request_id;  // "" for a fresh one
  bool dry_run = false;

  void AddTo(CLI::App* command);
  // With a request id in every case: a fresh one has 128 random bits.
  v1::WriteOptions ToProto() const;
};

// How much is shown: --limit.
struct LimitArgument {
  uint64_t limit = 0;  // 0: no limit

  void AddTo(CLI::App* command);
};

// Takes what ParseTimeout takes.
CLI::Validator TimeoutValidator();

// Counts what is shown against a limit.
class Limit {
 public:
  explicit Limit(const LimitArgument& argument) : max_(argument.limit) {}

  // Rows to ask for at once, at most `page_size_max`.
  uint32_t page_size(uint32_t page_size_max) const {
    return max_ == 0 ? page_size_max
                     : static_cast<uint32_t>(std::min<uint64_t>(max_, page_size_max));
  }
  // Whether one more may be shown. Once false, there is more than the limit.
  bool Take() {
    more_ = max_ != 0 && taken_ == max_;
    taken_ += more_ ? 0 : 1;
    return !more_;
  }
  // Whether to read on after a page, the last when `last`.
  bool GoOn(bool last) {
    more_ = more_ || (max_ != 0 && taken_ == max_ && !last);
    return !more_;
  }

  uint64_t taken() const { return taken_; }
  bool more() const { return more_; }

 private:
  const uint64_t max_;
  uint64_t taken_ = 0;
  bool more_ = false;
};

}  // namespace cartograph::clients
