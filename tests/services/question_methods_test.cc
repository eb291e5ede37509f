#include "services/question_methods.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/question_service.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "gtest/gtest.h"
#include "kb/error_details.h"
#include "services/grpc_status.h"
#include "tests/support/generic_client.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::DynamicMessageFactory;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// Stubs made from descriptors as they were when it was constructed, by nothing but protobuf: what a
// generator makes of them in any language.
class Stubs {
 public:
  explicit Stubs(const v1::GetSchemaResponse& schema) {
    for (const auto& file : schema.files().file()) {
      EXPECT_NE(pool_.BuildFile(file), nullptr) << file.name();
    }
    service_ = pool_.FindServiceByName(schema.service());
    EXPECT_NE(service_, nullptr) << schema.service();
  }

  const MethodDescriptor& Method(const std::string& name) const {
    return *service_->FindMethodByName(name);
  }

  std::string Request(const MethodDescriptor& method, const std::string& text) {
    std::unique_ptr<Message> message(messages_.GetPrototype(method.input_type())->New());
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << text;
    return message->SerializeAsString();
  }

  // The reply as text. Also holds the bytes against what protobuf itself would have written.
  std::string Text(const MethodDescriptor& method, const std::string& bytes) {
    std::unique_ptr<Message> message(messages_.GetPrototype(method.output_type())->New());
    EXPECT_TRUE(message->ParseFromString(bytes));
    if (message->GetReflection()->GetUnknownFields(*message).empty()) {
      EXPECT_EQ(message->SerializeAsString().size(), bytes.size());
    }
    google::protobuf::TextFormat::Printer printer;
    printer.SetSingleLineMode(true);
    printer.SetUseShortRepeatedPrimitives(true);
    std::string text;
    printer.PrintToString(*message, &text);
    return std::string(absl::StripTrailingAsciiWhitespace(text));
  }

 private:
  DescriptorPool pool_;
  DynamicMessageFactory messages_;
  const google::protobuf::ServiceDescriptor* service_ = nullptr;
};

constexpr char kRules[] = R"dl(
/// Every disease.
@[question(title = "Diseases", order = "number desc")]
.decl listed(disease: Disease, number: number)
@[says = "{d} is a disease."]
listed(d, to_number(substr(d, 9, 4)) - 2) :- disease(d).
)dl";

class QuestionMethodsTest : public ::testing::Test {
 protected:
  QuestionMethodsTest() : client_(server_.InProcessChannel()) { Put(0, 4); }

  // Diseases "diseases/0000" and on.
  void Put(int first, int count) {
    v1::CommitEntitiesRequest request;
    for (int i = first; i < first + count; ++i) {
      v1::Entity* disease = request.add_mutations()->mutable_put();
      const std::string digits = absl::StrCat(10000 + i).substr(1);
      disease->set_name(absl::StrCat("diseases/", digits));
      v1::Name* name = disease->mutable_disease()->add_names();
      name->set_text(absl::StrCat("disease ", digits));
      name->set_kind(v1::NAME_KIND_PREFERRED);
    }
    v1::CommitEntitiesResponse response;
    ASSERT_TRUE(Call("EntityService.CommitEntities", request, &response).ok());
  }

  absl::Status Call(const std::string& method, const Message& request, Message* response) {
    const test::Reply reply =
        client_.Call(test::PathOf(*test::FindMethod(method)), {request.SerializeAsString()});
    if (reply.status.ok()) response->ParseFromString(reply.messages[0]);
    return reply.status;
  }

  absl::Status Activate(const std::string& rules, bool force = false,
                        const std::string& name = "small") {
    v1::ActivateRulePackRequest request;
    request.mutable_pack()->set_name(name);
    request.mutable_pack()->set_version("1.0.0");
    v1::RuleFile* file = request.mutable_pack()->add_files();
    file->set_path("small.dl");
    file->set_text(rules);
    request.set_force(force);
    v1::ActivateRulePackResponse response;
    const absl::Status status = Call("RuleService.ActivateRulePack", request, &response);
    EXPECT_EQ(response.diagnostics_size(), 0) << response.DebugString();
    return status;
  }

  v1::GetSchemaResponse Schema() {
    v1::GetSchemaResponse schema;
    EXPECT_TRUE(Call("QuestionService.GetSchema", v1::GetSchemaRequest(), &schema).ok());
    return schema;
  }

  test::Reply Reply(Stubs* stubs, const std::string& method, const std::string& request) {
    const MethodDescriptor& descriptor = stubs->Method(method);
    return client_.Call(test::PathOf(descriptor), {stubs->Request(descriptor, request)});
  }

  // The messages of a reply, a line each, or its status.
  std::string Ask(Stubs* stubs, const std::string& method, const std::string& request) {
    const test::Reply reply = Reply(stubs, method, request);
    if (!reply.status.ok()) return std::string(reply.status.message());
    std::vector<std::string> lines;
    for (const std::string& message : reply.messages) {
      lines.push_back(stubs->Text(stubs->Method(method), message));
    }
    return absl::StrJoin(lines, "\n");
  }

