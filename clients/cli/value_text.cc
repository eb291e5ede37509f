#include "clients/cli/value_text.h"

#include <charconv>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace cartograph::clients {
namespace {

// The longest shortest form of a float, "-1.17549435e-38", is shorter.
constexpr size_t kFloatCharsMax = 32;

std::string FloatText(float number) {
  char buffer[kFloatCharsMax];
  std::to_chars_result result = std::to_chars(buffer, buffer + sizeof(buffer), number);
  return std::string(buffer, result.ptr);
}

// "ClaimPredicate" → "CLAIM_PREDICATE_", the prefix that protobuf style gives the enumerators.
std::string EnumPrefix(absl::string_view type_name) {
  std::string prefix;
  for (char c : type_name) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c)) && !prefix.empty()) {
      prefix += '_';
    }
    prefix += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return prefix + '_';
}

}  // namespace

std::string Quoted(absl::string_view text) {
  return absl::StrCat(
      "\"",
      absl::StrReplaceAll(
          text, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}, {"\t", "\\t"}, {"\r", "\\r"}}),
      "\"");
}

std::string ValueText(const v1::Value& value) {
  return value.kind_case() == v1::Value::kSymbol ? value.symbol() : ValueLiteral(value);
}

std::string ValueLiteral(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kSymbol:
      return Quoted(value.symbol());
    case v1::Value::kNumber:
      return absl::StrCat(value.number());
    case v1::Value::kUnsignedNumber:
      return absl::StrCat(value.unsigned_number());
    case v1::Value::kFloatNumber:
      return FloatText(value.float_number());
    case v1::Value::kRecord:
      return value.record();
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return "";
}

std::string FactText(const v1::Fact& fact) {
  auto append = [](std::string* out, const v1::Value& value) {
    absl::StrAppend(out, ValueLiteral(value));
  };
  return absl::StrCat(fact.predicate(), "(", absl::StrJoin(fact.values(), ",", append), ")");
}

std::string PatternText(const v1::ProofNode& absence) {
  std::string columns;
  for (int i = 0; i < absence.fact().values_size(); ++i) {
    bool fixed = i >= absence.fixed_columns_size() || absence.fixed_columns(i);
    absl::StrAppend(&columns, i > 0 ? "," : "",
                    fixed ? ValueLiteral(absence.fact().values(i)) : "_");
  }
  return absl::StrCat(absence.fact().predicate(), "(", columns, ")");
}

std::string ColumnsText(const google::protobuf::RepeatedPtrField<v1::Column>& columns) {
  auto append = [](std::string* out, const v1::Column& column) {
    absl::StrAppend(out, column.name(), ": ", column.type());
  };
  return absl::StrCat("(", absl::StrJoin(columns, ", ", append), ")");
}

std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number) {
  const google::protobuf::EnumValueDescriptor* value = type.FindValueByNumber(number);
  if (value == nullptr) {
    return absl::StrCat(number);
  }
  std::string prefix = EnumPrefix(type.name());
  return absl::AsciiStrToLower(absl::StripPrefix(value->name(), prefix));
}

}  // namespace cartograph::clients
