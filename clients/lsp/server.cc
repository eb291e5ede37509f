#include "clients/lsp/server.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/lsp/completion.h"
#include "clients/lsp/frames.h"
#include "clients/lsp/json.h"
#include "clients/lsp/rule_index.h"
#include "clients/lsp/text_place.h"
#include "clients/lsp/workspace.h"
#include "rules/syntax/formatter.h"

namespace cartograph::lsp {
namespace {

// Error codes of JSON-RPC and of the protocol.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kNotInitialized = -32002;

constexpr int kSyncIncremental = 2;

class Server {
 public:
  Server(const ServerOptions& options, std::ostream& out)
      : workspace_(options.base_schema), out_(out) {}

  // One message. False after exit.
  bool Handle(const std::string& content);
  void FailParse(absl::string_view why) { SendError(nullptr, kParseError, why); }
  bool ended_well() const { return state_ == State::kShutDown; }

 private:
  enum class State { kNew, kRunning, kShutDown };
  // Answers a request; nothing when its parameters do not make sense.
  using Request = std::optional<Json> (Server::*)(const Json& params);
  using Notification = void (Server::*)(const Json& params);

  void HandleRequest(const Json& id, const std::string& method, const Json& params);
  void HandleNotification(const std::string& method, const Json& params);

  std::optional<Json> Initialize(const Json& params);
  std::optional<Json> Shutdown(const Json& params);
  std::optional<Json> Hover(const Json& params);
  std::optional<Json> Definition(const Json& params);
  std::optional<Json> Complete(const Json& params);
  std::optional<Json> Format(const Json& params);

  void DidOpen(const Json& params);
  void DidChange(const Json& params);
  void DidClose(const Json& params);

  void Publish(const std::string& uri);
  void PublishFor(const std::string& uri, const Json& diagnostics);
  Json DiagnosticJson(const rules::Diagnostic& diagnostic,
                      const std::vector<rules::SourceFile>& sources) const;
  Json LocationJson(rules::SourceSpan span, const std::vector<rules::SourceFile>& sources) const;

  void Send(Json message);
  void SendError(const Json& id, int code, absl::string_view message);

