#include "clients/cli/session.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/cli/display_width.h"

namespace cartograph::clients {
namespace {

constexpr const char* kDefaultServer = "127.0.0.1:7600";

absl::StatusOr<std::string> ReadTokenFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::NotFoundError(absl::StrCat("cannot read the token file ", path));
  }
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return std::string(absl::StripAsciiWhitespace(text));
}

std::string FirstSet(std::string first, std::string second) {
  return first.empty() ? std::move(second) : std::move(first);
}

std::string StateText(const v1::ResponseHeader& header) {
  std::string text = absl::StrCat("at revision ", header.revision());
  if (!header.rule_pack().empty()) {
    absl::StrAppend(&text, ", rules ", header.rule_pack());
  }
  return text;
}

}  // namespace

std::optional<absl::Duration> ParseTimeout(absl::string_view text) {
  double seconds = 0;
  absl::Duration duration;
  if (absl::SimpleAtod(text, &seconds)) {
    duration = absl::Seconds(seconds);
  } else if (!absl::ParseDuration(std::string(text), &duration)) {
    return std::nullopt;
  }
  return duration > absl::ZeroDuration() ? std::make_optional(duration) : std::nullopt;
}

std::string Counted(uint64_t count, absl::string_view noun) {
  if (count == 1) {
    return absl::StrCat("1 ", noun);
  }
  if (absl::EndsWith(noun, "y")) {
    return absl::StrCat(count, " ", noun.substr(0, noun.size() - 1), "ies");
  }
  return absl::StrCat(count, " ", noun, "s");
}

absl::StatusOr<Client*> Session::client(absl::Duration connect_timeout) {
  if (client_ == nullptr) {
    ASSIGN_OR_RETURN(ClientOptions options, MakeClientOptions());
    options.connect_timeout = std::min(options.timeout, connect_timeout);
    ASSIGN_OR_RETURN(client_, Client::Connect(options));
  }
  return client_.get();
}

absl::StatusOr<ClientOptions> Session::MakeClientOptions() const {
  ClientOptions client;
  client.server =
      FirstSet(FirstSet(options_.server, environment_.Get("CARTOGRAPH_SERVER")), kDefaultServer);
  client.timeout = ParseTimeout(options_.timeout).value_or(client.timeout);
  ASSIGN_OR_RETURN(client.token, Token());
  return client;
}

absl::StatusOr<std::string> Session::Token() const {
  if (!options_.token.empty()) {
    return options_.token;
  }
  if (!options_.token_file.empty()) {
    return ReadTokenFile(options_.token_file);
  }
  if (std::string token = environment_.Get("CARTOGRAPH_TOKEN"); !token.empty()) {
    return token;
  }
  std::string file = environment_.Get("CARTOGRAPH_TOKEN_FILE");
  return file.empty() ? absl::StatusOr<std::string>("") : ReadTokenFile(file);
}

TableStyle Session::table_style() const {
  TableStyle style;
  style.width_max = options_.wide ? 0 : environment_.terminal_width;
  style.heads = !options_.no_heads;
  style.terminal = out_style();
  return style;
}

Printer Session::MakePrinter(std::vector<TableColumn> columns, absl::string_view list_field,
                             bool list) {
  PrinterOptions options;
  options.format = format();
  options.columns = std::move(columns);
  options.style = table_style();
  options.list_field = std::string(list_field);
  options.list = list;
  return Printer(&out(), std::move(options));
}

absl::Status Session::Finish(Printer* printer) {
  RETURN_IF_ERROR(printer->Finish());
  out().flush();
  if (printer->cells_cut() > 0) {
    Note(absl::StrCat(Counted(printer->cells_cut(), "cell"),
                      " cut to fit the terminal; --wide or -o json shows them whole"));
  }
  return absl::OkStatus();
}

void Session::Note(absl::string_view text) {
  if (!options_.quiet) {
    EndProgress();
    err() << err_style().Dim(text) << '\n';
  }
}

void Session::NoteCount(size_t count, absl::string_view noun, const v1::ResponseHeader& header) {
  if (format() == OutputFormat::kTable) {
    Note(absl::StrCat(Counted(count, noun), " ", StateText(header)));
  }
}

void Session::NoteState(const v1::ResponseHeader& header) {
  if (format() == OutputFormat::kTable) {
    Note(StateText(header));
  }
}

void Session::NoteMore(absl::string_view nouns) {
  Note(absl::StrCat("there are more ", nouns, "; --limit 0 shows all"));
}

void Session::Progress(absl::string_view text) {
  if (!options_.quiet && environment_.stderr_is_terminal) {
    err() << "\r\x1b[K" << PrefixOfWidth(text, 79) << std::flush;
    progress_shown_ = true;
  }
}

void Session::EndProgress() {
  if (std::exchange(progress_shown_, false)) {
    err() << "\r\x1b[K" << std::flush;
  }
}

}  // namespace cartograph::clients
