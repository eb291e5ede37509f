#include "services/fact_diff.h"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "services/fact_matcher.h"
#include "services/grpc_status.h"
#include "services/page_token.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/row_page.h"
#include "services/watch_delta.h"
#include "services/watch_stream.h"

namespace cartograph::services {
namespace {

constexpr uint64_t kRevisionsMax = 10'000;
constexpr size_t kRowsDefault = 1000;
constexpr size_t kRowsMax = 10'000;

// By kind, then by value.
bool Less(const v1::Value& left, const v1::Value& right) {
  auto key = [](const v1::Value& value) {
    return std::forward_as_tuple(value.symbol(), value.record());
  };
  auto numbers = [](const v1::Value& value) {
    return std::make_tuple(value.kind_case(), value.number(), value.unsigned_number(),
                           value.float_number());
  };
  return std::make_tuple(numbers(left), key(left)) < std::make_tuple(numbers(right), key(right));
}

struct FactLess {
  bool operator()(const v1::Fact& left, const v1::Fact& right) const {
    if (left.predicate() != right.predicate()) {
      return left.predicate() < right.predicate();
    }
    return std::lexicographical_compare(left.values().begin(), left.values().end(),
                                        right.values().begin(), right.values().end(), Less);
  }
};

// What became of a fact: it held before if it was removed first, and holds now if it was added
// last.
struct Fate {
  bool held = false;
  bool holds = false;
  uint64_t revision = 0;  // of the last change
};

class Differences {
 public:
  explicit Differences(const FactMatcher* matcher) : matcher_(matcher) {}

  void Add(std::shared_ptr<const kb::Change> change) {
    uint64_t revision = change->revision.number();
    WatchDelta delta(std::move(change), matcher_);
    v1::WatchFactsResponse event;
    delta.Fill(std::numeric_limits<size_t>::max(), &event);
    for (v1::Fact& fact : *event.mutable_removed()) {
      Note(std::move(fact), /*holds=*/false, revision);
    }
    for (v1::Fact& fact : *event.mutable_added()) {
      Note(std::move(fact), /*holds=*/true, revision);
    }
  }

  const std::map<v1::Fact, Fate, FactLess>& facts() const { return facts_; }

 private:
  void Note(v1::Fact fact, bool holds, uint64_t revision) {
    auto [found, is_new] = facts_.try_emplace(std::move(fact));
    if (is_new) {
      found->second.held = !holds;
    }
    found->second.holds = holds;
    found->second.revision = revision;
  }

  const FactMatcher* const matcher_;
  std::map<v1::Fact, Fate, FactLess> facts_;
};

struct Range {
  base::Revision from;
  base::Revision to;
  std::string position;  // of the page
};

absl::StatusOr<Range> RangeOf(CallContext& call, const v1::DiffFactsRequest& request) {
  Range range{base::Revision(request.from_revision()), base::Revision(request.to_revision()), ""};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(PageToken token, DecodePageToken(request.page_token(), request));
    range.to = token.revision;
    range.position = token.position;
  } else if (request.to_revision() == 0) {
    range.to = call.kb().Latest().revision();
  }
  if (range.from > range.to) {
    return InvalidField("from_revision", absl::StrCat("comes after ", range.to.number()));
  }
  if (range.to.number() - range.from.number() > kRevisionsMax) {
    return InvalidField("from_revision", absl::StrCat("is more than ", kRevisionsMax,
                                                      " revisions before ", range.to.number()));
  }
  return range;
}

absl::StatusOr<Differences> DifferencesIn(CallContext& call, const Range& range,
                                          const FactMatcher& matcher) {
  Differences differences(&matcher);
  base::BudgetLimits limits = call.AskLimits();
  for (base::Revision at = range.from; at < range.to;) {
    at = at.next();
    RETURN_IF_ERROR(call.StillWanted());
    ASSIGN_OR_RETURN(std::shared_ptr<const kb::Change> change, call.kb().ReadChange(at));
    differences.Add(std::move(change));
    if (limits.facts_max != 0 && differences.facts().size() > limits.facts_max) {
      return absl::ResourceExhaustedError(absl::StrCat(
          "more than ", limits.facts_max, " facts changed; name relations in patterns"));
    }
  }
  return differences;
}

absl::Status FillPage(CallContext& call, const Differences& differences, RowPage* page,
                      v1::DiffFactsResponse* response) {
  size_t skip = page->skip();
  for (const auto& [fact, fate] : differences.facts()) {
    if (fate.held == fate.holds) {
      continue;
    }
    if (skip > 0) {
      --skip;
      continue;
    }
    if (!page->HasRoom()) {
      break;
    }
    v1::FactDifference* difference = response->add_differences();
    *difference->mutable_fact() = fact;
    difference->set_added(fate.holds);
    difference->set_revision(fate.revision);
    page->Add(difference->ByteSizeLong());
    if (!response->causes().contains(fate.revision)) {
      ASSIGN_OR_RETURN(auto change, call.kb().ReadChange(base::Revision(fate.revision)));
      (*response->mutable_causes())[fate.revision] = CauseOf(*change);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status DiffFacts(CallContext& call, const v1::DiffFactsRequest& request,
                       v1::DiffFactsResponse* response) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  RETURN_IF_ERROR(CheckText(request));
  ASSIGN_OR_RETURN(size_t page_size, PageSize(request.page_size(), kRowsDefault, kRowsMax));
  ASSIGN_OR_RETURN(Range range, RangeOf(call, request));
  ASSIGN_OR_RETURN(RowPage page,
                   RowPage::Begin(range.position, page_size, call.limits().page_bytes_max));
  v1::ReadOptions read;
  read.set_at_revision(range.to.number());
  ASSIGN_OR_RETURN(kb::EntityView view, call.kb().ReadEntities(read));
  ASSIGN_OR_RETURN(FactMatcher matcher,
                   FactMatcher::Create(request.patterns(), call.kb().Latest().model(), "patterns"));
  ASSIGN_OR_RETURN(Differences differences, DifferencesIn(call, range, matcher));
  RETURN_IF_ERROR(FillPage(call, differences, &page, response));
  FillHeader(view, response->mutable_header());
  if (std::string next = page.next_position(); !next.empty()) {
    response->set_next_page_token(EncodePageToken({range.to, next}, request));
  }
  return absl::OkStatus();
}

}  // namespace cartograph::services
