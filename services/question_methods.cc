#include "services/question_methods.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/did_you_mean.h"
#include "kb/question_proto.h"
#include "services/call_context.h"
#include "services/fact_explain.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proto_convert.h"
#include "services/question_catalogue.h"
#include "services/question_rows.h"
#include "services/question_wire.h"
#include "services/row_page.h"

namespace cartograph::services {
namespace {

// Fewer rows are worth no message of a stream, unless there are no more or they are large.
constexpr size_t kStreamRowsMin = 100;

// The answer to one request: rows in order, encoded a page or a chunk at a time.
class Answer {
 public:
  // REQUIRES: `call` outlives it.
  static absl::StatusOr<std::unique_ptr<Answer>> Create(CallContext* call,
                                                        const QuestionMethod& method,
                                                        const v1::ReadOptions& read,
                                                        QuestionRequest request) {
    ASSIGN_OR_RETURN(kb::Snapshot snapshot, call->kb().Read(read));
    const rules::Program& program = snapshot.model().program();
    ASSIGN_OR_RETURN(const kb::Question question, kb::FindQuestion(program, method.question));
    ASSIGN_OR_RETURN(
        RowEncoder encoder,
        RowEncoder::Create(method, program.predicate(question.predicate), snapshot.model()));
    ASSIGN_OR_RETURN(std::vector<rules::Tuple> rows,
                     RowsOf(*call, snapshot.model(), question, request.parameters));
    return std::unique_ptr<Answer>(new Answer(call, std::move(snapshot), question.predicate,
                                              std::move(encoder), std::move(rows),
                                              std::move(request)));
  }

  absl::StatusOr<std::string> Page(RowPage page) const {
    std::string response;
    std::vector<v1::RowReason> reasons;
    for (size_t i = page.skip(); i < rows_.size() && page.HasRoom(); ++i) {
      ASSIGN_OR_RETURN(const size_t bytes, Append(i, &reasons, &response));
      page.Add(bytes);
    }
    if (const std::string next = page.next_position(); !next.empty()) {
      AppendField(kb::kResponseNextPageToken,
                  EncodePageToken({snapshot_.revision(), next}, *request_.message), &response);
    }
    Finish(reasons, &response);
    return response;
  }

  // The next message of a stream. REQUIRES: not at_end().
  absl::StatusOr<std::string> Chunk() {
    const ServingLimits& limits = call_->limits();
    std::string response;
    std::vector<v1::RowReason> reasons;
    const size_t first = next_;
    for (; next_ < rows_.size() && response.size() < limits.page_bytes_max; ++next_) {
      if (next_ - first >= kStreamRowsMin && response.size() >= limits.stream_chunk_bytes_max) {
        break;
      }
      RETURN_IF_ERROR(Append(next_, &reasons, &response).status());
    }
    at_end_ = next_ == rows_.size();
    Finish(reasons, &response);
    return response;
  }
  bool at_end() const { return at_end_; }

 private:
  Answer(CallContext* call, kb::Snapshot snapshot, rules::PredicateId predicate, RowEncoder encoder,
         std::vector<rules::Tuple> rows, QuestionRequest request)
      : call_(call),
        snapshot_(std::move(snapshot)),
        predicate_(predicate),
        encoder_(std::move(encoder)),
        rows_(std::move(rows)),
        request_(std::move(request)) {}

  absl::StatusOr<size_t> Append(size_t row, std::vector<v1::RowReason>* reasons,
                                std::string* response) const {
    if (request_.explain) {
      RETURN_IF_ERROR(call_->StillWanted());
      ASSIGN_OR_RETURN(v1::RowReason reason,
                       ReasonOf(*call_, snapshot_, rules::Fact{predicate_, rows_[row]}));
      reasons->push_back(std::move(reason));
    }
    return encoder_.Append(rows_[row], response);
  }

  void Finish(const std::vector<v1::RowReason>& reasons, std::string* response) const {
    v1::ResponseHeader header;
    FillHeader(snapshot_, &header);
    AppendField(kb::kResponseHeader, header, response);
    for (const v1::RowReason& reason : reasons) {
      AppendField(kb::kResponseReasons, reason, response);
    }
  }

