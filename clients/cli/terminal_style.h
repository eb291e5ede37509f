// TerminalStyle: emphasis on a terminal, nothing elsewhere.

#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace cartograph::clients {

// Wraps text in escape sequences when `color` is set.
struct TerminalStyle {
  bool color = false;

  std::string Bold(absl::string_view text) const { return Wrap("1", text); }
  std::string Dim(absl::string_view text) const { return Wrap("2", text); }
  std::string Red(absl::string_view text) const { return Wrap("31", text); }
  std::string Green(absl::string_view text) const { return Wrap("32", text); }

 private:
  std::string Wrap(absl::string_view code, absl::string_view text) const {
    return color ? absl::StrCat("\x1b[", code, "m", text, "\x1b[0m") : std::string(text);
  }
};

}  // namespace cartograph::clients
