// What one change of a base fact costs: the update stream of a generated knowledge base
// (workloads/kb.py), all relations of kb_core maintained.
//
// Each row is one percentile of one kind of operation; times are CPU time of the updating thread,
// because other work on the machine would be measured otherwise. Counters: `probes`, the same
// percentile of join probes; `times_faster`, evaluation from scratch in the same run over it.
// CARTOGRAPH_BENCH_FACTS says how many base facts ("100000"; several numbers make several rows).

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/check.h"
#include "benchmark/benchmark.h"
#include "rules/compile.h"
#include "rules/engine/evaluate.h"
#include "rules/engine/maintain.h"
#include "rules/fact_file.h"
#include "tests/support/paths.h"

namespace cartograph::rules {
namespace {

double CpuSeconds() {
  timespec now{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// What operations of one kind took.
struct Samples {
  std::vector<double> seconds;
  std::vector<double> probes;
};

double Percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(static_cast<double>(values.size() - 1) * part)];
}

// The knowledge base in `folder` and its update stream.
class Stream {
 public:
  explicit Stream(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::ifstream file(testing::SourceDir() + "/bench/workloads/kb_core.dl");
    std::stringstream text;
    text << file.rdbuf();
    program_ = Compile({{"kb_core.dl", text.str()}}, std::make_shared<Interning>()).program;
    CHECK(program_ != nullptr);
  }

  void Run() {
    base::BudgetLimits limits;
    limits.facts_max = 0;
    base::Budget budget(limits);
    std::vector<Rows> given = ReadFacts();
    const double before = CpuSeconds();
    auto evaluated = Evaluate(program_, std::move(given), &budget);
    CHECK(evaluated.ok());
    from_scratch_ = CpuSeconds() - before;
    model_ = *std::move(evaluated);
    std::ifstream updates(folder_ / "updates.tsv");
    for (std::string line; std::getline(updates, line);) Apply(line);
  }

  double from_scratch() const { return from_scratch_; }
  const std::map<std::string, Samples>& samples() const { return samples_; }

 private:
  std::vector<Rows> ReadFacts() const {
    std::vector<Rows> given;
    for (const Directive& directive : program_->directives) {
      if (directive.kind != Directive::Kind::kInput) continue;
      const std::string& name = program_->predicate(directive.predicate).name;
      auto rows = ReadFactFile(folder_ / (name + ".facts"), directive.predicate, {}, *program_);
      CHECK(rows.ok());
      given.push_back(*std::move(rows));
    }
    return given;
  }

  // `line`: + or -, the relation, its columns. The first update finds nothing prepared, and counts
  // apart.
  void Apply(const std::string& line) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    Fact fact{*program_->Find(fields[1]), {}};
    for (size_t i = 2; i < fields.size(); ++i) {
      int32_t number = 0;
      CHECK(absl::SimpleAtoi(fields[i], &number));
      fact.values.push_back(Value::Number(number));
    }
    Delta delta;
    (fields[0] == "+" ? delta.added : delta.removed).push_back(fact);
    base::Budget budget;
    const double before = CpuSeconds();
    auto next = Maintain(*model_, delta, &budget);
    CHECK(next.ok());
    model_ = std::move(next->model);
    Samples& samples =
        samples_[IsFirst(fields[0] + fields[1]) ? absl::StrCat("first ", fields[1], fields[0])
                                                : absl::StrCat(fields[1], fields[0])];
    samples.seconds.push_back(CpuSeconds() - before);
    samples.probes.push_back(static_cast<double>(budget.probes()));
  }

  bool IsFirst(const std::string& kind) { return seen_.insert({kind, true}).second; }

  std::filesystem::path folder_;
  std::shared_ptr<const Program> program_;
  std::shared_ptr<const Model> model_;
  double from_scratch_ = 0;
  std::map<std::string, bool> seen_;
  std::map<std::string, Samples> samples_;
};

// The folder of a knowledge base of `facts` base facts, made now if it is not there.
std::filesystem::path FolderOf(const std::string& facts) {
  const std::filesystem::path root = testing::SourceDir();
  const std::filesystem::path folder = root / "build" / "bench-data" / ("kb" + facts);
  if (!std::filesystem::exists(folder / "updates.tsv")) {
    const std::string command = absl::StrCat("python3 ", (root / "bench/workloads/kb.py").string(),
                                             " ", folder.string(), " --facts ", facts);
    CHECK(std::system(command.c_str()) == 0);
  }
  return folder;
}

void Register(const std::string& name, double seconds, double probes, double from_scratch) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 for (auto _ : state) state.SetIterationTime(seconds);
                                 state.counters["probes"] = probes;
                                 state.counters["times_faster"] = from_scratch / seconds;
                               })
      ->UseManualTime()
      ->Iterations(1)
      ->Unit(benchmark::kMicrosecond);
}

void RegisterAll(const std::string& facts) {
  Stream stream(FolderOf(facts));
  stream.Run();
  const std::string base = "kb" + facts;
  Register(base + "/from scratch", stream.from_scratch(), 0, stream.from_scratch());
  for (const auto& [kind, samples] : stream.samples()) {
    for (const auto& [label, part] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
      Register(absl::StrCat(base, "/", kind, "/", label), Percentile(samples.seconds, part),
               Percentile(samples.probes, part), stream.from_scratch());
    }
  }
}

}  // namespace
}  // namespace cartograph::rules

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const char* chosen = std::getenv("CARTOGRAPH_BENCH_FACTS");
  const std::string sizes = chosen == nullptr ? "100000" : chosen;
  for (const absl::string_view facts : absl::StrSplit(sizes, ' ', absl::SkipEmpty())) {
    cartograph::rules::RegisterAll(std::string(facts));
  }
  benchmark::RunSpecifiedBenchmarks();
}
