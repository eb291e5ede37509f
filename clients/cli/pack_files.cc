#include "clients/cli/pack_files.h"

#include <algorithm>

#include "base/status.h"
#include "rules/pack_folder.h"

namespace cartograph::clients {

absl::StatusOr<v1::RulePack> ReadPack(const std::string& folder) {
  ASSIGN_OR_RETURN(rules::PackFolder read, rules::ReadPackFolder(folder));
  v1::RulePack pack;
  pack.set_name(read.name);
  pack.set_version(read.version);
  pack.set_description(read.description);
  for (const rules::SourceFile& file : read.files) {
    v1::RuleFile* out = pack.add_files();
    out->set_path(file.path);
    out->set_text(file.text);
  }
  return pack;
}

void PrintFailures(const TestResults& results, Session& session) {
  for (const v1::RuleTestResult& result : results) {
    for (const std::string& failure : result.failures()) {
      session.err() << result.path() << ':' << result.line() << ": " << result.title() << ": "
                    << failure << '\n';
    }
  }
}

bool HasFailures(const TestResults& results) {
  return std::any_of(results.begin(), results.end(),
                     [](const v1::RuleTestResult& result) { return !result.passed(); });
}

}  // namespace cartograph::clients
