// The ids of proof nodes and rules: hashes of what they say.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"

namespace cartograph::kb {

// 32 hexadecimal digits. Texts that differ in white space only have the same id.
std::string RuleId(absl::string_view text);

// Sets the id of every node from its kind, fact, rule, text and premises. REQUIRES: the rules have
// their ids, and a premise has a higher index than its user.
void SetNodeIds(v1::Proof* proof);

}  // namespace cartograph::kb
