#include "services/question_service.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "cartograph/v1/question_service.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/time_util.h"
#include "kb/ad_hoc.h"
#include "kb/questions.h"
#include "services/diagnostic_convert.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proto_convert.h"
#include "services/question_catalogue.h"
#include "services/question_rows.h"
#include "services/request_check.h"
#include "services/row_page.h"
#include "services/watch_stream.h"

namespace cartograph::services {
namespace {

constexpr size_t kAdHocBytesMax =
    3 << 20;  // clients refuse messages over 4 MiB unless they are told to take them

using Columns = google::protobuf::RepeatedPtrField<v1::Column>;

void FillColumns(const rules::Predicate& predicate, const rules::Program& program,
                 const kb::EntitySchema& schema, Columns* out) {
  for (const rules::Column& column : predicate.columns) {
    ToProto(column, program, schema, out->Add());
  }
}

void FillRow(const rules::Tuple& values, const rules::Predicate& predicate,
             const rules::Model& model, v1::Row* out) {
  for (size_t i = 0; i < values.size(); ++i) {
    ToProto(values[i], predicate.columns[i], model.program(), model.interning(), out->add_values());
  }
}

absl::Status ListQuestions(CallContext& call, const v1::ListQuestionsRequest& request,
                           v1::ListQuestionsResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Program& program = snapshot.model().program();
  ASSIGN_OR_RETURN(const std::vector<kb::Question> questions, kb::QuestionsOf(program));
  for (const kb::Question& question : questions) {
    const rules::Predicate& predicate = program.predicate(question.predicate);
    v1::Question* out = response->add_questions();
    out->set_name(predicate.name);
    out->set_title(question.title);
    out->set_description(predicate.doc);
    out->set_order(question.order);
    FillColumns(predicate, program, call.kb().schema(), out->mutable_columns());
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status Ask(CallContext& call, const v1::AskRequest& request, v1::AskResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const size_t page_size, PageSize(request.page_size(), kRowsDefault, kRowsMax));
  ASSIGN_OR_RETURN(const PageStart start, StartPage(request, request.page_token(), request.read()));
  ASSIGN_OR_RETURN(RowPage page,
                   RowPage::Begin(start.position, page_size, call.limits().page_bytes_max));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(start.read));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const kb::Question question,
                   kb::FindQuestion(model.program(), request.question()));
  ASSIGN_OR_RETURN(const std::vector<rules::Tuple> rows,
                   RowsOf(call, model, question, request.parameters()));
  const rules::Predicate& predicate = model.program().predicate(question.predicate);
  for (size_t i = page.skip(); i < rows.size() && page.HasRoom(); ++i) {
    v1::Row* row = response->add_rows();
    FillRow(rows[i], predicate, model, row);
    page.Add(row->ByteSizeLong());
  }
  FillColumns(predicate, model.program(), call.kb().schema(), response->mutable_columns());
  FillHeader(snapshot, response->mutable_header());
  if (const std::string next = page.next_position(); !next.empty()) {
    response->set_next_page_token(EncodePageToken({snapshot.revision(), next}, request));
  }
  return absl::OkStatus();
}

// A fact of the question's relation as a row of the question.
google::protobuf::RepeatedPtrField<v1::Row> RowsOf(
    google::protobuf::RepeatedPtrField<v1::Fact>* facts) {
  google::protobuf::RepeatedPtrField<v1::Row> rows;
  for (v1::Fact& fact : *facts) {
    rows.Add()->mutable_values()->Swap(fact.mutable_values());
  }
  return rows;
}

grpc::ByteBuffer EncodeAnswer(v1::WatchFactsResponse event) {
  v1::WatchAnswerResponse response;
  response.set_kind(event.kind());
  response.set_revision(event.revision());
  *response.mutable_added() = RowsOf(event.mutable_added());
  *response.mutable_removed() = RowsOf(event.mutable_removed());
  response.set_complete(event.complete());
  if (event.has_cause()) response.mutable_cause()->Swap(event.mutable_cause());
  return Encode(response);
}

absl::StatusOr<WatchPlan> PlanWatchAnswer(CallContext& call, const grpc::ByteBuffer& bytes) {
  v1::WatchAnswerRequest request;
  RETURN_IF_ERROR(Decode(bytes, &request));
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const auto interval, CheckpointInterval(request.has_checkpoint_interval(),
                                                           request.checkpoint_interval()));
  const kb::Snapshot latest = call.kb().Latest();
  const rules::Program& program = latest.model().program();
  ASSIGN_OR_RETURN(const kb::Question question, kb::FindQuestion(program, request.question()));
  const rules::Predicate& predicate = program.predicate(question.predicate);
  RETURN_IF_ERROR(
      FromProto(request.parameters(), predicate, latest.model(), "parameters").status());
  FactPatterns patterns;
  v1::FactPattern* pattern = patterns.Add();
  pattern->set_predicate(predicate.name);
  *pattern->mutable_filters() = request.parameters();
  ASSIGN_OR_RETURN(FactMatcher matcher,
                   FactMatcher::Create(patterns, latest.model(), "parameters"));
  WatchPlan plan{.matcher = std::move(matcher),
                 .snapshot = request.snapshot(),
                 .checkpoint_interval = interval,
                 .encode = EncodeAnswer};
  if (request.has_after_revision()) plan.after = base::Revision(request.after_revision());
  return plan;
}

