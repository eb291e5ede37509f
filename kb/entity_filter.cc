#include "kb/entity_filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "kb/entity_filter_parser.h"

namespace cartograph::kb {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

template <typename T>
bool Compare(const T& left, FilterOperator op, const T& right) {
  switch (op) {
    case FilterOperator::kEqual:
    case FilterOperator::kHas:
      return left == right;
    case FilterOperator::kNotEqual:
      return left != right;
    case FilterOperator::kLess:
      return left < right;
    case FilterOperator::kLessEqual:
      return left <= right;
    case FilterOperator::kGreater:
      return left > right;
    case FilterOperator::kGreaterEqual:
      return left >= right;
    case FilterOperator::kPresent:
      return true;
  }
  return false;
}

bool CompareText(const std::string& left, FilterOperator op, const std::string& right) {
  if (op != FilterOperator::kHas) return Compare(left, op, right);
  return absl::StrContains(absl::AsciiStrToLower(left), absl::AsciiStrToLower(right));
}

absl::Time TimeOf(const Message& message) {
  const auto* descriptor = message.GetDescriptor();
  const Reflection* reflection = message.GetReflection();
  return absl::FromUnixSeconds(
             reflection->GetInt64(message, descriptor->FindFieldByName("seconds"))) +
         absl::Nanoseconds(reflection->GetInt32(message, descriptor->FindFieldByName("nanos")));
}

// One value of a field: its only one, or element `index` of a repeated field. The accessors follow
// protobuf's reflection, which has a name for each case.
class FieldValue {
 public:
  FieldValue(const Message& message, const FieldDescriptor* field, int index)
      : message_(message), field_(field), index_(index), reflection_(message.GetReflection()) {}

#define CARTOGRAPH_GET(Name)                                                      \
  auto Name() const {                                                             \
    return index_ < 0 ? reflection_->Get##Name(message_, field_)                  \
                      : reflection_->GetRepeated##Name(message_, field_, index_); \
  }
  CARTOGRAPH_GET(Int32)
  CARTOGRAPH_GET(Int64)
  CARTOGRAPH_GET(UInt32)
  CARTOGRAPH_GET(UInt64)
  CARTOGRAPH_GET(Float)
  CARTOGRAPH_GET(Double)
  CARTOGRAPH_GET(Bool)
  CARTOGRAPH_GET(EnumValue)
  CARTOGRAPH_GET(String)
#undef CARTOGRAPH_GET

  const Message& Submessage() const {
    return index_ < 0 ? reflection_->GetMessage(message_, field_)
                      : reflection_->GetRepeatedMessage(message_, field_, index_);
  }

 private:
  const Message& message_;
  const FieldDescriptor* field_;
  const int index_;  // -1: the field is not repeated
  const Reflection* reflection_;
};

bool MatchesValue(const FilterNode& node, const FieldValue& value) {
  switch (node.path.back()->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Compare(int64_t{value.Int32()}, node.op, std::get<int64_t>(node.value));
    case FieldDescriptor::CPPTYPE_INT64:
      return Compare(int64_t{value.Int64()}, node.op, std::get<int64_t>(node.value));
    case FieldDescriptor::CPPTYPE_UINT32:
      return Compare(uint64_t{value.UInt32()}, node.op, std::get<uint64_t>(node.value));
    case FieldDescriptor::CPPTYPE_UINT64:
      return Compare(uint64_t{value.UInt64()}, node.op, std::get<uint64_t>(node.value));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Compare(double{value.Float()}, node.op, std::get<double>(node.value));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Compare(value.Double(), node.op, std::get<double>(node.value));
    case FieldDescriptor::CPPTYPE_BOOL:
      return Compare(value.Bool(), node.op, std::get<bool>(node.value));
    case FieldDescriptor::CPPTYPE_ENUM:
      return Compare(int64_t{value.EnumValue()}, node.op, std::get<int64_t>(node.value));
    case FieldDescriptor::CPPTYPE_STRING:
      return CompareText(value.String(), node.op, std::get<std::string>(node.value));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Compare(TimeOf(value.Submessage()), node.op, std::get<absl::Time>(node.value));
  }
  return false;
}

bool MatchesPath(const FilterNode& node, const Message& message, size_t step);

// Whether the comparison holds of the value of path[step], or of one that the rest of the path
// leads to from it.
bool MatchesStep(const FilterNode& node, const FieldValue& value, size_t step) {
  if (step + 1 < node.path.size()) return MatchesPath(node, value.Submessage(), step + 1);
  return node.op == FilterOperator::kPresent || MatchesValue(node, value);
}

bool MatchesPath(const FilterNode& node, const Message& message, size_t step) {
  const FieldDescriptor* field = node.path[step];
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) {
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      if (MatchesStep(node, FieldValue(message, field, i), step)) return true;
    }
    return false;
  }
  const bool has_presence =
      field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE || node.op == FilterOperator::kPresent;
  if (has_presence && !reflection->HasField(message, field)) return false;
  return MatchesStep(node, FieldValue(message, field, -1), step);
}

bool MatchesNode(const FilterNode& node, const Message& entity) {
  auto matches = [&entity](const FilterNode& child) { return MatchesNode(child, entity); };
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), matches);
    case FilterNode::Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), matches);
    case FilterNode::Kind::kNot:
      return !matches(node.children.front());
    case FilterNode::Kind::kComparison:
      return MatchesPath(node, entity, 0);
  }
  return false;
}

std::string DumpComparison(const FilterNode& node) {
  std::string text;
  for (const FieldDescriptor* field : node.path) {
    absl::StrAppend(&text, text.empty() ? "" : ".", field->name());
  }
  absl::StrAppend(&text, OperatorText(node.op));
  if (node.op != FilterOperator::kPresent) {
    absl::StrAppend(&text, "\"", absl::Utf8SafeCEscape(node.text), "\"");
  }
  return text;
}

std::string DumpNode(const FilterNode& node) {
  if (node.kind == FilterNode::Kind::kComparison) return DumpComparison(node);
  if (node.kind == FilterNode::Kind::kNot) {
    return absl::StrCat("NOT ", DumpNode(node.children.front()));
  }
  const char* keyword = node.kind == FilterNode::Kind::kAnd ? " AND " : " OR ";
  std::string text = "(";
  for (const FilterNode& child : node.children) {
    absl::StrAppend(&text, &child == &node.children.front() ? "" : keyword, DumpNode(child));
  }
  return text + ")";
}

}  // namespace

absl::StatusOr<EntityFilter> EntityFilter::Parse(absl::string_view text,
                                                 const google::protobuf::Descriptor* entity) {
  ASSIGN_OR_RETURN(FilterNode root, ParseEntityFilter(text, entity));
  return EntityFilter(std::make_unique<const FilterNode>(std::move(root)));
}

EntityFilter::EntityFilter(std::unique_ptr<const FilterNode> root) : root_(std::move(root)) {}
EntityFilter::EntityFilter(EntityFilter&&) noexcept = default;
EntityFilter& EntityFilter::operator=(EntityFilter&&) noexcept = default;
EntityFilter::~EntityFilter() = default;

bool EntityFilter::Matches(const Message& entity) const { return MatchesNode(*root_, entity); }

std::string EntityFilter::Dump() const { return DumpNode(*root_); }

}  // namespace cartograph::kb
