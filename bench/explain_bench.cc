// What explaining costs.
//
// explain/…: facts taken at random from all derived relations of the generated knowledge base
// (workloads/kb.py) whose proofs have up to 100 nodes; each is explained, and looked up once as a
// point query. CARTOGRAPH_BENCH_FACTS says how many base facts ("1000000"). Times are CPU time of
// this thread: a row is one percentile, `nodes` the same percentile of the size of the proofs,
// `times_query` the time over that percentile of the point queries of the same run.
// founding/all: every derived fact of the founding corpus, explained as the server does it, with
// evidence and prose; `proofs` says how many.
// commit/…: pairs of commits of one entity to the founding corpus, every other pair behind 20
// explanations, the others behind other work of the same process; CPU time of the whole process
// during the commit alone, medians. The first commit of a pair finds the caches cold.

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "benchmark/benchmark.h"
#include "kb/proof_leaves.h"
#include "kb/proof_prose.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/explain.h"
#include "rules/engine/query.h"
#include "rules/fact_file.h"
#include "services/proof_convert.h"
#include "tests/support/paths.h"
#include "tests/support/test_server.h"

namespace cartograph {
namespace {

constexpr size_t kSamples = 2000;
constexpr size_t kNodesMax = 100;
constexpr int kCommits = 200;
constexpr int kAskedBetween = 20;

double CpuSeconds(clockid_t clock) {
  timespec now{};
  CHECK(clock_gettime(clock, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double Percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(static_cast<double>(values.size() - 1) * part)];
}

using Counters = std::map<std::string, double>;

void Register(const std::string& name, double seconds, const Counters& counters) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 for (auto _ : state) state.SetIterationTime(seconds);
                                 for (const auto& [key, value] : counters)
                                   state.counters[key] = value;
                               })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMicrosecond);
}

// The folder of a knowledge base of `facts` base facts, made now if it is not there.
std::filesystem::path FolderOf(const std::string& facts) {
  const std::filesystem::path root = testing::SourceDir();
  const std::filesystem::path folder = root / "build" / "bench-data" / ("kb" + facts);
  if (!std::filesystem::exists(folder / "updates.tsv")) {
    const std::string command = absl::StrCat("python3 ", (root / "bench/workloads/kb.py").string(),
                                             " ", folder.string(), " --facts ", facts);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
    CHECK(std::system(command.c_str()) == 0);
  }
  return folder;
}

std::shared_ptr<const rules::Program> CompiledCore() {
  std::ifstream file(testing::SourceDir() + "/bench/workloads/kb_core.dl");
  std::stringstream text;
  text << file.rdbuf();
  auto program =
      rules::Compile({{"kb_core.dl", text.str()}}, std::make_shared<rules::Interning>()).program;
  CHECK(program != nullptr);
  return program;
}

std::shared_ptr<const rules::Model> GeneratedModel(const std::string& facts) {
  const std::shared_ptr<const rules::Program> program = CompiledCore();
  std::vector<rules::Rows> given;
  for (const rules::Directive& directive : program->directives) {
    if (directive.kind != rules::Directive::Kind::kInput) continue;
    const std::string name = program->predicate(directive.predicate).name + ".facts";
    auto rows = rules::ReadFactFile(FolderOf(facts) / name, directive.predicate, {}, *program);
    CHECK(rows.ok());
    given.push_back(*std::move(rows));
  }
  base::Budget budget(base::BudgetLimits{.facts_max = 0});
  auto model = rules::Evaluate(program, std::move(given), &budget);
  CHECK(model.ok());
  return *std::move(model);
}

bool IsDerived(const rules::Program& program, rules::PredicateId id) {
  return std::any_of(program.rules.begin(), program.rules.end(),
                     [&](const rules::Rule& rule) { return rule.head.predicate == id; });
}

// Facts of derived relations, the same share of each relation.
std::vector<rules::Fact> SampleOf(const rules::Model& model, size_t wanted) {
  std::vector<rules::PredicateId> derived;
  for (uint32_t i = 0; i < model.program().predicates.size(); ++i) {
    const rules::PredicateId id{i};
    const bool empty = model.relation(id).size() == 0;
    if (!empty && IsDerived(model.program(), id) && !model.program().predicate(id).generated)
      derived.push_back(id);
  }
  std::mt19937_64 random(7);
  std::vector<rules::Fact> facts;
  for (const rules::PredicateId id : derived) {
    std::vector<rules::Fact> all;
    const uint64_t every =
        std::max<uint64_t>(1, model.relation(id).size() * derived.size() / wanted);
    model.relation(id).ForEach([&](rules::TupleView values) {
      if (random() % every == 0) all.push_back({id, {values.begin(), values.end()}});
      return true;
    });
    facts.insert(facts.end(), all.begin(), all.end());
  }
  return facts;
}

