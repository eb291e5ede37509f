#include "kb/ad_hoc.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/ad_hoc_declarations.h"
#include "kb/did_you_mean.h"
#include "kb/questions.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/query.h"

namespace cartograph::kb {
namespace {

constexpr size_t kTextBytesMax = 64 << 10;  // a question; longer rule text belongs in a pack

// The question stands first, so that diagnostics show its own lines.
rules::CompileResult CompileQuestion(const rules::Model& model, const std::string& text,
                                     std::shared_ptr<rules::Interning> overlay) {
  std::vector<rules::SourceFile> sources = {{"question.dl", text}};
  std::string declarations = DeclareFromUse(text, model.program());
  if (!declarations.empty()) sources.push_back({"declared from use", std::move(declarations)});
  rules::CompileOptions options;
  options.given = &model.program();
  options.text_bytes_max = kTextBytesMax;
  return rules::Compile(std::move(sources), std::move(overlay), options);
}

absl::StatusOr<rules::PredicateId> FindAnswer(const rules::Program& program,
                                              const std::string& name) {
  const std::optional<rules::PredicateId> found = program.Find(name);
  if (found.has_value() && !program.predicate(*found).generated) return *found;
  std::vector<std::string> names;
  for (const rules::Predicate& predicate : program.predicates) {
    if (!predicate.generated) names.push_back(predicate.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("no rule says what \"", name, "\" is", DidYouMean(name, names)));
}

}  // namespace

absl::StatusOr<AdHocAnswer> AskAdHoc(const rules::Model& model, const AdHocQuestion& question,
                                     base::Budget* budget) {
  AdHocAnswer answer;
  answer.overlay = std::make_shared<rules::Interning>(model.program().interning.get());
  answer.compiled = CompileQuestion(model, question.rules, answer.overlay);
  if (answer.compiled.program == nullptr) return answer;
  ASSIGN_OR_RETURN(answer.predicate, FindAnswer(*answer.compiled.program, question.predicate));
  ASSIGN_OR_RETURN(answer.model,
                   rules::EvaluateOver(model, answer.compiled.program, answer.overlay, budget));
  if (answer.model->relation(answer.predicate).size() > question.rows_max) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer has more than rows_max = ", question.rows_max, " rows"));
  }
  const size_t arity = answer.compiled.program->predicate(answer.predicate).arity();
  ASSIGN_OR_RETURN(answer.rows,
                   OrderedRows(*answer.model, answer.predicate, rules::Pattern(arity), {}, budget));
  return answer;
}

}  // namespace cartograph::kb
