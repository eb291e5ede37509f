// ServerProcess: a real cartographd in a process of its own, to be killed.

#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "grpcpp/grpcpp.h"

namespace cartograph::testing {

// Runs the cartographd of this build on `data_dir` and a free port of the loopback, until killed or
// destroyed.
class ServerProcess {
 public:
  ServerProcess(const std::string& data_dir, const std::vector<std::string>& flags);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // A channel to it that connects when it listens; each call makes a connection of its own.
  std::shared_ptr<grpc::Channel> Connect() const;
  // Returns when its health says SERVING. False when it ended before.
  bool WaitUntilServing() const;
  // kill -9, and waits for its end.
  void Kill();
  // Waits for its end. Its exit code; -1 when a signal ended it.
  int Wait();

 private:
  std::string address_;
  pid_t pid_ = -1;
};

}  // namespace cartograph::testing
