// The words of rule text.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/verify/rule_syntax.h"

namespace cartograph::verify {

struct Word {
  enum class Form : uint8_t {
    kName,
    kDirective,  // ".decl", with its dot
    kString,     // `text` without quotes and escapes
    kInteger,    // digits, also hexadecimal and binary
    kUnsigned,   // without its u
    kFloat,
    kSign,
    kEnd,
  };
  Form form = Form::kEnd;
  std::string text;
  Place place;
  size_t begin = 0;  // bytes of the rule text
  size_t end = 0;
};

// All words, with one of kEnd last; comments are left out. INVALID_ARGUMENT with a place.
absl::StatusOr<std::vector<Word>> SplitIntoWords(const RuleText& text);

}  // namespace cartograph::verify
