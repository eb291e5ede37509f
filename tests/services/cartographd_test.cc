// The program itself: one line and a documented exit code for everything that can be wrong at its
// start, and an orderly end on SIGTERM.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/listener.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::services {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A cartographd under way.
class Daemon {
 public:
  explicit Daemon(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), testing::BinaryDir() + "/services/cartographd");
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    std::vector<char*> argv;
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = ends[0];
  }
  ~Daemon() {
    close(output_);
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Reads its output until it holds `text`; false when it ends before.
  bool WaitFor(const std::string& text) {
    while (!absl::StrContains(text_, text)) {
      char bytes[4096];
      ssize_t count = read(output_, bytes, sizeof(bytes));
      if (count <= 0) {
        return false;
      }
      text_.append(bytes, static_cast<size_t>(count));
    }
    return true;
  }
  void Signal(int number) { kill(pid_, number); }
  // The exit code, or minus the number of the signal.
  int Wait() {
    WaitFor("\x01 never said");
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  const std::string& text() const { return text_; }

 private:
  pid_t pid_;
  int output_;
  std::string text_;
};

class CartographdTest : public ::testing::Test {
 protected:
  std::string data_dir() const { return folder_.Join("data"); }

  // The exit code and the output: "2: cartographd: …".
  std::string Run(std::vector<std::string> arguments) {
    std::vector<std::string> all = {"--data-dir",  data_dir(),      "--listen",
                                    "127.0.0.1:0", "--http-listen", "off"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    Daemon daemon(all);
    int code = daemon.Wait();
    EXPECT_EQ(std::count(daemon.text().begin(), daemon.text().end(), '\n'), 1) << daemon.text();
    return absl::StrCat(code, ": ", daemon.text());
  }

  const testing::TemporaryFolder folder_;
};

TEST_F(CartographdTest, WrongUsageExitsWith2) {
  EXPECT_THAT(Run({"--nonsense"}), HasSubstr("2: cartographd: "));
  EXPECT_THAT(Run({"--config", "/nowhere.toml"}), HasSubstr("2: cartographd: /nowhere.toml:"));
  EXPECT_THAT(Run({"--listen", "nonsense"}),
              HasSubstr("2: cartographd: \"nonsense\" is no address"));
  EXPECT_THAT(Run({"--token-file", "/nowhere"}), HasSubstr("2: cartographd: token file /nowhere"));
  EXPECT_THAT(Run({"--listen", "0.0.0.0:0"}), HasSubstr("without --token-file"));
}

TEST_F(CartographdTest, ATakenAddressExitsWith3) {
  auto listener = Listener::Bind("127.0.0.1:0");
  ASSERT_TRUE(listener.ok());
  EXPECT_THAT(Run({"--listen", (*listener)->address()}),
              HasSubstr("3: cartographd: cannot listen"));
}

TEST_F(CartographdTest, AMissingFolderExitsWith4) {
  EXPECT_THAT(Run({"--data-dir", "/nowhere/at/all"}), HasSubstr("4: cartographd: "));
  std::ofstream(data_dir()) << "a file";
  EXPECT_THAT(Run({}), HasSubstr("4: cartographd: "));
}

TEST_F(CartographdTest, AFolderInUseExitsWith4) {
  Daemon first({"--data-dir", data_dir(), "--listen", "127.0.0.1:0", "--http-listen", "off"});
  ASSERT_TRUE(first.WaitFor("serving ")) << first.text();
  EXPECT_THAT(Run({}), HasSubstr("4: cartographd: "));
}

TEST_F(CartographdTest, AnOrderlyEndExitsWith0) {
  for (int number : {SIGTERM, SIGINT}) {
    Daemon daemon({"--data-dir", data_dir(), "--listen", "127.0.0.1:0", "--http-listen", "off"});
    ASSERT_TRUE(daemon.WaitFor("serving ")) << daemon.text();
    daemon.Signal(number);
    EXPECT_EQ(daemon.Wait(), 0) << daemon.text();
    EXPECT_THAT(daemon.text(), HasSubstr("stopped"));
  }
}

TEST_F(CartographdTest, ADamagedDatabaseExitsWith5) {
  {
    Daemon daemon({"--data-dir", data_dir(), "--listen", "127.0.0.1:0", "--http-listen", "off"});
    ASSERT_TRUE(daemon.WaitFor("serving ")) << daemon.text();
    daemon.Signal(SIGTERM);
    ASSERT_EQ(daemon.Wait(), 0);
  }
  for (const auto& entry : fs::recursive_directory_iterator(data_dir())) {
    if (absl::StartsWith(entry.path().filename().string(), "MANIFEST")) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file << "this is no manifest";
    }
  }
  EXPECT_THAT(Run({}), HasSubstr("5: cartographd: "));
}

TEST_F(CartographdTest, AWrongCorpusExitsWith6) {
  EXPECT_THAT(Run({"--log-level", "off", "--load", "/nowhere"}),
              HasSubstr("6: cartographd: /nowhere: no such folder"));
}

}  // namespace
}  // namespace cartograph::services
