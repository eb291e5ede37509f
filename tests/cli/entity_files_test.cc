#include "clients/cli/entity_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "place=name place=name", or the error.
std::string Dump(absl::StatusOr<std::unique_ptr<EntityReader>> reader) {
  std::string dump;
  absl::Status status = reader.status();
  while (status.ok()) {
    auto next = (*reader)->Next();
    status = next.status();
    if (!next.ok() || !next->has_value()) {
      break;
    }
    absl::StrAppend(&dump, dump.empty() ? "" : " ", (*next)->place, "=", (*next)->entity.name());
  }
  return status.ok() ? dump : absl::StrCat("error: ", status.message());
}

std::string Read(const std::string& text) {
  std::istringstream in(text);
  return Dump(EntityReader::Open("-", &in));
}

TEST(EntityReader, TellsTheFormByTheText) {
  struct Case {
    const char* text;
    const char* dump;
  };
  const Case kCases[] = {
      {"name: \"diseases/a\" disease {}", "standard input=diseases/a"},
      {"# a comment\n\nname: \"diseases/a\"\n", "standard input=diseases/a"},
      {"# two\nentities { name: \"diseases/a\" }\nentities { name: \"diseases/b\" }",
       "standard input=diseases/a standard input=diseases/b"},
      {"{\n  \"name\": \"diseases/a\"\n}", "standard input=diseases/a"},
      {"[{\"name\": \"diseases/a\"},\n{\"name\": \"diseases/b\"}]",
       "standard input=diseases/a standard input=diseases/b"},
      {"{\"entities\": [{\"name\": \"diseases/a\"}]}", "standard input=diseases/a"},
      {"\n{\"name\": \"diseases/a\"}\n\n{\"name\": \"diseases/b\"}\n",
       "standard input:2=diseases/a standard input:4=diseases/b"},
      {"", ""},
      {"\n  \n", ""},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Read(c.text), c.dump) << c.text;
  }
}

TEST(EntityReader, SaysWhereTheTextIsWrong) {
  EXPECT_THAT(Read("name: \"diseases/a\"\ndiseasse {}"), HasSubstr("standard input:2:10: "));
  EXPECT_THAT(Read("{\"name\": \"diseases/a\"}\n{\"nam\": 1}\n"),
              HasSubstr("standard input:2: nam: "));
  EXPECT_THAT(Read("{\"name\": \n oops}"), HasSubstr("standard input: "));
  EXPECT_THAT(Read("entities {} write { reason: \"x\" }"), HasSubstr("come from the command line"));
}

class EntityFiles : public ::testing::Test {
 protected:
  EntityFiles() : folder_(fs::path(::testing::TempDir()) / "cartograph_entity_files") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "deep");
  }
  ~EntityFiles() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  const fs::path folder_;
};

TEST_F(EntityFiles, FindsAllOfAFolderInOrder) {
  std::string b = Write("b.json", "{}");
  std::string a = Write("a.textproto", "");
  std::string c = Write("deep/c.jsonl", "");
  Write("readme.md", "");
  auto files = EntityFilesAt(folder_.string());
  ASSERT_TRUE(files.ok());
  EXPECT_THAT(*files, ElementsAre(a, b, c));
}

TEST_F(EntityFiles, NamesWhatIsNotThere) {
  EXPECT_EQ(EntityFilesAt((folder_ / "none").string()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(EntityFilesAt((folder_ / "deep").string()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Dump(EntityReader::Open((folder_ / "none").string(), nullptr)),
              HasSubstr("cannot read"));
}

TEST_F(EntityFiles, ReadsALargeFileLineByLine) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    absl::StrAppend(&text, "{\"name\": \"diseases/d", i, "\"}\n");
  }
  auto reader = EntityReader::Open(Write("many.jsonl", text), nullptr);
  ASSERT_TRUE(reader.ok());
  int count = 0;
  for (auto next = (*reader)->Next(); next.ok() && next->has_value(); next = (*reader)->Next()) {
    EXPECT_EQ((*next)->entity.name(), absl::StrCat("diseases/d", count));
    ++count;
  }
  EXPECT_EQ(count, 5000);
}

}  // namespace
}  // namespace cartograph::clients
