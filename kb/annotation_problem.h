// What stops the start-up: annotations that are not understood.

#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace cartograph::kb {

// FAILED_PRECONDITION: "annotation of <where>: <problem>".
absl::Status AnnotationProblem(absl::string_view where, absl::string_view problem);

bool IsAnnotated(const google::protobuf::FieldDescriptor* field);

// OK unless `annotation`, or a message in it, has content that this program does not know.
absl::Status CheckKnown(absl::string_view where, const google::protobuf::Message& annotation);
// OK unless the options have extensions that are neither ours nor known to mean nothing here.
absl::Status CheckMessageOptions(const google::protobuf::Descriptor* message);
absl::Status CheckFieldOptions(const google::protobuf::FieldDescriptor* field);

// OK when `name` may name a relation, a column or a type in the rule language. `what` says which,
// for the message.
absl::Status CheckRuleName(absl::string_view where, absl::string_view what, absl::string_view name);

}  // namespace cartograph::kb
