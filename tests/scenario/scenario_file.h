// ScenarioFile: commands and the replies that are expected, as a text that people write and read.
//
//   file    = { step }
//   step    = { comment } command "----" reply          a comment begins with # or is an empty line
//   command = the lines up to "----"
//   reply   = the lines up to an empty line or the end

#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cartograph::scenario {

struct Step {
  std::string comments;  // with their line ends
  std::string command;   // likewise
  std::string reply;     // likewise
};

std::vector<Step> ParseScenario(const std::string& text);

// The inverse of ParseScenario.
std::string PrintScenario(const std::vector<Step>& steps);

}  // namespace cartograph::scenario
