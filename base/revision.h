// Revision: the number of a commit.

#pragma once

#include <compare>
#include <cstdint>

namespace cartograph::base {

// The number of a commit; dense, growing by one. 0 means "nothing yet".
class Revision {
 public:
  constexpr Revision() = default;
  constexpr explicit Revision(uint64_t number) : number_(number) {}

  constexpr uint64_t number() const { return number_; }
  constexpr Revision next() const { return Revision(number_ + 1); }

  friend constexpr auto operator<=>(Revision, Revision) = default;

 private:
  uint64_t number_ = 0;
};

}  // namespace cartograph::base
