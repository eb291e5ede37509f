// The tree of an EntityFilter, and its parser. Only EntityFilter uses them.

#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"

namespace cartograph::kb {

enum class FilterOperator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kHas,      // contains, for text
  kPresent,  // `:*`
};

// What a field is compared with: monostate for kPresent, int for enums too.
using FilterValue =
    std::variant<std::monostate, std::string, int64_t, uint64_t, double, bool, absl::Time>;

struct FilterNode {
  enum class Kind : uint8_t { kAnd, kOr, kNot, kComparison };
  Kind kind = Kind::kAnd;  // kAnd of nothing matches everything
  std::vector<FilterNode> children;
  // kComparison
  std::vector<const google::protobuf::FieldDescriptor*> path;
  FilterOperator op = FilterOperator::kEqual;
  FilterValue value;
  std::string text;  // the value as it was given, without quotes
};

// As EntityFilter::Parse.
absl::StatusOr<FilterNode> ParseEntityFilter(absl::string_view text,
                                             const google::protobuf::Descriptor* entity);

// "<=" for kLessEqual.
absl::string_view OperatorText(FilterOperator op);

}  // namespace cartograph::kb
