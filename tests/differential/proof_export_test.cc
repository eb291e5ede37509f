// Goal: every derived fact of random models has a proof that the independent checker accepts, and
// the checker finds nothing left out. Method: random programs, evaluated, exported as the server
// and the command line do, and verified. CARTOGRAPH_RANDOM_PROGRAMS says how many (500).

#include "services/proof_export.h"

#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cartograph/v1/fact_service.pb.h"
#include "clients/cli/proof_file.h"
#include "clients/verify/digest.h"
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
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
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
  rules::ProofSteps steps(model, &budget);
  while (true) {
    auto step = steps.Next();
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

// The file of `lines`, of which some are gone: facts are numbered anew, and the digest fits.
std::string Renumbered(const std::vector<std::string>& lines) {
  std::map<uint64_t, uint64_t> numbers;
  verify::Digest digest;
  std::string file;
  for (const std::string& line : lines) {
    nlohmann::ordered_json json = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!json.is_object() || json.contains("end")) continue;
    if (json.contains("fact")) {
      json["fact"] = numbers.emplace(json["fact"].get<uint64_t>(), numbers.size()).first->second;
    }
    if (json.contains("from")) {
      for (auto& premise : json["from"]) {
        const auto at = numbers.find(premise.get<uint64_t>());
        premise = at == numbers.end() ? UINT64_MAX : at->second;
      }
    }
    absl::StrAppend(&file, json.dump(), "\n");
  }
  digest.Add(file);
  return absl::StrCat(file, "{\"end\":", numbers.size(), ",\"sha256\":\"", digest.Finish(),
                      "\"}\n");
}

TEST(ProofExport, RandomModelsAreVerified) {
  int verified = 0;
  for (int i = 0; i < Programs(); ++i) {
    std::string text = testing::MakeRandomProgram(kSeed + static_cast<uint64_t>(i)).text();
    if (i % 4 == 0) text = absl::StrCat(".comp All { ", text, " }\n.init all = All\n");
    const std::shared_ptr<const rules::Model> model = ModelOf(text);
    if (model == nullptr) continue;
    const absl::StatusOr<std::string> file = Export(*model);
    ASSERT_TRUE(file.ok()) << file.status() << "\n" << text;
    const std::string problem = ProblemOf(*file);
    ASSERT_EQ(problem, "") << "seed " << kSeed + static_cast<uint64_t>(i) << "\n" << text << *file;
    ++verified;
  }
  EXPECT_GE(verified, Programs() * 9 / 10);
}

struct Construct {
  const char* name;
  const char* text;
};

