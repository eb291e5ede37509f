#include "services/health_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace cartograph::services {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using Serving = HealthCheckResponse::ServingStatus;

class Watch;

// Who watches. A watch registers while it lives.
struct Watchers {
  base::Mutex mutex;
  bool serving ABSL_GUARDED_BY(mutex) = false;
  bool ended ABSL_GUARDED_BY(mutex) = false;
  absl::flat_hash_set<Watch*> watches ABSL_GUARDED_BY(mutex);
};

// One stream of statuses. All state is guarded by the watchers' mutex; at most one write is under
// way, and Finish waits for it.
class Watch final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watch(Watchers* watchers, bool known) : watchers_(watchers), known_(known) {
    base::MutexLock lock(&watchers_->mutex);
    watchers_->watches.insert(this);
    Advance();
  }

  // Writes what is new, or ends. REQUIRES: the watchers' mutex is held.
  void Advance() {
    if (writing_ || finished_) {
      return;
    }
    Serving status = Current();
    if (!cancelled_ && status != sent_) {
      sent_ = status;
      response_.set_status(status);
      writing_ = true;
      StartWrite(&response_);
    } else if (cancelled_ || watchers_->ended) {
      finished_ = true;
      Finish(cancelled_ ? grpc::Status::CANCELLED
                        : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping"));
    }
  }

  void OnWriteDone(bool ok) override {
    base::MutexLock lock(&watchers_->mutex);
    writing_ = false;
    cancelled_ = cancelled_ || !ok;
    Advance();
  }
  void OnCancel() override {
    base::MutexLock lock(&watchers_->mutex);
    cancelled_ = true;
    Advance();
  }
  void OnDone() override {
    {
      base::MutexLock lock(&watchers_->mutex);
      watchers_->watches.erase(this);
    }
    delete this;
  }

 private:
  Serving Current() const {
    if (!known_) {
      return HealthCheckResponse::SERVICE_UNKNOWN;
    }
    return watchers_->serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
  }

  Watchers* const watchers_;
  const bool known_;
  HealthCheckResponse response_;
  std::optional<Serving> sent_;
  bool writing_ = false;
  bool cancelled_ = false;
  bool finished_ = false;
};

}  // namespace

class HealthService::Impl final : public grpc::health::v1::Health::CallbackService {
 public:
  explicit Impl(std::vector<std::string> services) : services_(std::move(services)) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const HealthCheckRequest* request,
                                  HealthCheckResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if (!Knows(request->service())) {
      reactor->Finish(grpc::Status(grpc::StatusCode::NOT_FOUND, "there is no such service"));
      return reactor;
    }
    base::MutexLock lock(&watchers_.mutex);
    response->set_status(watchers_.serving ? HealthCheckResponse::SERVING
                                           : HealthCheckResponse::NOT_SERVING);
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<HealthCheckResponse>* Watch(grpc::CallbackServerContext*,
                                                       const HealthCheckRequest* request) override {
    return new services::Watch(&watchers_, Knows(request->service()));
  }

  void Set(bool serving, bool ended) {
    base::MutexLock lock(&watchers_.mutex);
    watchers_.serving = serving;
    watchers_.ended = watchers_.ended || ended;
    for (services::Watch* watch : watchers_.watches) {
      watch->Advance();
    }
  }

 private:
  bool Knows(const std::string& service) const {
    return service.empty() ||
           std::find(services_.begin(), services_.end(), service) != services_.end();
  }

  const std::vector<std::string> services_;
  Watchers watchers_;
};

HealthService::HealthService(std::vector<std::string> services)
    : impl_(std::make_unique<Impl>(std::move(services))) {}
HealthService::~HealthService() = default;

grpc::Service* HealthService::service() { return impl_.get(); }
void HealthService::SetServing(bool serving) { impl_->Set(serving, /*ended=*/false); }
void HealthService::Shutdown() { impl_->Set(/*serving=*/false, /*ended=*/true); }

}  // namespace cartograph::services
