#include "tests/kb/test_base.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "kb/base_model.h"
#include "rules/engine/evaluate.h"

namespace cartograph::kb {

const char kDiseaseRules[] = R"(
.decl ancestor(x: Disease, y: Disease)
ancestor(x, y) :- disease_parent(x, y, _, _).
ancestor(x, z) :- ancestor(x, y), disease_parent(y, z, _, _).
.decl root(x: Disease)
root(x) :- disease(x), !disease_parent(x, _, _, _).
.decl children(x: Disease, n: number)
children(x, n) :- disease(x), n = count : { disease_parent(_, x, _, _) }.
)";

namespace {

// All facts of one predicate as text.
void AppendFacts(const rules::Model& model, rules::PredicateId id,
                 std::vector<std::string>* texts) {
  model.relation(id).ForEach([&](rules::TupleView values) {
    rules::Fact fact{id, rules::Tuple(values.begin(), values.end())};
    texts->push_back(rules::ToText(fact, model.program(), model.interning()));
    return true;
  });
}

template <typename Detail>
Detail DetailOf(const absl::Status& status) {
  Detail detail;
  auto payload =
      status.GetPayload(absl::StrCat("type.googleapis.com/", Detail::descriptor()->full_name()));
  EXPECT_TRUE(!payload.has_value() || detail.ParseFromString(std::string(*payload)));
  return detail;
}

}  // namespace

TestBase::TestBase() : TestBase(KnowledgeBaseOptions{}) {}

TestBase::TestBase(const KnowledgeBaseOptions& options) : options_(options) {
  options_.data_dir = folder_.Join("store");
  Reopen();
}

TestBase::~TestBase() = default;

absl::Status TestBase::TryOpen() {
  kb_.reset();
  auto opened = KnowledgeBase::Open(options_);
  if (opened.ok()) {
    kb_ = *std::move(opened);
  }
  return opened.status();
}

void TestBase::Reopen() {
  absl::Status status = TryOpen();
  ASSERT_TRUE(status.ok()) << status;
}

absl::StatusOr<CommitResult> TestBase::Commit(const std::vector<std::string>& mutations,
                                              const WriteContext& context) {
  std::vector<v1::Mutation> parsed;
  std::transform(mutations.begin(), mutations.end(), std::back_inserter(parsed), ParseMutation);
  return kb_->Commit(parsed, {}, context);
}

std::string TestBase::Try(const std::vector<std::string>& mutations, const WriteContext& context) {
  auto result = Commit(mutations, context);
  return result.ok() ? absl::StrCat("r", result->revision.number(), " +", result->facts_added, " -",
                                    result->facts_removed, result->replayed ? " replayed" : "")
                     : Describe(result.status());
}

void TestBase::Activate(const std::string& rules, const std::string& version) {
  auto result = kb_->Activate(PackOf(rules, version), {.actor = "ada"});
  ASSERT_TRUE(result.ok()) << result.status();
  for (const rules::Diagnostic& diagnostic : result->compiled.diagnostics) {
    ADD_FAILURE() << rules::Render(diagnostic, result->compiled.sources);
  }
  ASSERT_TRUE(result->activated);
}

std::string TestBase::Entity(const std::string& name) {
  auto entity = kb_->Latest().GetEntity(name);
  EXPECT_TRUE(entity.ok()) << entity.status();
  if (!entity->has_value()) {
    return "";
  }
  v1::Entity shown = **entity;
  shown.clear_create_time();
  shown.clear_update_time();
  if (shown.has_delete_time()) {
    shown.mutable_delete_time()->Clear();
  }
  shown.clear_etag();
  return shown.ShortDebugString();
}

std::string TestBase::Facts(const std::string& relation) {
  Snapshot latest = kb_->Latest();
  std::optional<rules::PredicateId> id = latest.model().program().Find(relation);
  if (!id.has_value()) {
    return "no such relation";
  }
  std::vector<std::string> texts;
  AppendFacts(latest.model(), *id, &texts);
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, " ");
}

std::string Disease(absl::string_view kind, absl::string_view id,
                    const std::vector<std::string>& parents) {
  std::string text = absl::StrCat(kind, " { name: 'diseases/", id, "' disease { names { text: '",
                                  id, "' kind: NAME_KIND_PREFERRED }");
  for (const std::string& parent : parents) {
    absl::StrAppend(&text, " parents { parent: 'diseases/", parent, "' hierarchy: 'h' }");
  }
  return text + " } }";
}

std::string Describe(const absl::Status& status) {
  std::string text =
      absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                   DetailOf<google::rpc::ErrorInfo>(status).reason(), ": ", status.message());
  const auto request = DetailOf<google::rpc::BadRequest>(status);
  for (const auto& violation : request.field_violations()) {
    absl::StrAppend(&text, "\n  ", violation.field(), ": ", violation.description());
  }
  const auto failure = DetailOf<google::rpc::PreconditionFailure>(status);
  for (const auto& violation : failure.violations()) {
    absl::StrAppend(&text, "\n  ", violation.type(), " ", violation.subject(), " ",
                    violation.description());
  }
  return text;
}

std::string DumpModel(const rules::Model& model) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < model.program().predicates.size(); ++i) {
    if (!model.program().predicates[i].generated) {
      AppendFacts(model, static_cast<rules::PredicateId>(i), &texts);
    }
  }
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, "\n");
}

std::string DumpRebuilt(const KnowledgeBase& kb, const Snapshot& snapshot) {
  EntityFacts facts(&kb.schema(), std::numeric_limits<size_t>::max() - 1);
  const auto& program = snapshot.model().shared_program();
  auto base = LoadBaseFacts(snapshot, kb.schema(), facts, *program);
  EXPECT_TRUE(base.ok()) << base.status();
  base::Budget budget(base::BudgetLimits{.facts_max = 0});
  auto model = rules::Evaluate(program, std::move(base->rows), &budget);
  EXPECT_TRUE(model.ok()) << model.status();
  return DumpModel(**model);
}

v1::Mutation ParseMutation(const std::string& text) {
  v1::Mutation mutation;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &mutation)) << text;
  return mutation;
}

v1::RulePack PackOf(const std::string& rules, const std::string& version) {
  v1::RulePack pack;
  pack.set_name("pack");
  pack.set_version(version);
  v1::RuleFile* file = pack.add_files();
  file->set_path("rules.dl");
  file->set_text(rules);
  return pack;
}

}  // namespace cartograph::kb
