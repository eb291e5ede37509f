// Replies as text that is the same in every run.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace cartograph::scenario {

// `message` as textproto, without what differs from run to run.
std::string ReplyText(const google::protobuf::Message& message);

// Code, reason and message, then the details, a line each.
std::string ErrorText(const absl::Status& status);

}  // namespace cartograph::scenario
