// CallContext: who calls, for how long they will wait, and whether they still do.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/budget.h"
#include "base/mutex.h"
#include "grpcpp/server_context.h"
#include "kb/knowledge_base.h"
#include "services/serving.h"

namespace cartograph::services {

// One call, from its arrival to its answer.
//
// Thread-safety: Cancel may come from any thread at any time; the rest is for the thread that
// handles the call.
class CallContext {
 public:
  CallContext(grpc::CallbackServerContext* context, const Serving* serving);

  // Finds out who calls and whether the server serves. Before the handler. UNAUTHENTICATED,
  // UNAVAILABLE.
  absl::Status Admit();

  // REQUIRES: Admit() said OK.
  kb::KnowledgeBase& kb() const { return *kb_; }
  const std::string& actor() const { return actor_; }
  const ServingLimits& limits() const { return serving_->limits(); }
  const Serving& serving() const { return *serving_; }

  // OK while the caller waits; CANCELLED or DEADLINE_EXCEEDED when the answer would reach nobody.
  absl::Status StillWanted() const;

  // The limits of one question, explanation or rule text: those of the server, and no more time
  // than the caller has left.
  base::BudgetLimits AskLimits() const;

  // Ends the work of every budget bound to this call.
  void Cancel();

 private:
  friend class BoundBudget;
  void Bind(base::Budget* budget);
  void Unbind(base::Budget* budget);

  grpc::CallbackServerContext* const context_;
  const Serving* const serving_;
  kb::KnowledgeBase* kb_ = nullptr;
  std::string actor_;
  base::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<base::Budget*> budgets_ ABSL_GUARDED_BY(mutex_);
};

// A budget that ends when the caller goes away.
class BoundBudget {
 public:
  BoundBudget(CallContext* call, const base::BudgetLimits& limits);
  ~BoundBudget();
  BoundBudget(const BoundBudget&) = delete;
  BoundBudget& operator=(const BoundBudget&) = delete;

  base::Budget* get() { return &budget_; }

 private:
  CallContext* const call_;
  base::Budget budget_;
};

}  // namespace cartograph::services
