// What transcripts do not show: the environment around a run.

#include "clients/cli/run_cli.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome RunWith(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Outcome run;
  run.code = RunCli(arguments, {in, out, err}, environment);
  run.out = out.str();
  run.err = err.str();
  return run;
}

TEST(RunCli, SaysWhenItCannotWriteItsOutput) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::failbit);
  EXPECT_EQ(RunCli({"version"}, {in, out, err}, {}), 7);
  EXPECT_EQ(err.str().substr(0, 57), "cartograph: DATA_LOSS: cannot write to standard output\n  ");
}

TEST(RunCli, TakesTheServerFromTheOptionBeforeTheVariable) {
  Environment environment;
  environment.variables["CARTOGRAPH_SERVER"] = "127.0.0.1:2";
  EXPECT_THAT(RunWith({"status", "--timeout", "20ms"}, environment).err, HasSubstr("127.0.0.1:2"));
  Outcome run = RunWith({"status", "--timeout", "20ms", "--server", "127.0.0.1:1"}, environment);
  EXPECT_THAT(run.err, HasSubstr("no server answers at 127.0.0.1:1 (waited 20ms)"));
  EXPECT_EQ(run.code, 6);
}

TEST(RunCli, NamesATokenFileThatIsNotThere) {
  EXPECT_EQ(RunWith({"status", "--token-file", "/no/such/file"}).code, 3);
  Environment environment;
  environment.variables["CARTOGRAPH_TOKEN_FILE"] = "/no/such/file";
  EXPECT_THAT(RunWith({"status"}, environment).err,
              HasSubstr("cannot read the token file /no/such/file"));
}

TEST(RunCli, GivesEveryCommandAHelpWithExamples) {
  for (const char* command :
       {"ask", "facts", "check", "explain", "why-not", "dependents", "fragile", "violations", "get",
        "list", "history", "delete", "undelete", "apply", "export", "import", "eval", "status",
        "completion"}) {
    Outcome run = RunWith({command, "--help"});
    EXPECT_EQ(run.code, 0) << command;
    EXPECT_THAT(run.out, HasSubstr("Examples:\n")) << command;
    EXPECT_EQ(run.err, "") << command;
  }
  for (const char* command : {"check", "fmt", "test", "activate", "list", "show", "schema"}) {
    EXPECT_THAT(RunWith({"rules", command, "--help"}).out, HasSubstr("Examples:\n")) << command;
  }
}

// The script itself says what bash would offer.
std::string Completed(const std::string& words, int index) {
  fs::path script = fs::path(::testing::TempDir()) / "cartograph_completion.bash";
  std::ofstream(script) << RunWith({"completion", "bash"}).out;
  std::string command = "bash -c 'source " + script.string() + "; COMP_WORDS=(" + words +
                        "); COMP_CWORD=" + std::to_string(index) +
                        "; _cartograph; echo ${COMPREPLY[@]}'";
  std::string printed;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    printed += static_cast<char>(c);
  }
  EXPECT_EQ(pclose(pipe), 0);
  fs::remove(script);
  return printed;
}

TEST(RunCli, PrintsACompletionScriptThatCompletes) {
  EXPECT_EQ(Completed("cartograph und", 1), "undelete\n");
  EXPECT_EQ(Completed("cartograph rules ch", 2), "check\n");
  EXPECT_EQ(Completed("cartograph rules check --sch", 3), "--schema\n");
  EXPECT_EQ(Completed("cartograph get --tim", 2), "--timeout\n");
}

class EvalTest : public ::testing::Test {
 protected:
  EvalTest() : folder_(fs::path(::testing::TempDir()) / "cartograph_eval") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "facts");
    fs::create_directories(folder_ / "out");
    Write("p.dl",
          ".decl e(x: number, y: number)\n.input e\n.decl t(x: number, y: number)\n"
          "t(x, y) :- e(x, y).\nt(x, z) :- t(x, y), e(y, z).\n.output t\n.printsize t\n");
    Write("facts/e.facts", "1\t2\n2\t3\n");
  }
  ~EvalTest() override { fs::remove_all(folder_); }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  const fs::path folder_;
};

