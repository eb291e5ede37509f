#include "base/budget.h"

#include "absl/strings/str_cat.h"

namespace cartograph::base {
namespace {

absl::Status Exhausted(absl::string_view limit, uint64_t value, absl::string_view where) {
  return absl::ResourceExhaustedError(
      absl::StrCat("the budget ", limit, " = ", value, " was spent in ", where));
}

}  // namespace

absl::Status Budget::Check(absl::string_view where, uint64_t round) const {
  if (cancelled_.load(std::memory_order_relaxed)) {
    return absl::CancelledError(absl::StrCat("cancelled in ", where));
  }
  if (limits_.facts_max != 0 && facts() > limits_.facts_max) {
    return Exhausted("facts_max", limits_.facts_max, where);
  }
  if (limits_.probes_max != 0 && probes() > limits_.probes_max) {
    return Exhausted("probes_max", limits_.probes_max, where);
  }
  if (limits_.rounds_max != 0 && round > limits_.rounds_max) {
    return Exhausted("rounds_max", limits_.rounds_max, where);
  }
  if (limits_.bytes_max != 0 && bytes() > limits_.bytes_max) {
    return Exhausted("bytes_max", limits_.bytes_max, where);
  }
  if (limits_.time_max.count() != 0 &&
      std::chrono::steady_clock::now() - start_ > limits_.time_max) {
    return absl::DeadlineExceededError(absl::StrCat(
        "the budget time_max = ", limits_.time_max.count(), " ms was spent in ", where));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::base
