#include "services/question_service.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/small_world.h"

namespace cartograph::services {
namespace {

constexpr char kRules[] = R"dl(
@[question(title = "Diseases, last first", order = "disease desc")]
.decl listed(disease: Disease)
listed(d) :- disease(d).
)dl";

// The rows of the question, page after page: "d002 d001 | d000".
std::string AskAll(SmallWorld* world, uint32_t page_size) {
  std::string rows;
  v1::AskRequest request;
  request.set_question("listed");
  request.set_page_size(page_size);
  do {
    grpc::ClientContext context;
    v1::AskResponse response;
    const grpc::Status status = world->questions().Ask(&context, request, &response);
    if (!status.ok()) return status.error_message();
    absl::StrAppend(&rows, rows.empty() ? "" : "| ");
    for (const v1::Row& row : response.rows()) {
      absl::StrAppend(&rows, row.values(0).symbol().substr(9), " ");
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return rows;
}

TEST(QuestionServiceTest, PagesInTheOrderOfTheQuestion) {
  SmallWorld world(4, kRules);
  EXPECT_EQ(AskAll(&world, 0), "d003 d002 d001 d000 ");
  EXPECT_EQ(AskAll(&world, 3), "d003 d002 d001 | d000 ");
  EXPECT_EQ(AskAll(&world, 2), "d003 d002 | d001 d000 ");
}

TEST(QuestionServiceTest, EndsAPageBeforeItGrowsTooLarge) {
  test::TestServerOptions options;
  options.server.serving.page_bytes_max = 20;
  SmallWorld world(3, kRules, options);
  EXPECT_EQ(AskAll(&world, 0), "d002 d001 | d000 ");
}

grpc::Status AskAdHoc(SmallWorld* world, const std::string& rules, uint64_t probes_max) {
  v1::AskAdHocRequest request;
  request.set_rules(rules);
  request.mutable_budget()->set_probes_max(probes_max);
  grpc::ClientContext context;
  v1::AskAdHocResponse response;
  return world->questions().AskAdHoc(&context, request, &response);
}

constexpr char kPairs[] = "answer(a, b) :- disease(a), disease(b), disease(c), a != b, c != b.";

TEST(QuestionServiceTest, ACallerLowersTheLimitsOfTheServer) {
  SmallWorld world(40, kRules);
  EXPECT_TRUE(AskAdHoc(&world, kPairs, 0).ok());
  EXPECT_TRUE(AskAdHoc(&world, kPairs, 10'000'000).ok());
  EXPECT_EQ(AskAdHoc(&world, kPairs, 100).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(QuestionServiceTest, ACallerDoesNotRaiseTheLimitsOfTheServer) {
  test::TestServerOptions options;
  options.server.serving.ask.probes_max = 100;
  SmallWorld world(40, kRules, options);
  EXPECT_EQ(AskAdHoc(&world, kPairs, 10'000'000).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(AskAdHoc(&world, kPairs, 0).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(QuestionServiceTest, ADeadlineEndsAnEndlessQuestion) {
  SmallWorld world(1, kRules);
  v1::AskAdHocRequest request;
  request.set_rules("n(0). n(x + 1) :- n(x), x < 2000000000. answer(x) :- n(x), x < 0.");
  request.mutable_budget()->mutable_time_max()->set_nanos(50'000'000);
  grpc::ClientContext context;
  v1::AskAdHocResponse response;
  const grpc::StatusCode code =
      world.questions().AskAdHoc(&context, request, &response).error_code();
  EXPECT_TRUE(code == grpc::StatusCode::DEADLINE_EXCEEDED ||
              code == grpc::StatusCode::RESOURCE_EXHAUSTED)
      << code;
}

}  // namespace
}  // namespace cartograph::services
