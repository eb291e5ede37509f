#include "services/listener.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status.h"

namespace cartograph::services {
namespace {

constexpr absl::string_view kUnixPrefix = "unix:";
constexpr int kBacklog =
    1024;  // connections that wait for accept: a burst of clients that start together
constexpr int kPauseMs = 50;  // after a failed accept, before the next try

// A socket address and how long it is.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// Closes a descriptor unless it was released.
class ScopedFd {
 public:
  explicit ScopedFd(int fd) : fd_(fd) {}
  ~ScopedFd() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  ScopedFd(const ScopedFd&) = delete;
  ScopedFd& operator=(const ScopedFd&) = delete;
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status BadAddress(absl::string_view address) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", address, "\" is no address to listen on; want host:port or unix:/path"));
}

absl::StatusOr<SocketAddress> ParseUnix(absl::string_view address, absl::string_view path) {
  SocketAddress result;
  auto* unix_address = reinterpret_cast<sockaddr_un*>(&result.storage);
  if (path.empty() || path.size() >= sizeof(unix_address->sun_path)) {
    return BadAddress(address);
  }
  unix_address->sun_family = AF_UNIX;
  std::memcpy(unix_address->sun_path, path.data(), path.size());
  result.length = static_cast<socklen_t>(sizeof(sockaddr_un));
  return result;
}

absl::StatusOr<SocketAddress> ParseTcp(absl::string_view address) {
  size_t colon = address.rfind(':');
  uint32_t port = 0;
  if (colon == absl::string_view::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port > 65535) {
    return BadAddress(address);
  }
  std::string host(address.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  int error = getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found);
  if (host.empty() || error != 0 || found == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot listen on ", address, ": ", error != 0 ? gai_strerror(error) : "no host given"));
  }
  SocketAddress result;
  std::memcpy(&result.storage, found->ai_addr, found->ai_addrlen);
  result.length = found->ai_addrlen;
  freeaddrinfo(found);
  return result;
}

bool IsLoopback(const SocketAddress& address) {
  if (address.storage.ss_family == AF_UNIX) {
    return true;
  }
  if (address.storage.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.storage);
    return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
  }
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.storage);
  return (ntohl(v4->sin_addr.s_addr) >> 24) == 127;
}

// The address with the port that the kernel chose.
std::string BoundAddress(int fd, const std::string& asked) {
  SocketAddress bound;
  bound.length = sizeof(bound.storage);
  if (absl::StartsWith(asked, kUnixPrefix) || getsockname(fd, bound.get(), &bound.length) != 0) {
    return asked;
  }
  bool v6 = bound.storage.ss_family == AF_INET6;
  uint16_t port = v6 ? reinterpret_cast<sockaddr_in6*>(&bound.storage)->sin6_port
                     : reinterpret_cast<sockaddr_in*>(&bound.storage)->sin_port;
  return absl::StrCat(asked.substr(0, asked.rfind(':')), ":", ntohs(port));
}

// A socket file that a server left behind when it was killed: nobody answers there any more.
void RemoveStaleSocket(const SocketAddress& address, const std::string& path) {
  ScopedFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() >= 0 && connect(fd.get(), address.get(), address.length) != 0 &&
      errno == ECONNREFUSED) {
    unlink(path.c_str());
  }
}

absl::Status CannotListen(const std::string& address, absl::string_view option, int error) {
  const std::string advice =
      error == EADDRINUSE
          ? absl::StrCat("it is taken; stop the other server, or choose another with ", option)
      : error == EACCES        ? "not permitted; ports below 1024 are for root"
      : error == EADDRNOTAVAIL ? "this machine has no such address"
                               : "";
  const std::string reason = advice.empty() ? std::generic_category().message(error) : advice;
  return absl::FailedPreconditionError(absl::StrCat("cannot listen on ", address, ": ", reason));
}

absl::StatusOr<int> OpenSocket(const SocketAddress& address, const std::string& asked,
                               absl::string_view option) {
  ScopedFd fd(socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int on = 1;
  if (fd.get() < 0 || setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
      bind(fd.get(), address.get(), address.length) != 0 || listen(fd.get(), kBacklog) != 0) {
    return CannotListen(asked, option, errno);
  }
  return fd.Release();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Bind(const std::string& address,
                                                         absl::string_view option) {
  std::string path;
  SocketAddress parsed;
  if (absl::StartsWith(address, kUnixPrefix)) {
    path = address.substr(kUnixPrefix.size());
    ASSIGN_OR_RETURN(parsed, ParseUnix(address, path));
    RemoveStaleSocket(parsed, path);
  } else {
    ASSIGN_OR_RETURN(parsed, ParseTcp(address));
  }
  ASSIGN_OR_RETURN(int fd, OpenSocket(parsed, address, option));
  return std::unique_ptr<Listener>(
      new Listener(fd, BoundAddress(fd, address), IsLoopback(parsed), path));
}

Listener::Listener(int fd, std::string address, bool loopback, std::string unix_path)
    : fd_(fd),
      wake_fd_(eventfd(0, EFD_CLOEXEC)),
      address_(std::move(address)),
      loopback_(loopback),
      unix_path_(std::move(unix_path)) {
  CHECK(wake_fd_ >= 0);
}

Listener::~Listener() {
  Stop();
  close(wake_fd_);
}

void Listener::Start(int descriptors_max, OnConnection on_connection) {
  CHECK(!thread_.joinable() && fd_ >= 0);
  descriptors_max_ = descriptors_max;
  on_connection_ = std::move(on_connection);
  thread_ = std::thread([this] { Run(); });
}

void Listener::Stop() {
  if (thread_.joinable()) {
    CHECK(eventfd_write(wake_fd_, 1) == 0);
    thread_.join();
  }
  if (fd_ >= 0) {
    close(std::exchange(fd_, -1));
    if (!unix_path_.empty()) {
      unlink(unix_path_.c_str());
    }
  }
}

void Listener::Run() {
  bool paused = false;
  while (true) {
    pollfd fds[2] = {{wake_fd_, POLLIN, 0}, {fd_, POLLIN, 0}};
    int ready = poll(fds, paused ? 1 : 2, paused ? kPauseMs : -1);
    if (ready > 0 && fds[0].revents != 0) {
      return;
    }
    paused = ready > 0 && fds[1].revents != 0 && !AcceptOne();
  }
}

bool Listener::AcceptOne() {
  int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) {
    // The others (a connection that went away, a signal) concern one connection only.
    return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
  }
  if (fd >= descriptors_max_) {
    close(fd);
    return false;
  }
  int on = 1;
  if (unix_path_.empty()) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  on_connection_(fd_, fd);
  return true;
}

}  // namespace cartograph::services