// The lower of two limits of which 0 means none.
uint64_t Lower(uint64_t ours, uint64_t asked) {
  return ours == 0 || asked == 0 ? std::max(ours, asked) : std::min(ours, asked);
}

absl::StatusOr<base::BudgetLimits> LowerLimits(base::BudgetLimits limits,
                                               const v1::AdHocBudget& asked) {
  limits.facts_max = Lower(limits.facts_max, asked.facts_max());
  limits.probes_max = Lower(limits.probes_max, asked.probes_max());
  if (!asked.has_time_max()) return limits;
  const int64_t milliseconds =
      google::protobuf::util::TimeUtil::DurationToMilliseconds(asked.time_max());
  if (milliseconds <= 0) return InvalidField("budget.time_max", "must be at least 1 ms");
  const uint64_t lower =
      Lower(static_cast<uint64_t>(limits.time_max.count()), static_cast<uint64_t>(milliseconds));
  limits.time_max = std::chrono::milliseconds(lower);
  return limits;
}

absl::StatusOr<kb::AdHocQuestion> AdHocQuestionOf(const v1::AskAdHocRequest& request) {
  if (request.rules().empty()) return InvalidField("rules", "must not be empty");
  kb::AdHocQuestion question;
  if (request.rows_max() > question.rows_max) {
    return InvalidField("rows_max", absl::StrCat("must be at most ", question.rows_max, ", got ",
                                                 request.rows_max()));
  }
  question.rules = request.rules();
  if (!request.predicate().empty()) question.predicate = request.predicate();
  if (request.rows_max() != 0) question.rows_max = request.rows_max();
  return question;
}

absl::Status FillAnswer(CallContext& call, const kb::AdHocAnswer& answer,
                        v1::AskAdHocResponse* response) {
  const rules::Program& program = answer.model->program();
  const rules::Predicate& predicate = program.predicate(answer.predicate);
  FillColumns(predicate, program, call.kb().schema(), response->mutable_columns());
  for (const rules::Tuple& row : answer.rows) {
    FillRow(row, predicate, *answer.model, response->add_rows());
  }
  if (response->ByteSizeLong() <= kAdHocBytesMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("the answer has ", response->ByteSizeLong(),
                                                   " bytes; the limit is ", kAdHocBytesMax));
}

absl::Status AskAdHoc(CallContext& call, const v1::AskAdHocRequest& request,
                      v1::AskAdHocResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(const kb::AdHocQuestion question, AdHocQuestionOf(request));
  ASSIGN_OR_RETURN(const base::BudgetLimits limits,
                   LowerLimits(call.AskLimits(), request.budget()));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  BoundBudget budget(&call, limits);
  ASSIGN_OR_RETURN(const kb::AdHocAnswer answer,
                   kb::AskAdHoc(snapshot.model(), question, budget.get()));
  FillHeader(snapshot, response->mutable_header());
  if (answer.model != nullptr) return FillAnswer(call, answer, response);
  ToProto(answer.compiled.diagnostics, answer.compiled.sources, response->mutable_diagnostics());
  return absl::OkStatus();
}

// `file` and all that it imports, after what they import themselves.
void AddWithImports(const google::protobuf::FileDescriptor& file,
                    absl::flat_hash_set<const google::protobuf::FileDescriptor*>* seen,
                    google::protobuf::FileDescriptorSet* files) {
  if (!seen->insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) {
    AddWithImports(*file.dependency(i), seen, files);
  }
  file.CopyTo(files->add_file());
}

std::string TextOf(const google::protobuf::FileDescriptor& file) {
  google::protobuf::DebugStringOptions options;
  options.include_comments = true;
  // Lines of a comment begin with a space already.
  return absl::StrReplaceAll(file.DebugStringWithOptions(options), {{"//  ", "// "}});
}

absl::Status GetSchema(CallContext& call, const v1::GetSchemaRequest&,
                       v1::GetSchemaResponse* response) {
  const kb::Snapshot latest = call.kb().Latest();
  FillHeader(latest, response->mutable_header());
  ASSIGN_OR_RETURN(const std::shared_ptr<const QuestionCatalogue> catalogue,
                   call.serving().questions().Get(latest));
  if (catalogue == nullptr) return absl::OkStatus();
  absl::flat_hash_set<const google::protobuf::FileDescriptor*> seen;
  AddWithImports(catalogue->file(), &seen, response->mutable_files());
  // A built descriptor has no comments any more.
  *response->mutable_files()->mutable_file(response->files().file_size() - 1) = catalogue->proto();
  response->set_text(TextOf(catalogue->file()));
  response->set_service(catalogue->service());
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<MethodTable> MakeQuestionService(const Serving* serving) {
  auto service = std::make_unique<MethodTable>("cartograph.v1.QuestionService", serving);
  service->Unary("ListQuestions", Lane::kCompute, ListQuestions);
  service->Unary("Ask", Lane::kCompute, Ask);
  service->ServerStream("WatchAnswer", [serving](grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer& request) {
    return StartWatch(context, serving, request, PlanWatchAnswer);
  });
  service->Unary("AskAdHoc", Lane::kCompute, AskAdHoc);
  service->Unary("GetSchema", Lane::kCompute, GetSchema);
  return service;
}

}  // namespace cartograph::services
