// Facts that a command is about: PREDICATE COLUMN=VALUE…

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cartograph/v1/fact.pb.h"
#include "clients/cli/session.h"

namespace CLI {
class App;
}

namespace cartograph::clients {

using Patterns = google::protobuf::RepeatedPtrField<v1::FactPattern>;

// A predicate, or all; and the columns that are given.
struct PatternArguments {
  std::string predicate;
  std::vector<std::string> filters;

  void AddTo(CLI::App* command);
};

// None when there is no predicate. INVALID_ARGUMENT names a column or value that does not fit.
absl::StatusOr<Patterns> PatternsOf(const PatternArguments& arguments, Session& session);

}  // namespace cartograph::clients
