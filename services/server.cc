#include "services/server.h"

#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"
#include "services/admin_service.h"
#include "services/entity_service.h"
#include "services/fact_service.h"
#include "services/founding.h"
#include "services/health_service.h"
#include "services/question_methods.h"
#include "services/question_service.h"
#include "services/reflection_service.h"
#include "services/rule_service.h"

namespace cartograph::services {
namespace {

// The services that health answers for.
const std::vector<std::string>& OwnServices() {
  static const auto* const kNames = new std::vector<std::string>{
      "cartograph.v1.EntityService", "cartograph.v1.FactService", "cartograph.v1.QuestionService",
      "cartograph.v1.RuleService", "cartograph.v1.AdminService"};
  return *kNames;
}

// The services that reflection lists.
std::vector<std::string> AllServices() {
  std::vector<std::string> names = OwnServices();
  names.insert(names.end(), {"grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                             "grpc.reflection.v1alpha.ServerReflection"});
  return names;
}

// Makes room for `wanted` descriptors for connections beside those of the store, its log and the
// process. Returns from which one on connections are closed: less than wanted where the machine
// allows less.
int DescriptorCap(int wanted) {
  constexpr rlim_t kReserved = 512;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return wanted;
  }
  rlim_t enough = static_cast<rlim_t>(wanted) + kReserved;
  if (limit.rlim_cur < enough) {
    limit.rlim_cur = std::min(enough, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  rlim_t room = limit.rlim_cur > 2 * kReserved ? limit.rlim_cur - kReserved : limit.rlim_cur / 2;
  return static_cast<int>(std::min<rlim_t>(room, static_cast<rlim_t>(wanted)));
}

int Millis(std::chrono::milliseconds duration) { return static_cast<int>(duration.count()); }

void SetLimits(const WireLimits& limits, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(static_cast<int>(limits.message_bytes_max));
  // A few kilobytes of gzip unpack to gigabytes before any limit is looked at.
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetResourceQuota(grpc::ResourceQuota("cartographd").Resize(limits.memory_bytes_max));
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, static_cast<int>(limits.streams_per_connection_max)},
      {GRPC_ARG_MAX_METADATA_SIZE, static_cast<int>(limits.metadata_bytes_max)},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, Millis(limits.handshake_max)},
      {GRPC_ARG_KEEPALIVE_TIME_MS, Millis(limits.keepalive_interval)},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Millis(limits.keepalive_timeout)},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, Millis(limits.ping_interval_min)},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, Millis(limits.connection_idle_max)},
  };
  for (const auto& [name, value] : arguments) {
    builder->AddChannelArgument(name, value);
  }
}

const std::string& NoAddress() {
  static const auto* const kNone = new std::string();
  return *kNone;
}

// Without tokens, only this machine may reach `listener`.
absl::Status CheckReach(const Listener* listener, const ActorTable& actors) {
  if (listener == nullptr || listener->loopback() || actors.required()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("cannot listen on ", listener->address(),
                   ": without --token-file only this machine may write; listen on 127.0.0.1, or "
                   "name a token file"));
}

}  // namespace

class Server::Impl {
 public:
  Impl(const ServerOptions& options, ActorTable actors, std::unique_ptr<Listener> listener,
       std::unique_ptr<Listener> http)
      : options_(options),
        serving_(options.serving, std::move(actors)),
        health_(OwnServices()),
        reflection_(AllServices(), &serving_),
        question_methods_(&serving_),
        listener_(std::move(listener)),
        http_listener_(std::move(http)) {
    services_.push_back(MakeEntityService(&serving_));
    services_.push_back(MakeFactService(&serving_));
    services_.push_back(MakeQuestionService(&serving_));
    services_.push_back(MakeRuleService(&serving_));
    services_.push_back(MakeAdminService(&serving_));
  }

