#include "clients/cpp/client.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace cartograph::clients {
namespace {

// Chunks of an import that are sent before the first of them is answered: the server can gather
// them into one flush.
constexpr size_t kChunksUnderWay = 4;

constexpr int kReconnectBackoffMs = 100;
constexpr int kReconnectBackoffMaxMs = 1000;

std::shared_ptr<grpc::Channel> OpenChannel(const ClientOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.message_bytes_max);
  // gRPC's own pause grows to two minutes: a server that restarts would be found again that late.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectBackoffMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectBackoffMaxMs);
  return grpc::CreateCustomChannel(options.server, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(const ClientOptions& options) {
  std::shared_ptr<grpc::Channel> channel = OpenChannel(options);
  absl::Time deadline = absl::Now() + options.connect_timeout;
  if (!channel->WaitForConnected(absl::ToChronoTime(deadline))) {
    return absl::UnavailableError(absl::StrCat("no server answers at ", options.server, " (waited ",
                                               absl::FormatDuration(options.connect_timeout), ")"));
  }
  return std::unique_ptr<Client>(new Client(options, std::move(channel)));
}

Client::Client(ClientOptions options, std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      stubs_(v1::EntityService::NewStub(channel_), v1::FactService::NewStub(channel_),
             v1::QuestionService::NewStub(channel_), v1::RuleService::NewStub(channel_),
             v1::AdminService::NewStub(channel_)) {}

void Client::Prepare(absl::Duration timeout, grpc::ClientContext* context) const {
  context->set_wait_for_ready(true);
  if (timeout != absl::InfiniteDuration()) {
    context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  if (!options_.token.empty()) {
    context->AddMetadata("authorization", absl::StrCat("Bearer ", options_.token));
  }
}

absl::Status Client::Explained(const grpc::Status& status, absl::Duration timeout) const {
  bool own = status.error_details().empty();
  if (own && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return absl::DeadlineExceededError(
        absl::StrCat(options_.server, " did not answer within ", absl::FormatDuration(timeout)));
  }
  if (own && status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return absl::UnavailableError(
        absl::StrCat("lost the connection to ", options_.server, ": ", status.error_message()));
  }
  return FromGrpcStatus(status);
}

absl::Status Client::Import(
    const std::function<absl::StatusOr<std::optional<v1::ImportEntitiesRequest>>()>& next,
    const std::function<void(const v1::ImportEntitiesResponse&)>& done) {
  grpc::ClientContext context;
  Prepare(options_.stream_timeout, &context);
  auto stream = stub<v1::EntityService::Stub>()->ImportEntities(&context);
  v1::ImportEntitiesResponse answer;
  size_t under_way = 0;
  auto read_answer = [&] {
    bool read = stream->Read(&answer);
    if (read) {
      done(answer);
      --under_way;
    }
    return read;
  };
  absl::Status given;
  for (;;) {
    absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> chunk = next();
    given = chunk.status();
    if (!given.ok() || !chunk->has_value() || !stream->Write(**chunk)) {
      break;
    }
    if (++under_way == kChunksUnderWay && !read_answer()) {
      break;
    }
  }
  stream->WritesDone();
  while (read_answer()) {
  }
  absl::Status finished = Explained(stream->Finish(), options_.stream_timeout);
  return given.ok() ? finished : given;
}

}  // namespace cartograph::clients
