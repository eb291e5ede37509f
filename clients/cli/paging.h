// Pages of an answer, shown up to a limit.

#pragma once

#include <functional>
#include <type_traits>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "cartograph/v1/fact.pb.h"
#include "clients/cli/command_arguments.h"
#include "clients/cpp/client.h"

namespace cartograph::clients {

// Shows the elements of all pages, at most as many as `limit` has, in which it remembers whether
// there are more. Returns the header of the last page read.
template <typename Stub, typename Request, typename Response, typename Element>
absl::StatusOr<v1::ResponseHeader> ShowPages(
    Client* client, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    const std::type_identity_t<Request>& request,
    const google::protobuf::RepeatedPtrField<Element>& (Response::*elements)() const, Limit* limit,
    const std::type_identity_t<std::function<void(const Element&)>>& show) {
  v1::ResponseHeader header;
  auto use = [&](const Response& page) {
    header = page.header();
    for (const Element& element : (page.*elements)()) {
      if (!limit->Take()) {
        return false;
      }
      show(element);
    }
    return limit->GoOn(/*last=*/page.next_page_token().empty());
  };
  RETURN_IF_ERROR(client->ForEachPage(method, request, use));
  return header;
}

}  // namespace cartograph::clients
