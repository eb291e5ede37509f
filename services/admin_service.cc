#include "services/admin_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "base/version.h"
#include "cartograph/v1/admin_service.pb.h"
#include "kb/source_texts.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

constexpr size_t kTextBytesMax = 900 << 10;  // leaves room for the rest of a message of 1 MiB

void FillTime(absl::Time time, google::protobuf::Timestamp* out) {
  out->set_seconds(absl::ToUnixSeconds(time));
  out->set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(out->seconds())) / absl::Nanoseconds(1)));
}

absl::Status GetStatus(CallContext& call, const v1::GetStatusRequest& request,
                       v1::GetStatusResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  ASSIGN_OR_RETURN(const kb::KnowledgeBase::Stats stats, call.kb().GetStats());
  response->set_server_version(base::Version());
  FillTime(call.serving().start_time(), response->mutable_start_time());
  for (const auto& [collection, count] : stats.entities) {
    (*response->mutable_entities())[collection] = count;
  }
  response->set_base_facts(stats.base_facts);
  response->set_derived_facts(stats.derived_facts);
  response->set_model_bytes(stats.model_bytes);
  response->set_symbols(stats.symbols);
  response->set_store_bytes(stats.store_bytes);
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status VerifySourceText(CallContext& call, const v1::VerifySourceTextRequest& request,
                              v1::VerifySourceTextResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  if (request.text().size() > kTextBytesMax) {
    return InvalidField("text", absl::StrCat("has ", request.text().size(), " bytes; the limit is ",
                                             kTextBytesMax));
  }
  const kb::Snapshot snapshot = call.kb().Latest();
  ASSIGN_OR_RETURN(kb::VerifiedText verified, kb::VerifySourceText(snapshot, request.text()));
  if (request.attach()) {
    kb::WriteContext context;
    context.actor = call.actor();
    RETURN_IF_ERROR(call.kb().AttachText(verified.sha256, request.text(), context));
    response->set_attached(true);
  }
  response->set_sha256(verified.sha256);
  response->set_source(verified.source);
  for (v1::LocatorCheck& check : verified.checks) *response->add_checks() = std::move(check);
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<MethodTable> MakeAdminService(const Serving* serving) {
  auto service = std::make_unique<MethodTable>("cartograph.v1.AdminService", serving);
  service->Unary("GetStatus", Lane::kCompute, GetStatus);
  // With the commits: to attach a text is one.
  service->Unary("VerifySourceText", Lane::kCommit, VerifySourceText);
  return service;
}

}  // namespace cartograph::services
