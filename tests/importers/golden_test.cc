// Every file below tests/golden/importers: a format, what a file of it holds, and what is read.
// UPDATE_GOLDEN=1 rewrites them.
//
// The first line names the format, and behind it, where the file does not say it, the release. The
// input stands between two lines "----"; it must be recognised, unless its format is followed by
// "!".

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "importers/formats.h"
#include "tests/support/paths.h"

namespace cartograph::importers {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRule = "----\n";

std::vector<std::string> GoldenFiles() {
  std::vector<std::string> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(testing::SourceDir()) / "tests/golden/importers")) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string NameOf(const ::testing::TestParamInfo<std::string>& info) {
  return fs::path(info.param).stem().string();
}

std::string TextOf(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  printer.SetInitialIndentLevel(1);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

std::string Dump(const Draft& draft) {
  std::string text = TextOf(draft.entity);
  for (const std::string& identity : draft.identities) {
    absl::StrAppend(&text, "  identity: ", identity, "\n");
  }
  for (const std::string& remark : draft.remarks) {
    absl::StrAppend(&text, "  remark: ", remark, "\n");
  }
  for (const Draft& cited : draft.cited) {
    absl::StrAppend(&text, "cited\n", Dump(cited));
  }
  return text;
}

std::string Read(const Format& format, const std::string& release, const std::string& input) {
  std::istringstream in(input);
  std::unique_ptr<RecordReader> reader = format.open(&in, {release});
  std::string text;
  while (std::optional<Record> record = reader->Next()) {
    absl::StrAppend(&text, "record at ", record->line, ", ", record->bytes.size(), " bytes\n",
                    record->draft.ok()
                        ? Dump(*record->draft)
                        : absl::StrCat("  rejected: ", record->draft.status().message(), "\n"));
  }
  return text;
}

class Golden : public ::testing::TestWithParam<std::string> {};

TEST_P(Golden, ReadsWhatItSays) {
  std::ifstream file(GetParam(), std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::vector<std::string> parts = absl::StrSplit(all, kRule);
  ASSERT_EQ(parts.size(), 3u) << GetParam();
  const std::vector<std::string> words = absl::StrSplit(absl::StripSuffix(parts[0], "\n"), ' ');
  std::string name = words[0];
  const bool recognised = !absl::EndsWith(name, "!");
  name = std::string(absl::StripSuffix(name, "!"));
  const Format* format = FindFormat(name);
  ASSERT_NE(format, nullptr) << name;
  if (recognised) {
    EXPECT_EQ(RecogniseFormat(parts[1]), format);
  }
  const std::string read = Read(*format, words.size() > 1 ? words[1] : "", parts[1]);
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(GetParam(), std::ios::binary) << parts[0] << kRule << parts[1] << kRule << read;
  } else {
    EXPECT_EQ(read, parts[2]);
  }
}

INSTANTIATE_TEST_SUITE_P(Importers, Golden, ::testing::ValuesIn(GoldenFiles()), NameOf);

}  // namespace
}  // namespace cartograph::importers
