#include "services/options.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "base/version.h"
#include "kb/did_you_mean.h"

namespace cartograph::services {
namespace {

constexpr char kFooter[] = R"(
Every option can be given as a flag (--data-dir X), as an environment variable (CARTOGRAPH_DATA_DIR=X)
or in the file of --config (data_dir = "X"). Flags win over variables, variables over the file.

Exit codes: 0 stopped as asked; 1 a bug; 2 a wrong flag, variable or configuration file; 3 the address
is taken or cannot be bound; 4 the data folder is missing, not writable or in use; 5 the database is
damaged; 6 the founding corpus cannot be loaded.

Examples:
  cartographd --data-dir var/cartograph --load data/founding
  cartographd --data-dir /srv/cartograph --listen 0.0.0.0:7600 --token-file /etc/cartograph/tokens
  CARTOGRAPH_LISTEN=unix:/run/cartograph.sock cartographd --config /etc/cartograph.toml)";

std::string EnvironmentName(absl::string_view option) {
  return absl::StrCat("CARTOGRAPH_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(option, {{"-", "_"}})));
}

// Adds options that all have a variable and a default that --help shows.
class Options {
 public:
  Options(CLI::App* app, std::string group) : app_(app), group_(std::move(group)) {}

  void Text(const std::string& name, std::string* value, const std::string& help) {
    Finish(name, app_->add_option("--" + name, *value, help));
  }
  // At least 1.
  template <typename Integer>
  void Count(const std::string& name, Integer* value, const std::string& help) {
    Finish(name, app_->add_option("--" + name, *value, help)->check(CLI::PositiveNumber));
  }
  // Values between commas.
  void List(const std::string& name, std::vector<std::string>* values, const std::string& help) {
    auto set = [values](const std::string& text) {
      *values = absl::StrSplit(text, ',', absl::SkipWhitespace());
    };
    CLI::Option* option = app_->add_option_function<std::string>("--" + name, set, help);
    Finish(name, option->type_name("LIST"));
  }
  // Any number; 0 means "no limit".
  void Limit(const std::string& name, uint64_t* value, const std::string& help) {
    Finish(name, app_->add_option("--" + name, *value, help + " (0: no limit)"));
  }
  void Millis(const std::string& name, std::chrono::milliseconds* value, const std::string& help) {
    auto set = [value](const int64_t& millis) { *value = std::chrono::milliseconds(millis); };
    CLI::Option* option = app_->add_option_function<int64_t>("--" + name, set, help);
    option->default_str(absl::StrCat(value->count()))->type_name("MILLISECONDS");
    // gRPC counts in 32 bits.
    Finish(name, option->check(CLI::Range(int64_t{1}, int64_t{2'000'000'000})));
  }

 private:
  void Finish(const std::string& name, CLI::Option* option) {
    option->envname(EnvironmentName(name))->group(group_);
  }

  CLI::App* const app_;
  const std::string group_;
};

void AddGeneral(CLI::App* app, ParsedOptions* parsed, std::string* config) {
  Options options(app, "Options");
  options.Text("data-dir", &parsed->server.kb.data_dir,
               "Folder of the database; created when its parent exists");
  options.Text("listen", &parsed->listen,
               "Where to listen: host:port (port 0: any), or unix:/path of a socket");
  options.Text("http-listen", &parsed->http_listen,
               "Where to answer HTTP (Connect, JSON): host:port, or off");
  options.Text("token-file", &parsed->token_file,
               "Lines \"subject token\": who may call, by bearer token. Needed unless --listen is "
               "a loopback address; without it every caller is the actor \"local\"");
  options.Text("load", &parsed->founding_dir,
               "Folder of a founding corpus (entities/*.textproto, pack/), loaded into a database "
               "that is empty");
  options.Text("log-level", &parsed->log_level, "trace, debug, info, warning, error or off");
  options.Text("config", config, "TOML file with any of these options: data_dir = \"var\"");
}

void AddConnectionLimits(CLI::App* app, WireLimits* wire) {
  Options options(app, "Limits of connections");
  options.Count("message-bytes-max", &wire->message_bytes_max,
                "Largest request: one parses to 40 times its size at worst");
  options.Count("metadata-bytes-max", &wire->metadata_bytes_max, "Headers of a call");
  options.Count("memory-bytes-max", &wire->memory_bytes_max,
                "What gRPC buffers for all connections together");
  options.Count("streams-per-connection-max", &wire->streams_per_connection_max,
                "Calls at a time on one connection");
  options.Count(
      "descriptors-max", &wire->descriptors_max,
      "Descriptor from which on connections are closed, so that the store never lacks one");
  options.Millis("handshake-ms-max", &wire->handshake_max,
                 "From accept to the first bytes of HTTP/2: silent connections are cut off");
  options.Millis("keepalive-interval-ms", &wire->keepalive_interval,
                 "Silence after which a connection is asked whether it lives");
  options.Millis("keepalive-timeout-ms", &wire->keepalive_timeout,
                 "How long it may take to answer that");
  options.Millis("ping-interval-ms-min", &wire->ping_interval_min,
                 "Clients that ping more often are cut off");
  options.Millis("connection-idle-ms-max", &wire->connection_idle_max,
                 "A connection without a call for so long is closed; clients reconnect");
  options.Millis("drain-ms-max", &wire->drain_max,
                 "What calls under way get at shutdown: supervisors kill after 10 s");
}

void AddHttp(CLI::App* app, HttpLimits* http) {
  Options options(app, "HTTP");
  options.List("http-origins", &http->origins,
               "Pages that may call, by origin: https://a.example,https://b.example");
  options.List("http-hosts", &http->hosts,
               "Names of this server beside localhost; others are refused");
  options.Count("http-connections-max", &http->connections_max, "Connections at a time");
  options.Count("http-body-bytes-max", &http->body_bytes_max, "Body of a request");
  options.Count("http-header-bytes-max", &http->header_bytes_max, "Headers of a request");
  options.Millis("http-request-ms-max", &http->request_max, "From its first byte to its last");
  options.Millis("http-idle-ms-max", &http->idle_max, "Between the requests of a connection");
  options.Millis("http-write-ms-max", &http->write_max, "Of a client that does not read");
}

void AddCallLimits(CLI::App* app, ServingLimits* serving) {
  Options options(app, "Limits of calls");
  options.Count("commit-threads", &serving->commit_threads,
                "Commits at a time: those that wait together share one fsync");
  options.Count("commit-queue-max", &serving->commit_queue_max,
                "Commits that wait for a thread; further ones are told to retry");
  options.Count("compute-threads", &serving->compute_threads,
                "Questions, explanations and rule texts at a time");
  options.Count("compute-queue-max", &serving->compute_queue_max,
                "Such calls that wait for a thread; further ones are told to retry");
  options.Count("page-bytes-max", &serving->page_bytes_max, "Of the entities or rows of a page");
  options.Count("entities-scanned-max", &serving->entities_scanned_max,
                "Entities looked at for one page of a list");
  options.Count("batch-bytes-max", &serving->batch_bytes_max,
                "Of the entities of one BatchGetEntities: clients take 4 MiB by default");
  options.Count("stream-chunk-bytes-max", &serving->stream_chunk_bytes_max,
                "Of one message of a server stream: what a slow reader holds");
  options.Millis("stream-patience-ms", &serving->stream_patience,
                 "A client of a stream that does nothing for so long is cut off");
  options.Count("streams-max", &serving->streams_max, "Import and export streams at a time");
}

void AddWorkLimits(CLI::App* app, ServingLimits* serving, kb::KnowledgeBaseOptions* kb) {
  Options options(app, "Limits of work");
  options.Limit("ask-facts-max", &serving->ask.facts_max, "Facts that one question may derive");
  options.Limit("ask-probes-max", &serving->ask.probes_max, "Join probes of one question");
  options.Limit("ask-bytes-max", &serving->ask.bytes_max, "Memory of one question");
  options.Millis("ask-ms-max", &serving->ask.time_max, "Time of one question");
  options.Limit("commit-facts-max", &kb->commit_budget.facts_max,
                "Facts that one commit or activation may derive");
  options.Limit("commit-probes-max", &kb->commit_budget.probes_max,
                "Join probes of one commit or activation");
  options.Limit("commit-rounds-max", &kb->commit_budget.rounds_max,
                "Fixpoint rounds of one stratum: bounds numbers that grow through recursion");
  options.Limit("commit-bytes-max", &kb->commit_budget.bytes_max,
                "Memory of one commit or activation");
  options.Count("entity-bytes-max", &kb->entity_bytes_max, "Of one entity");
  options.Count("facts-per-entity-max", &kb->facts_per_entity_max,
                "Base facts that one entity feeds");
  options.Count("symbols-max", &kb->symbols_max, "Distinct texts in memory");
  options.Count("snapshots-held-max", &kb->snapshots_held_max,
                "Recent revisions that reads and page tokens still find");
}

// The text of a TOML value as a flag would have it; nothing for tables, lists and dates.
std::optional<std::string> FlagText(const toml::node& node) {
  if (auto text = node.value<std::string>(); node.is_string() && text.has_value()) {
    return text;
  }
  if (auto number = node.value<int64_t>(); node.is_integer() && number.has_value()) {
    return absl::StrCat(*number);
  }
  return std::nullopt;
}

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_envname().empty()) {
      names.push_back(absl::StrReplaceAll(option->get_lnames().front(), {{"-", "_"}}));
    }
  }
  return names;
}

// Gives `app` the value of one key, unless a flag or variable gave one.
absl::Status ApplyKey(const std::string& key, const toml::node& value, CLI::App* app) {
  CLI::Option* option = app->get_option_no_throw("--" + absl::StrReplaceAll(key, {{"_", "-"}}));
  if (option == nullptr || option->get_envname().empty() || key == "config") {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no option \"", key, "\"", kb::DidYouMean(key, OptionNames(*app))));
  }
  std::optional<std::string> text = FlagText(value);
  if (!text.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" wants a string or an integer"));
  }
  if (option->count() > 0) {
    return absl::OkStatus();
  }
  try {
    option->add_result(*text);
    option->run_callback();
    return absl::OkStatus();
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(error.what());
  }
}

