// A folder of a test's own, removed with all that is in it.

#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/check.h"

namespace cartograph::testing {

// In memory where the machine has such a place: what a power cut would do is not the business of
// those who use it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::filesystem::path base = "/dev/shm";
    if (!std::filesystem::is_directory(base)) {
      base = std::filesystem::temp_directory_path();
    }
    std::string pattern = base / "cartograph-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string Join(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace cartograph::testing
