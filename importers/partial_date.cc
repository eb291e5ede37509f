#include "importers/partial_date.h"

#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace cartograph::importers {
namespace {

constexpr std::array<const char*, 12> kMonths = {"january",   "february", "march",    "april",
                                                 "may",       "june",     "july",     "august",
                                                 "september", "october",  "november", "december"};

// The number that `text` is all of, between 1 and `max`; else 0.
int Number(absl::string_view text, size_t digits_max, int max) {
  int number = 0;
  const bool digits = text.find_first_not_of("0123456789") == absl::string_view::npos;
  return digits && text.size() <= digits_max && absl::SimpleAtoi(text, &number) && number <= max
             ? number
             : 0;
}

int Month(absl::string_view text) {
  for (size_t i = 0; i < kMonths.size() && text.size() >= 3; ++i) {
    if (absl::StartsWithIgnoreCase(kMonths[i], text) ||
        (text.size() == 4 && absl::EqualsIgnoreCase(text, "sept") && i == 8)) {
      return static_cast<int>(i) + 1;
    }
  }
  return Number(text, 2, 12);
}

int Day(absl::string_view text, const v1::PartialDate& date) {
  const int day = Number(text, 2, 31);
  return absl::CivilDay(date.year(), date.month(), day).day() == day ? day : 0;
}

// Gives the next part that is missing; false when `text` is not that.
bool Take(absl::string_view text, v1::PartialDate* date) {
  if (date->year() == 0) {
    date->set_year(text.size() == 4 ? Number(text, 4, 9999) : 0);
    return date->year() != 0;
  }
  if (date->month() == 0) {
    date->set_month(Month(text));
    return date->month() != 0;
  }
  if (date->day() == 0) {
    date->set_day(Day(text, *date));
    return date->day() != 0;
  }
  return false;
}

}  // namespace

ParsedDate ParseDate(absl::string_view text) {
  ParsedDate parsed;
  const std::vector<absl::string_view> parts =
      absl::StrSplit(text, absl::ByAnyChar(" /-.,"), absl::SkipEmpty());
  for (absl::string_view part : parts) {
    // 00 is how some write that a part is unknown; then so is all after it.
    const bool unknown = part.find_first_not_of('0') == absl::string_view::npos;
    if (parsed.rest.empty() && (unknown || Take(part, &parsed.date))) {
      continue;
    }
    absl::StrAppend(&parsed.rest, parsed.rest.empty() ? "" : " ", part);
  }
  return parsed;
}

std::string DateText(const v1::PartialDate& date) {
  std::string text = absl::StrFormat("%04d", date.year());
  if (date.month() != 0) {
    absl::StrAppendFormat(&text, "-%02d", date.month());
  }
  if (date.day() != 0) {
    absl::StrAppendFormat(&text, "-%02d", date.day());
  }
  return text;
}

bool IsPartOf(const v1::PartialDate& a, const v1::PartialDate& b) {
  return absl::StartsWith(DateText(b), DateText(a));
}

}  // namespace cartograph::importers
