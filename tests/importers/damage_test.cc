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
#include "importers/resolver.h"
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

// Holds nothing.
class Nothing : public StoredEntities {
 public:
  absl::StatusOr<std::vector<v1::Entity>> Get(const std::vector<std::string>&) override {
    return std::vector<v1::Entity>();
  }
};

// Reads `input` to its end, and resolves what was read; returns how many records that were.
size_t Read(const Format& format, const std::string& input) {
  std::istringstream in(input);
  std::unique_ptr<RecordReader> reader = format.open(&in, {"2026-01-01"});
  std::vector<Record> records;
  while (std::optional<Record> record = reader->Next()) {
    EXPECT_LE(record->bytes.size(), kRecordBytesMax);
    EXPECT_LE(records.size(), input.size()) << format.name << " does not end";
    records.push_back(*std::move(record));
  }
  Identities known;
  Nothing stored;
  absl::StatusOr<Resolution> resolution = Resolver(&known, &stored, "x@1").Resolve(records);
  EXPECT_TRUE(resolution.ok());
  for (const v1::Entity& entity : resolution->entities) {
    const std::string text = entity.Utf8DebugString();
    EXPECT_FALSE(base::FirstInvalidUtf8(text).has_value()) << format.name << ": " << input;
  }
  for (const Outcome& outcome : resolution->outcomes) {
    EXPECT_EQ(outcome.fate == Fate::kRejected, !outcome.reason.empty()) << format.name;
  }
  return records.size();
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
