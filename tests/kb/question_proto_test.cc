#include "kb/question_proto.h"

#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "kb/questions.h"
#include "tests/kb/rule_model.h"

namespace cartograph::kb {
namespace {

constexpr char kBefore[] = R"dl(
@[question(title = "T")]
.decl studied_in(target: symbol, phase: number)
)dl";

constexpr char kRules[] = R"dl(
.type Target <: symbol
.type Pair = [a: symbol, b: symbol]

/// Target x has been studied in
/// so many sources.
@[question(title = "Targets studied", order = "sources desc")]
.decl studied_in(target: Target, sources: unsigned, weight: float, pair: Pair)
)dl";

constexpr char kText[] = R"(syntax = "proto3";

import "cartograph/v1/fact.proto";
// The questions of the rule pack car-t, by Cartograph.
package cartograph.questions.car_t.v1;

message StudiedInRow {
  // Target
  string target = 1;
  // unsigned
  uint32 sources = 3;
  // float
  float weight = 4;
  // Pair
  string pair = 5;
  reserved 2;
}

// What is given of StudiedIn.
message StudiedInRequest {
  .cartograph.v1.ReadOptions read = 1;
  // At most 10000; 1000 where it is 0.
  uint32 page_size = 2;
  string page_token = 3;
  // Adds the reason of each row.
  bool explain = 4;
  // Only rows with this Target.
  optional string target = 16;
)";

TEST(QuestionProtoTest, WritesMessagesAndMethods) {
  const auto before = ProgramOf(kBefore);
  const auto program = ProgramOf(kRules);
  ASSERT_TRUE(before != nullptr && program != nullptr);
  QuestionNumbers numbers = NumbersAfter({}, "car-t", *before, *QuestionsOf(*before));
  numbers = NumbersAfter(numbers, "car-t", *program, *QuestionsOf(*program));
  const auto file = QuestionFile("car-t", *program, numbers);
  ASSERT_TRUE(file.ok()) << file.status();
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  const google::protobuf::FileDescriptor* built = pool.BuildFile(*file);
  ASSERT_NE(built, nullptr);
  google::protobuf::DebugStringOptions options;
  options.include_comments = true;
  const std::string text = built->DebugStringWithOptions(options);
  EXPECT_EQ(text.substr(0, sizeof(kText) - 1), kText) << text;
  EXPECT_NE(text.find("  // Targets studied.\n  //  Target x has been studied in\n"
                      "  //  so many sources.\n  //  Rows come in the order sources desc.\n"
                      "  rpc StudiedIn("),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("returns (stream .cartograph.questions.car_t.v1.StreamStudiedInResponse)"),
            std::string::npos)
      << text;
}

TEST(QuestionProtoTest, NamesMethodsAfterRelations) {
  EXPECT_EQ(MethodName("studied_in"), "StudiedIn");
  EXPECT_EQ(MethodName("a"), "A");
  EXPECT_EQ(MethodName("comp.rel_2"), "CompRel2");
}

TEST(QuestionProtoTest, RefusesNamesThatClash) {
  struct Case {
    const char* rules;
    const char* named;
  };
  for (const Case& c : std::vector<Case>{
           {".decl a(page_size: number)", "page_size"},
           {".decl a(read: symbol)", "read"},
           {".decl a_b(x: symbol)\n@[question(title = \"T\")]\n.decl aB(x: symbol)", "AB"},
           {".decl a(x_y: symbol, xY: symbol)", "xY"},
       }) {
    const auto program = ProgramOf(std::string("@[question(title = \"T\")]\n") + c.rules + "\n");
    ASSERT_NE(program, nullptr) << c.rules;
    const absl::Status status = CheckQuestionMethods("p", *program);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << c.rules;
    EXPECT_NE(status.message().find(c.named), std::string::npos) << status;
  }
}

}  // namespace
}  // namespace cartograph::kb