// Nothing when no file was named.
absl::Status ApplyFile(const std::string& path, CLI::App* app) {
  if (path.empty()) {
    return absl::OkStatus();
  }
  toml::parse_result parsed = toml::parse_file(path);
  if (!parsed) {
    const toml::source_position& place = parsed.error().source().begin;
    return absl::InvalidArgumentError(absl::StrCat(path, ":", place.line, ":", place.column, ": ",
                                                   std::string(parsed.error().description())));
  }
  for (const auto& [key, value] : parsed.table()) {
    absl::Status applied = ApplyKey(std::string(key.str()), value, app);
    if (!applied.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", value.source().begin.line, ": ", applied.message()));
    }
  }
  return absl::OkStatus();
}

// One line, as CLI11's messages sometimes are not.
absl::Status UsageError(absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat(absl::StrReplaceAll(absl::StripAsciiWhitespace(message), {{"\n", " "}}),
                   "; --help lists the options"));
}

absl::Status CheckTogether(const ParsedOptions& parsed) {
  for (absl::string_view level : {"trace", "debug", "info", "warning", "error", "off"}) {
    if (parsed.log_level == level) {
      return absl::OkStatus();
    }
  }
  return UsageError(absl::StrCat("--log-level: there is no level \"", parsed.log_level,
                                 "\"; want trace, debug, info, warning, error or off"));
}

}  // namespace

