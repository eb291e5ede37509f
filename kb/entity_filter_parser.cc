#include "kb/entity_filter_parser.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "google/protobuf/timestamp.pb.h"
#include "kb/did_you_mean.h"
#include "kb/entity_filter.h"

namespace cartograph::kb {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::pair<absl::string_view, FilterOperator> kOperators[] = {
    {"!=", FilterOperator::kNotEqual},     {"<=", FilterOperator::kLessEqual},
    {">=", FilterOperator::kGreaterEqual}, {"=", FilterOperator::kEqual},
    {"<", FilterOperator::kLess},          {">", FilterOperator::kGreater},
    {":", FilterOperator::kHas},
};

bool IsPathCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

bool IsTimestamp(const Descriptor* message) {
  return message != nullptr && message->full_name() == "google.protobuf.Timestamp";
}

std::vector<std::string> FieldNames(const Descriptor* message) {
  std::vector<std::string> names;
  for (int i = 0; i < message->field_count(); ++i) names.push_back(message->field(i)->name());
  return names;
}

std::vector<std::string> ValueNames(const EnumDescriptor* type) {
  std::vector<std::string> names;
  for (int i = 0; i < type->value_count(); ++i) names.push_back(type->value(i)->name());
  return names;
}

template <typename T>
absl::StatusOr<FilterValue> NumberValue(const std::string& text,
                                        bool (*parse)(absl::string_view, T*),
                                        absl::string_view what) {
  T number{};
  if (parse(text, &number)) return FilterValue(number);
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not ", what));
}

absl::StatusOr<FilterValue> EnumValue(const EnumDescriptor* type, const std::string& text) {
  const auto* value = type->FindValueByName(text);
  if (value != nullptr) return FilterValue(int64_t{value->number()});
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not a value of ", type->name(),
                                                 DidYouMean(text, ValueNames(type))));
}

absl::StatusOr<FilterValue> BoolValue(const std::string& text) {
  if (text == "true" || text == "false") return FilterValue(text == "true");
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is neither true nor false"));
}

absl::StatusOr<FilterValue> TimeValue(const std::string& text) {
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return FilterValue(time);
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not a time like \"2026-01-31T12:00:00Z\""));
}

absl::StatusOr<FilterValue> MessageValue(const FieldDescriptor* field, const std::string& text) {
  if (IsTimestamp(field->message_type())) return TimeValue(text);
  return absl::InvalidArgumentError(absl::StrCat("\"", field->name(),
                                                 "\" is a message: compare one of its fields, or "
                                                 "ask whether it is set with :*"));
}

// `text` as a value of the type of `field`.
absl::StatusOr<FilterValue> ValueFor(const FieldDescriptor* field, const std::string& text) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return NumberValue<int64_t>(text, absl::SimpleAtoi, "a whole number");
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return NumberValue<uint64_t>(text, absl::SimpleAtoi, "a whole number that is not negative");
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return NumberValue<double>(text, absl::SimpleAtod, "a number");
    case FieldDescriptor::CPPTYPE_BOOL:
      return BoolValue(text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumValue(field->enum_type(), text);
    case FieldDescriptor::CPPTYPE_STRING:
      return FilterValue(text);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageValue(field, text);
  }
  return absl::InternalError("a field type that protobuf does not have");
}

bool HasOrder(const FieldDescriptor* field) {
  return field->cpp_type() != FieldDescriptor::CPPTYPE_ENUM &&
         field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL;
}

bool NeedsOrder(FilterOperator op) {
  return op == FilterOperator::kLess || op == FilterOperator::kLessEqual ||
         op == FilterOperator::kGreater || op == FilterOperator::kGreaterEqual;
}

// Recursive descent over the text itself: values and paths have different words, so there is no
// common lexer.
class Parser {
 public:
  Parser(absl::string_view text, const Descriptor* entity) : text_(text), entity_(entity) {}

  absl::StatusOr<FilterNode> Parse() {
    SkipSpace();
    if (AtEnd()) return FilterNode();
    ASSIGN_OR_RETURN(FilterNode node, Sequence(0));
    if (!AtEnd()) return Error(place_, "expected AND, OR or the end");
    return node;
  }

 private:
  bool AtEnd() const { return place_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[place_]; }
  void SkipSpace() {
    while (!AtEnd() && absl::ascii_isspace(Peek())) ++place_;
  }

  absl::Status Error(size_t place, absl::string_view message) const {
    size_t character = 1;
    for (char c : text_.substr(0, place)) character += (c & 0xC0) == 0x80 ? 0 : 1;
    return absl::InvalidArgumentError(absl::StrCat("at character ", character, ": ", message));
  }

  // Takes `word` when it stands here as a word of its own.
  bool TakeKeyword(absl::string_view word) {
    if (text_.substr(place_, word.size()) != word) return false;
    size_t end = place_ + word.size();
    if (end < text_.size() && IsPathCharacter(text_[end])) return false;
    place_ = end;
    SkipSpace();
    return true;
  }

  bool Take(char c) {
    if (AtEnd() || Peek() != c) return false;
    ++place_;
    SkipSpace();
    return true;
  }

  absl::StatusOr<FilterNode> Sequence(size_t depth) {
    return Joined(FilterNode::Kind::kAnd, "AND", &Parser::Choice, depth);
  }
  absl::StatusOr<FilterNode> Choice(size_t depth) {
    return Joined(FilterNode::Kind::kOr, "OR", &Parser::Term, depth);
  }