  test::TestServer server_;
  test::GenericClient client_;
};

TEST_F(QuestionMethodsTest, AnswersFromTheMomentOfItsActivation) {
  ASSERT_TRUE(Activate(kRules).ok());
  Stubs stubs(Schema());
  EXPECT_EQ(Ask(&stubs, "Listed", ""),
            "rows { disease: \"diseases/0003\" number: 1 } rows { disease: \"diseases/0002\" } "
            "rows { disease: \"diseases/0001\" number: -1 } "
            "rows { disease: \"diseases/0000\" number: -2 } "
            "header { revision: 2 rule_pack: \"small@1.0.0\" }");
  EXPECT_EQ(Ask(&stubs, "Listed", "disease: 'diseases/0001'"),
            "rows { disease: \"diseases/0001\" number: -1 } "
            "header { revision: 2 rule_pack: \"small@1.0.0\" }");
  // A column that is given is given also where its value is the default.
  EXPECT_EQ(
      Ask(&stubs, "Listed", "number: 0"),
      "rows { disease: \"diseases/0002\" } header { revision: 2 rule_pack: \"small@1.0.0\" }");
  EXPECT_EQ(Ask(&stubs, "Listed", "disease: 'diseases/none'"),
            "header { revision: 2 rule_pack: \"small@1.0.0\" }");
}

TEST_F(QuestionMethodsTest, PagesPinTheirRevision) {
  ASSERT_TRUE(Activate(kRules).ok());
  Stubs stubs(Schema());
  const test::Reply first = Reply(&stubs, "Listed", "page_size: 3");
  ASSERT_TRUE(first.status.ok());
  const std::string text = stubs.Text(stubs.Method("Listed"), first.messages[0]);
  const std::vector<std::string> parts = absl::StrSplit(text, "next_page_token: ");
  ASSERT_EQ(parts.size(), 2U) << text;
  const std::string token(parts[1].substr(0, parts[1].find(' ')));
  Put(4, 1);
  EXPECT_EQ(Ask(&stubs, "Listed", absl::StrCat("page_size: 3 page_token: ", token)),
            "rows { disease: \"diseases/0000\" number: -2 } "
            "header { revision: 2 rule_pack: \"small@1.0.0\" }");
  EXPECT_EQ(Ask(&stubs, "Listed", absl::StrCat("number: 1 page_token: ", token)),
            "page_token: the page token is of another request; send the same fields with it as for "
            "the page before");
  EXPECT_EQ(Ask(&stubs, "Listed", "page_size: 10001"),
            "page_size: must be at most 10000, got 10001");
}

TEST_F(QuestionMethodsTest, SaysWhyRowsHold) {
  ASSERT_TRUE(Activate(kRules).ok());
  Stubs stubs(Schema());
  const std::string text = Ask(&stubs, "Listed", "number: 0 explain: true");
  EXPECT_NE(text.find("says: \"disease 0002 is a disease.\""), std::string::npos) << text;
  EXPECT_NE(text.find("reasons { proof: \""), std::string::npos) << text;
}

TEST_F(QuestionMethodsTest, StreamsInLargeMessages) {
  Put(0, 950);
  ASSERT_TRUE(Activate(kRules).ok());
  Stubs stubs(Schema());
  const MethodDescriptor& method = stubs.Method("StreamListed");
  const test::Reply reply = Reply(&stubs, "StreamListed", "");
  ASSERT_TRUE(reply.status.ok()) << reply.status;
  size_t rows = 0;
  for (size_t i = 0; i < reply.messages.size(); ++i) {
    const std::string text = stubs.Text(method, reply.messages[i]);
    const std::vector<std::string> parts = absl::StrSplit(text, "rows {");
    const size_t here = parts.size() - 1;
    EXPECT_TRUE(here >= 100 || i + 1 == reply.messages.size()) << here;
    EXPECT_NE(text.find("header { revision: 3"), std::string::npos);
    rows += here;
  }
  EXPECT_EQ(rows, 950U);
  EXPECT_EQ(Ask(&stubs, "StreamListed", "number: 5"),
            "rows { disease: \"diseases/0007\" number: 5 } "
            "header { revision: 3 rule_pack: \"small@1.0.0\" }");
}

constexpr char kMore[] = R"dl(
@[question(title = "Diseases")]
.decl listed(weight: float, disease: Disease, number: number)
listed(0.5, d, 7) :- disease(d).
)dl";
constexpr char kFewer[] = R"dl(
@[question(title = "Diseases")]
.decl listed(weight: float, disease: Disease)
listed(0.5, d) :- disease(d).
)dl";

TEST_F(QuestionMethodsTest, OldStubsGoOnWorking) {
  ASSERT_TRUE(Activate(kRules).ok());
  Stubs old(Schema());
  ASSERT_TRUE(Activate(kMore).ok());
  Stubs fresh(Schema());
  EXPECT_EQ(Ask(&fresh, "Listed", "disease: 'diseases/0001'"),
            "rows { disease: \"diseases/0001\" number: 7 weight: 0.5 } "
            "header { revision: 3 rule_pack: \"small@1.0.0\" }");
  const std::string text = Ask(&old, "Listed", "disease: 'diseases/0001'");
  EXPECT_NE(text.find("disease: \"diseases/0001\" number: 7"), std::string::npos) << text;
}

