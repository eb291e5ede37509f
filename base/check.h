// CHECK: a broken invariant ends the process, with the condition and where it stood. Never for bad
// input.

#pragma once

namespace cartograph::base {

// Logs `condition` with its place and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace cartograph::base

#define CHECK(condition)                               \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::cartograph::base::CheckFailed(#condition, __FILE__, __LINE__))
