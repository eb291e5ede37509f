// Server: one knowledge base on the wire.

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "kb/knowledge_base.h"
#include "services/actors.h"
#include "services/http_front.h"
#include "services/listener.h"
#include "services/serving.h"

namespace cartograph::services {

// Limits of connections.
struct WireLimits {
  size_t message_bytes_max = 1 << 20;       // a message parses to 40 times its size at worst
  size_t metadata_bytes_max = 16 << 10;     // headers of a call: a token and some names
  size_t memory_bytes_max = 512 << 20;      // what gRPC buffers for all connections together
  size_t streams_per_connection_max = 128;  // calls at a time on one connection
  int descriptors_max =
      16384;  // connections from this one on are closed, so that the store never lacks a descriptor
  std::chrono::milliseconds handshake_max{10'000};  // from accept to the HTTP/2 preface
  std::chrono::milliseconds keepalive_interval{
      60'000};  // silence before a connection is asked whether it lives
  std::chrono::milliseconds keepalive_timeout{20'000};  // silence after that before it is closed
  std::chrono::milliseconds ping_interval_min{10'000};  // clients that ping more often are cut off
  std::chrono::milliseconds connection_idle_max{
      1'800'000};  // without a call; clients reconnect by themselves
  std::chrono::milliseconds drain_max{
      8'000};  // for calls under way at shutdown: supervisors kill after 10 s
};

struct ServerOptions {
  kb::KnowledgeBaseOptions kb;
  ServingLimits serving;
  WireLimits wire;
  HttpLimits http;
};

// Goes through its life in order: Start (answers, but says NOT_SERVING), Open, LoadFounding if
// asked, Serve, Shutdown.
//
// Thread-safety: the life's steps from one thread; channel() from any.
class Server {
 public:
  // Answers gRPC on `listener` (null: only in process) and HTTP on `http` (null: not at all).
  // FAILED_PRECONDITION: without tokens in `actors` anyone who reaches an address could write, so
  // both must be loopback.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       ActorTable actors,
                                                       std::unique_ptr<Listener> listener,
                                                       std::unique_ptr<Listener> http = nullptr);
  ~Server();  // Shutdown()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Opens the knowledge base and evaluates its model. Errors as KnowledgeBase::Open.
  absl::Status Open();
  // Loads the corpus in `dir` into what is empty: entities when there never was a commit, the rule
  // pack when none was ever activated. REQUIRES: Open() said OK.
  absl::Status LoadFounding(const std::string& dir);
  // From now on calls are answered and health says SERVING. REQUIRES: Open() said OK.
  void Serve();
  // Health says NOT_SERVING, no connection is accepted, calls under way get `drain_max` to finish,
  // then are cancelled. Returns when nothing runs any more. A second call does nothing.
  void Shutdown();

  // What the listener listens on; "" without one.
  const std::string& address() const;
  const std::string& http_address() const;
  // A channel without a network, for tests.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // REQUIRES: Open() said OK.
  kb::KnowledgeBase& kb();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cartograph::services