TEST_F(QuestionMethodsTest, AnActivationThatBreaksStubsIsRefusedUnlessForced) {
  ASSERT_TRUE(Activate(kMore).ok());
  const std::string before = Schema().text();
  const absl::Status refused = Activate(kFewer);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), kb::kReasonStubsWouldBreak);
  EXPECT_EQ(refused.message(),
            "stubs generated from earlier versions of the rule pack small would break: the column "
            "number of the question listed is gone. Force it to activate it anyway");
  EXPECT_EQ(Schema().text(), before);
  ASSERT_TRUE(Activate(kFewer, /*force=*/true).ok());
  EXPECT_NE(Schema().text().find("reserved 3;"), std::string::npos) << Schema().text();
  // Numbers survive a restart, another pack, and the way back.
  server_.Restart();
  client_ = test::GenericClient(server_.InProcessChannel());
  ASSERT_TRUE(Activate(kRules, false, "other").ok());
  ASSERT_TRUE(Activate(kMore).ok());
  EXPECT_EQ(Schema().text(), before);
}

TEST_F(QuestionMethodsTest, AnOlderRevisionIsAskedByName) {
  ASSERT_TRUE(Activate(kRules).ok());
  ASSERT_TRUE(Activate(kMore).ok());
  Stubs stubs(Schema());
  EXPECT_EQ(Ask(&stubs, "Listed", "read { at_revision: 2 }"),
            "the question listed of that revision has no column weight of this type; "
            "QuestionService.Ask answers it as it was");
  ASSERT_TRUE(Activate(kRules, /*force=*/true).ok());
  Stubs back(Schema());
  EXPECT_EQ(Ask(&back, "Listed", "disease: 'diseases/0001' read { at_revision: 3 }"),
            "rows { disease: \"diseases/0001\" number: 7 } "
            "header { revision: 3 rule_pack: \"small@1.0.0\" }");
}

TEST_F(QuestionMethodsTest, RefusesWhatIsNoRequest) {
  ASSERT_TRUE(Activate(kRules).ok());
  const std::string path = "/cartograph.questions.small.v1.Questions/Listed";
  EXPECT_EQ(client_.Call(path, {"\xff"}).status.message(),
            "the request is not a cartograph.questions.small.v1.ListedRequest: it does not decode");
  const absl::Status unknown = client_.Call(path, {std::string("\x98\x06\x01", 3)}).status;
  EXPECT_EQ(unknown.code(), absl::StatusCode::kInvalidArgument) << unknown;
  EXPECT_EQ(client_.Call(path, {}).status.code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(QuestionMethodsTest, SaysWhatThereIsInstead) {
  const std::string service = "/cartograph.questions.small.v1.Questions/";
  const absl::Status none = client_.Call(service + "Listed", {""}).status;
  EXPECT_EQ(none.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(none.message(),
            absl::StrCat("there is no method ", service, "Listed: no rule pack is active"));
  ASSERT_TRUE(Activate(kRules).ok());
  const absl::Status near = client_.Call(service + "Lited", {""}).status;
  EXPECT_EQ(near.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(near.message(), absl::StrCat("there is no method ", service,
                                         "Lited: the active rule pack is small@1.0.0; did you mean "
                                         "\"",
                                         service, "Listed\"?"));
  EXPECT_EQ(client_.Call("/a.B/C", {""}).status.message(), "there is no method /a.B/C");
}

TEST_F(QuestionMethodsTest, ReflectionShowsThem) {
  namespace reflection = grpc::reflection::v1;
  const auto stub = reflection::ServerReflection::NewStub(server_.InProcessChannel());
  grpc::ClientContext context;
  const auto stream = stub->ServerReflectionInfo(&context);
  const auto ask = [&](const reflection::ServerReflectionRequest& request) {
    reflection::ServerReflectionResponse response;
    EXPECT_TRUE(stream->Write(request) && stream->Read(&response));
    return response;
  };
  reflection::ServerReflectionRequest list;
  list.set_list_services("");
  const std::string service = "cartograph.questions.small.v1.Questions";
  EXPECT_EQ(ask(list).DebugString().find(service), std::string::npos);
  ASSERT_TRUE(Activate(kRules).ok());  // while the stream is open
  EXPECT_NE(ask(list).DebugString().find(service), std::string::npos);
  reflection::ServerReflectionRequest symbol;
  symbol.set_file_containing_symbol(service + ".Listed");
  const auto response = ask(symbol);
  ASSERT_GE(response.file_descriptor_response().file_descriptor_proto_size(), 2);
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(file.ParseFromString(response.file_descriptor_response().file_descriptor_proto(0)));
  EXPECT_EQ(file.service(0).method(0).name(), "Listed");
  EXPECT_GT(file.source_code_info().location_size(), 0);  // comments
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace cartograph::services
