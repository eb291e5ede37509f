#include "services/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <future>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::services {
namespace {

// A client's descriptor, connected to `address` on the loopback; the lowest free one from `lowest`
// on.
int Dial(const std::string& address, int lowest = 0) {
  uint32_t port = 0;
  EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
  int low = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int fd = fcntl(low, F_DUPFD_CLOEXEC, lowest);
  close(low);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return fd;
}

int DialUnix(const std::string& path) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::strncpy(to.sun_path, path.c_str(), sizeof(to.sun_path) - 1);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return fd;
}

TEST(ListenerTest, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "7600", "localhost", "127.0.0.1:", "127.0.0.1:x", ":7600",
                              "127.0.0.1:65536", "unix:", "no.such.host.invalid:1"}) {
    EXPECT_EQ(Listener::Bind(address).status().code(), absl::StatusCode::kInvalidArgument)
        << address;
  }
}

TEST(ListenerTest, ATakenPortIsNamed) {
  auto first = Listener::Bind("127.0.0.1:0");
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = Listener::Bind((*first)->address());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(second.status().message(),
            "cannot listen on " + (*first)->address() +
                ": it is taken; stop the other server, or choose another with --listen");
}

TEST(ListenerTest, KnowsLoopback) {
  testing::TemporaryFolder folder;
  EXPECT_TRUE((*Listener::Bind("127.0.0.1:0"))->loopback());
  EXPECT_TRUE((*Listener::Bind("127.8.9.1:0"))->loopback());
  EXPECT_TRUE((*Listener::Bind("localhost:0"))->loopback());
  EXPECT_TRUE((*Listener::Bind("unix:" + folder.Join("loopback.sock")))->loopback());
  EXPECT_FALSE((*Listener::Bind("0.0.0.0:0"))->loopback());
}

TEST(ListenerTest, HandsConnectionsOver) {
  auto listener = Listener::Bind("127.0.0.1:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  std::promise<int> accepted;
  (*listener)->Start(1024, [&accepted](int, int fd) { accepted.set_value(fd); });
  int client = Dial((*listener)->address());
  int server = accepted.get_future().get();
  char byte = 'x';
  EXPECT_EQ(write(client, &byte, 1), 1);
  close(client);
  (*listener)->Stop();
  char got = 0;
  EXPECT_EQ(read(server, &got, 1), 1);
  EXPECT_EQ(got, 'x');
  close(server);
}

TEST(ListenerTest, ConnectionsBeyondTheCapAreClosedAndLaterOnesAreNot) {
  auto listener = Listener::Bind("127.0.0.1:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  // The client has descriptors from 500 on, so the server's is the lowest free one.
  int lowest_free = dup(0);
  close(lowest_free);
  std::promise<int> accepted;
  (*listener)->Start(lowest_free + 1, [&accepted](int, int fd) { accepted.set_value(fd); });
  int filler = dup(0);
  ASSERT_EQ(filler, lowest_free);
  int refused = Dial((*listener)->address(), 500);
  char byte = 0;
  EXPECT_EQ(read(refused, &byte, 1), 0) << "the server has closed it";
  close(filler);
  int taken = Dial((*listener)->address(), 500);
  int server = accepted.get_future().get();
  EXPECT_EQ(server, lowest_free);
  (*listener)->Stop();
  close(refused);
  close(taken);
  close(server);
}

TEST(ListenerTest, ASocketFileIsReplacedOnlyWhenNobodyAnswers) {
  testing::TemporaryFolder folder;
  std::string path = folder.Join("listener.sock");
  {
    auto first = Listener::Bind("unix:" + path);
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_FALSE(Listener::Bind("unix:" + path).ok());
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "removed at the end";
  // What a killed server leaves behind.
  int stale = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::strncpy(at.sun_path, path.c_str(), sizeof(at.sun_path) - 1);
  ASSERT_EQ(bind(stale, reinterpret_cast<sockaddr*>(&at), sizeof(at)), 0);
  close(stale);
  auto second = Listener::Bind("unix:" + path);
  ASSERT_TRUE(second.ok()) << second.status();
  std::promise<int> accepted;
  (*second)->Start(1024, [&accepted](int, int fd) { accepted.set_value(fd); });
  close(DialUnix(path));
  close(accepted.get_future().get());
}

}  // namespace
}  // namespace cartograph::services