TEST_F(EvalTest, ReadsFactsAndWritesResultsWhereItIsTold) {
  Outcome run = RunWith({"eval", Path("p.dl"), "-F", Path("facts"), "-D", Path("out")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "t\t3\n");
  std::ifstream file(Path("out/t.csv"));
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), "1\t2\n1\t3\n2\t3\n");
}

TEST_F(EvalTest, WritesToStandardOutputAsSouffleDoes) {
  for (const std::vector<std::string>& flag : {std::vector<std::string>{"-D-"}, {"-D", "-"}}) {
    std::vector<std::string> arguments = {"eval", Path("p.dl"), "-F", Path("facts"), "-j", "2"};
    arguments.insert(arguments.end(), flag.begin(), flag.end());
    Outcome run = RunWith(arguments);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr("1\t3\n"));
  }
}

TEST_F(EvalTest, ShowsDiagnosticsWithCarets) {
  Write("bad.dl", ".decl t(x: number)\nt(y) :- s(y).\n");
  Outcome run = RunWith({"eval", Path("bad.dl")});
  EXPECT_EQ(run.code, 1);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("bad.dl:2:9: error: "));
  EXPECT_THAT(run.err, HasSubstr("t(y) :- s(y).\n          ^"));
}

TEST_F(EvalTest, FailsWithOneForWhateverIsWrong) {
  EXPECT_EQ(RunWith({"eval", Path("none.dl")}).code, 1);
  EXPECT_EQ(RunWith({"eval", Path("p.dl"), "-F", Path("nowhere")}).code, 1);
  EXPECT_EQ(RunWith({"eval", Path("p.dl"), "-F", Path("facts"), "-D", Path("nowhere")}).code, 1);
  Write("grow.dl", ".decl n(x: number)\nn(0).\nn(x + 1) :- n(x), x < 100000.\n");
  Outcome run = RunWith({"eval", Path("grow.dl"), "--budget-facts", "100"});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("RESOURCE_EXHAUSTED"));
  EXPECT_EQ(RunWith({"eval"}).code, 2);
  EXPECT_EQ(RunWith({"eval", Path("p.dl"), "-j", "0"}).code, 2);
}

TEST_F(EvalTest, IncludesFilesBesideTheProgramAndInTheFoldersGiven) {
  Write("main.dl", ".include \"part.dl\"\n.include \"far.dl\"\n.printsize p\n.printsize q\n");
  Write("part.dl", ".decl p(x: number)\np(1).\n");
  Write("facts/far.dl", ".decl q(x: number)\nq(1). q(2).\n");
  Outcome run = RunWith({"eval", Path("main.dl"), "-I", Path("facts")});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, "p\t1\nq\t2\n");
  EXPECT_EQ(RunWith({"eval", Path("main.dl")}).code, 1);
}

class RuleFilesTest : public EvalTest {};

TEST_F(RuleFilesTest, ChecksFormatsAndTestsWithoutAServer) {
  Write("rules.dl", ".decl e(x:number)\n.decl t(x:number)\nt(x):-e(x).\n");
  Write("rules.test", "test \"right\" { given e(1). expect t(1). only t. }\n");
  EXPECT_EQ(RunWith({"rules", "check", Path("rules.dl"), "--schema", "none"}).code, 0);
  EXPECT_EQ(RunWith({"rules", "fmt", "--check", Path("rules.dl")}).code, 1);
  EXPECT_EQ(RunWith({"rules", "fmt", "-w", Path("rules.dl")}).code, 0);
  EXPECT_EQ(RunWith({"rules", "fmt", "--check", Path("rules.dl")}).code, 0);
  Outcome right =
      RunWith({"rules", "test", Path("rules.dl"), Path("rules.test"), "--schema", "none"});
  EXPECT_EQ(right.code, 0) << right.err;
  EXPECT_THAT(right.err, HasSubstr("1 of 1 test passed"));
  Write("rules.test", "test \"wrong\" { given e(1). expect t(2). }\n");
  Outcome wrong =
      RunWith({"rules", "test", Path("rules.dl"), Path("rules.test"), "--schema", "none"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.out, HasSubstr("t(2)"));
  EXPECT_EQ(RunWith({"rules", "test", Path("rules.dl"), "--schema", "none"}).code, 3);
}

}  // namespace
}  // namespace cartograph::clients
