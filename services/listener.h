// Listener: our own accept loop.
//
// Why not gRPC's: once a process has run out of file descriptors, gRPC 1.51's listener never
// accepts again. This one refuses connections before that, and goes on after an accept that failed.

#pragma once

#include <memory>
#include <string>
#include <thread>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cartograph::services {

// A bound socket, and the thread that accepts on it.
//
// Bounds: the kernel gives the lowest free descriptor, so a connection whose descriptor is at or
// above the cap finds at least that many open: it is closed at once. No count is kept that could go
// wrong. Thread-safety: Start and Stop from one thread.
class Listener {
 public:
  // "127.0.0.1:7600", "localhost:0" (any free port), "[::1]:7600", "unix:/run/cartograph.sock".
  // INVALID_ARGUMENT: not such an address. FAILED_PRECONDITION: taken, or not ours to bind; one
  // line that says what to do, by the `option` that gave the address.
  static absl::StatusOr<std::unique_ptr<Listener>> Bind(const std::string& address,
                                                        absl::string_view option = "--listen");
  ~Listener();  // Stop()
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // As clients dial it, the port filled in.
  const std::string& address() const { return address_; }
  // Whether only this machine can reach it.
  bool loopback() const { return loopback_; }

  // Receives the descriptors of the listener and of a connection, which it owns from then on.
  using OnConnection = absl::AnyInvocable<void(int listener_fd, int fd)>;
  // Accepts until Stop. Connections with a descriptor of `descriptors_max` or more are closed.
  void Start(int descriptors_max, OnConnection on_connection);
  // Returns when no more connection will be handed over. Closes the socket.
  void Stop();

 private:
  Listener(int fd, std::string address, bool loopback, std::string unix_path);
  void Run();
  // False when the loop should pause: the process or the machine is short of something.
  bool AcceptOne();

  int fd_;
  int wake_fd_;  // written to by Stop
  const std::string address_;
  const bool loopback_;
  const std::string unix_path_;  // to remove at the end; "" for TCP
  int descriptors_max_ = 0;
  OnConnection on_connection_;
  std::thread thread_;
};

}  // namespace cartograph::services