// What random programs do not hold: each has facts in `out`.
constexpr Construct kConstructs[] = {
    {"equivalence through rules",
     ".decl edge(a: number, b: number)\nedge(1, 2). edge(3, 4). edge(5, 5). edge(2, 3).\n"
     ".decl out(a: number, b: number) eqrel\nout(a, b) :- edge(a, b).\n"
     ".decl far(a: number)\nfar(a) :- out(1, a).\nout(a, 9) :- far(a), a = 4.\n"},
    {"shortest ways by subsumption",
     ".decl edge(a: number, b: number, w: number)\nedge(1, 2, 5). edge(1, 3, 1). edge(3, 2, 1).\n"
     "edge(2, 1, 1).\n.decl out(a: number, w: number)\nout(1, 0).\n"
     "out(b, v + w) :- out(a, v), edge(a, b, w).\nout(a, v) <= out(a, w) :- w < v.\n"},
    {"what dominates each other goes",
     ".decl e(a: number, b: number)\ne(1, 1). e(1, 2). e(2, 1).\n"
     ".decl out(a: number, b: number)\nout(a, b) :- e(a, b).\n"
     "out(a, b) <= out(a, _) :- b > 0.\n"},
    {"components with parameters, bases and overrides",
     ".comp Base<T> {\n.decl seed(a: T) overridable\nseed(1).\n.decl all(a: T)\n"
     "all(a) :- seed(a).\n}\n.comp More<T> : Base<T> {\n.override seed\nseed(7).\nall(8).\n}\n"
     ".comp Pair { .init left = Base<number> .init right = More<number> }\n.init pair = Pair\n"
     ".decl out(a: number)\nout(a) :- pair.left.all(a) ; pair.right.all(a).\n"},
    {"algebraic types",
     ".type Shape = Circle { r: number } | Box { a: number, b: number } | Empty {}\n"
     ".decl shape(s: Shape)\nshape($Circle(2)). shape($Box(2, 3)). shape($Empty()).\n"
     ".decl out(s: Shape, n: number)\nout(s, r) :- shape(s), s = $Circle(r).\n"
     "out($Box(b, a), a * b) :- shape($Box(a, b)).\nout(s, 0) :- shape(s), s = $Empty().\n"},
    {"algebraic types within components, and of themselves",
     ".comp Trees { .type Tree = Leaf {} | Node { left: Tree, n: number, right: Tree }\n"
     ".decl tree(t: Tree)\ntree($Node($Leaf(), 1, $Node($Leaf(), 2, $Leaf()))).\n"
     "tree(t) :- tree($Node(t, _, _)) ; tree($Node(_, _, t)). }\n.init t = Trees\n"
     ".decl out(n: number)\nout(n) :- t.tree($t.Node(_, n, _)).\n"},
    {"casts",
     ".type Small <: number\n.decl e(a: number)\ne(1). e(-1).\n.decl out(a: unsigned, s: Small)\n"
     "out(as(a, unsigned), as(a, Small)) :- e(a).\n"},
    {"other names of record types",
     ".type P = [a: number, b: number]\n.type Q = P\n.decl e(p: P)\ne([1, 2]). e(nil).\n"
     ".decl out(q: Q, a: number)\nout(q, a) :- e(q), q = [a, _].\n"},
    {"inline relations",
     ".decl e(a: number)\ne(1). e(2). e(3). e(4).\n.decl small(a: number) inline\n"
     "small(x) :- x < 3.\nsmall(4).\n.decl twice(a: number, b: number) inline\n"
     "twice(x, y) :- e(x), y = 2 * x.\n.decl out(a: number, b: number)\n"
     "out(x, y) :- e(y), twice(y, x), small(y).\nout(x, 0) :- e(x), !small(x).\n"},
    {"witnesses",
     ".decl named(n: symbol, l: number)\nnamed(\"a\", 2). named(\"b\", 3). named(\"c\", 3).\n"
     ".decl out(n: symbol, l: number)\nout(n, l) :- l = max m : { named(n, m) }.\n"},
    {"aggregates within aggregates",
     ".decl e(a: number, b: number)\ne(1, 1). e(1, 2). e(2, 5). e(3, 1).\n"
     ".decl out(a: number, n: number)\n"
     "out(a, n) :- e(a, _), n = count : { e(x, _), x = count : { e(a, _) } }.\n"
     "out(0, n) :- n = sum m : { e(x, _), m = max y : { e(x, y) } }.\n"},
    {"sums and means of floats",
     ".decl e(a: number, f: float)\ne(1, 0.1). e(1, 0.2). e(1, 0.7). e(2, 0.3). e(2, 1000000.0).\n"
     ".decl out(a: number, s: float, m: float)\n"
     "out(a, s, mean g : { e(a, g) }) :- e(a, _), s = sum f : { e(a, f) }.\n"},
    {"negated groups",
     ".decl e(a: number)\ne(1). e(2). e(3).\n.decl f(a: number)\nf(2).\n.decl out(a: number)\n"
     "out(x) :- e(x), !(f(x), x > 1).\nout(x + 10) :- e(x), !(!f(x) ; x = 1).\n"},
    {"ranges, powers, conversions, four bytes and plans",
     ".decl e(f: float)\ne(2.5).\n.decl out(f: float, s: symbol, n: number)\n"
     "out(x, to_string(f), to_number(f) ^ 2) :- e(f), x = range(0.0, f, 0.5).\n"
     "out(to_float(\"1.5\"), to_string(10.0.0.1), range(3, 0)) :- e(_). .plan 0: (1)\n"},
    {"computed columns of atoms",
     ".type P = [a: number, b: number]\n.decl e(a: number, p: P)\ne(1, [2, 3]). e(2, [3, 4]).\n"
     ".decl out(a: number)\nout(a) :- e(a, [a + 1, _]).\nout(b) :- e(count : { e(_, _) }, [_, "
     "b]).\n"},
};

TEST(ProofExport, EachConstructIsVerified) {
  for (const Construct& construct : kConstructs) {
    const std::shared_ptr<const rules::Model> model = ModelOf(construct.text);
    ASSERT_NE(model, nullptr) << construct.name;
    const auto out = model->program().Find("out");
    ASSERT_TRUE(out.has_value()) << construct.name;
    EXPECT_GT(model->relation(*out).size(), 0u) << construct.name;
    const absl::StatusOr<std::string> file = Export(*model);
    ASSERT_TRUE(file.ok()) << construct.name << ": " << file.status();
    EXPECT_EQ(ProblemOf(*file), "") << construct.name << "\n" << *file;
  }
}

// Whoever takes a fact of `out` away, or changes its proof, is found out.
TEST(ProofExport, EachConstructIsRefusedWithoutItsFacts) {
  for (const Construct& construct : kConstructs) {
    const std::string file = *Export(*ModelOf(construct.text));
    std::vector<std::string> lines = absl::StrSplit(file, '\n');
    for (size_t i = 0; i < lines.size(); ++i) {
      if (!absl::StrContains(lines[i], "\"is\":[\"out\"")) continue;
      std::vector<std::string> fewer = lines;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(i));
      EXPECT_NE(ProblemOf(Renumbered(fewer)), "") << construct.name << ": " << lines[i];
    }
  }
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
  // p(2) comes from p(1), which it then subsumes.
  EXPECT_EQ(refusal(".decl p(a: number)\np(1).\np(x + 1) :- p(x), x < 3.\np(x) <= p(y) :- x < y."),
            "what p(3) was derived from has been subsumed: no rule gives it any more");
}

}  // namespace
}  // namespace cartograph