absl::StatusOr<ParsedOptions> ParseOptions(int argc, const char* const* argv) {
  ParsedOptions parsed;
  parsed.server.kb.data_dir = "var/cartograph";
  std::string config;
  CLI::App app("Serves a Cartograph knowledge base over gRPC.", "cartographd");
  app.footer(kFooter);
  app.set_version_flag("--version", absl::StrCat("cartographd ", base::Version()));
  app.option_defaults()->always_capture_default();
  // The last wins, so that a script's own flags can be followed by the caller's.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  AddGeneral(&app, &parsed, &config);
  AddConnectionLimits(&app, &parsed.server.wire);
  AddHttp(&app, &parsed.server.http);
  AddCallLimits(&app, &parsed.server.serving);
  AddWorkLimits(&app, &parsed.server.serving, &parsed.server.kb);
  try {
    app.parse(argc, argv);
    RETURN_IF_ERROR(ApplyFile(config, &app));
  } catch (const CLI::CallForHelp&) {
    parsed.print = app.help();
    return parsed;
  } catch (const CLI::CallForVersion& version) {
    parsed.print = absl::StrCat(version.what(), "\n");
    return parsed;
  } catch (const CLI::ParseError& error) {
    return UsageError(error.what());
  }
  RETURN_IF_ERROR(CheckTogether(parsed));
  return parsed;
}

}  // namespace cartograph::services
