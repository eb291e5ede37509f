#include "services/http_front.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "services/http_connection.h"

namespace cartograph::services {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

constexpr int kThreads = 2;

// gRPC 1.51 now and then frees its queue for callbacks twice when the last channel that used it
// goes. So such channels stay: one a process, but for tests.
void KeepForever(std::shared_ptr<grpc::Channel> channel) {
  static auto* const kMutex = new base::Mutex();
  static auto* const kKept = new std::vector<std::shared_ptr<grpc::Channel>>();
  base::MutexLock lock(kMutex);
  kKept->push_back(std::move(channel));
}

}  // namespace

class HttpFront::Impl {
 public:
  Impl(const HttpLimits& limits, std::unique_ptr<Listener> listener,
       std::shared_ptr<grpc::Channel> channel, const Serving* serving)
      : shared_{limits, listener->loopback(), serving, grpc::GenericStub(std::move(channel)), {},
                {}},
        io_(kThreads),
        work_(asio::make_work_guard(io_)),
        listener_(std::move(listener)) {}

  void Start(int descriptors_max) {
    for (int i = 0; i < kThreads; ++i) {
      threads_.emplace_back([this] { io_.run(); });
    }
    listener_->Start(descriptors_max, [this](int, int fd) { Take(fd); });
  }
  const std::string& address() const { return listener_->address(); }
  void StopAccepting() { listener_->Stop(); }
  void Stop() {
    StopAccepting();
    shared_.calls.AwaitNone();
    work_.reset();
    io_.stop();
    for (std::thread& thread : threads_) {
      thread.join();
    }
    threads_.clear();
  }

 private:
  void Take(int fd) {
    Tcp::socket socket(asio::make_strand(io_));
    boost::system::error_code error;
    socket.assign(Tcp::v4(), fd, error);
    if (!error && shared_.connections < shared_.limits.connections_max) {
      ServeConnection(std::move(socket), &shared_);
    }
  }

  HttpShared shared_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::thread> threads_;
};

std::unique_ptr<HttpFront> HttpFront::Start(const HttpLimits& limits, int descriptors_max,
                                            std::unique_ptr<Listener> listener,
                                            std::shared_ptr<grpc::Channel> channel,
                                            const Serving* serving) {
  KeepForever(channel);
  auto impl = std::make_unique<Impl>(limits, std::move(listener), std::move(channel), serving);
  impl->Start(descriptors_max);
  return std::unique_ptr<HttpFront>(new HttpFront(std::move(impl)));
}

HttpFront::HttpFront(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpFront::~HttpFront() { impl_->Stop(); }

const std::string& HttpFront::address() const { return impl_->address(); }
void HttpFront::StopAccepting() { impl_->StopAccepting(); }
void HttpFront::Stop() { impl_->Stop(); }

}  // namespace cartograph::services