  absl::Status Start() {
    grpc::ServerBuilder builder;
    SetLimits(options_.wire, &builder);
    for (const auto& service : services_) {
      builder.RegisterService(service.get());
    }
    builder.RegisterService(health_.service());
    for (grpc::Service* service : reflection_.services()) {
      builder.RegisterService(service);
    }
    builder.RegisterCallbackGenericService(&question_methods_);
    using ConnectionType = grpc::ServerBuilder::experimental_type::ExternalConnectionType;
    acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
        ConnectionType::FROM_FD, grpc::InsecureServerCredentials());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::InternalError("gRPC refused to start");
    }
    const int cap = DescriptorCap(options_.wire.descriptors_max);
    if (listener_ != nullptr) {
      listener_->Start(cap, [this](int listener_fd, int fd) { HandOver(listener_fd, fd); });
    }
    if (http_listener_ != nullptr) {
      http_ = HttpFront::Start(options_.http, cap, std::move(http_listener_), InProcessChannel(),
                               &serving_);
    }
    return absl::OkStatus();
  }

  absl::Status Open() {
    kb::KnowledgeBaseOptions options = options_.kb;
    options.mutations_max = std::max(options.mutations_max, kFoundingEntitiesMax);
    ASSIGN_OR_RETURN(kb_, kb::KnowledgeBase::Open(options));
    return absl::OkStatus();
  }

  void Serve() {
    CHECK(kb_ != nullptr);
    serving_.Start(kb_.get());
    health_.SetServing(true);
  }

  void Shutdown() {
    if (server_ == nullptr) {
      return;
    }
    health_.Shutdown();
    serving_.Stop();
    if (kb_ != nullptr) {
      kb_->watch_hub().WakeAll();
    }
    if (listener_ != nullptr) {
      listener_->Stop();
    }
    if (http_ != nullptr) {
      http_->StopAccepting();
    }
    server_->Shutdown(std::chrono::system_clock::now() + options_.wire.drain_max);
    server_->Wait();
    if (http_ != nullptr) {
      http_->Stop();
    }
    server_ = nullptr;
  }

  const std::string& address() const {
    return listener_ == nullptr ? NoAddress() : listener_->address();
  }
  const std::string& http_address() const {
    return http_ == nullptr ? NoAddress() : http_->address();
  }
  std::shared_ptr<grpc::Channel> InProcessChannel() {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);  // what the server sends is bounded by its own limits
    return server_->InProcessChannel(arguments);
  }
  kb::KnowledgeBase* kb() { return kb_.get(); }

 private:
  void HandOver(int listener_fd, int fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.listener_fd = listener_fd;
    connection.fd = fd;
    acceptor_->HandleNewConnection(&connection);
  }

  // In order of dependence: what stands below is destroyed first.
  const ServerOptions options_;
  std::unique_ptr<kb::KnowledgeBase> kb_;
  Serving serving_;
  HealthService health_;
  ReflectionService reflection_;
  QuestionMethods question_methods_;
  std::vector<std::unique_ptr<MethodTable>> services_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<Listener> http_listener_;  // until it is started
  std::unique_ptr<HttpFront> http_;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      ActorTable actors,
                                                      std::unique_ptr<Listener> listener,
                                                      std::unique_ptr<Listener> http) {
  RETURN_IF_ERROR(CheckReach(listener.get(), actors));
  RETURN_IF_ERROR(CheckReach(http.get(), actors));
  auto impl =
      std::make_unique<Impl>(options, std::move(actors), std::move(listener), std::move(http));
  RETURN_IF_ERROR(impl->Start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { Shutdown(); }

absl::Status Server::Open() { return impl_->Open(); }
absl::Status Server::LoadFounding(const std::string& dir) {
  CHECK(impl_->kb() != nullptr);
  return LoadFoundingCorpus(dir, impl_->kb());
}
void Server::Serve() { impl_->Serve(); }
void Server::Shutdown() { impl_->Shutdown(); }
const std::string& Server::address() const { return impl_->address(); }
const std::string& Server::http_address() const { return impl_->http_address(); }
std::shared_ptr<grpc::Channel> Server::InProcessChannel() { return impl_->InProcessChannel(); }
kb::KnowledgeBase& Server::kb() { return *impl_->kb(); }

}  // namespace cartograph::services
