// Golden files: one text file a case, its input and the output expected of it.
//
//   file    := section+ "----\n" expected
//   section := "=== " name "\n" text
//
// The section "options" holds lines `name=number` of CompileOptions, "base" the base schema; in a
// section whose name is followed by " escaped", \xNN stands for a byte. The first other section is
// the source, further ones may be included. UPDATE_GOLDEN=1 in the environment rewrites what is
// expected.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rules/compile.h"

namespace cartograph::rules {

struct GoldenCase {
  std::string path;
  std::string name;               // the file's name without its ending
  std::vector<SourceFile> files;  // the source first
  CompileOptions options;         // reads includes from `files`
  std::string expected;
  std::string input;  // the sections, as they stand in the file
};

// All cases of tests/golden/rules/`area`, by name.
std::vector<GoldenCase> GoldenCases(const std::string& area);

// Compares `actual` with what is expected of `golden`, or rewrites it; a case is named fail_…
// exactly when `failed`.
void ExpectGolden(const GoldenCase& golden, const std::string& actual, bool failed);

}  // namespace cartograph::rules
