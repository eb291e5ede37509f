// Every golden input, cut short and damaged, read by every format: nothing crashes, all ends, and
// what is read is text that an entity may hold.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "absl/strings/str_split.h"
#include "base/utf8.h"
#include "gtest/gtest.h"
#include "importers/formats.h"
#include "tests/support/paths.h"

namespace cartograph::importers {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Inputs() {
  std::vector<std::string> inputs;
  for (const auto& entry :
       fs::directory_iterator(fs::path(testing::SourceDir()) / "tests/golden/importers")) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::vector<std::string> parts = absl::StrSplit(all, "----\n");
    inputs.push_back(parts.size() > 1 ? parts[1] : all);
  }
  return inputs;
}

// Reads `input` to its end; returns how many records were read and rejected.
size_t Read(const Format& format, const std::string& input) {
  std::istringstream in(input);
  std::unique_ptr<RecordReader> reader = format.open(&in, {"2026-01-01"});
  size_t records = 0;
  while (std::optional<Record> record = reader->Next()) {
    ++records;
    EXPECT_LE(record->bytes.size(), kRecordBytesMax);
    if (!record->draft.ok()) {
      EXPECT_FALSE(record->draft.status().message().empty());
      continue;
    }
    const std::string text = record->draft->entity.Utf8DebugString();
    EXPECT_FALSE(base::FirstInvalidUtf8(text).has_value()) << format.name << ": " << input;
    EXPECT_LE(records, input.size() + 1) << format.name << " does not end";
  }
  return records;
}

TEST(Damage, OfTheFormatItselfIsSurvived) {
  size_t records = 0;
  for (const std::string& input : Inputs()) {
    const Format* format = RecogniseFormat(input);
    if (format == nullptr) continue;
    for (size_t size = 0; size <= input.size(); ++size) {
      records += Read(*format, input.substr(0, size));
    }
  }
  EXPECT_GT(records, 1000u);
}

TEST(Damage, OfAnyBytesIsSurvivedByAnyFormat) {
  std::mt19937 random(
      20261122);  // NOLINT(cert-msc51-cpp,bugprone-random-generator-seed): repeatable
  const std::string bytes("\0\"{}[]<>@,=\\#\n\t\r-: \xC3\xFF", 22);
  for (const std::string& input : Inputs()) {
    for (const Format& format : Formats()) {
      std::string damaged = input;
      for (int i = 0; i < 8 && !damaged.empty(); ++i) {
        damaged[random() % damaged.size()] = bytes[random() % bytes.size()];
      }
      Read(format, damaged);
      RecogniseFormat(damaged);
    }
  }
}

}  // namespace
}  // namespace cartograph::importers
