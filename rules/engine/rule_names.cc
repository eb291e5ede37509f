#include "rules/engine/rule_names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace cartograph::rules {

std::vector<uint8_t> RuleNumbers(const Program& program) {
  std::vector<uint32_t> next(program.predicates.size(), 1);
  std::vector<uint8_t> numbers;
  for (const Rule& rule : program.rules) {
    const uint32_t number = next[Index(rule.head.predicate)]++;
    numbers.push_back(static_cast<uint8_t>(std::min<uint32_t>(number, Origin::kUnknown)));
  }
  return numbers;
}

std::string NameOf(const Program& program, absl::string_view text, const SourceSpan& span,
                   size_t stratum) {
  const absl::string_view head = absl::StripAsciiWhitespace(text.substr(0, text.find(":-")));
  std::string name = absl::StrCat("rule ", head);
  if (span.file < program.sources.size()) {
    const SourceFile& source = program.sources[span.file];
    const LineColumn place = PlaceOf(source.text, span.begin);
    absl::StrAppend(&name, " at ", source.path, ":", place.line, ":", place.column);
  }
  absl::StrAppend(&name, " (stratum ", stratum, ")");
  return name;
}

}  // namespace cartograph::rules
