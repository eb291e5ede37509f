// Session: what one run of the command has at hand.

#pragma once

#include <istream>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"
#include "clients/cli/environment.h"
#include "clients/cli/output.h"
#include "clients/cli/table.h"
#include "clients/cpp/client.h"

namespace cartograph::clients {

// The options that every command takes.
struct GlobalOptions {
  std::string server;  // "" leaves it to the environment
  std::string token;
  std::string token_file;
  std::string timeout = "30s";
  std::string output = "table";
  bool no_color = false;
  bool no_heads = false;
  bool wide = false;
  bool quiet = false;
};

struct Streams {
  std::istream& in;
  std::ostream& out;  // data only
  std::ostream& err;  // all else
};

class Session {
 public:
  // The arguments outlive the session.
  Session(const GlobalOptions* options, const Streams* streams, const Environment* environment)
      : options_(*options), streams_(*streams), environment_(*environment) {}

  std::istream& in() { return streams_.in; }
  std::ostream& out() { return streams_.out; }
  std::ostream& err() { return streams_.err; }
  const GlobalOptions& options() const { return options_; }
  const Environment& environment() const { return environment_; }
  OutputFormat format() const { return OutputFormatOf(options_.output); }

  // The server, connected on first use. `connect_timeout` bounds that.
  absl::StatusOr<Client*> client(absl::Duration connect_timeout = absl::Seconds(5));

  // How text is set off on standard output and standard error.
  TerminalStyle out_style() const { return {Colors(environment_.stdout_is_terminal)}; }
  TerminalStyle err_style() const { return {Colors(environment_.stderr_is_terminal)}; }
  TableStyle table_style() const;
  // A printer to standard output in the chosen format.
  Printer MakePrinter(std::vector<TableColumn> columns, absl::string_view list_field,
                      bool list = true);
  // Ends the printer and says on standard error if cells were cut.
  absl::Status Finish(Printer* printer);

  // A remark for people, on standard error; not with --quiet.
  void Note(absl::string_view text);
  // "3 rows at revision 12, rules founding@1.0.0", in the format for people.
  void NoteCount(size_t count, absl::string_view noun, const v1::ResponseHeader& header);
  // "at revision 12, rules founding@1.0.0", in the format for people.
  void NoteState(const v1::ResponseHeader& header);
  // Says that more than the limit is there.
  void NoteMore(absl::string_view nouns);
  // Progress of long work: one line of a terminal, written over and over. Nothing elsewhere.
  void Progress(absl::string_view text);
  void EndProgress();

 private:
  bool Colors(bool is_terminal) const {
    return is_terminal && !options_.no_color && environment_.Get("NO_COLOR").empty();
  }
  absl::StatusOr<ClientOptions> MakeClientOptions() const;
  absl::StatusOr<std::string> Token() const;

  const GlobalOptions& options_;
  const Streams& streams_;
  const Environment& environment_;
  std::unique_ptr<Client> client_;
  bool progress_shown_ = false;
};

// "30s", "2m", "500ms"; a number alone counts seconds. Nothing when it is no positive duration.
std::optional<absl::Duration> ParseTimeout(absl::string_view text);

// "1 row", "3 rows".
std::string Counted(uint64_t count, absl::string_view noun);

}  // namespace cartograph::clients
