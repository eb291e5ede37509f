#include "services/rule_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cartograph/v1/rule_service.pb.h"
#include "kb/error_details.h"
#include "rules/syntax/formatter.h"
#include "services/diagnostic_convert.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

bool HasError(const std::vector<rules::Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const rules::Diagnostic& each) {
    return each.severity == rules::Severity::kError;
  });
}

absl::Status CheckFiles(const google::protobuf::Message& request,
                        const google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  CheckRuleFiles(files, "files", &violations);
  return violations.ToStatus();
}

absl::Status CheckRules(CallContext& call, const v1::CheckRulesRequest& request,
                        v1::CheckRulesResponse* response) {
  RETURN_IF_ERROR(CheckFiles(request, request.files()));
  rules::CompileResult result = call.kb().CompileRules(
      std::vector<v1::RuleFile>(request.files().begin(), request.files().end()));
  ToProto(result.diagnostics, result.sources, response->mutable_diagnostics());
  response->set_ok(!HasError(result.diagnostics));
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status FormatRules(CallContext& call, const v1::FormatRulesRequest& request,
                         v1::FormatRulesResponse* response) {
  RETURN_IF_ERROR(CheckFiles(request, request.files()));
  for (const v1::RuleFile& file : request.files()) {
    rules::SourceFile source{file.path(), file.text()};
    rules::FormatResult formatted = rules::Format(source);
    v1::RuleFile* out = response->add_files();
    out->set_path(file.path());
    out->set_text(formatted.diagnostics.empty() ? formatted.text : file.text());
    ToProto(formatted.diagnostics, {source}, response->mutable_diagnostics());
  }
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status CheckPack(const google::protobuf::Message& request, const v1::RulePack& pack,
                       const std::string& reason) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  CheckRulePack(pack, &violations);
  CheckBytes(reason, kReasonBytesMax, "reason", &violations);
  return violations.ToStatus();
}

bool AllPassed(const std::vector<v1::RuleTestResult>& tests) {
  return std::all_of(tests.begin(), tests.end(),
                     [](const v1::RuleTestResult& test) { return test.passed(); });
}

absl::Status TestRules(CallContext& call, const v1::TestRulesRequest& request,
                       v1::TestRulesResponse* response) {
  RETURN_IF_ERROR(CheckPack(request, request.pack(), ""));
  ASSIGN_OR_RETURN(kb::ActivationResult result, call.kb().TestPack(request.pack()));
  ToProto(result.compiled.diagnostics, result.compiled.sources, response->mutable_diagnostics());
  response->mutable_results()->Assign(result.tests.begin(), result.tests.end());
  response->set_ok(!HasError(result.compiled.diagnostics) && AllPassed(result.tests));
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status ActivateRulePack(CallContext& call, const v1::ActivateRulePackRequest& request,
                              v1::ActivateRulePackResponse* response) {
  RETURN_IF_ERROR(CheckPack(request, request.pack(), request.reason()));
  kb::WriteContext context{.actor = call.actor(),
                           .reason = request.reason(),
                           .request_id = "",
                           .validate_only = request.validate_only(),
                           .force = request.force()};
  ASSIGN_OR_RETURN(kb::ActivationResult result, call.kb().Activate(request.pack(), context));
  response->set_activated(result.activated);
  ToProto(result.compiled.diagnostics, result.compiled.sources, response->mutable_diagnostics());
  response->mutable_tests()->Assign(result.tests.begin(), result.tests.end());
  response->set_facts_removed(result.facts_removed);
  response->set_facts_added(result.facts_added);
  FillHeader(call.kb().Latest(), response->mutable_header());
  if (result.activated) {
    response->mutable_header()->set_revision(result.revision.number());
    response->mutable_header()->set_rule_pack(
        absl::StrCat(request.pack().name(), "@", request.pack().version()));
  }
  return absl::OkStatus();
}

absl::Status RollbackRulePack(CallContext& call, const v1::RollbackRulePackRequest& request,
                              v1::RollbackRulePackResponse* response) {
  RETURN_IF_ERROR(CheckWrite(request));
  if (request.revision() == 0) {
    return InvalidField("revision", "is required");
  }
  kb::Violations violations;
  CheckBytes(request.reason(), kReasonBytesMax, "reason", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(v1::GetRulePackResponse earlier,
                   call.kb().GetPack(base::Revision(request.revision())));
  ASSIGN_OR_RETURN(kb::ActivationResult result,
                   call.kb().Activate(earlier.pack(), {.actor = call.actor(),
                                                       .reason = request.reason(),
                                                       .force = request.force()}));
  response->set_activated(result.activated);
  *response->mutable_info() = earlier.info();
  ToProto(result.compiled.diagnostics, result.compiled.sources, response->mutable_diagnostics());
  response->mutable_tests()->Assign(result.tests.begin(), result.tests.end());
  response->set_facts_removed(result.facts_removed);
  response->set_facts_added(result.facts_added);
  v1::ReadOptions read;
  read.set_at_revision(result.revision.number());
  ASSIGN_OR_RETURN(kb::EntityView view, call.kb().ReadEntities(read));
  FillHeader(view, response->mutable_header());
  return absl::OkStatus();
}

// Where a list of activations goes on: before this revision.
absl::StatusOr<uint64_t> ListBefore(const v1::ListRulePacksRequest& request) {
  uint64_t before = UINT64_MAX;
  if (request.page_token().empty()) {
    return before;
  }
  ASSIGN_OR_RETURN(PageToken token, DecodePageToken(request.page_token(), request));
  if (!absl::SimpleAtoi(token.position, &before)) {
    return InvalidField("page_token", "this is not a page token of this method");
  }
  return before;
}

absl::Status ListRulePacks(CallContext& call, const v1::ListRulePacksRequest& request,
                           v1::ListRulePacksResponse* response) {
  ASSIGN_OR_RETURN(size_t size, PageSize(request.page_size(), kPageSizeDefault, kPageSizeMax));
  ASSIGN_OR_RETURN(uint64_t before, ListBefore(request));
  ASSIGN_OR_RETURN(std::vector<v1::RulePackInfo> packs, call.kb().ListPacks());
  base::Revision revision = call.kb().Latest().revision();
  for (v1::RulePackInfo& info : packs) {
    if (info.revision() >= before) {
      continue;
    }
    if (static_cast<size_t>(response->rule_packs_size()) == size) {
      uint64_t last = response->rule_packs(response->rule_packs_size() - 1).revision();
      response->set_next_page_token(EncodePageToken({revision, absl::StrCat(last)}, request));
      break;
    }
    response->mutable_rule_packs()->Add(std::move(info));
  }
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

absl::Status GetRulePack(CallContext& call, const v1::GetRulePackRequest& request,
                         v1::GetRulePackResponse* response) {
  ASSIGN_OR_RETURN(*response, call.kb().GetPack(base::Revision(request.revision())));
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

// The base schema stands from the start and never changes.
absl::Status GetBaseSchema(CallContext& call, const v1::GetBaseSchemaRequest&,
                           v1::GetBaseSchemaResponse* response) {
  response->set_text(call.kb().schema().base_schema());
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<MethodTable> MakeRuleService(const Serving* serving) {
  auto service = std::make_unique<MethodTable>("cartograph.v1.RuleService", serving);
  service->Unary("CheckRules", Lane::kCompute, CheckRules);
  service->Unary("FormatRules", Lane::kCompute, FormatRules);
  service->Unary("TestRules", Lane::kCompute, TestRules);
  // With the commits: it waits for the writer and the disk, and questions must not hold it up.
  service->Unary("ActivateRulePack", Lane::kCommit, ActivateRulePack);
  service->Unary("RollbackRulePack", Lane::kCommit, RollbackRulePack);
  service->Unary("ListRulePacks", Lane::kCompute, ListRulePacks);
  service->Unary("GetRulePack", Lane::kCompute, GetRulePack);
  service->Unary("GetBaseSchema", Lane::kInline, GetBaseSchema);
  return service;
}

}  // namespace cartograph::services
