#include "base/check.h"

#include <cstdlib>

#include "spdlog/spdlog.h"

namespace cartograph::base {

void CheckFailed(const char* condition, const char* file, int line) {
  spdlog::critical("{}:{}: invariant broken: {}", file, line, condition);
  spdlog::shutdown();
  std::abort();
}

}  // namespace cartograph::base