  State state_ = State::kNew;
  Workspace workspace_;
  std::ostream& out_;
};

// Whether an editor can open `source`: the base schema is no file.
bool IsDocument(const rules::SourceFile& source) {
  return source.path.find_first_of("/:") != std::string::npos;
}

std::string UriIn(const Json& params) {
  return StringOf(Member(Member(params, "textDocument"), "uri"));
}

void Server::Send(Json message) {
  Json whole = {{"jsonrpc", "2.0"}};
  whole.update(message);
  WriteFrame(Dump(whole), out_);
}

void Server::SendError(const Json& id, int code, absl::string_view message) {
  Send({{"id", id}, {"error", {{"code", code}, {"message", std::string(message)}}}});
}

bool Server::Handle(const std::string& content) {
  const Json message = Json::parse(content, nullptr, /*allow_exceptions=*/false);
  if (message.is_discarded()) {
    FailParse("the message is not JSON");
    return true;
  }
  const std::string method = StringOf(Member(message, "method"));
  const Json& id = Member(message, "id");
  const bool answer = method.empty() && message.is_object() && message.contains("id");
  if (answer && !message.contains("method")) return true;  // to a request that we never send
  if (method.empty() || !(id.is_null() || id.is_number() || id.is_string())) {
    SendError(nullptr, kInvalidRequest, "a message has a method, and an id that is text or number");
    return true;
  }
  if (method == "exit") return false;
  const Json& params = Member(message, "params");
  if (id.is_null()) {
    HandleNotification(method, params);
  } else {
    HandleRequest(id, method, params);
  }
  return true;
}

void Server::HandleRequest(const Json& id, const std::string& method, const Json& params) {
  static const auto* const kRequests =
      new std::map<std::string, Request>{{"initialize", &Server::Initialize},
                                         {"shutdown", &Server::Shutdown},
                                         {"textDocument/hover", &Server::Hover},
                                         {"textDocument/definition", &Server::Definition},
                                         {"textDocument/completion", &Server::Complete},
                                         {"textDocument/formatting", &Server::Format}};
  const auto request = kRequests->find(method);
  const bool initialize = method == "initialize";
  if (state_ == State::kShutDown || (initialize && state_ == State::kRunning)) {
    return SendError(id, kInvalidRequest, absl::StrCat(method, " comes too late"));
  }
  if (state_ == State::kNew && !initialize) {
    return SendError(id, kNotInitialized, "initialize comes first");
  }
  if (request == kRequests->end()) {
    return SendError(id, kMethodNotFound, absl::StrCat("there is no method ", method));
  }
  std::optional<Json> result = (this->*request->second)(params);
  if (!result) {
    return SendError(id, kInvalidParams, "the parameters name no open document");
  }
  Send({{"id", id}, {"result", *std::move(result)}});
}

// Notifications are never answered, so unknown ones and those out of order are passed over.
void Server::HandleNotification(const std::string& method, const Json& params) {
  static const auto* const kNotifications =
      new std::map<std::string, Notification>{{"textDocument/didOpen", &Server::DidOpen},
                                              {"textDocument/didChange", &Server::DidChange},
                                              {"textDocument/didClose", &Server::DidClose}};
  const auto notification = kNotifications->find(method);
  if (state_ != State::kRunning || notification == kNotifications->end()) return;
  (this->*notification->second)(params);
}

std::optional<Json> Server::Initialize(const Json&) {
  state_ = State::kRunning;
  Json capabilities = {
      {"positionEncoding", "utf-16"},
      {"textDocumentSync", {{"openClose", true}, {"change", kSyncIncremental}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"completionProvider", {{"triggerCharacters", Json::array({".", ":", "("})}}},
      {"documentFormattingProvider", true}};
  return Json{{"capabilities", std::move(capabilities)}, {"serverInfo", {{"name", "cartograph"}}}};
}

std::optional<Json> Server::Shutdown(const Json&) {
  state_ = State::kShutDown;
  return Json(nullptr);
}

void Server::DidOpen(const Json& params) {
  const std::string uri = UriIn(params);
  if (uri.empty()) return;
  workspace_.Open(uri, StringOf(Member(Member(params, "textDocument"), "text")));
  Publish(uri);
}

void Server::DidChange(const Json& params) {
  std::string* text = workspace_.Find(UriIn(params));
  if (text == nullptr) return;
  for (const Json& change : Member(params, "contentChanges")) {
    const std::string inserted = StringOf(Member(change, "text"));
    const Json& range = Member(change, "range");
    if (range.is_null()) {
      *text = inserted;
      continue;
    }
    const size_t begin = OffsetOf(*text, Member(range, "start"));
    const size_t end = std::max(begin, OffsetOf(*text, Member(range, "end")));
    text->replace(begin, end - begin, inserted);
  }
  Publish(UriIn(params));
}

void Server::DidClose(const Json& params) {
  const std::string uri = UriIn(params);
  if (workspace_.Find(uri) == nullptr) return;
  workspace_.Close(uri);
  PublishFor(uri, Json::array());
}

Json Server::LocationJson(rules::SourceSpan span,
                          const std::vector<rules::SourceFile>& sources) const {
  const rules::SourceFile& source = sources[span.file];
  return {{"uri", workspace_.UriOfSource(source)}, {"range", RangeOf(source.text, span)}};
}

Json Server::DiagnosticJson(const rules::Diagnostic& diagnostic,
                            const std::vector<rules::SourceFile>& sources) const {
  const std::string help =
      diagnostic.suggestion.empty() ? "" : absl::StrCat("\nhelp: ", diagnostic.suggestion);
  Json json = {{"range", RangeOf(sources[diagnostic.span.file].text, diagnostic.span)},
               {"severity", diagnostic.severity == rules::Severity::kError ? 1 : 2},
               {"code", diagnostic.code},
               {"source", "cartograph"},
               {"message", absl::StrCat(diagnostic.message, help)}};
  for (const rules::Diagnostic::Note& note : diagnostic.notes) {
    if (!IsDocument(sources[note.span.file])) continue;
    json["relatedInformation"].push_back(
        {{"location", LocationJson(note.span, sources)}, {"message", note.message}});
  }
  return json;
}

// What there is to say about the program of `uri`, for each of its files: none is left with what
// was said before.
void Server::Publish(const std::string& uri) {
  const Analysis analysis = workspace_.Analyze(uri);
  std::vector<Json> of_file(analysis.sources.size(), Json::array());
  for (const rules::Diagnostic& diagnostic : analysis.diagnostics) {
    of_file[diagnostic.span.file].push_back(DiagnosticJson(diagnostic, analysis.sources));
  }
  for (size_t file = 0; file < analysis.own; ++file) {
    PublishFor(workspace_.UriOfSource(analysis.sources[file]), of_file[file]);
  }
}

void Server::PublishFor(const std::string& uri, const Json& diagnostics) {
  Send({{"method", "textDocument/publishDiagnostics"},
        {"params", {{"uri", uri}, {"diagnostics", diagnostics}}}});
}

std::optional<Json> Server::Hover(const Json& params) {
  if (workspace_.Find(UriIn(params)) == nullptr) return std::nullopt;
  const Analysis analysis = workspace_.Analyze(UriIn(params));
  const RuleIndex index(analysis.sources);
  const std::string& text = analysis.sources[analysis.file].text;
  const Mention* mention =
      index.MentionAt(analysis.file, OffsetOf(text, Member(params, "position")));
  const std::string description = mention == nullptr ? "" : index.Describe(*mention);
  if (description.empty()) return Json(nullptr);
  return Json{{"contents", {{"kind", "markdown"}, {"value", description}}},
              {"range", RangeOf(text, mention->span)}};
}

std::optional<Json> Server::Definition(const Json& params) {
  if (workspace_.Find(UriIn(params)) == nullptr) return std::nullopt;
  const Analysis analysis = workspace_.Analyze(UriIn(params));
  const RuleIndex index(analysis.sources);
  const size_t offset = OffsetOf(analysis.sources[analysis.file].text, Member(params, "position"));
  const Mention* mention = index.MentionAt(analysis.file, offset);
  if (mention == nullptr) return Json(nullptr);
  const std::optional<rules::SourceSpan> definition = index.DefinitionOf(*mention);
  if (!definition || !IsDocument(analysis.sources[definition->file])) return Json(nullptr);
  return LocationJson(*definition, analysis.sources);
}

std::optional<Json> Server::Complete(const Json& params) {
  if (workspace_.Find(UriIn(params)) == nullptr) return std::nullopt;
  const Analysis analysis = workspace_.Analyze(UriIn(params));
  const RuleIndex index(analysis.sources);
  const size_t offset = OffsetOf(analysis.sources[analysis.file].text, Member(params, "position"));
  Json items = Json::array();
  for (const Completion& completion : CompletionsAt(index, analysis.file, offset)) {
    Json item = {{"label", completion.text}, {"kind", static_cast<int>(completion.kind)}};
    if (!completion.detail.empty()) item["detail"] = completion.detail;
    if (!completion.doc.empty()) item["documentation"] = completion.doc;
    items.push_back(std::move(item));
  }
  return items;
}

// The whole text in its canonical layout; no edit for text that does not parse.
std::optional<Json> Server::Format(const Json& params) {
  const std::string* text = workspace_.Find(UriIn(params));
  if (text == nullptr) return std::nullopt;
  const rules::FormatResult formatted = rules::Format({"", *text});
  if (!formatted.diagnostics.empty() || formatted.text == *text) return Json::array();
  const rules::SourceSpan all{0, 0, static_cast<uint32_t>(text->size())};
  return Json::array({{{"range", RangeOf(*text, all)}, {"newText", formatted.text}}});
}

}  // namespace

bool Serve(const ServerOptions& options, std::istream& in, std::ostream& out) {
  Server server(options, out);
  while (true) {
    absl::StatusOr<std::string> content = ReadFrame(in);
    if (absl::IsOutOfRange(content.status())) return false;
    if (!content.ok()) {
      server.FailParse(content.status().message());
      return false;
    }
    if (!server.Handle(*content)) return server.ended_well();
  }
}

}  // namespace cartograph::lsp
