// Values as text.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"

namespace cartograph::rules {

// kRule is what rule text can read back: "quoted" symbols, floats with a point. kTable is what
// Soufflé writes to fact files: bare symbols, floats with nine significant digits; kTableQuoted the
// same with the symbols in double quotes, \" for a quote, as it writes records with rfc4180.
enum class TextStyle { kRule, kTable, kTableQuoted };

// Appends `value`, read as `type`, to `out`. Records nest without recursion, so their depth is not
// limited.
void AppendText(Value value, TypeId type, const Program& program, const Interning& interning,
                TextStyle style, std::string* out);

// Appends `text` in double quotes, with \" \\ \n \t \r escaped.
void AppendQuoted(absl::string_view text, std::string* out);

}  // namespace cartograph::rules
