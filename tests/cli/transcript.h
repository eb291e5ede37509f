// Transcripts: command lines with what they print, as golden files.
//
//   # a remark
//   $ cartograph list diseases --limit 1          words as a shell takes them: quotes, $TMP, <
//   FILE, > FILE, << for the NAME  …                                       lines that follow as
//   standard input, up to a line "<<" ! there are more entities …                   standard error,
//   each line after "! " [3]                                           the exit code, when it is
//   not 0 % terminal 60                                 from here on the output is a terminal of so
//   many columns % file                                        … or no terminal again % env
//   NAME=VALUE                              a variable of the environment % restart the server goes
//   down and comes back
//
// In what is printed, the temporary folder stands as $TMP, the server as SERVER, a time as
// YYYY-MM-DD hh:mm:ss and an escape as \e. A line break missing at the end stands as \c, an empty
// line as \.

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
