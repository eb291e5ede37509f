// FactService: facts, base and derived, and why they hold.

#pragma once

#include "cartograph/v1/fact_service.grpc.pb.h"
#include "services/serving.h"

namespace cartograph::services {

class FactService final : public v1::FactService::CallbackService {
 public:
  // REQUIRES: `serving` outlives the server.
  explicit FactService(const Serving* serving) : serving_(serving) {}

  grpc::ServerUnaryReactor* CheckFacts(grpc::CallbackServerContext* context,
                                       const v1::CheckFactsRequest* request,
                                       v1::CheckFactsResponse* response) override;
  grpc::ServerUnaryReactor* ListFacts(grpc::CallbackServerContext* context,
                                      const v1::ListFactsRequest* request,
                                      v1::ListFactsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainFact(grpc::CallbackServerContext* context,
                                        const v1::ExplainFactRequest* request,
                                        v1::ExplainFactResponse* response) override;
  grpc::ServerUnaryReactor* ListPredicates(grpc::CallbackServerContext* context,
                                           const v1::ListPredicatesRequest* request,
                                           v1::ListPredicatesResponse* response) override;

 private:
  const Serving* const serving_;
};

}  // namespace cartograph::services
