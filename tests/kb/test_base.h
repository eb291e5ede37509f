// TestBase: a knowledge base in a folder of its own, written and read as text.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "kb/knowledge_base.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::kb {

// Rules over diseases that use recursion, negation and aggregation:
//   ancestor(x, y)   y is above x            root(x)   has no parent            children(x, n)   of
//   x, directly
extern const char kDiseaseRules[];

class TestBase {
 public:
  TestBase();
  explicit TestBase(const KnowledgeBaseOptions& options);  // data_dir is replaced
  ~TestBase();

  KnowledgeBase& kb() { return *kb_; }
  void Close() { kb_.reset(); }
  // Closes and opens; a failure is a test failure.
  void Reopen();
  absl::Status TryOpen();
  const KnowledgeBaseOptions& options() const { return options_; }

  // Mutations in text format: "create { name: 'diseases/a' disease { … } }".
  absl::StatusOr<CommitResult> Commit(const std::vector<std::string>& mutations,
                                      const WriteContext& context = {.actor = "ada"});
  // As Commit, and says what happened: "r7 +3 -1" or the error as Describe has it.
  std::string Try(const std::vector<std::string>& mutations,
                  const WriteContext& context = {.actor = "ada"});
  // Activates one file of rules; failures are test failures.
  void Activate(const std::string& rules, const std::string& version = "1.0.0");

  // The latest entity called `name` in short text format, without times; "" when there is none.
  std::string Entity(const std::string& name);
  // The facts of the latest model, or of one relation, in order of text, separated by spaces.
  std::string Facts(const std::string& relation);
  uint64_t revision() const { return kb_->Latest().revision().number(); }

 private:
  testing::TemporaryFolder folder_;
  KnowledgeBaseOptions options_;
  std::unique_ptr<KnowledgeBase> kb_;
};

// "create { name: 'diseases/<id>' disease { … } }" with a name and the given parents in hierarchy
// "h".
std::string Disease(absl::string_view kind, absl::string_view id,
                    const std::vector<std::string>& parents = {});

// "NOT_FOUND ENTITY_NOT_FOUND: message", and a line each for the violations it carries.
std::string Describe(const absl::Status& status);

// All facts of `model`, a line each, in order of text: equal exactly when the models are.
std::string DumpModel(const rules::Model& model);
// The model of the snapshot's program over the snapshot's entities, evaluated from scratch.
std::string DumpRebuilt(const KnowledgeBase& kb, const Snapshot& snapshot);

v1::Mutation ParseMutation(const std::string& text);
v1::RulePack PackOf(const std::string& rules, const std::string& version = "1.0.0");

}  // namespace cartograph::kb
