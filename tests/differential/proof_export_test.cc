// Goal: every derived fact of random models has a proof that the independent checker accepts, and
// the checker finds nothing left out. Method: random programs, evaluated, exported as the server
// and the command line do, and verified. CARTOGRAPH_RANDOM_PROGRAMS says how many (500).

#include "services/proof_export.h"

#include <cstdlib>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cartograph/v1/fact_service.pb.h"
#include "clients/cli/proof_file.h"
#include "clients/verify/verify.h"
#include "gtest/gtest.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/proof_steps.h"
#include "tests/support/random_program.h"

namespace cartograph {
namespace {

constexpr uint64_t kSeed = 20'261'124;

int Programs() {
  const char* programs = std::getenv("CARTOGRAPH_RANDOM_PROGRAMS");
  return programs == nullptr ? 500 : std::atoi(programs);
}

// Null when `text` does not compile or has no model: a division by zero, say.
std::shared_ptr<const rules::Model> ModelOf(const std::string& text) {
  rules::CompileResult compiled =
      rules::Compile({{"random.dl", text}}, std::make_shared<rules::Interning>());
  if (compiled.program == nullptr) return nullptr;
  base::Budget budget;
  auto model = rules::Evaluate(compiled.program, {}, &budget);
  return model.ok() ? *model : nullptr;
}

// The export of `model` as a file.
absl::StatusOr<std::string> Export(const rules::Model& model) {
  services::ProofExport exported(model, "");
  v1::ExportProofsResponse response;
  for (const rules::SourceFile* text : exported.texts()) {
    v1::RuleFile* file = response.add_rules();
    file->set_path(text->path);
    file->set_text(text->text);
  }
  base::Budget budget;
  auto steps = rules::ProofSteps::Create(model, &budget);
  if (!steps.ok()) return steps.status();
  while (true) {
    auto step = (*steps)->Next();
    if (!step.ok()) return step.status();
    if (!step->has_value()) break;
    exported.ToProto(**step, response.add_facts());
  }
  EXPECT_EQ(static_cast<size_t>(response.facts_size()), model.size());
  std::ostringstream file;
  clients::ProofFileWriter writer(&file);
  if (absl::Status status = writer.Add(response); !status.ok()) return status;
  if (absl::Status status = writer.Finish(); !status.ok()) return status;
  return file.str();
}

std::string ProblemOf(const std::string& file) {
  std::istringstream in(file);
  const verify::Report report = verify::Verify(&in);
  if (report.ok()) return "";
  const verify::Problem& problem = report.problems[0];
  return absl::StrCat("line ", problem.line, ", ", problem.fact, ": ", problem.text);
}

TEST(ProofExport, RandomModelsAreVerified) {
  int verified = 0;
  for (int i = 0; i < Programs(); ++i) {
    const std::string text = testing::MakeRandomProgram(kSeed + static_cast<uint64_t>(i)).text();
    const std::shared_ptr<const rules::Model> model = ModelOf(text);
    // What the checker names as unchecked: docs/proof_export.md.
    const bool unchecked = absl::StrContains(text, "eqrel") || absl::StrContains(text, " <= best");
    if (model == nullptr || unchecked) continue;
    const absl::StatusOr<std::string> file = Export(*model);
    ASSERT_TRUE(file.ok()) << file.status() << "\n" << text;
    const std::string problem = ProblemOf(*file);
    ASSERT_EQ(problem, "") << "seed " << kSeed + static_cast<uint64_t>(i) << "\n" << text << *file;
    ++verified;
  }
  EXPECT_GE(verified, Programs() / 3);
}

// Heights end at 255; the order of what is derived later has to be found.
TEST(ProofExport, LongChainsAndCyclesAreVerified) {
  std::string text = ".decl edge(a: number, b: number)\n.decl reached(a: number)\n";
  for (int i = 0; i < 700; ++i) absl::StrAppend(&text, "edge(", i, ", ", i + 1, ").\n");
  absl::StrAppend(&text, "edge(700, 0).\nreached(0).\nreached(b) :- reached(a), edge(a, b).\n");
  const absl::StatusOr<std::string> file = Export(*ModelOf(text));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(ProblemOf(*file), "");
}

TEST(ProofExport, FactsThatNoRuleGivesAreNotExported) {
  const auto refusal = [](const std::string& text) {
    return std::string(Export(*ModelOf(text)).status().message());
  };
  EXPECT_EQ(refusal(".decl same(a: number, b: number) eqrel\nsame(1, 2)."),
            "same is an equivalence relation: its facts follow by closure, and no rule gives them");
  // p(2) comes from p(1), which it then subsumes.
  EXPECT_EQ(refusal(".decl p(a: number)\np(1).\np(x + 1) :- p(x), x < 3.\np(x) <= p(y) :- x < y."),
            "what p(3) was derived from has been subsumed: no rule gives it any more");
}

}  // namespace
}  // namespace cartograph
