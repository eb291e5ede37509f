// cartographd: serves a knowledge base over gRPC.

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "services/actors.h"
#include "services/listener.h"
#include "services/options.h"
#include "services/server.h"

namespace {

using cartograph::services::ActorTable;
using cartograph::services::ExitCode;
using cartograph::services::Listener;
using cartograph::services::ParsedOptions;
using cartograph::services::Server;

int Fail(ExitCode code, const absl::Status& status) {
  std::fprintf(stderr, "cartographd: %s\n", std::string(status.message()).c_str());
  return static_cast<int>(code);
}

// Waits for SIGTERM and SIGINT on a thread of its own. Before Serving(), a signal ends the process
// at once: nothing is under way that a crash could not interrupt as well. After it, the first asks
// for an orderly end, the second insists.
class Signals {
 public:
  // Before any other thread starts: they inherit the blocked signals.
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    std::thread([this] { Run(); }).detach();
  }
  void Serving() { serving_ = true; }
  // Returns after the first signal.
  void Wait() { asked_.get_future().wait(); }

 private:
  void Run() {
    int number = Next();
    if (serving_) {
      asked_.set_value();
      number = Next();
    }
    _exit(128 + number);
  }
  int Next() {
    int number = 0;
    sigwait(&set_, &number);
    return number;
  }

  sigset_t set_;
  std::atomic<bool> serving_{false};
  std::promise<void> asked_;
};

// Why the knowledge base could not be opened, as an exit code.
ExitCode OpenFailure(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
      return ExitCode::kDamaged;
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnavailable:
      return ExitCode::kDataDir;
    default:
      return ExitCode::kInternal;
  }
}

ExitCode ListenFailure(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ? ExitCode::kUsage
                                                             : ExitCode::kAddress;
}

absl::StatusOr<ActorTable> ReadActors(const ParsedOptions& options) {
  return options.token_file.empty() ? ActorTable() : ActorTable::ReadFile(options.token_file);
}

int Serve(const ParsedOptions& options, Signals* signals) {
  auto actors = ReadActors(options);
  if (!actors.ok()) {
    return Fail(ExitCode::kUsage, actors.status());
  }
  auto listener = Listener::Bind(options.listen);
  if (!listener.ok()) {
    return Fail(ListenFailure(listener.status()), listener.status());
  }
  std::unique_ptr<Listener> http;
  if (options.http_listen != "off") {
    auto bound = Listener::Bind(options.http_listen, "--http-listen");
    if (!bound.ok()) {
      return Fail(ListenFailure(bound.status()), bound.status());
    }
    http = *std::move(bound);
  }
  auto server =
      Server::Start(options.server, *std::move(actors), *std::move(listener), std::move(http));
  if (!server.ok()) {
    return Fail(ExitCode::kUsage, server.status());
  }
  if (absl::Status opened = (*server)->Open(); !opened.ok()) {
    return Fail(OpenFailure(opened), opened);
  }
  if (!options.founding_dir.empty()) {
    if (absl::Status loaded = (*server)->LoadFounding(options.founding_dir); !loaded.ok()) {
      return Fail(ExitCode::kFounding, loaded);
    }
  }
  (*server)->Serve();
  signals->Serving();
  spdlog::info("serving {} on {}", options.server.kb.data_dir, (*server)->address());
  if (!(*server)->http_address().empty()) {
    spdlog::info("HTTP on {}", (*server)->http_address());
  }
  signals->Wait();
  spdlog::info("stopping: calls under way may finish");
  (*server)->Shutdown();
  spdlog::info("stopped");
  return static_cast<int>(ExitCode::kOk);
}

}  // namespace

int main(int argc, char** argv) {
  auto options = cartograph::services::ParseOptions(argc, argv);
  if (!options.ok()) {
    return Fail(ExitCode::kUsage, options.status());
  }
  if (options->print.has_value()) {
    std::fputs(options->print->c_str(), stdout);
    return static_cast<int>(ExitCode::kOk);
  }
  spdlog::set_default_logger(spdlog::stderr_color_mt("cartographd"));
  spdlog::set_level(spdlog::level::from_str(options->log_level));
  Signals signals;
  return Serve(*options, &signals);
}
