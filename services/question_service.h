// QuestionService: the curated questions of the active rule pack, and questions as rule text.

#pragma once

#include "cartograph/v1/question_service.grpc.pb.h"
#include "services/serving.h"

namespace cartograph::services {

class QuestionService final : public v1::QuestionService::CallbackService {
 public:
  // REQUIRES: `serving` outlives the server.
  explicit QuestionService(const Serving* serving) : serving_(serving) {}

  grpc::ServerUnaryReactor* ListQuestions(grpc::CallbackServerContext* context,
                                          const v1::ListQuestionsRequest* request,
                                          v1::ListQuestionsResponse* response) override;
  grpc::ServerUnaryReactor* Ask(grpc::CallbackServerContext* context, const v1::AskRequest* request,
                                v1::AskResponse* response) override;
  grpc::ServerUnaryReactor* AskAdHoc(grpc::CallbackServerContext* context,
                                     const v1::AskAdHocRequest* request,
                                     v1::AskAdHocResponse* response) override;

 private:
  const Serving* const serving_;
};

}  // namespace cartograph::services
