#include "services/entity_page.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/entity_check.h"
#include "kb/entity_filter.h"
#include "kb/error_details.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

constexpr size_t kStillWantedEvery = 256;  // entities between two looks at the clock
constexpr size_t kRevisionsAtOnce = 16;    // read at a time: each may have the largest size

absl::StatusOr<kb::EntityFilter> ParseFilter(const std::string& filter) {
  auto parsed = kb::EntityFilter::Parse(filter, v1::Entity::descriptor());
  if (parsed.ok()) {
    return parsed;
  }
  return WithReason(InvalidField("filter", parsed.status().message()), kFilterInvalid);
}

absl::Status CheckRequest(const v1::ListEntitiesRequest& request, const kb::KnowledgeBase& kb) {
  RETURN_IF_ERROR(CheckText(request));
  kb::Violations violations;
  CheckCollection(request.collection(), "collection", kb.schema(), &violations);
  CheckBytes(request.filter(), kb::EntityFilter::kBytesMax, "filter", &violations);
  return violations.ToStatus();
}

// What a page takes in, entity by entity.
class PageBuilder {
 public:
  PageBuilder(const v1::ListEntitiesRequest& request, const kb::EntityFilter& filter,
              size_t size_max, CallContext* call, v1::ListEntitiesResponse* response)
      : request_(request), filter_(filter), size_max_(size_max), call_(call), response_(response) {}

  // False: the page ends before this entity.
  bool Visit(absl::string_view name, absl::string_view bytes) {
    if (Full(bytes.size())) {
      more_ = true;
      return false;
    }
    if (++seen_ % kStillWantedEvery == 0 && !(status_ = call_->StillWanted()).ok()) {
      return false;
    }
    last_ = std::string(name);
    v1::Entity entity;
    if (!entity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      status_ = absl::DataLossError(absl::StrCat("the stored bytes of ", name, " do not decode"));
      return false;
    }
    if ((request_.show_deleted() || !entity.has_delete_time()) && filter_.Matches(entity)) {
      bytes_ += bytes.size();
      response_->mutable_entities()->Add(std::move(entity));
    }
    return true;
  }

  const absl::Status& status() const { return status_; }
  bool more() const { return more_; }
  const std::string& last() const { return last_; }

 private:
  bool Full(size_t next_bytes) const {
    auto size = static_cast<size_t>(response_->entities_size());
    return size >= size_max_ || seen_ >= call_->limits().entities_scanned_max ||
           (size > 0 && bytes_ + next_bytes > call_->limits().page_bytes_max);
  }

  const v1::ListEntitiesRequest& request_;
  const kb::EntityFilter& filter_;
  const size_t size_max_;
  CallContext* const call_;
  v1::ListEntitiesResponse* const response_;
  absl::Status status_;
  std::string last_;
  size_t seen_ = 0;
  size_t bytes_ = 0;
  bool more_ = false;
};

// Where a list of revisions goes on: the position of its token, or the beginning.
struct RevisionStart {
  base::Revision pinned;  // the revision of the first page
  base::Revision before;  // 0: from the newest
};

absl::StatusOr<RevisionStart> StartRevisions(const v1::ListEntityRevisionsRequest& request,
                                             const kb::KnowledgeBase& kb) {
  if (request.page_token().empty()) {
    return RevisionStart{kb.Latest().revision(), kb.Latest().revision().next()};
  }
  ASSIGN_OR_RETURN(PageToken token, DecodePageToken(request.page_token(), request));
  uint64_t before = 0;
  if (!absl::SimpleAtoi(token.position, &before)) {
    return InvalidField("page_token", "this is not a page token of this method");
  }
  return RevisionStart{token.revision, base::Revision(before)};
}

}  // namespace

absl::Status FillEntityPage(CallContext& call, const v1::ListEntitiesRequest& request,
                            v1::ListEntitiesResponse* response) {
  RETURN_IF_ERROR(CheckRequest(request, call.kb()));
  ASSIGN_OR_RETURN(size_t size, PageSize(request.page_size(), kPageSizeDefault, kPageSizeMax));
  ASSIGN_OR_RETURN(kb::EntityFilter filter, ParseFilter(request.filter()));
  ASSIGN_OR_RETURN(PageStart start, StartPage(request, request.page_token(), request.read()));
  ASSIGN_OR_RETURN(kb::EntityView view, call.kb().ReadEntities(start.read));
  PageBuilder page(request, filter, size, &call, response);
  std::string prefix = request.collection().empty() ? "" : absl::StrCat(request.collection(), "/");
  RETURN_IF_ERROR(view.ForEachEntity(prefix, start.position,
                                     [&page](absl::string_view name, absl::string_view bytes) {
                                       return page.Visit(name, bytes);
                                     }));
  RETURN_IF_ERROR(page.status());
  if (page.more()) {
    response->set_next_page_token(EncodePageToken({view.revision(), page.last()}, request));
  }
  FillHeader(view, response->mutable_header());
  return absl::OkStatus();
}

absl::Status FillRevisionPage(CallContext& call, const v1::ListEntityRevisionsRequest& request,
                              v1::ListEntityRevisionsResponse* response) {
  kb::Violations violations;
  kb::CheckName(call.kb().schema(), request.name(), "name", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(size_t size, PageSize(request.page_size(), kPageSizeDefault, kPageSizeMax));
  ASSIGN_OR_RETURN(RevisionStart start, StartRevisions(request, call.kb()));
  base::Revision before = start.before;
  size_t bytes = 0;
  bool more = true;
  auto count = [response] { return static_cast<size_t>(response->entities_size()); };
  while (more && count() < size && bytes < call.limits().page_bytes_max) {
    RETURN_IF_ERROR(call.StillWanted());
    size_t limit = std::min(kRevisionsAtOnce, size - count());
    ASSIGN_OR_RETURN(std::vector<v1::Entity> revisions,
                     call.kb().ListRevisions(request.name(), before, limit));
    more = revisions.size() == limit;
    for (v1::Entity& revision : revisions) {
      before = base::Revision(revision.revision());
      bytes += revision.ByteSizeLong();
      response->mutable_entities()->Add(std::move(revision));
    }
  }
  if (count() == 0 && request.page_token().empty()) {
    return kb::ErrorWithReason(absl::StatusCode::kNotFound,
                               absl::StrCat(request.name(), " was never written"),
                               kb::kReasonEntityNotFound);
  }
  if (more) {
    response->set_next_page_token(
        EncodePageToken({start.pinned, absl::StrCat(before.number())}, request));
  }
  FillHeader(call.kb().Latest(), response->mutable_header());
  return absl::OkStatus();
}

}  // namespace cartograph::services
