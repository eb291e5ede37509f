// Checks of requests that need no state: shape, sizes, counts. What an entity must look like is
// kb's to say.

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity_service.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "google/protobuf/message.h"
#include "kb/entity_schema.h"
#include "kb/error_details.h"

namespace cartograph::services {

// Counts and sizes that the protos promise.
inline constexpr size_t kEtagBytesMax = 64;
inline constexpr size_t kFilterBytesMax = 4096;
inline constexpr size_t kRequestIdBytesMax = 64;
inline constexpr size_t kReasonBytesMax = 1024;
inline constexpr size_t kBatchNamesMax = 1000;
inline constexpr size_t kMutationsMax = 1000;
inline constexpr size_t kPreconditionsMax = 1000;
inline constexpr size_t kImportEntitiesMax = 1000;
inline constexpr size_t kPageSizeDefault = 100;
inline constexpr size_t kPageSizeMax = 1000;
inline constexpr size_t kRuleFilesMax = 256;
inline constexpr size_t kRulePathBytesMax = 256;

// Every text of the request, however deep: no control characters but tab, line feed and carriage
// return. The parser has refused invalid UTF-8 already, but takes NUL, which would end a name in
// other programs.
absl::Status CheckText(const google::protobuf::Message& request);

// For writes: no field that this server does not know, however deep. A newer client would believe
// it stored. Reason UNKNOWN_FIELD; the violations name the message and the field numbers.
absl::Status CheckKnownFields(const google::protobuf::Message& request);

// CheckText and CheckKnownFields.
absl::Status CheckWrite(const google::protobuf::Message& request);

// Empty, or a collection that exists.
void CheckCollection(absl::string_view collection, absl::string_view field,
                     const kb::EntitySchema& schema, kb::Violations* violations);
void CheckBytes(absl::string_view text, size_t bytes_max, absl::string_view field,
                kb::Violations* violations);
void CheckCount(int count, size_t min, size_t max, absl::string_view field,
                kb::Violations* violations);
void CheckWriteOptions(const v1::WriteOptions& write, kb::Violations* violations);
// Count, and paths: relative, with forward slashes, each once.
void CheckRuleFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                    absl::string_view field, kb::Violations* violations);
// Name, version, and files.
void CheckRulePack(const v1::RulePack& pack, kb::Violations* violations);

}  // namespace cartograph::services
