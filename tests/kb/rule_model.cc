#include "tests/kb/rule_model.h"

#include <utility>

#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"

namespace cartograph::kb {

std::shared_ptr<const rules::Program> ProgramOf(const std::string& text) {
  rules::CompileResult result =
      rules::Compile({{"test.dl", text}}, std::make_shared<rules::Interning>());
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    if (diagnostic.severity == rules::Severity::kWarning) continue;  // small worlds use little
    ADD_FAILURE() << rules::Render(diagnostic, result.sources);
  }
  return std::move(result.program);
}

std::shared_ptr<const rules::Model> ModelOf(const std::string& text) {
  std::shared_ptr<const rules::Program> program = ProgramOf(text);
  if (program == nullptr) return nullptr;
  base::Budget budget;
  auto model = rules::Evaluate(std::move(program), {}, &budget);
  EXPECT_TRUE(model.ok()) << model.status();
  return model.ok() ? *std::move(model) : nullptr;
}

}  // namespace cartograph::kb
