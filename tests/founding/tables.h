// Tables: the TSV files of the founding tests.

#pragma once

#include <string>
#include <vector>

namespace cartograph::founding {

// The cells of a TSV file, its header first. Fails the test at hand when the file cannot be read.
std::vector<std::vector<std::string>> ReadTsv(const std::string& path);

// The bytes of a file; fails the test at hand when it cannot be read.
std::string ReadFile(const std::string& path);

// tests/golden/founding/NAME.
std::string GoldenPath(const std::string& name);

}  // namespace cartograph::founding
