// How long an export of 100,000 proofs takes: to make and write the steps (the server's and the
// command's part), and to check them. The promise is that the check takes under 10 s.
//
// The model: evidence with sources and standing, a hierarchy of diseases, and rules as the founding
// pack has them: joins, recursion, comparisons, an absence, a count.

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "benchmark/benchmark.h"
#include "cartograph/v1/fact_service.pb.h"
#include "clients/cli/proof_file.h"
#include "clients/verify/verify.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/proof_steps.h"
#include "services/proof_export.h"

namespace cartograph {
namespace {

constexpr char kBase[] = R"(.type Evidence <: symbol
.type Source <: symbol
.type Therapy <: symbol
.type Disease <: symbol
.decl evidence(e: Evidence, s: Source, status: symbol)
.decl standing(s: Source, st: symbol)
.decl claim(e: Evidence, t: Therapy, d: Disease)
.decl parent(d: Disease, p: Disease)
)";
constexpr char kRules[] = R"(
.decl live(e: Evidence)
live(e) :- evidence(e, s, "accepted"), standing(s, st), st != "retracted".
.decl rolls_up(d: Disease, a: Disease)
rolls_up(d, d) :- parent(d, _).
rolls_up(d, a) :- parent(d, p), rolls_up(p, a).
rolls_up(d, d) :- parent(_, d), !parent(d, _).
.decl tested(t: Therapy, d: Disease, s: Source)
tested(t, d, s) :- live(e), claim(e, t, d), evidence(e, s, _).
.decl tested_within(t: Therapy, a: Disease)
tested_within(t, a) :- tested(t, d, _), rolls_up(d, a).
.decl sources(t: Therapy, d: Disease, n: number)
sources(t, d, n) :- tested(t, d, _), n = count : { tested(t, d, _) }, n >= 1.
)";
constexpr uint32_t kEvidence = 30'000;
constexpr uint32_t kSources = 2'000;
constexpr uint32_t kDiseases = 1'000;
constexpr uint32_t kTherapies = 500;

// Fills base relations of symbols, row by row.
class BaseFacts {
 public:
  explicit BaseFacts(const rules::Program& program) : program_(program) {
    for (uint32_t i = 0; i < program.predicates.size(); ++i) {
      rows_.push_back({rules::PredicateId{i}, {}, false});
    }
  }
  void Add(const char* relation, const std::vector<std::string>& texts) {
    std::vector<rules::Value>& values = rows_[rules::Index(*program_.Find(relation))].values;
    for (const std::string& text : texts)
      values.push_back(program_.interning->symbols.Intern(text));
  }
  std::vector<rules::Rows> Take() { return std::move(rows_); }

 private:
  const rules::Program& program_;
  std::vector<rules::Rows> rows_;
};

std::shared_ptr<const rules::Model> MakeModel() {
  rules::CompileOptions options;
  options.base_schema = kBase;
  rules::CompileResult compiled =
      rules::Compile({{"rules.dl", kRules}}, std::make_shared<rules::Interning>(), options);
  CHECK(compiled.program != nullptr);
  BaseFacts facts(*compiled.program);
  for (uint32_t i = 0; i < kSources; ++i) {
    facts.Add("standing", {absl::StrCat("sources/s", i), i % 50 == 0 ? "retracted" : "current"});
  }
  for (uint32_t i = 1; i < kDiseases; ++i) {
    facts.Add("parent", {absl::StrCat("diseases/d", i), absl::StrCat("diseases/d", i / 2)});
  }
  for (uint32_t i = 0; i < kEvidence; ++i) {
    const std::string name = absl::StrCat("evidence/e", i);
    facts.Add("evidence", {name, absl::StrCat("sources/s", i * 7919 % kSources), "accepted"});
    facts.Add("claim", {name, absl::StrCat("therapies/t", i * 31 % kTherapies),
                        absl::StrCat("diseases/d", (i * 127 + i / 1000) % kDiseases)});
  }
  base::Budget budget;
  auto model = rules::Evaluate(compiled.program, facts.Take(), &budget);
  CHECK(model.ok());
  return *model;
}

const rules::Model& SharedModel() {
  static const auto& model = *new std::shared_ptr<const rules::Model>(MakeModel());
  return *model;
}

// The steps of all facts, as messages of the wire.
v1::ExportProofsResponse Steps(const rules::Model& model) {
  services::ProofExport exported(model, kBase);
  v1::ExportProofsResponse response;
  for (size_t i = 0; i < exported.texts().size(); ++i) {
    v1::RuleFile* file = exported.IsBase(i) ? response.mutable_base_schema() : response.add_rules();
    file->set_path(exported.texts()[i]->path);
    file->set_text(exported.texts()[i]->text);
  }
  base::Budget budget;
  rules::ProofSteps steps(model, &budget);
  while (true) {
    auto step = steps.Next();
    CHECK(step.ok());
    if (!step->has_value()) return response;
    exported.ToProto(**step, response.add_facts());
  }
}

void BM_MakeSteps(benchmark::State& state) {
  const rules::Model& model = SharedModel();
  int facts = 0;
  for (auto _ : state) facts = Steps(model).facts_size();
  state.counters["facts"] = facts;
}
BENCHMARK(BM_MakeSteps)->Unit(benchmark::kMillisecond);

void BM_WriteFile(benchmark::State& state) {
  const v1::ExportProofsResponse response = Steps(SharedModel());
  size_t bytes = 0;
  for (auto _ : state) {
    std::ostringstream file;
    clients::ProofFileWriter writer(&file);
    CHECK(writer.Add(response).ok());
    CHECK(writer.Finish().ok());
    bytes = file.str().size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_WriteFile)->Unit(benchmark::kMillisecond);

void BM_Verify(benchmark::State& state) {
  std::ostringstream file;
  clients::ProofFileWriter writer(&file);
  CHECK(writer.Add(Steps(SharedModel())).ok());
  CHECK(writer.Finish().ok());
  const std::string text = file.str();
  uint64_t proofs = 0;
  for (auto _ : state) {
    std::istringstream in(text);
    const verify::Report report = verify::Verify(&in);
    CHECK(report.ok());
    proofs = report.derived_facts;
  }
  state.counters["proofs"] = static_cast<double>(proofs);
}
BENCHMARK(BM_Verify)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cartograph

BENCHMARK_MAIN();
