#include "services/call_context.h"

#include <algorithm>
#include <chrono>

#include "base/status.h"

namespace cartograph::services {
namespace {

// A call without a deadline has the end of time, which arithmetic on durations does not survive.
constexpr std::chrono::hours kFar{24 * 365};

}  // namespace

CallContext::CallContext(grpc::CallbackServerContext* context, const Serving* serving)
    : context_(context), serving_(serving) {}

absl::Status CallContext::Admit() {
  const auto& metadata = context_->client_metadata();
  auto header = metadata.find("authorization");
  absl::string_view authorization;
  if (header != metadata.end()) {
    authorization = absl::string_view(header->second.data(), header->second.size());
  }
  ASSIGN_OR_RETURN(actor_, serving_->actors().Find(authorization));
  ASSIGN_OR_RETURN(kb_, serving_->kb());
  return absl::OkStatus();
}

absl::Status CallContext::StillWanted() const {
  if (context_->deadline() <= std::chrono::system_clock::now()) {
    return absl::DeadlineExceededError("the deadline passed before the call was handled");
  }
  if (context_->IsCancelled()) {
    return absl::CancelledError("the caller cancelled the call");
  }
  return absl::OkStatus();
}

base::BudgetLimits CallContext::AskLimits() const {
  base::BudgetLimits limits = serving_->limits().ask;
  auto now = std::chrono::system_clock::now();
  if (context_->deadline() < now + kFar) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(context_->deadline() - now);
    left = std::max(left, std::chrono::milliseconds(1));  // 0 would mean "no limit"
    limits.time_max = limits.time_max.count() == 0 ? left : std::min(limits.time_max, left);
  }
  return limits;
}

void CallContext::Cancel() {
  base::MutexLock lock(&mutex_);
  cancelled_ = true;
  for (base::Budget* budget : budgets_) {
    budget->Cancel();
  }
}

void CallContext::Bind(base::Budget* budget) {
  base::MutexLock lock(&mutex_);
  budgets_.push_back(budget);
  if (cancelled_) {
    budget->Cancel();
  }
}

void CallContext::Unbind(base::Budget* budget) {
  base::MutexLock lock(&mutex_);
  budgets_.erase(std::remove(budgets_.begin(), budgets_.end(), budget), budgets_.end());
}

BoundBudget::BoundBudget(CallContext* call, const base::BudgetLimits& limits)
    : call_(call), budget_(limits) {
  call_->Bind(&budget_);
}

BoundBudget::~BoundBudget() { call_->Unbind(&budget_); }

}  // namespace cartograph::services
