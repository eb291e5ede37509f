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
      if (diagnostic.severity == Severity::kError) {
        ADD_FAILURE() << Render(diagnostic, compiled.sources);
      }
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
      {"float out of range", ".decl edge(x: float)\n.input edge\n", "1e99\n",
       "\"1e99\" is not a float of 32 bits"},
      {"open quotes", ".decl edge(x: symbol)\n.input edge(rfc4180 = true)\n", "a\n\"b\nc\n",
       "edge.facts:3: a quoted field does not end"},
      {"text behind quotes", ".decl edge(x: symbol)\n.input edge(rfc4180 = true)\n", "\"b\"c\n",
       "expected the delimiter behind a quoted field"},
      {"open brackets", ".decl edge(x: symbol)\n.input edge(delimiter = \",\")\n", "[a\n",
       "edge.facts:1: the brackets of a field are not in pairs"},
      {"closed brackets", ".decl edge(x: symbol)\n.input edge(delimiter = \",\")\n", "a]\n",
       "the brackets of a field are not in pairs"},
      {"quoted part", ".type P = [a: symbol]\n.decl edge(x: P)\n.input edge\n", "[\"a]\n",
       "expected \" at character 5"},
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

TEST_F(RunTest, PicksColumnsAndIgnoresFurtherOnes) {
  WriteFile("a.facts", "x\t7\ty\trest\nz\t 8\tw\n");
  ASSERT_TRUE(Run(".decl a(n: number, x: symbol)\n.input a(columns = \"1:0\")\n.output a\n").ok());
  EXPECT_THAT(ReadLines("a.csv"), UnorderedElementsAre("7\tx", "8\tz"));
}

TEST_F(RunTest, AnyLineGivesTheFactOfARelationWithoutColumns) {
  WriteFile("a.facts", "\n");
  WriteFile("b.facts", "");
  ASSERT_TRUE(Run(".decl a()\n.decl b()\n.input a, b\n.output a, b\n").ok());
  EXPECT_THAT(ReadLines("a.csv"), UnorderedElementsAre("()"));
  EXPECT_THAT(ReadLines("b.csv"), UnorderedElementsAre());
}

TEST_F(RunTest, QuotedFieldsRunOverLines) {
  WriteFile("a.facts", "foo,\"one\r\n\r\n\"\"two\"\", three\"\n\"\",b\n");
  ASSERT_TRUE(Run(".decl a(x: symbol, y: symbol)\n.input a(rfc4180 = true)\n"
                  ".output a(rfc4180 = true)\n")
                  .ok());
  EXPECT_THAT(ReadLines("a.csv"),
              UnorderedElementsAre("\"foo\",\"one\r", "\r", "\"\"two\"\", three\"", "\"\",\"b\""));
}

TEST_F(RunTest, Rfc4180QuotesSymbolsAndRecordsOnly) {
  ASSERT_TRUE(Run(".type P = [a: symbol, b: number]\n"
                  ".decl a(n: number, f: float, s: symbol, p: P)\n"
                  "a(1, 1.5, \"q\\\"q\", [\"c\\\"d\", 2]). a(2, 0.5, \"\", nil).\n"
                  ".output a(rfc4180 = true, headers = true)\n")
                  .ok());
  EXPECT_THAT(ReadLines("a.csv"),
              UnorderedElementsAre("n\tf\ts\tp", "1,1.5,\"q\"\"q\",\"[\"\"c\\\"\"d\"\", 2]\"",
                                   "2,0.5,\"\",\"nil\""));
}

TEST_F(RunTest, BracketsHoldCommas) {
  WriteFile("a.facts", "[1, [2, nil]],[x,y]\nnil,z\n");
  ASSERT_TRUE(Run(".type L = [head: number, tail: L]\n.decl a(l: L, x: symbol)\n"
                  ".input a(delimiter = \",\")\n.output a(delimiter = \";\")\n")
                  .ok());
  EXPECT_THAT(ReadLines("a.csv"), UnorderedElementsAre("[1, [2, nil]];[x,y]", "nil;z"));
}

TEST_F(RunTest, SymbolsInRecordsMayBeQuoted) {
  WriteFile("a.facts", "[\"a, \\\"b\\\"]\", 1]\t$B(c] , d)\n[plain , 2]\t$B(, (x)\n");
  ASSERT_TRUE(Run(".type P = [a: symbol, b: number]\n.type T = B {x: symbol, y: symbol}\n"
                  ".decl a(p: P, t: T)\n.decl b(x: symbol, y: symbol, z: symbol)\n"
                  "b(x, y, z) :- a([x, _], $B(y, z)).\n.input a\n.output b(delimiter = \"|\")\n")
                  .ok());
  EXPECT_THAT(ReadLines("b.csv"), UnorderedElementsAre("a, \"b\"]|c] |d", "plain ||(x"));
}

TEST_F(RunTest, HeadersStandAboveTheLineOnStandardOutput) {
  ASSERT_TRUE(Run(".decl a(x: number, y: number)\na(1, 2).\n.output a(headers = true)\n"
                  ".output a(IO = stdoutprintsize)\n",
                  "-")
                  .ok());
  EXPECT_EQ(printed_, "---------------\na\nx\ty\n===============\n1\t2\n===============\na\t1\n");
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