  CallContext* const call_;
  const kb::Snapshot snapshot_;
  const rules::PredicateId predicate_;
  const RowEncoder encoder_;
  const std::vector<rules::Tuple> rows_;
  const QuestionRequest request_;
  size_t next_ = 0;
  bool at_end_ = false;
};

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// One call, unary or streaming. One operation is under way at any time, or a message is being made;
// Finish is called once.
class QuestionCall final : public grpc::ServerGenericBidiReactor {
 public:
  QuestionCall(grpc::GenericCallbackServerContext* context, const Serving* serving)
      : context_(context), call_(context, serving) {
    const absl::Status status = Enter(*serving);
    status.ok() ? StartRead(&request_) : Reply(status);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      Reply(absl::InvalidArgumentError("the call ended before its request came"));
      return;
    }
    WorkLater();
  }

  void OnWriteDone(bool ok) override {
    place_->ClientActed();
    if (!ok) {
      Finish(grpc::Status::CANCELLED);
      return;
    }
    answer_->at_end() ? Finish(grpc::Status::OK) : WorkLater();
  }

  void OnCancel() override { call_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  absl::Status Enter(const Serving& serving) {
    RETURN_IF_ERROR(call_.Admit());
    const kb::Snapshot latest = call_.kb().Latest();
    ASSIGN_OR_RETURN(catalogue_, serving.questions().Get(latest));
    method_ = catalogue_ == nullptr ? nullptr : catalogue_->Find(context_->method());
    return method_ == nullptr ? Unknown(latest) : absl::OkStatus();
  }

  absl::Status Unknown(const kb::Snapshot& latest) const {
    const std::string& path = context_->method();
    if (!absl::StartsWith(path, "/cartograph.questions.")) {
      return absl::UnimplementedError(absl::StrCat("there is no method ", path));
    }
    if (catalogue_ == nullptr) {
      return absl::UnimplementedError(
          absl::StrCat("there is no method ", path, ": no rule pack is active"));
    }
    return absl::UnimplementedError(
        absl::StrCat("there is no method ", path, ": the active rule pack is ",
                     latest.pack()->label(), kb::DidYouMean(path, catalogue_->Paths())));
  }

  void WorkLater() {
    const absl::Status status = call_.serving().compute_pool().Submit([this] { Work(); });
    if (!status.ok()) {
      Reply(status);
    }
  }

  void Work() {
    absl::Status status = call_.StillWanted();
    if (status.ok()) {
      status = method_->stream ? WriteChunk() : WritePage();
    }
    if (!status.ok()) {
      Reply(status);
    }
  }

  absl::Status WritePage() {
    ASSIGN_OR_RETURN(QuestionRequest request, DecodeRequest(*catalogue_, *method_, request_));
    ASSIGN_OR_RETURN(const size_t size, PageSize(request.page_size, kRowsDefault, kRowsMax));
    ASSIGN_OR_RETURN(const PageStart start,
                     StartPage(*request.message, request.page_token, request.read));
    ASSIGN_OR_RETURN(const RowPage page,
                     RowPage::Begin(start.position, size, call_.limits().page_bytes_max));
    ASSIGN_OR_RETURN(answer_, Answer::Create(&call_, *method_, start.read, std::move(request)));
    ASSIGN_OR_RETURN(const std::string bytes, answer_->Page(page));
    response_ = ToBuffer(bytes);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), grpc::Status::OK);
    return absl::OkStatus();
  }

  absl::Status WriteChunk() {
    if (answer_ == nullptr) {
      ASSIGN_OR_RETURN(place_, call_.serving().streams().Enter(context_));
      ASSIGN_OR_RETURN(QuestionRequest request, DecodeRequest(*catalogue_, *method_, request_));
      const v1::ReadOptions read = request.read;
      ASSIGN_OR_RETURN(answer_, Answer::Create(&call_, *method_, read, std::move(request)));
    }
    ASSIGN_OR_RETURN(const std::string bytes, answer_->Chunk());
    response_ = ToBuffer(bytes);
    place_->AwaitClient();
    StartWrite(&response_);
    return absl::OkStatus();
  }

  void Reply(const absl::Status& status) {
    if (status.code() == absl::StatusCode::kInternal) {
      spdlog::error("internal error: {}", std::string(status.message()));
    }
    Finish(ToGrpcStatus(status));
  }

  grpc::GenericCallbackServerContext* const context_;
  CallContext call_;
  std::shared_ptr<const QuestionCatalogue> catalogue_;
  const QuestionMethod* method_ = nullptr;
  std::unique_ptr<StreamWatch::Place> place_;
  std::unique_ptr<Answer> answer_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

}  // namespace

grpc::ServerGenericBidiReactor* QuestionMethods::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  return new QuestionCall(context, serving_);
}

}  // namespace cartograph::services
