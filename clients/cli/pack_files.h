// Rule packs in folders, and what became of their tests.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cartograph/v1/rule_service.pb.h"
#include "clients/cli/session.h"

namespace cartograph::clients {

// The pack in `folder`: pack.toml and the files that it names. NOT_FOUND, INVALID_ARGUMENT.
absl::StatusOr<v1::RulePack> ReadPack(const std::string& folder);

using TestResults = google::protobuf::RepeatedPtrField<v1::RuleTestResult>;

// What failed in each test, on standard error.
void PrintFailures(const TestResults& results, Session& session);
bool HasFailures(const TestResults& results);

}  // namespace cartograph::clients
