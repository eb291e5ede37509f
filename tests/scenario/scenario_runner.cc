#include "tests/scenario/scenario_runner.h"

#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "google/protobuf/text_format.h"
#include "kb/rule_pack_folder.h"
#include "tests/scenario/reply_text.h"
#include "tests/scenario/scenario_file.h"
#include "tests/support/paths.h"

namespace cartograph::scenario {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kNextMessage[] = "\n&\n";

std::string Folder() { return testing::SourceDir() + "/tests/scenario/"; }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(type)->New());
}

// The textual value of a field, by a path of singular fields; nothing when there is no such field.
std::string FieldText(const Message& message, const std::vector<std::string>& path, size_t step) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(path[step]);
  if (field == nullptr || field->is_repeated()) return "";
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return message.GetReflection()->GetString(message, field);
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && step + 1 < path.size()) {
    return FieldText(message.GetReflection()->GetMessage(message, field), path, step + 1);
  }
  std::string text;
  google::protobuf::TextFormat::PrintFieldValueToString(message, field, -1, &text);
  return text;
}

// "a b c" into "a" and "b c".
std::pair<std::string, std::string> SplitWord(const std::string& text) {
  const size_t space = text.find_first_of(" \n");
  if (space == std::string::npos) return {text, ""};
  return {text.substr(0, space), std::string(absl::StripAsciiWhitespace(text.substr(space + 1)))};
}

}  // namespace

ScenarioRunner::ScenarioRunner(Connect connect)
    : connect_(std::move(connect)),
      client_(std::make_unique<test::GenericClient>(connect_(server_))) {}

std::string ScenarioRunner::Run(const std::string& scenario) {
  std::vector<Step> steps = ParseScenario(scenario);
  for (Step& step : steps) {
    if (!step.command.empty()) step.reply = RunCommand(step.command);
  }
  return PrintScenario(steps);
}

std::string ScenarioRunner::RunCommand(const std::string& command) {
  const std::string expanded = Expand(std::string(absl::StripAsciiWhitespace(command)));
  const auto [word, rest] = SplitWord(expanded);
  const auto [second, third] = SplitWord(rest);
  if (word == "capture") return Capture(second, third);
  if (word == "restart") return Restart();
  if (word == "load") return Load(rest);
  if (word == "activate") return Activate(rest);
  if (word == "bytes") return CallWithBytes(second, third);
  return CallWithText(word, rest);
}

std::string ScenarioRunner::Capture(const std::string& name, const std::string& path) {
  if (last_ == nullptr) return "there is no reply\n";
  captured_[name] = FieldText(*last_, absl::StrSplit(path, '.'), 0);
  return captured_[name].empty() ? "nothing there\n" : "captured\n";
}

std::string ScenarioRunner::Load(const std::string& file) {
  v1::CommitEntitiesRequest request;
  if (!google::protobuf::TextFormat::ParseFromString(ReadFile(Folder() + file), &request)) {
    return "the file is not textproto of a CommitEntitiesRequest\n";
  }
  const std::string reply =
      CallMethod(*test::FindMethod("EntityService.CommitEntities"), {request.SerializeAsString()});
  auto* response = dynamic_cast<v1::CommitEntitiesResponse*>(last_.get());
  if (response == nullptr) return reply;
  response->clear_entities();  // they are what the file says
  return ReplyText(*response);
}

std::string ScenarioRunner::Activate(const std::string& folder) {
  const absl::StatusOr<v1::RulePack> pack = kb::ReadRulePackFolder(Folder() + folder);
  if (!pack.ok()) return ErrorText(pack.status());
  v1::ActivateRulePackRequest request;
  *request.mutable_pack() = *pack;
  return CallMethod(*test::FindMethod("RuleService.ActivateRulePack"),
                    {request.SerializeAsString()});
}

std::string ScenarioRunner::CallWithText(const std::string& method, const std::string& text) {
  const MethodDescriptor* descriptor = test::FindMethod(method);
  if (descriptor == nullptr) return absl::StrCat("there is no method ", method, "\n");
  std::vector<std::string> requests;
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(text, kNextMessage))) {
    const std::unique_ptr<Message> request = NewMessage(descriptor->input_type());
    if (!google::protobuf::TextFormat::ParseFromString(part, request.get())) {
      return "the request is not textproto of its type\n";
    }
    requests.push_back(request->SerializeAsString());
  }
  return CallMethod(*descriptor, requests);
}

std::string ScenarioRunner::CallWithBytes(const std::string& method, const std::string& literal) {
  const MethodDescriptor* descriptor = test::FindMethod(method);
  std::string bytes;
  absl::string_view quoted = literal;
  if (descriptor == nullptr || !absl::ConsumePrefix(&quoted, "\"") ||
      !absl::ConsumeSuffix(&quoted, "\"") || !absl::CUnescape(quoted, &bytes)) {
    return "expected a method and bytes in quotes\n";
  }
  return CallMethod(*descriptor, {bytes});
}

std::string ScenarioRunner::CallMethod(const MethodDescriptor& method,
                                       const std::vector<std::string>& requests) {
  const test::Reply reply = client_->Call(test::PathOf(method), requests);
  std::vector<std::string> parts;
  last_ = nullptr;
  for (const std::string& bytes : reply.messages) {
    last_ = NewMessage(method.output_type());
    if (!last_->ParseFromString(bytes)) return "the reply does not parse\n";
    parts.push_back(ReplyText(*last_));
  }
  if (!reply.status.ok()) parts.push_back(ErrorText(reply.status));
  return absl::StrJoin(parts, "&\n");
}

std::string ScenarioRunner::Restart() {
  client_.reset();  // an in-process channel must not outlive its server
  server_.Restart();
  client_ = std::make_unique<test::GenericClient>(connect_(server_));
  return "restarted\n";
}

std::string ScenarioRunner::Expand(std::string text) const {
  for (auto name = captured_.rbegin(); name != captured_.rend(); ++name) {
    text = absl::StrReplaceAll(text, {{"$" + name->first, name->second}});
  }
  const std::string begin = "${repeat ";
  for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin)) {
    const size_t end = text.find('}', at);
    const auto [count, copy] = SplitWord(text.substr(at + begin.size(), end - at - begin.size()));
    std::string copies;
    for (int i = 0; i < std::stoi(count); ++i) copies += copy;
    text.replace(at, end + 1 - at, copies);
  }
  return text;
}

}  // namespace cartograph::scenario
