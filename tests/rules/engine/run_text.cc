#include "tests/rules/engine/run_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/facts/value_text.h"

namespace cartograph::rules {
namespace {

std::string Tuples(const Model& model, PredicateId id) {
  const Predicate& predicate = model.program().predicate(id);
  std::vector<std::string> tuples;
  model.relation(id).ForEach([&](TupleView values) {
    std::string tuple = "(";
    for (size_t c = 0; c < values.size(); ++c) {
      if (c > 0) absl::StrAppend(&tuple, ", ");
      AppendText(values[c], predicate.columns[c].type, model.program(), model.interning(),
                 TextStyle::kRule, &tuple);
    }
    tuples.push_back(absl::StrCat(tuple, ")"));
    return true;
  });
  // Short before long sorts numbers as people do.
  std::sort(tuples.begin(), tuples.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return absl::StrJoin(tuples, " ");
}

}  // namespace

std::shared_ptr<const Program> CompileText(absl::string_view text) {
  CompileResult result = Compile({{"test.dl", std::string(text)}}, std::make_shared<Interning>());
  if (result.program == nullptr) {
    for (const Diagnostic& diagnostic : result.diagnostics) {
      ADD_FAILURE() << Render(diagnostic, result.sources);
    }
    std::abort();
  }
  return result.program;
}

absl::StatusOr<std::shared_ptr<const Model>> RunText(absl::string_view text, base::Budget* budget) {
  return Evaluate(CompileText(text), {}, budget);
}

absl::StatusOr<std::shared_ptr<const Model>> RunText(absl::string_view text) {
  base::Budget budget;
  return RunText(text, &budget);
}

std::string Dump(const Model& model, absl::string_view relation) {
  const std::optional<PredicateId> id = model.program().Find(relation);
  return id.has_value() ? Tuples(model, *id) : absl::StrCat("no relation ", relation);
}

std::string DumpAll(const Model& model) {
  std::string out;
  for (uint32_t i = 0; i < model.program().predicates.size(); ++i) {
    if (model.program().predicates[i].generated) continue;
    absl::StrAppend(&out, model.program().predicates[i].name, ": ", Tuples(model, PredicateId{i}),
                    "\n");
  }
  return out;
}

std::string DumpText(absl::string_view text, absl::string_view relation) {
  const auto model = RunText(text);
  return model.ok() ? Dump(**model, relation) : model.status().ToString();
}

}  // namespace cartograph::rules
