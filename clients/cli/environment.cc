#include "clients/cli/environment.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace cartograph::clients {

bool ShowsUtf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value = absl::AsciiStrToLower(environment.Get(name));
    if (!value.empty()) {
      return absl::StrContains(value, "utf-8") || absl::StrContains(value, "utf8");
    }
  }
  return true;
}

}  // namespace cartograph::clients