  absl::StatusOr<FilterNode> Joined(FilterNode::Kind kind, absl::string_view keyword,
                                    absl::StatusOr<FilterNode> (Parser::*part)(size_t),
                                    size_t depth) {
    FilterNode joined;
    joined.kind = kind;
    do {
      ASSIGN_OR_RETURN(FilterNode child, (this->*part)(depth));
      joined.children.push_back(std::move(child));
    } while (TakeKeyword(keyword));
    if (joined.children.size() > 1) return joined;
    FilterNode only = std::move(joined.children.front());
    return only;
  }

  absl::StatusOr<FilterNode> Term(size_t depth) {
    if (depth > EntityFilter::kDepthMax) {
      return Error(place_, absl::StrCat("nested deeper than ", EntityFilter::kDepthMax));
    }
    if (TakeKeyword("NOT") || Take('-')) {
      FilterNode node;
      node.kind = FilterNode::Kind::kNot;
      ASSIGN_OR_RETURN(FilterNode child, Term(depth + 1));
      node.children.push_back(std::move(child));
      return node;
    }
    if (!Take('(')) return Comparison();
    ASSIGN_OR_RETURN(FilterNode node, Sequence(depth + 1));
    if (!Take(')')) return Error(place_, "expected )");
    return node;
  }

  absl::StatusOr<FilterNode> Comparison() {
    FilterNode node;
    node.kind = FilterNode::Kind::kComparison;
    ASSIGN_OR_RETURN(node.path, Path());
    const size_t op_place = place_;
    ASSIGN_OR_RETURN(node.op, Operator());
    const FieldDescriptor* field = node.path.back();
    if (NeedsOrder(node.op) && !HasOrder(field)) {
      return Error(op_place, absl::StrCat("\"", field->name(), "\" has no order: use = or !="));
    }
    if (node.op == FilterOperator::kHas && Take('*')) {
      node.op = FilterOperator::kPresent;
      return node;
    }
    const size_t value_place = place_;
    ASSIGN_OR_RETURN(node.text, Value());
    auto value = ValueFor(field, node.text);
    if (!value.ok()) return Error(value_place, value.status().message());
    node.value = *std::move(value);
    return node;
  }

  absl::StatusOr<std::vector<const FieldDescriptor*>> Path() {
    std::vector<const FieldDescriptor*> path;
    const Descriptor* message = entity_;
    do {
      const size_t begin = place_;
      while (!AtEnd() && IsPathCharacter(Peek()) && Peek() != '.') ++place_;
      const std::string name(text_.substr(begin, place_ - begin));
      if (name.empty()) return Error(begin, "expected the name of a field");
      if (message == nullptr || IsTimestamp(message)) {
        return Error(begin, absl::StrCat("\"", path.back()->name(), "\" has no fields"));
      }
      path.push_back(message->FindFieldByName(name));
      if (path.back() == nullptr) {
        return Error(begin, absl::StrCat(message->name(), " has no field \"", name, "\"",
                                         DidYouMean(name, FieldNames(message))));
      }
      message = path.back()->message_type();
    } while (!AtEnd() && Peek() == '.' && ++place_ <= text_.size());
    SkipSpace();
    return path;
  }

  absl::StatusOr<FilterOperator> Operator() {
    for (const auto& [spelling, op] : kOperators) {
      if (text_.substr(place_, spelling.size()) != spelling) continue;
      place_ += spelling.size();
      SkipSpace();
      return op;
    }
    return Error(place_, "expected one of = != < <= > >= :");
  }

  absl::StatusOr<std::string> Value() {
    if (Peek() == '"' || Peek() == '\'') return Quoted();
    const size_t begin = place_;
    while (!AtEnd() && !absl::ascii_isspace(Peek()) && Peek() != '(' && Peek() != ')') ++place_;
    if (place_ == begin) return Error(begin, "expected a value");
    std::string word(text_.substr(begin, place_ - begin));
    SkipSpace();
    return word;
  }

  absl::StatusOr<std::string> Quoted() {
    const size_t begin = place_;
    const char quote = text_[place_++];
    std::string value;
    while (!AtEnd() && Peek() != quote) {
      if (Peek() == '\\' && (++place_ == text_.size() || !absl::StrContains("\\\"'", Peek()))) {
        return Error(place_, "a backslash stands only before a quote or a backslash");
      }
      value.push_back(text_[place_++]);
    }
    if (!Take(quote)) return Error(begin, "the quote is not closed");
    return value;
  }

  const absl::string_view text_;
  const Descriptor* const entity_;
  size_t place_ = 0;
};

}  // namespace

absl::StatusOr<FilterNode> ParseEntityFilter(absl::string_view text, const Descriptor* entity) {
  if (text.size() > EntityFilter::kBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the filter has ", text.size(), " bytes; the limit is ", EntityFilter::kBytesMax));
  }
  return Parser(text, entity).Parse();
}

absl::string_view OperatorText(FilterOperator op) {
  if (op == FilterOperator::kPresent) return ":*";
  for (const auto& [spelling, other] : kOperators) {
    if (other == op) return spelling;
  }
  return "";
}

}  // namespace cartograph::kb
