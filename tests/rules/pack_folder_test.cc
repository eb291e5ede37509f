#include "rules/pack_folder.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cartograph::rules {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PackFolderTest : public ::testing::Test {
 protected:
  PackFolderTest() : folder_(fs::path(::testing::TempDir()) / "cartograph_pack_folder") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "rules");
    Write("rules/a.dl", ".decl a(x: number)\n");
    Write("rules/a.test", "test \"t\" { }\n");
  }
  ~PackFolderTest() override { fs::remove_all(folder_); }

  void Write(const std::string& path, const std::string& text) {
    std::ofstream(folder_ / path) << text;
  }

  // "name@version: path path", or the error.
  std::string Read(const std::string& description) {
    Write("pack.toml", description);
    auto pack = ReadPackFolder(folder_.string());
    if (!pack.ok()) {
      return std::string(pack.status().message());
    }
    std::string dump = absl::StrCat(pack->name, "@", pack->version, ":");
    for (const SourceFile& file : pack->files) {
      absl::StrAppend(&dump, " ", file.path);
    }
    return dump;
  }

  const fs::path folder_;
};

constexpr const char* kGood =
    "name = \"p\"\nversion = \"1.0.0\"\nfiles = [\"rules/a.test\", \"rules/a.dl\"]\n";

TEST_F(PackFolderTest, ReadsFilesInTheOrderGiven) {
  EXPECT_EQ(Read(kGood), "p@1.0.0: rules/a.test rules/a.dl");
  EXPECT_EQ(ReadPackFolder(folder_.string())->files[1].text, ".decl a(x: number)\n");
}

TEST_F(PackFolderTest, NamesWhatIsWrong) {
  EXPECT_THAT(Read("name = \n"), HasSubstr("pack.toml:1:"));
  EXPECT_THAT(Read("name = 3\n"), HasSubstr("pack.toml:1:1: \"name\": want name"));
  EXPECT_THAT(Read("name = \"p\"\n"), HasSubstr("name, version and files must be given"));
  EXPECT_THAT(Read(absl::StrCat(kGood, "licence = \"x\"\n")), HasSubstr("\"licence\""));
  EXPECT_THAT(Read("name = \"p\"\nversion = \"1.0.0\"\nfiles = [\"../a.dl\"]\n"),
              HasSubstr("\"../a.dl\" is not the path"));
  EXPECT_THAT(Read("name = \"p\"\nversion = \"1.0.0\"\nfiles = [\"rules/a.dl\"]\n"),
              HasSubstr("files does not name rules/a.test"));
  Write("rules/a.dl", std::string((1 << 20) + 1, ' '));
  EXPECT_THAT(Read(kGood), HasSubstr("larger than"));
}

TEST_F(PackFolderTest, NamesWhatIsNotThere) {
  EXPECT_EQ(ReadPackFolder((folder_ / "none").string()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadPackFolder(folder_.string()).status().code(), absl::StatusCode::kNotFound);
  fs::remove(folder_ / "rules/a.dl");
  EXPECT_THAT(Read(kGood), HasSubstr("rules/a.dl: no such file"));
}

}  // namespace
}  // namespace cartograph::rules
