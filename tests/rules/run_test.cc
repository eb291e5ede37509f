// Goal: the offline runner does what Soufflé's command line does. Method: programs on files in a
// temporary folder.

#include "rules/run.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rules/compile.h"

namespace cartograph::rules {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class RunTest : public ::testing::Test {
 protected:
  RunTest()
      : folder_(std::filesystem::path(::testing::TempDir()) /
                ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  void WriteFile(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::vector<std::string> ReadLines(const std::string& name) const {
    std::ifstream in(folder_ / name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  // Compiles and runs `text`; what it prints is in printed_.
  absl::Status Run(const std::string& text, const std::string& output_dir = "") {
    CompileResult compiled = Compile({{"program.dl", text}}, std::make_shared<Interning>());
    for (const Diagnostic& diagnostic : compiled.diagnostics) {
      ADD_FAILURE() << Render(diagnostic, compiled.sources);
    }
    if (compiled.program == nullptr) return absl::InternalError("does not compile");
    base::Budget budget;
    std::ostringstream out;
    const RunOptions options{
        folder_.string(), output_dir.empty() ? folder_.string() : output_dir, {}};
    absl::Status status = RunProgram(compiled.program, options, &budget, &out);
    printed_ = out.str();
    return status;
  }

  const std::filesystem::path folder_;
  std::string printed_;
};

constexpr char kEdges[] = ".decl edge(x: number, y: number)\n.input edge\n";

TEST_F(RunTest, ReadsEvaluatesAndWrites) {
  WriteFile("edge.facts", "1\t2\n2\t3\n");
  ASSERT_TRUE(Run(std::string(kEdges) +
                  ".decl path(x: number, y: number)\n.output path\n.printsize path\n"
                  "path(x, y) :- edge(x, y).\npath(x, z) :- path(x, y), edge(y, z).\n")
                  .ok());
  EXPECT_THAT(ReadLines("path.csv"), UnorderedElementsAre("1\t2", "2\t3", "1\t3"));
  EXPECT_EQ(printed_, "path\t3\n");
}

TEST_F(RunTest, WritesToStandardOutput) {
  ASSERT_TRUE(Run(".decl a(x: symbol)\na(\"one\").\n.output a\n", "-").ok());
  EXPECT_EQ(printed_, "---------------\na\n===============\none\n===============\n");
}

TEST_F(RunTest, TakesParameters) {
  WriteFile("in.csv", "name,size\n\"a \"\"b\"\", c\",7\r\nd,-8");
  ASSERT_TRUE(Run(".decl a(x: symbol, n: number)\n.decl b(n: number, x: symbol)\n"
                  ".input a(filename = \"in.csv\", rfc4180 = true, headers = true)\n"
                  "b(n, x) :- a(x, n).\n"
                  ".output b(filename = \"out.csv\", delimiter = \";\", headers = true)\n")
                  .ok());
  EXPECT_THAT(ReadLines("out.csv"), UnorderedElementsAre("n;x", "7;a \"b\", c", "-8;d"));
}

TEST_F(RunTest, KeepsRowsOfEveryLength) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i) + "\t" + std::to_string(i + 1) + "\n";
  WriteFile("edge.facts", text);
  ASSERT_TRUE(Run(std::string(kEdges) + ".printsize edge\n").ok());
  EXPECT_EQ(printed_, "edge\t300000\n");
}

struct BadInput {
  const char* name;
  const char* program;
  const char* file;
  const char* message;
};

TEST_F(RunTest, BadInputIsNamed) {
  const BadInput cases[] = {
      {"missing column", kEdges, "1\t2\n3\n", "edge.facts:2: expected 2 columns, found 1"},
      {"column too many", kEdges, "1\t2\t3\n", "edge.facts:1: more than 2 columns"},
      {"not a number", kEdges, "1\ttwo\n", "edge.facts:1: column y: \"two\" is not a number"},
      {"empty field", kEdges, "1\t\n", "column y: \"\" is not a number"},
      {"out of range", kEdges, "1\t2147483648\n",
       "\"2147483648\" is not a number from -2147483648"},
      {"a sign too many", kEdges, "1\t--2\n", "\"--2\" is not a number"},
      {"unsigned", ".decl edge(x: unsigned)\n.input edge\n", "-1\n",
       "\"-1\" is not an unsigned number"},
      {"float", ".decl edge(x: float)\n.input edge\n", "1.5x\n", "\"1.5x\" is not a float"},
      {"record", ".type P = [a: number, b: number]\n.decl edge(x: P)\n.input edge\n", "[1, 2\n",
       "expected ] at character 6"},
      {"source", ".decl edge(x: number)\n.input edge(IO = sqlite)\n", "", "IO = \"sqlite\""},
  };
  for (const BadInput& bad : cases) {
    SCOPED_TRACE(bad.name);
    WriteFile("edge.facts", bad.file);
    absl::Status status = Run(bad.program);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr(bad.message));
  }
}

TEST_F(RunTest, MissingFileIsNamed) {
  absl::Status status = Run(kEdges);
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("edge.facts: No such file"));
}

TEST_F(RunTest, ValuesRoundTrip) {
  WriteFile("a.facts",
            "-2147483648\t4294967295\t1.5\t[1, [2, "
            "nil]]\t$Leaf\n0x10\t0b11\t-0.25\tnil\t$Node($Leaf, 3, $Leaf)\n");
  ASSERT_TRUE(
      Run(".type List = [head: number, tail: List]\n"
          ".type Tree = Leaf {} | Node {left: Tree, n: number, right: Tree}\n"
          ".decl a(n: number, u: unsigned, f: float, l: List, t: Tree)\n.input a\n.output a\n")
          .ok());
  EXPECT_THAT(ReadLines("a.csv"),
              UnorderedElementsAre("-2147483648\t4294967295\t1.5\t[1, [2, nil]]\t$Leaf",
                                   "16\t3\t-0.25\tnil\t$Node($Leaf, 3, $Leaf)"));
}

TEST_F(RunTest, LimitSizeIsNotPassedInSilence) {
  EXPECT_TRUE(Run(".decl a(x: number)\na(1).\na(2).\n.limitsize a(n = 2)\n").ok());
  absl::Status status = Run(".decl a(x: number)\na(1).\na(2).\n.limitsize a(n = 1)\n");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
}

TEST_F(RunTest, OutputThatCannotBeWrittenIsNamed) {
  absl::Status status =
      Run(".decl a(x: number)\na(1).\n.output a\n", (folder_ / "nowhere").string());
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("nowhere/a.csv"));
}

}  // namespace
}  // namespace cartograph::rules
