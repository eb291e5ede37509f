// KnowledgeBase: rule packs tried, activated and listed.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "kb/base_model.h"
#include "kb/error_details.h"
#include "kb/knowledge_base_impl.h"
#include "kb/pack_tests.h"
#include "kb/proof_prose.h"
#include "kb/question_numbers.h"
#include "kb/question_proto.h"
#include "kb/questions.h"
#include "kb/rule_packs.h"
#include "kb/strength.h"
#include "kb/violations.h"
#include "rules/engine/evaluate.h"

namespace cartograph::kb {
namespace {

bool AllPassed(const std::vector<v1::RuleTestResult>& tests) {
  return std::all_of(tests.begin(), tests.end(),
                     [](const v1::RuleTestResult& test) { return test.passed(); });
}

// Whether the pack may be activated, as far as it can be said without the entities.
bool Passed(const ActivationResult& trial) {
  return trial.compiled.program != nullptr && AllPassed(trial.tests);
}

// The numbers of questions after `pack` with `questions` of `program` follows `active`.
// FAILED_PRECONDITION unless `force`: stubs generated before would miss something.
absl::StatusOr<QuestionNumbers> NumbersOf(const v1::RulePack& pack, const rules::Program& program,
                                          const ActivePack* active, bool force) {
  ASSIGN_OR_RETURN(const std::vector<Question> questions, QuestionsOf(program));
  QuestionNumbers before;
  if (active != nullptr) before = active->pack.question_numbers();
  QuestionNumbers after = NumbersAfter(before, pack.name(), program, questions);
  const std::vector<std::string> broken = WhatBreaks(before, after);
  if (broken.empty() || force) return after;
  return ErrorWithReason(absl::StatusCode::kFailedPrecondition,
                         absl::StrCat("stubs generated from earlier versions of the rule pack ",
                                      pack.name(), " would break: ", absl::StrJoin(broken, "; "),
                                      ". Force it to activate it anyway"),
                         kReasonStubsWouldBreak);
}

}  // namespace

rules::CompileResult KnowledgeBase::Impl::CompileRules(
    const std::vector<v1::RuleFile>& files) const {
  google::protobuf::RepeatedPtrField<v1::RuleFile> copies(files.begin(), files.end());
  return CompileFiles(copies, schema_->base_schema(), MakeOverlay(interning_));
}

absl::StatusOr<ActivationResult> KnowledgeBase::Impl::Trial(
    const v1::RulePack& pack, std::shared_ptr<rules::Interning> interning) const {
  ActivationResult result;
  result.compiled = CompileFiles(pack.files(), schema_->base_schema(), std::move(interning));
  if (result.compiled.program == nullptr) {
    return result;
  }
  RETURN_IF_ERROR(CheckQuestionMethods(pack.name(), *result.compiled.program));
  RETURN_IF_ERROR(CheckSentences(*result.compiled.program));
  RETURN_IF_ERROR(ViolationsOf(*result.compiled.program).status());
  RETURN_IF_ERROR(CheckStrengths(*result.compiled.program));
  base::Budget budget(options_.commit_budget);
  absl::StatusOr<std::vector<v1::RuleTestResult>> tests =
      RunPackTests(pack.files(), &budget, &result.compiled);
  RETURN_IF_ERROR(WithReason(tests.status(), kReasonLimitReached));
  result.tests = *std::move(tests);
  return result;
}

absl::StatusOr<ActivationResult> KnowledgeBase::Impl::TestPack(const v1::RulePack& pack) const {
  Violations violations;
  CheckPack(pack, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(ActivationResult result, Trial(pack, MakeOverlay(interning_)));
  result.revision = Latest().revision();
  return result;
}

absl::StatusOr<ActivationResult> KnowledgeBase::Impl::Activate(const v1::RulePack& pack,
                                                               const WriteContext& context) {
  Violations violations;
  CheckPack(pack, &violations);
  CheckContext(context, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(ActivationResult trial, Trial(pack, MakeOverlay(interning_)));
  if (!Passed(trial)) {
    trial.revision = Latest().revision();
    return trial;
  }
  Decision<ActivationResult> decision = DecideActivation(pack, context, std::move(trial));
  RETURN_IF_ERROR(Publish(decision.basis));
  return decision.replay ? ReplayActivation(decision.basis) : std::move(decision.result);
}

KnowledgeBase::Impl::Decision<ActivationResult> KnowledgeBase::Impl::DecideActivation(
    const v1::RulePack& pack, const WriteContext& context, ActivationResult trial) {
  base::MutexLock lock(&writer_);
  Version tip = chain_->Tip();
  absl::StatusOr<std::optional<base::Revision>> earlier = FindRequest(context);
  if (!earlier.ok()) {
    return {tip.revision, earlier.status()};
  }
  if (earlier->has_value()) {
    return {**earlier, ActivationResult{}, true};
  }
  absl::StatusOr<ActivationResult> result = Switch(pack, context, tip, std::move(trial));
  return {result.ok() ? result->revision : tip.revision, std::move(result)};
}

absl::StatusOr<std::shared_ptr<const rules::Model>> KnowledgeBase::Impl::Rebase(
    const rules::Model& model, std::shared_ptr<const rules::Program> program,
    base::Budget* budget) const {
  std::vector<rules::Rows> base = BaseRows(model, *schema_, *program);
  absl::StatusOr<std::shared_ptr<const rules::Model>> evaluated =
      rules::Evaluate(std::move(program), std::move(base), budget);
  if (absl::IsInvalidArgument(evaluated.status())) {
    return ErrorWithReason(absl::StatusCode::kFailedPrecondition,
                           absl::StrCat("the rules cannot be evaluated over the entities: ",
                                        evaluated.status().message()),
                           kReasonPreconditionFailed);
  }
  RETURN_IF_ERROR(WithReason(evaluated.status(), kReasonLimitReached));
  return evaluated;
}

absl::StatusOr<ActivationResult> KnowledgeBase::Impl::Switch(const v1::RulePack& pack,
                                                             const WriteContext& context,
                                                             const Version& tip,
                                                             ActivationResult result) {
  if (!context.validate_only) {
    result.compiled.program =
        CompileFiles(pack.files(), schema_->base_schema(), interning_).program;
  }
  ASSIGN_OR_RETURN(QuestionNumbers numbers,
                   NumbersOf(pack, *result.compiled.program, tip.pack.get(), context.force));
  base::Budget budget(options_.commit_budget);
  ASSIGN_OR_RETURN(std::shared_ptr<const rules::Model> model,
                   Rebase(*tip.model, result.compiled.program, &budget));
  absl::Time time = TimeAfter(tip);
  v1::ChangeRecord record = NewRecord(context, time);
  RecordDifference(*tip.model, *model, kDeltaBytesMax, &record);
  result.facts_removed = record.facts_removed();
  result.facts_added = record.facts_added();
  result.revision = tip.revision;
  if (context.validate_only) {
    return result;
  }
  v1::RulePack stored = pack;
  *stored.mutable_question_numbers() = std::move(numbers);
  record.mutable_rule_pack()->set_name(pack.name());
  record.mutable_rule_pack()->set_version(pack.version());
  record.mutable_rule_pack()->set_description(pack.description());
  storage::WriteSet writes;
  writes.rule_packs.push_back({pack.name(), stored.SerializeAsString()});
  writes.active_rule_packs.emplace().push_back({pack.name(), base::Revision()});
  writes.change = record.SerializeAsString();
  writes.request_id = context.request_id;
  result.revision = tip.revision.next();
  auto active = std::make_shared<const ActivePack>(ActivePack{std::move(stored), result.revision});
  RETURN_IF_ERROR(
      Append(writes, {result.revision, std::move(model), std::move(active), tip.live, time}));
  result.activated = true;
  return result;
}

absl::StatusOr<ActivationResult> KnowledgeBase::Impl::ReplayActivation(
    base::Revision revision) const {
  ASSIGN_OR_RETURN(storage::PinnedBytes bytes, Latest().store().ReadChange(revision));
  ASSIGN_OR_RETURN(v1::ChangeRecord record, ParseChangeRecord(bytes.view()));
  ActivationResult result;
  result.activated = record.has_rule_pack();
  result.revision = revision;
  result.facts_removed = record.facts_removed();
  result.facts_added = record.facts_added();
  return result;
}

absl::StatusOr<std::vector<v1::RulePackInfo>> KnowledgeBase::Impl::ListPacks() const {
  Snapshot latest = Latest();
  ASSIGN_OR_RETURN(std::vector<storage::RulePackRef> packs, latest.store().ListRulePacks());
  std::sort(packs.begin(), packs.end(),
            [](const auto& a, const auto& b) { return a.revision > b.revision; });
  std::vector<v1::RulePackInfo> infos;
  for (const storage::RulePackRef& pack : packs) {
    ASSIGN_OR_RETURN(storage::PinnedBytes bytes, latest.store().ReadChange(pack.revision));
    ASSIGN_OR_RETURN(v1::ChangeRecord record, ParseChangeRecord(bytes.view()));
    bool active = latest.pack() != nullptr && latest.pack()->revision == pack.revision;
    infos.push_back(InfoOf(record, pack.revision.number(), active));
  }
  return infos;
}

absl::StatusOr<v1::GetRulePackResponse> KnowledgeBase::Impl::GetPack(
    base::Revision revision) const {
  Snapshot latest = Latest();
  const ActivePack* active = latest.pack();
  if (revision == base::Revision() && active != nullptr) {
    revision = active->revision;
  }
  ASSIGN_OR_RETURN(std::vector<storage::RulePackRef> packs, latest.store().ListRulePacks());
  auto found = std::find_if(packs.begin(), packs.end(),
                            [&](const auto& pack) { return pack.revision == revision; });
  if (found == packs.end()) {
    return ErrorWithReason(
        absl::StatusCode::kNotFound,
        revision == base::Revision()
            ? "no rule pack is active"
            : absl::StrCat("no rule pack was activated at revision ", revision.number()),
        kReasonRulePackNotFound);
  }
  ASSIGN_OR_RETURN(storage::Version stored, latest.store().GetRulePack(found->name, revision));
  ASSIGN_OR_RETURN(storage::PinnedBytes bytes, latest.store().ReadChange(revision));
  ASSIGN_OR_RETURN(v1::ChangeRecord record, ParseChangeRecord(bytes.view()));
  v1::GetRulePackResponse response;
  ASSIGN_OR_RETURN(*response.mutable_pack(), ParsePack(found->name, stored));
  *response.mutable_info() =
      InfoOf(record, revision.number(), active != nullptr && active->revision == revision);
  return response;
}

}  // namespace cartograph::kb
