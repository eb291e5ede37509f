// AdminService: what an operator asks of a server, and the texts of the documents.

#pragma once

#include "cartograph/v1/admin_service.grpc.pb.h"
#include "services/serving.h"

namespace cartograph::services {

class AdminService final : public v1::AdminService::CallbackService {
 public:
  // REQUIRES: `serving` outlives the server.
  explicit AdminService(const Serving* serving) : serving_(serving) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;
  grpc::ServerUnaryReactor* VerifySourceText(grpc::CallbackServerContext* context,
                                             const v1::VerifySourceTextRequest* request,
                                             v1::VerifySourceTextResponse* response) override;

 private:
  const Serving* const serving_;
};

}  // namespace cartograph::services
