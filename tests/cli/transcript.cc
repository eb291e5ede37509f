#include "tests/cli/transcript.h"

#include <re2/re2.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cli/run_cli.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrompt = "$ cartograph";

// The words of a command line; single and double quotes group, nothing else is special.
std::vector<std::string> SplitWords(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (char c : line) {
    if (quote != 0 ? c == quote : c == '\'' || c == '"') {
      quote = quote != 0 ? '\0' : c;
      in_word = true;
    } else if (quote == 0 && c == ' ') {
      if (in_word) words.push_back(word);
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(word);
  return words;
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

// A command line taken apart.
struct CommandLine {
  std::vector<std::string> words;
  std::string input;   // file that is standard input
  std::string output;  // file that standard output goes to
};

CommandLine Parse(const std::string& line) {
  CommandLine command;
  std::vector<std::string> words = SplitWords(line);
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "<" && i + 1 < words.size()) {
      command.input = words[++i];
    } else if (words[i] == ">" && i + 1 < words.size()) {
      command.output = words[++i];
    } else {
      command.words.push_back(words[i]);
    }
  }
  return command;
}

// Whether the transcript would take a line of output for something else.
bool Misleads(absl::string_view line) {
  return line.empty() || line[0] == '#' || absl::StartsWith(line, "% ") ||
         absl::StartsWith(line, kPrompt);
}

std::string WithPrefix(absl::string_view text, absl::string_view prefix) {
  std::string result;
  bool ends = absl::ConsumeSuffix(&text, "\n");
  if (text.empty() && !ends) {
    return result;
  }
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    absl::StrAppend(&result, prefix, Misleads(line) ? "\\" : "", line, "\n");
  }
  if (!ends) {
    result.insert(result.size() - 1, "\\c");
  }
  return result;
}

}  // namespace

TranscriptRunner::TranscriptRunner() {
  std::string pattern = (fs::path(::testing::TempDir()) / "cartograph_transcript_XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  environment_.variables["CARTOGRAPH_SERVER"] = server_.address();
}

TranscriptRunner::~TranscriptRunner() { fs::remove_all(folder_); }

std::string TranscriptRunner::Run(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(absl::StripSuffix(text, "\n"), '\n');
  std::string result;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string line = lines[i];
    if (absl::StartsWith(line, kPrompt)) {
      std::string input;
      absl::StrAppend(&result, line, "\n");
      if (absl::EndsWith(line, " <<")) {
        while (++i < lines.size() && lines[i] != "<<") absl::StrAppend(&input, lines[i], "\n");
        absl::StrAppend(&result, input, "<<\n");
      }
      absl::StrAppend(&result, RunCommand(line.substr(std::string(kPrompt).size()), input));
    } else if (line.empty() || line[0] == '#') {
      absl::StrAppend(&result, line, "\n");
    } else if (absl::StartsWith(line, "% ")) {
      Direct(line.substr(2));
      absl::StrAppend(&result, line, "\n");
    }
  }
  return result;
}

std::string TranscriptRunner::RunCommand(const std::string& line, const std::string& input) {
  std::string expanded = absl::StrReplaceAll(
      line, {{"$TMP", folder_}, {"$SOURCE", testing::SourceDir()}, {" <<", ""}});
  CommandLine command = Parse(expanded);
  std::istringstream in(command.input.empty() ? input : ReadFile(command.input));
  std::ostringstream out;
  std::ostringstream err;
  int code = RunCli(command.words, {in, out, err}, environment_);
  std::string printed = out.str();
  if (!command.output.empty()) {
    std::ofstream(command.output, std::ios::binary) << printed;
    printed.clear();
  }
  std::string result =
      absl::StrCat(WithPrefix(Normalized(printed), ""), WithPrefix(Normalized(err.str()), "! "));
  return code == 0 ? result : absl::StrCat(result, "[", code, "]\n");
}

void TranscriptRunner::Direct(const std::string& directive) {
  std::vector<std::string> words = SplitWords(directive);
  std::pair<std::string, std::string> variable;
  if (words[0] == "terminal") {
    EXPECT_TRUE(absl::SimpleAtoi(words.at(1), &environment_.terminal_width));
    environment_.stdout_is_terminal = environment_.stderr_is_terminal = true;
  } else if (words[0] == "file") {
    environment_.terminal_width = 0;
    environment_.stdout_is_terminal = environment_.stderr_is_terminal = false;
  } else if (words[0] == "env") {
    variable = absl::StrSplit(words.at(1), absl::MaxSplits('=', 1));
    environment_.variables[variable.first] = variable.second;
  } else if (words[0] == "restart") {
    server_.Restart();
    environment_.variables["CARTOGRAPH_SERVER"] = server_.address();
  } else {
    ADD_FAILURE() << "unknown directive " << directive;
  }
}

std::string TranscriptRunner::Normalized(std::string text) const {
  text = absl::StrReplaceAll(text, {{folder_, "$TMP"},
                                    {testing::SourceDir(), "$SOURCE"},
                                    {server_.address(), "SERVER"},
                                    {"\x1b", "\\e"}});
  RE2::GlobalReplace(&text, "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
                     "YYYY-MM-DD hh:mm:ss");
  RE2::GlobalReplace(&text, "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]+Z",
                     "YYYY-MM-DDThh:mm:ssZ");
  return text;
}

}  // namespace cartograph::clients
