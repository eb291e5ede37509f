// Dates as documents write them.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"

namespace cartograph::importers {

struct ParsedDate {
  v1::PartialDate date;  // year 0: there was none
  std::string rest;      // what was not understood: "Spring", "received"
};

// Year, then month, then day, as far as they are there, between any of " /-.,": "2024 Dec 17",
// "2016/12//", "2005-07-15", "2013 06 10". A month is a number or an English name, abbreviated or
// not. Nothing is filled in: what is missing is 0. From the first part that does not fit on, all
// is `rest`.
ParsedDate ParseDate(absl::string_view text);

// "2024", "2024-12", "2024-12-17".
std::string DateText(const v1::PartialDate& date);

// Whether `a` says nothing that `b` does not say: 2024-09 of 2024-09-12, and of itself.
bool IsPartOf(const v1::PartialDate& a, const v1::PartialDate& b);

}  // namespace cartograph::importers
