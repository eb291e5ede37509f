#include "services/http_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "services/connect_protocol.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr char kAllowedHeaders[] =
    "Authorization, Content-Type, Connect-Protocol-Version, Connect-Timeout-Ms, Traceparent";
constexpr size_t kFirstReadBytes = 4096;

absl::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

// One connection: requests one after the other. All members are touched on its strand only.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, HttpShared* shared)
      : stream_(std::move(socket)), shared_(*shared) {
    ++shared_.connections;
  }
  ~Connection() { --shared_.connections; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Start() {
    asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->Await(); });
  }

 private:
  using Request = http::request<http::string_body>;
  using Response = http::response<http::string_body>;

  // Waits for the first byte of a request, then for the rest of it.
  void Await() {
    parser_.emplace();
    parser_->header_limit(static_cast<uint32_t>(shared_.limits.header_bytes_max));
    parser_->body_limit(shared_.limits.body_bytes_max);
    if (buffer_.size() > 0) {
      return Read();
    }
    stream_.expires_after(shared_.limits.idle_max);
    stream_.async_read_some(buffer_.prepare(kFirstReadBytes),
                            [self = shared_from_this()](beast::error_code error, size_t bytes) {
                              self->buffer_.commit(bytes);
                              error ? self->Close() : self->Read();
                            });
  }

  void Read() {
    stream_.expires_after(shared_.limits.request_max);
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, size_t) { self->OnRead(error); });
  }

  void OnRead(beast::error_code error) {
    if (error == http::error::body_limit || error == http::error::header_limit) {
      keep_alive_ = false;
      return SendError(absl::ResourceExhaustedError(
          absl::StrCat("the request is larger than ", shared_.limits.body_bytes_max,
                       " bytes of body or ", shared_.limits.header_bytes_max, " of headers")));
    }
    if (error == beast::error::timeout || error == http::error::end_of_stream ||
        error == asio::error::connection_reset || error == asio::error::operation_aborted) {
      return Close();
    }
    if (error) {
      keep_alive_ = false;
      return SendText(http::status::bad_request, "this is no HTTP/1.1 request\n");
    }
    request_ = parser_->release();
    keep_alive_ = request_.keep_alive();
    Handle();
  }

  void Handle() {
    origin_ = std::string(View(request_[http::field::origin]));
    if (!HostAllowed()) {
      return SendText(http::status::misdirected_request,
                      "this server does not go by that name; see --http-hosts\n");
    }
    if (!origin_.empty() && !OriginAllowed()) {
      return SendText(http::status::forbidden,
                      "pages of this origin may not call; see --http-origins\n");
    }
    const absl::string_view target = View(request_.target());
    switch (request_.method()) {
      case http::verb::get:
        return HandleGet(target.substr(0, target.find('?')));
      case http::verb::options:
        return SendPreflight();
      case http::verb::post:
        return HandlePost(target);
      default:
        return SendText(http::status::method_not_allowed, "POST calls a method\n");
    }
  }

  bool HostAllowed() const {
    if (!shared_.loopback && shared_.limits.hosts.empty()) {
      return true;
    }
    const absl::string_view host = View(request_[http::field::host]);
    const size_t colon = host.rfind(':');
    const bool port =
        colon != absl::string_view::npos && host.find(']', colon) == absl::string_view::npos;
    const std::string name = absl::AsciiStrToLower(port ? host.substr(0, colon) : host);
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]" ||
           Contains(shared_.limits.hosts, name);
  }
  bool OriginAllowed() const { return Contains(shared_.limits.origins, origin_); }
  static bool Contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  void HandleGet(absl::string_view path) {
    if (path == "/healthz") {
      return SendText(http::status::ok, "ok\n");
    }
    if (path == "/readyz") {
      const absl::Status ready = shared_.serving->kb().status();
      return ready.ok()
                 ? SendText(http::status::ok, "ready\n")
                 : SendText(http::status::service_unavailable, absl::StrCat(ready.message(), "\n"));
    }
    SendText(http::status::not_found,
             "there is no such page; POST /package.Service/Method calls a method\n");
  }

  void SendPreflight() {
    if (origin_.empty()) {
      return SendText(http::status::method_not_allowed, "POST calls a method\n");
    }
    Response response = MakeResponse(http::status::no_content);
    response.set(http::field::access_control_allow_methods, "POST");
    response.set(http::field::access_control_allow_headers, kAllowedHeaders);
    response.set(http::field::access_control_max_age, "7200");
    Send(std::move(response));
  }

  void HandlePost(absl::string_view path) {
    const std::optional<ConnectFormat> format = FormatOf(View(request_[http::field::content_type]));
    if (!format.has_value()) {
      return SendText(http::status::unsupported_media_type,
                      "want application/json or application/proto, or application/connect+json or "
                      "application/connect+proto for a stream\n");
    }
    const absl::Status begun = Begin(path, *format);
    if (!begun.ok()) {
      format->stream ? SendStreamError(*format, begun) : SendError(begun);
    }
  }

  absl::Status Begin(absl::string_view path, const ConnectFormat& format) {
    const absl::string_view encoding = View(request_[http::field::content_encoding]);
    if (!encoding.empty() && encoding != "identity") {
      return absl::UnimplementedError("compressed requests are not taken");
    }
    ASSIGN_OR_RETURN(HttpMethod method, HttpMethod::Find(path, *shared_.serving));
    if (method.server_streaming() != format.stream) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, format.stream ? " is not a stream" : " is a stream",
          "; the content type is application/", format.stream ? "" : "connect+", "json or proto"));
    }
    auto call = std::make_shared<HttpCall>(std::move(method), format, &shared_.calls);
    RETURN_IF_ERROR(Prepare(&call->context()));
    RETURN_IF_ERROR(call->SetRequest(request_.body()));
    request_ = {};
    call_ = call;
    WatchForClose();
    format.stream ? StartStream() : StartUnary();
    return absl::OkStatus();
  }

  // Hands on what the caller says about itself and its patience.
  absl::Status Prepare(grpc::ClientContext* context) {
    const absl::string_view timeout = View(request_["connect-timeout-ms"]);
    if (!timeout.empty()) {
      ASSIGN_OR_RETURN(const std::chrono::milliseconds left, TimeoutOf(timeout));
      context->set_deadline(std::chrono::system_clock::now() + left);
    }
    for (const char* name : {"authorization", "traceparent"}) {
      const absl::string_view value = View(request_[name]);
      if (!value.empty()) {
        context->AddMetadata(name, std::string(value));
      }
    }
    return absl::OkStatus();
  }

  // While a call runs nothing is read; that the client went away shows all the same.
  void WatchForClose() {
    stream_.socket().async_wait(
        Tcp::socket::wait_read, [self = shared_from_this(),
                                 call = std::weak_ptr<HttpCall>(call_)](beast::error_code error) {
          const std::shared_ptr<HttpCall> watched = call.lock();
          if (error || watched == nullptr || watched != self->call_) {
            return;
          }
          // A wait may end without cause: only a read of nothing means that the client is gone.
          char byte = 0;
          const ssize_t bytes =
              recv(self->stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
          if (bytes == 0) {
            watched->context().TryCancel();
          } else if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) {
            self->WatchForClose();
          }
        });
  }
  void EndCall() {
    call_ = nullptr;
    beast::error_code ignored;
    stream_.socket().cancel(ignored);
  }

  void StartUnary() {
    std::shared_ptr<HttpCall> call = call_;
    auto done = [self = shared_from_this(), call](const grpc::Status& status) {
      asio::post(self->stream_.get_executor(), [self, call, status] {
        self->EndCall();
        self->SendResponse(*call, FromGrpcStatus(status));
      });
    };
    HttpCall::StartUnary(call, &shared_.stub, std::move(done));
  }

  void SendResponse(const HttpCall& call, absl::Status status) {
    std::string body;
    if (status.ok()) {
      absl::StatusOr<std::string> written = call.ResponseBody();
      status = written.status();
      if (written.ok()) {
        body = *std::move(written);
      }
    }
    if (!status.ok()) {
      return SendError(status);
    }
    Response response = MakeResponse(http::status::ok);
    response.set(http::field::content_type, call.format().ContentType());
    response.body() = std::move(body);
    Send(std::move(response));
  }

  void StartStream() {
    auto on_message = [self = shared_from_this()](HttpStream* stream) {
      asio::post(self->stream_.get_executor(), [self, stream] { self->WriteMessage(stream); });
    };
    auto on_end = [self = shared_from_this()](const grpc::Status& status) {
      asio::post(self->stream_.get_executor(),
                 [self, status] { self->EndStream(FromGrpcStatus(status)); });
    };
    (new HttpStream(call_, std::move(on_message), std::move(on_end)))->Start(&shared_.stub);
  }

  void WriteMessage(HttpStream* stream) {
    absl::StatusOr<std::string> body =
        gone_ ? absl::CancelledError("the client is gone") : call_->ResponseBody();
    if (!body.ok()) {
      failure_ = body.status();
      call_->context().TryCancel();
      return stream->Next();
    }
    WriteChunk(Envelope(*body), [stream](Connection* self, bool written) {
      if (!written) {
        self->gone_ = true;
        self->call_->context().TryCancel();
      }
      stream->Next();
    });
  }

  void EndStream(absl::Status status) {
    const ConnectFormat format = call_->format();
    EndCall();
    if (!failure_.ok()) {
      status = std::exchange(failure_, absl::OkStatus());
    }
    if (gone_) {
      return Close();
    }
    FinishStream(format, status);
  }

  void SendStreamError(const ConnectFormat& format, const absl::Status& status) {
    format_ = format;
    FinishStream(format, status);
  }

  void FinishStream(const ConnectFormat& format, const absl::Status& status) {
    format_ = format;
    WriteChunk(EndOfStream(status), [](Connection* self, bool written) {
      if (!written) {
        return self->Close();
      }
      self->stream_.expires_after(self->shared_.limits.write_max);
      asio::async_write(self->stream_, http::make_chunk_last(),
                        [held = self->shared_from_this()](beast::error_code error, size_t) {
                          held->serializer_.reset();
                          held->header_.reset();
                          held->Finish(error);
                        });
    });
  }

  // Writes `bytes` as a chunk of the response, whose header goes before the first. `then` is told
  // whether it went out.
  template <typename Then>
  void WriteChunk(std::string bytes, Then then) {
    chunk_ = std::move(bytes);
    auto write = [self = shared_from_this(), then](beast::error_code error, size_t) {
      if (error) {
        return then(self.get(), false);
      }
      self->stream_.expires_after(self->shared_.limits.write_max);
      asio::async_write(
          self->stream_, http::make_chunk(asio::buffer(self->chunk_)),
          [self, then](beast::error_code failed, size_t) { then(self.get(), !failed); });
    };
    if (header_.has_value()) {
      return write({}, 0);
    }
    if (call_ != nullptr) {
      format_ = call_->format();
    }
    header_.emplace(http::status::ok, 11);
    header_->set(http::field::content_type, format_.ContentType());
    AddOrigin(&*header_);
    header_->keep_alive(keep_alive_);
    header_->chunked(true);
    serializer_.emplace(*header_);
    stream_.expires_after(shared_.limits.write_max);
    http::async_write_header(stream_, *serializer_, std::move(write));
  }

  Response MakeResponse(http::status status) const {
    Response response(status, 11);
    AddOrigin(&response);
    return response;
  }
  template <typename Headers>
  void AddOrigin(Headers* headers) const {
    if (!origin_.empty() && OriginAllowed()) {
      headers->set(http::field::access_control_allow_origin, origin_);
      headers->set(http::field::vary, "Origin");
    }
  }

  void SendText(http::status status, absl::string_view text) {
    Response response = MakeResponse(status);
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    if (status == http::status::method_not_allowed) {
      response.set(http::field::allow, "POST");
    }
    response.body() = std::string(text);
    Send(std::move(response));
  }

  void SendError(const absl::Status& status) {
    Response response = MakeResponse(http::status::ok);
    response.result(HttpStatusOf(status.code()));
    response.set(http::field::content_type, "application/json");
    response.body() = ErrorBody(status);
    Send(std::move(response));
  }

  void Send(Response response) {
    response.keep_alive(keep_alive_);
    response.prepare_payload();
    response_ = std::move(response);
    stream_.expires_after(shared_.limits.write_max);
    http::async_write(
        stream_, response_,
        [self = shared_from_this()](beast::error_code error, size_t) { self->Finish(error); });
  }

  // A response went out: the next request, or the end.
  void Finish(beast::error_code error) {
    if (error || !keep_alive_) {
      return Close();
    }
    Await();
  }

  void Close() {
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    stream_.close();
  }

  beast::tcp_stream stream_;
  HttpShared& shared_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  Request request_;
  std::string origin_;
  bool keep_alive_ = false;
  Response response_;

  // The call that runs, or null.
  std::shared_ptr<HttpCall> call_;
  bool gone_ = false;     // the client of a stream does not read any more
  absl::Status failure_;  // of writing a message of the stream
  ConnectFormat format_;
  std::optional<http::response<http::empty_body>> header_;  // of the stream that is written
  std::optional<http::response_serializer<http::empty_body>> serializer_;
  std::string chunk_;
};

}  // namespace

void ServeConnection(Tcp::socket socket, HttpShared* shared) {
  std::make_shared<Connection>(std::move(socket), shared)->Start();
}

}  // namespace cartograph::services
