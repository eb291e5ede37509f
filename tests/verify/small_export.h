// SmallExport: an export of a few facts, to be damaged.

#pragma once

#include <string>
#include <vector>

#include "clients/verify/verify.h"

namespace cartograph::verify {

struct SmallExport {
  // The base relations, then the rules.
  std::string base;
  std::string rules;
  // Lines of facts.
  std::vector<std::string> facts;

  // A valid export of every construct that the founding pack has.
  static SmallExport Valid();
  // An export of `rules` alone.
  static SmallExport Of(const std::string& rules, const std::vector<std::string>& facts);

  // As a file, with the digests that fit.
  std::vector<std::string> Lines() const;
};

// The lines as a file. With `sealed`, the last line is the end record that fits them; it is added.
std::string FileOf(std::vector<std::string> lines, bool sealed);
Report VerifyText(const std::string& text);
// The first problem as "line 3: live("e"): …", or "".
std::string FirstProblem(const Report& report);

}  // namespace cartograph::verify
