// Rule packs: their form, their compilation against the base relations, and what is stored of them.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/change.pb.h"
#include "cartograph/v1/rule_service.pb.h"
#include "kb/error_details.h"
#include "rules/compile.h"
#include "storage/store_snapshot.h"

namespace cartograph::kb {

// Adds what is wrong with the form of `pack`: its name, version, and files.
void CheckPack(const v1::RulePack& pack, Violations* violations);
// As CheckPack, for files alone; `path` is where they stand in the request.
void CheckFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                absl::string_view path, Violations* violations);

// Whether a file holds tests: its path ends in ".test". All others hold rules.
bool IsTestFile(const v1::RuleFile& file);

// Compiles the rules among `files` over `base_schema`. An `.include` of another of the files, or of
// the base schema under any folder ("base_schema.dl"), adds nothing, as all of them are compiled
// together anyway; so a pack that Soufflé runs from one root file runs here unchanged.
rules::CompileResult CompileFiles(const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                                  const std::string& base_schema,
                                  std::shared_ptr<rules::Interning> interning);

// Tables over `parent`, which it keeps alive.
std::shared_ptr<rules::Interning> MakeOverlay(std::shared_ptr<rules::Interning> parent);

// The first errors of a compilation, for a message.
std::string ErrorsOf(const rules::CompileResult& compiled);

// The pack that the store has as `version` of `name`. DATA_LOSS when it does not decode.
absl::StatusOr<v1::RulePack> ParsePack(absl::string_view name, const storage::Version& version);

// What the API says about an activation, from its change record.
v1::RulePackInfo InfoOf(const v1::ChangeRecord& record, uint64_t revision, bool active);

}  // namespace cartograph::kb
