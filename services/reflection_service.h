// Server reflection, grpc.reflection.v1 and v1alpha: what the server speaks, for tools like buf
// curl and grpcurl.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/impl/service_type.h"
#include "services/serving.h"

namespace cartograph::services {

// Not gRPC's own: that one cannot add services while it runs. This one serves the descriptors as
// protoc wrote them, with all files that they import.
//
// Thread-safety: any number of streams at once. Bounds: one answer at a time for each stream.
class ReflectionService {
 public:
  // Lists `services` and that of the active pack's questions; finds every file, symbol and
  // extension compiled into the process, and those of the questions. REQUIRES: `serving` outlives
  // it.
  ReflectionService(std::vector<std::string> services, const Serving* serving);
  ~ReflectionService();

  // Both versions, to be registered.
  std::vector<grpc::Service*> services();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::services
