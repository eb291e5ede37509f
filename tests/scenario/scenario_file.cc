#include "tests/scenario/scenario_file.h"

#include <sstream>

namespace cartograph::scenario {
namespace {

constexpr char kDivider[] = "----";

bool IsComment(const std::string& line) { return line.empty() || line[0] == '#'; }

}  // namespace

std::vector<Step> ParseScenario(const std::string& text) {
  enum class Part { kComments, kCommand, kReply };
  std::vector<Step> steps;
  Part part = Part::kComments;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (part == Part::kReply && line.empty()) part = Part::kComments;
    if (part == Part::kComments && (steps.empty() || !steps.back().command.empty())) {
      steps.emplace_back();
    }
    if (part == Part::kComments && !IsComment(line)) part = Part::kCommand;
    if (part == Part::kCommand && line == kDivider) {
      part = Part::kReply;
      continue;
    }
    Step& step = steps.back();
    std::string& into = part == Part::kComments  ? step.comments
                        : part == Part::kCommand ? step.command
                                                 : step.reply;
    into += line + "\n";
  }
  return steps;
}

std::string PrintScenario(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    text += step.comments;
    if (!step.command.empty()) text += step.command + kDivider + "\n" + step.reply;
  }
  return text;
}

}  // namespace cartograph::scenario
