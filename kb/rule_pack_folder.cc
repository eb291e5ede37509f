#include "kb/rule_pack_folder.h"

#include <utility>

#include "base/status.h"
#include "rules/pack_folder.h"

namespace cartograph::kb {

absl::StatusOr<v1::RulePack> ReadRulePackFolder(const std::string& folder) {
  ASSIGN_OR_RETURN(rules::PackFolder read, rules::ReadPackFolder(folder));
  v1::RulePack pack;
  pack.set_name(std::move(read.name));
  pack.set_version(std::move(read.version));
  pack.set_description(std::move(read.description));
  for (rules::SourceFile& file : read.files) {
    v1::RuleFile* out = pack.add_files();
    out->set_path(std::move(file.path));
    out->set_text(std::move(file.text));
  }
  return pack;
}

}  // namespace cartograph::kb
