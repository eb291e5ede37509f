#include "services/options.h"

#include <stdlib.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::services {
namespace {

using ::testing::HasSubstr;

// Sets a variable for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~ScopedVariable() { unsetenv(name_); }

 private:
  const char* const name_;
};

absl::StatusOr<ParsedOptions> Parse(std::vector<const char*> flags) {
  flags.insert(flags.begin(), "cartographd");
  return ParseOptions(static_cast<int>(flags.size()), flags.data());
}

// A configuration file for one test.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) { std::ofstream(path_) << text; }
  const char* path() const { return path_.c_str(); }

 private:
  const testing::TemporaryFolder folder_;
  const std::string path_ = folder_.Join("cartographd.toml");
};

TEST(OptionsTest, Defaults) {
  auto parsed = Parse({});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->listen, "127.0.0.1:7600");
  EXPECT_EQ(parsed->server.kb.data_dir, "var/cartograph");
  EXPECT_EQ(parsed->server.wire.message_bytes_max, 1u << 20);
  EXPECT_EQ(parsed->server.serving.commit_threads, 64u);
  EXPECT_FALSE(parsed->print.has_value());
}

TEST(OptionsTest, FlagBeatsVariableBeatsFileBeatsDefault) {
  ConfigFile config(
      "listen = \"127.0.0.1:1\"\ncommit_threads = 1\ndrain_ms_max = 1\nask_facts_max = 1\n");
  ScopedVariable listen("CARTOGRAPH_LISTEN", "127.0.0.1:2");
  ScopedVariable threads("CARTOGRAPH_COMMIT_THREADS", "2");
  ScopedVariable drain("CARTOGRAPH_DRAIN_MS_MAX", "2");
  auto parsed = Parse({"--config", config.path(), "--listen=127.0.0.1:3", "--drain-ms-max=3"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->listen, "127.0.0.1:3");
  EXPECT_EQ(parsed->server.wire.drain_max.count(), 3);
  EXPECT_EQ(parsed->server.serving.commit_threads, 2u);
  EXPECT_EQ(parsed->server.serving.ask.facts_max, 1u);
  EXPECT_EQ(parsed->server.serving.compute_threads, 4u);
}

TEST(OptionsTest, TheLastOfTwoFlagsWins) {
  auto parsed = Parse(
      {"--listen=127.0.0.1:1", "--commit-threads=1", "--listen=127.0.0.1:2", "--commit-threads=2"});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->listen, "127.0.0.1:2");
  EXPECT_EQ(parsed->server.serving.commit_threads, 2u);
}

TEST(OptionsTest, TheFileCanComeFromAVariable) {
  ConfigFile config("data-dir = \"/srv/x\"\n");
  ScopedVariable variable("CARTOGRAPH_CONFIG", config.path());
  auto parsed = Parse({});
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->server.kb.data_dir, "/srv/x");
}

TEST(OptionsTest, WrongFlagsAreOneLine) {
  for (std::vector<const char*> flags :
       std::vector<std::vector<const char*>>{{"--no-such-flag"},
                                             {"--commit-threads", "0"},
                                             {"--commit-threads", "many"},
                                             {"--drain-ms-max", "-1"},
                                             {"--log-level", "loud"},
                                             {"stray"},
                                             {"--config", "/nowhere/x.toml"}}) {
    auto parsed = Parse(flags);
    ASSERT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << flags[0];
    EXPECT_FALSE(absl::StrContains(parsed.status().message(), "\n")) << parsed.status();
    if (flags[0][0] == '-') {
      EXPECT_TRUE(absl::StrContains(parsed.status().message(), absl::string_view(flags[0])) ||
                  absl::StrContains(parsed.status().message(), absl::string_view(flags[1])))
          << parsed.status();
    }
  }
}

TEST(OptionsTest, WrongFilesNameTheLine) {
  const struct {
    const char* text;
    const char* want;
  } kCases[] = {
      {"listen = \n", ".toml:1:"},
      {"\nlissten = \"x\"\n", ".toml:2: there is no option \"lissten\"; did you mean \"listen\"?"},
      {"commit_threads = 1.5\n", ".toml:1: \"commit_threads\" wants a string or an integer"},
      {"[limits]\ncommit_threads = 1\n", "there is no option \"limits\""},
      {"\n\ncommit_threads = 0\n", ".toml:3: --commit-threads"},
      {"config = \"other.toml\"\n", "there is no option \"config\""},
  };
  for (const auto& each : kCases) {
    auto parsed = Parse({"--config", ConfigFile(each.text).path()});
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr(each.want)) << each.text;
  }
}

TEST(OptionsTest, HelpSaysAll) {
  auto parsed = Parse({"--help"});
  ASSERT_TRUE(parsed.ok() && parsed->print.has_value());
  for (const char* part : {"--data-dir", "CARTOGRAPH_DATA_DIR", "--streams-max", "Exit codes",
                           "127.0.0.1:7600", "1048576", "Examples"}) {
    EXPECT_THAT(*parsed->print, HasSubstr(part));
  }
}

TEST(OptionsTest, VersionIsShown) {
  auto parsed = Parse({"--version"});
  ASSERT_TRUE(parsed.ok() && parsed->print.has_value());
  EXPECT_THAT(*parsed->print, ::testing::StartsWith("cartographd "));
}

}  // namespace
}  // namespace cartograph::services
