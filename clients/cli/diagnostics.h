// Diagnostics of rule text, as the commands show them.

#pragma once

#include <vector>

#include "cartograph/v1/rule_service.pb.h"
#include "clients/cli/session.h"
#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::clients {

using Diagnostics = google::protobuf::RepeatedPtrField<v1::Diagnostic>;

bool HasErrors(const Diagnostics& diagnostics);

// In the form of the wire, as a server would send them.
Diagnostics ToProto(const std::vector<rules::Diagnostic>& diagnostics,
                    const std::vector<rules::SourceFile>& sources);

// On standard error, with place, line and carets.
void PrintDiagnostics(const Diagnostics& diagnostics, Session& session);

// As the result of a command: on standard error for people, on standard output in the other
// formats.
absl::Status PrintDiagnosticsAsResult(const Diagnostics& diagnostics, Session& session);

}  // namespace cartograph::clients
