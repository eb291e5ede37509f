#include "rules/facts/value_text.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cartograph::rules {
namespace {

// A value still to be written, or nothing, followed by `after`.
struct Pending {
  std::optional<Value> value;
  TypeId type{};
  std::string after;
};

void AppendFloat(float number, TextStyle style, std::string* out) {
  char buffer[64];
  if (style != TextStyle::kRule) {
    const int size = std::snprintf(buffer, sizeof buffer, "%.9g", static_cast<double>(number));
    out->append(buffer, static_cast<size_t>(size));
    return;
  }
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number);
  const absl::string_view text(buffer, static_cast<size_t>(result.ptr - buffer));
  absl::StrAppend(out, text);
  if (std::isfinite(number) && text.find_first_of(".e") == absl::string_view::npos) {
    absl::StrAppend(out, ".0");
  }
}

// Writes what opens record `value` and puts its fields on `stack`, the first on top.
void OpenRecord(Value value, const Type& type, const Interning& interning,
                std::vector<Pending>* stack, std::string* out) {
  TupleView fields = interning.records.Fields(value);
  const Type::Branch* branch = &type.branches.front();
  if (type.algebraic) {
    branch = &type.branches[fields.front().bits()];
    fields.remove_prefix(1);
    absl::StrAppend(out, "$", branch->name, fields.empty() ? "" : "(");
  } else {
    absl::StrAppend(out, "[");
  }
  const char* close = type.algebraic ? ")" : "]";
  if (fields.empty()) absl::StrAppend(out, type.algebraic ? "" : close);
  for (size_t i = fields.size(); i-- > 0;) {
    stack->push_back({fields[i], branch->fields[i], i + 1 == fields.size() ? close : ", "});
  }
}

void AppendSymbol(absl::string_view text, TextStyle style, std::string* out) {
  if (style == TextStyle::kRule) {
    AppendQuoted(text, out);
  } else if (style == TextStyle::kTableQuoted) {
    absl::StrAppend(out, "\"", absl::StrReplaceAll(text, {{"\"", "\\\""}}), "\"");
  } else {
    absl::StrAppend(out, text);
  }
}

}  // namespace

void AppendQuoted(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        absl::StrAppend(out, "\\\"");
        break;
      case '\\':
        absl::StrAppend(out, "\\\\");
        break;
      case '\n':
        absl::StrAppend(out, "\\n");
        break;
      case '\t':
        absl::StrAppend(out, "\\t");
        break;
      case '\r':
        absl::StrAppend(out, "\\r");
        break;
      default:
        out->push_back(c);
    }
  }
  out->push_back('"');
}

void AppendText(Value value, TypeId type, const Program& program, const Interning& interning,
                TextStyle style, std::string* out) {
  std::vector<Pending> stack = {{value, type, ""}};
  while (!stack.empty()) {
    const Pending top = std::move(stack.back());
    stack.pop_back();
    if (!top.value.has_value()) {
      absl::StrAppend(out, top.after);
      continue;
    }
    const Type& declared = program.types[Index(top.type)];
    if (declared.kind == ValueKind::kRecord && top.value->bits() != 0) {
      stack.push_back({std::nullopt, {}, top.after});
      OpenRecord(*top.value, declared, interning, &stack, out);
      continue;
    }
    switch (declared.kind) {
      case ValueKind::kSymbol:
        AppendSymbol(interning.symbols.Text(*top.value), style, out);
        break;
      case ValueKind::kNumber:
        absl::StrAppend(out, top.value->number());
        break;
      case ValueKind::kUnsigned:
        absl::StrAppend(out, top.value->unsigned_number());
        break;
      case ValueKind::kFloat:
        AppendFloat(top.value->float_number(), style, out);
        break;
      case ValueKind::kRecord:
        absl::StrAppend(out, "nil");
        break;
    }
    absl::StrAppend(out, top.after);
  }
}

}  // namespace cartograph::rules
