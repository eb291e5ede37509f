// The questions as methods of their own, served without generated code.

#pragma once

#include "grpcpp/generic/async_generic_service.h"
#include "services/serving.h"

namespace cartograph::services {

// Answers every method that no registered service has: those of the active pack's questions, and
// for the rest UNIMPLEMENTED with what there is. A call goes on with the catalogue it began with.
//
// Thread-safety: any number of calls at once. REQUIRES: `serving` outlives it.
class QuestionMethods final : public grpc::CallbackGenericService {
 public:
  explicit QuestionMethods(const Serving* serving) : serving_(serving) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  const Serving* const serving_;
};

}  // namespace cartograph::services
