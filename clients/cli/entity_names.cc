#include "clients/cli/entity_names.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/error_report.h"
#include "rules/syntax/nearest.h"

namespace cartograph::clients {
namespace {

// Names to choose the nearest from: one page. In larger collections it is the nearest of the first.
constexpr uint32_t kNamesMax = 1000;

// The name that the message is about: it begins with it.
std::string NameIn(absl::string_view message, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (absl::StartsWith(message, absl::StrCat(name, " "))) {
      return name;
    }
  }
  return "";
}

std::string Nearest(const std::string& name, const std::string& collection, Session& session) {
  v1::ListEntitiesRequest request;
  request.set_collection(collection);
  request.set_page_size(kNamesMax);
  std::vector<std::string> known;
  if (auto client = session.client(); client.ok()) {
    auto page = (*client)->Call(&v1::EntityService::Stub::ListEntities, request);
    v1::ListEntitiesResponse none;
    for (const v1::Entity& entity : (page.ok() ? *page : none).entities()) {
      known.push_back(entity.name());
    }
  }
  return rules::NearestName(name, known);
}

}  // namespace

absl::Status WithNearestName(absl::Status status, const std::vector<std::string>& names,
                             Session& session) {
  std::string name = NameIn(status.message(), names);
  size_t slash = name.find('/');
  if (status.code() != absl::StatusCode::kNotFound || slash == std::string::npos) {
    return status;
  }
  if (absl::StrContains(status.message(), "is deleted")) {
    return WithAdvice(status,
                      absl::StrCat("`cartograph undelete ", name,
                                   "` brings it back; get and list show it with --deleted."));
  }
  std::string collection = name.substr(0, slash);
  std::string nearest = Nearest(name, collection, session);
  return WithAdvice(status, nearest.empty() ? absl::StrCat("`cartograph list ", collection,
                                                           "` shows what there is.")
                                            : absl::StrCat("Did you mean ", nearest, "?"));
}

}  // namespace cartograph::clients
