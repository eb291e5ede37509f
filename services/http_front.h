// HttpFront: every method, fixed and dynamic, over HTTP/1.1 as the Connect protocol has it.
//
//   POST /cartograph.v1.EntityService/GetEntity        unary and server-streaming methods
//   GET  /healthz                                      the process answers
//   GET  /readyz                                       the model stands: 200, else 503
//
// A call goes on as a call of gRPC within the process, so handlers, limits and actors are the same
// on both ports. Methods with a stream of requests need HTTP/2 and are answered with unimplemented.
//
// A browser's page may call only where its origin was allowed: a page that the user merely visits
// could otherwise write, in their name, to a server on their own machine. For the same reason a
// Host that is neither this machine nor allowed is refused (DNS rebinding).

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "services/listener.h"
#include "services/serving.h"

namespace cartograph::services {

struct HttpLimits {
  size_t connections_max = 12'000;  // further ones are closed
  size_t body_bytes_max = 1 << 20;  // of a request: that of a message of gRPC
  size_t header_bytes_max = 16 << 10;
  std::chrono::milliseconds request_max{30'000};  // from the first byte to the last of a request
  std::chrono::milliseconds idle_max{300'000};    // between requests
  std::chrono::milliseconds write_max{30'000};    // of a client that does not read
  std::vector<std::string> origins;  // of pages that may call: "https://app.example.org"
  std::vector<std::string> hosts;    // names of this server beside localhost; without any, and
                                     // where more than this machine can reach it, every name
};

// Thread-safety: Stop from one thread. Bounds: two threads, whatever the number of connections.
class HttpFront {
 public:
  // Answers on `listener` by calls on `channel`. Connections whose descriptor is `descriptors_max`
  // or more are closed. REQUIRES: `serving` outlives it.
  static std::unique_ptr<HttpFront> Start(const HttpLimits& limits, int descriptors_max,
                                          std::unique_ptr<Listener> listener,
                                          std::shared_ptr<grpc::Channel> channel,
                                          const Serving* serving);
  ~HttpFront();  // StopAccepting() and Stop()
  HttpFront(const HttpFront&) = delete;
  HttpFront& operator=(const HttpFront&) = delete;

  const std::string& address() const;
  // Calls under way go on.
  void StopAccepting();
  // Closes what is open. REQUIRES: the server behind the channel has shut down, so that no call is
  // under way.
  void Stop();

 private:
  class Impl;
  explicit HttpFront(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::services
