// Diagnostics of rule text on the wire.

#pragma once

#include <vector>

#include "cartograph/v1/rule_service.pb.h"
#include "google/protobuf/repeated_field.h"
#include "rules/compile.h"
#include "rules/syntax/diagnostic.h"
#include "rules/syntax/source.h"

namespace cartograph::services {

// `sources` are those that the spans refer to.
void ToProto(const rules::Diagnostic& diagnostic, const std::vector<rules::SourceFile>& sources,
             v1::Diagnostic* out);

// Appends all of `diagnostics`.
void ToProto(const std::vector<rules::Diagnostic>& diagnostics,
             const std::vector<rules::SourceFile>& sources,
             google::protobuf::RepeatedPtrField<v1::Diagnostic>* out);

}  // namespace cartograph::services