struct Samples {
  std::vector<double> explain;
  std::vector<double> query;
  std::vector<double> nodes;
};

Samples Explained(const rules::Model& model) {
  Samples samples;
  for (const rules::Fact& fact : SampleOf(model, kSamples)) {
    base::Budget budget;
    const double before = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    const auto explanation = rules::Explain(model, fact, {}, &budget);
    const double after = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    CHECK(explanation.ok());
    if (!explanation->proof.complete || explanation->proof.nodes.size() > kNodesMax) continue;
    const rules::Pattern pattern(fact.values.begin(), fact.values.end());
    size_t found = 0;
    const double asked = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    const absl::Status status =
        rules::Query(model, fact.predicate, pattern, 0, &budget, [&](rules::TupleView) {
          ++found;
          return true;
        });
    const double answered = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
    CHECK(status.ok() && found == 1);
    samples.explain.push_back(after - before);
    samples.query.push_back(answered - asked);
    samples.nodes.push_back(static_cast<double>(explanation->proof.nodes.size()));
  }
  return samples;
}

void RegisterExplain(const std::string& facts) {
  const auto model = GeneratedModel(facts);
  const Samples samples = Explained(*model);
  for (const auto& [label, part] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
    const double explain = Percentile(samples.explain, part);
    const double query = Percentile(samples.query, part);
    Register(absl::StrCat("explain/", facts, "/", label), explain,
             {{"facts", static_cast<double>(samples.explain.size())},
              {"nodes", Percentile(samples.nodes, part)},
              {"query_us", query * 1e6},
              {"times_query", explain / query}});
  }
}

// The proof of `fact` as a response carries it.
void ExplainAsServed(const kb::Snapshot& snapshot, const kb::KnowledgeBase& kb,
                     const rules::Fact& fact) {
  base::Budget budget;
  const auto explanation = rules::Explain(snapshot.model(), fact, {}, &budget);
  CHECK(explanation.ok());
  kb::ProofLeaves leaves(snapshot, kb.schema(),
                         [&](const std::string& sha256) { return kb.GetText(sha256); });
  v1::Proof proof;
  CHECK(services::ToProto(explanation->proof, snapshot.model(), &leaves, &proof).ok());
  CHECK(kb::WriteProse(snapshot, kb.schema(), &proof).ok());
}

void RegisterFounding(const kb::KnowledgeBase& kb) {
  const kb::Snapshot snapshot = kb.Latest();
  const std::vector<rules::Fact> facts = SampleOf(snapshot.model(), SIZE_MAX / 1000);
  const double before = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
  for (const rules::Fact& fact : facts) ExplainAsServed(snapshot, kb, fact);
  Register("founding/all", CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - before,
           {{"proofs", static_cast<double>(facts.size())}});
}

double CommitSeconds(kb::KnowledgeBase& kb, int number) {
  v1::Mutation mutation;
  v1::Entity* entity = mutation.mutable_put();
  entity->set_name(absl::StrCat("diseases/bench-", number));
  v1::Name* name = entity->mutable_disease()->add_names();
  name->set_text("a disease");
  name->set_kind(v1::NAME_KIND_PREFERRED);
  const double before = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
  CHECK(kb.Commit({mutation}, {}, {.actor = "bench"}).ok());
  return CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - before;
}

void RegisterCommits(kb::KnowledgeBase& kb) {
  std::map<std::string, std::vector<double>> seconds;
  for (int i = 0; i < kCommits; ++i) {
    const bool asked = i % 2 == 1;
    const kb::Snapshot snapshot = kb.Latest();
    const std::vector<rules::Fact> facts = SampleOf(snapshot.model(), kAskedBetween);
    for (const rules::Fact& fact : facts) {
      if (asked) ExplainAsServed(snapshot, kb, fact);
    }
    if (!asked) CompiledCore();
    const std::string kind = asked ? "explained" : "plain";
    seconds[kind + "/first"].push_back(CommitSeconds(kb, 2 * i));
    seconds[kind + "/second"].push_back(CommitSeconds(kb, 2 * i + 1));
  }
  for (const auto& [kind, taken] : seconds) {
    Register(absl::StrCat("commit/", kind), Percentile(taken, 0.5), {});
  }
}

void RegisterAll() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
  const char* facts = std::getenv("CARTOGRAPH_BENCH_FACTS");
  RegisterExplain(facts == nullptr ? "1000000" : facts);
  test::TestServerOptions options;
  options.founding_dir = testing::SourceDir() + "/data/founding";
  static auto& server = *new test::TestServer(std::move(options));
  RegisterFounding(server.kb());
  RegisterCommits(server.kb());
}

}  // namespace
}  // namespace cartograph

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  cartograph::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
}
