#include "services/fact_service.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "cartograph/v1/fact_service.pb.h"
#include "rules/engine/query.h"
#include "services/fact_absence.h"
#include "services/fact_diff.h"
#include "services/fact_explain.h"
#include "services/fact_lists.h"
#include "services/fact_matcher.h"
#include "services/fact_simulate.h"
#include "services/fact_strength.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proof_stream.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/row_page.h"
#include "services/watch_stream.h"

namespace cartograph::services {
namespace {

constexpr int kFactsMax = 1000;  // of one check: what a page of a form needs
constexpr size_t kRowsDefault = 1000;
constexpr size_t kRowsMax = 10'000;

absl::Status CheckFacts(CallContext& call, const v1::CheckFactsRequest& request,
                        v1::CheckFactsResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  if (request.facts_size() > kFactsMax) {
    return InvalidField("facts", absl::StrCat("has ", request.facts_size(), " facts; at most ",
                                              kFactsMax, " may be asked at once"));
  }
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  for (int i = 0; i < request.facts_size(); ++i) {
    ASSIGN_OR_RETURN(const std::optional<rules::Fact> fact,
                     FromProto(request.facts(i), snapshot.model(), absl::StrCat("facts[", i, "]")));
    response->add_holds(fact.has_value() && snapshot.model().Contains(*fact));
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

// Names a model in memory in page tokens. The order of facts is that of the model, and a restarted
// server or a rebuilt revision has made it anew: there, a position in this one would repeat facts
// and skip others.
std::string OrderOf(const CallContext& call, const kb::Snapshot& snapshot) {
  return absl::StrCat(absl::ToUnixNanos(call.serving().start_time()), ".", snapshot.rebuild(), "/");
}

absl::StatusOr<RowPage> BeginPage(const CallContext& call, const kb::Snapshot& snapshot,
                                  absl::string_view position, size_t page_size) {
  if (!position.empty() && !absl::ConsumePrefix(&position, OrderOf(call, snapshot))) {
    return absl::OutOfRangeError(
        "the server has been restarted since the page before, or has dropped the revision from "
        "memory; begin with the first page");
  }
  return RowPage::Begin(position, page_size, call.limits().page_bytes_max);
}

// Adds the facts that match `pattern` until the page is full.
absl::Status FillPage(CallContext& call, const rules::Model& model, rules::PredicateId predicate,
                      const rules::Pattern& pattern, RowPage* page,
                      v1::ListFactsResponse* response) {
  BoundBudget budget(&call, call.AskLimits());
  return rules::Query(model, predicate, pattern, page->skip(), budget.get(),
                      [&](rules::TupleView row) {
                        if (!page->HasRoom()) return false;
                        v1::Fact* fact = response->add_facts();
                        ToProto(predicate, row, model, fact);
                        page->Add(fact->ByteSizeLong());
                        return true;
                      });
}

absl::Status ListFacts(CallContext& call, const v1::ListFactsRequest& request,
                       v1::ListFactsResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const size_t page_size, PageSize(request.page_size(), kRowsDefault, kRowsMax));
  ASSIGN_OR_RETURN(const PageStart start, StartPage(request, request.page_token(), request.read()));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(start.read));
  ASSIGN_OR_RETURN(RowPage page, BeginPage(call, snapshot, start.position, page_size));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const rules::PredicateId predicate,
                   FindPredicate(request.predicate(), model.program(), "predicate"));
  ASSIGN_OR_RETURN(
      const std::optional<rules::Pattern> pattern,
      FromProto(request.filters(), model.program().predicate(predicate), model, "filters"));
  FillHeader(snapshot, response->mutable_header());
  if (!pattern.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(FillPage(call, model, predicate, *pattern, &page, response));
  if (const std::string next = page.next_position(); !next.empty()) {
    response->set_next_page_token(
        EncodePageToken({snapshot.revision(), OrderOf(call, snapshot) + next}, request));
  }
  return absl::OkStatus();
}

absl::StatusOr<WatchPlan> PlanWatchFacts(CallContext& call, const grpc::ByteBuffer& bytes) {
  v1::WatchFactsRequest request;
  RETURN_IF_ERROR(Decode(bytes, &request));
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(auto interval, CheckpointInterval(request.has_checkpoint_interval(),
                                                     request.checkpoint_interval()));
  ASSIGN_OR_RETURN(FactMatcher matcher,
                   FactMatcher::Create(request.patterns(), call.kb().Latest().model(), "patterns"));
  WatchPlan plan{.matcher = std::move(matcher),
                 .snapshot = request.snapshot(),
                 .checkpoint_interval = interval,
                 .encode = [](v1::WatchFactsResponse event) { return Encode(event); }};
  if (request.has_after_revision()) {
    plan.after = base::Revision(request.after_revision());
  }
  return plan;
}

absl::Status ListPredicates(CallContext& call, const v1::ListPredicatesRequest& request,
                            v1::ListPredicatesResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Program& program = snapshot.model().program();
  for (uint32_t i = 0; i < program.predicates.size(); ++i) {
    const rules::Predicate& predicate = program.predicates[i];
    if (predicate.generated) continue;
    v1::PredicateInfo* info = response->add_predicates();
    info->set_name(predicate.name);
    info->set_base(predicate.base);
    info->set_description(predicate.doc);
    info->set_facts(snapshot.model().relation(rules::PredicateId{i}).size());
    for (const rules::Column& column : predicate.columns) {
      ToProto(column, program, call.kb().schema(), info->add_columns());
    }
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<MethodTable> MakeFactService(const Serving* serving) {
  auto service = std::make_unique<MethodTable>("cartograph.v1.FactService", serving);
  service->Unary("CheckFacts", Lane::kCompute, CheckFacts);
  service->Unary("ListFacts", Lane::kCompute, ListFacts);
  service->Unary("ExplainFact", Lane::kCompute, ExplainFact);
  service->Unary("ExplainAbsence", Lane::kCompute, ExplainAbsence);
  service->Unary("ListDependents", Lane::kCompute, ListDependents);
  service->Unary("ListFragileFacts", Lane::kCompute, ListFragileFacts);
  service->Unary("ListViolations", Lane::kCompute, ListViolations);
  service->Unary("MeasureStrength", Lane::kCompute, MeasureStrength);
  service->ServerStream("ExportProofs", [serving](grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer& request) {
    return StartProofExport(context, serving, request);
  });
  service->Unary("DiffFacts", Lane::kCompute, DiffFacts);
  service->Unary("SimulateFacts", Lane::kCompute, SimulateFacts);
  service->ServerStream("WatchFacts", [serving](grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer& request) {
    return StartWatch(context, serving, request, PlanWatchFacts);
  });
  service->Unary("ListPredicates", Lane::kCompute, ListPredicates);
  return service;
}

}  // namespace cartograph::services
