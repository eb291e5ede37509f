// Transcripts: command lines with what they print, as golden files. A line begins with
//
// - `#`  a remark;
// - `$`  a command, in words as a shell takes them: quotes, $TMP, < FILE, > FILE; after `<<` the
//        lines that follow are its standard input, up to a line `<<`;
// - `!`  what it wrote to standard error;
// - `[`  its exit code, when that is not 0;
// - `%`  a directive: `terminal 60` (from here on the output is a terminal of so many columns),
//        `file` (or no terminal again), `env NAME=VALUE`, `restart` (the server goes down and comes
//        back).
//
// Others are standard output. There the temporary folder stands as $TMP, the server as SERVER, a
// time as YYYY-MM-DD hh:mm:ss and an escape as \e. A line break missing at the end stands as \c; a
// line that is empty, or begins as a remark, a command or a directive does, has a \ before it.

#pragma once

#include <string>

#include "clients/cli/environment.h"
#include "tests/support/test_server.h"

namespace cartograph::clients {

// Runs the commands of one transcript against a server of its own.
class TranscriptRunner {
 public:
  TranscriptRunner();
  ~TranscriptRunner();

  // The transcript `text` with what the commands print now.
  std::string Run(const std::string& text);

 private:
  // One command line, with the lines of its standard input. Returns what it prints, in the form
  // above.
  std::string RunCommand(const std::string& line, const std::string& input);
  void Direct(const std::string& directive);
  std::string Normalized(std::string text) const;

  test::TestServer server_;
  Environment environment_;
  std::string folder_;
};

}  // namespace cartograph::clients
