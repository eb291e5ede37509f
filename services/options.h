// Options: what cartographd can be told, by flag, environment variable or file.

#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "kb/knowledge_base.h"
#include "services/server.h"

namespace cartograph::services {

// How cartographd ends. --help lists them.
enum class ExitCode : int {
  kOk = 0,
  kInternal = 1,  // a bug; the message is worth reporting
  kUsage = 2,     // a flag, a variable or the configuration file is wrong
  kAddress = 3,   // the address is taken or cannot be bound
  kDataDir = 4,   // the data folder is missing, not ours, or in use
  kDamaged = 5,   // the database is damaged
  kFounding = 6,  // the founding corpus cannot be loaded
};

// What a command line asks for.
struct ParsedOptions {
  ServerOptions server;
  std::string listen = "127.0.0.1:7600";
  std::string http_listen = "127.0.0.1:7601";  // "off": no HTTP
  std::string token_file;
  std::string founding_dir;  // --load
  std::string log_level = "info";
  // Set when there is nothing to run: --help and --version. The text is for standard output.
  std::optional<std::string> print;
};

// Precedence: flag, then environment (CARTOGRAPH_DATA_DIR), then the file of --config, then
// default. Every option can be given in all three ways. INVALID_ARGUMENT: one line that names the
// option, where it came from, and what it should be.
absl::StatusOr<ParsedOptions> ParseOptions(int argc, const char* const* argv);

}  // namespace cartograph::services
