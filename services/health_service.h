// HealthService: grpc.health.v1, answered from one flag.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/service_type.h"

namespace cartograph::services {

// Not gRPC's own: that one registers its descriptors in a way that breaks reflection tools (grpc
// issue 36665).
//
// Thread-safety: all methods may be called from any thread.
class HealthService {
 public:
  // Answers for the server as a whole ("") and for each of `services`; NOT_SERVING at first.
  explicit HealthService(std::vector<std::string> services);
  ~HealthService();

  grpc::Service* service();
  // Watchers are told.
  void SetServing(bool serving);
  // NOT_SERVING; watchers are told, then their streams end: they must not hold up the server's
  // shutdown.
  void Shutdown();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::services
