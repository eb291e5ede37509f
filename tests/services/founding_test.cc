#include "services/founding.h"

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

namespace fs = std::filesystem;

constexpr char kDisease[] = R"(entities {
  name: "diseases/sle"
  disease {
    names { text: "SLE" kind: NAME_KIND_PREFERRED }
    parents { parent: "diseases/autoimmune" hierarchy: "test" }
  }
}
)";
constexpr char kParent[] = R"(entities {
  name: "diseases/autoimmune"
  disease {
    names { text: "autoimmune disease" kind: NAME_KIND_PREFERRED }
    parents { parent: "diseases/sle" hierarchy: "circle" }
  }
}
)";
constexpr char kPack[] = "name = \"test\"\nversion = \"1.0.0\"\nfiles = [\"a.dl\"]\n";
constexpr char kRules[] = ".decl old(d: Disease)\nold(d) :- disease(d).\n";

class FoundingTest : public ::testing::Test {
 protected:
  FoundingTest() {
    Write("entities/a.textproto", kDisease);
    Write("entities/b.textproto", kParent);
    Write("pack/pack.toml", kPack);
    Write("pack/a.dl", kRules);
  }

  void Write(const std::string& path, const std::string& text) {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  std::string Load() {
    absl::Status status = LoadFoundingCorpus(folder_.string(), &server_.kb());
    std::string message(status.message());
    size_t at = message.find(folder_.string() + "/");
    return at == std::string::npos ? message : message.erase(at, folder_.string().size() + 1);
  }
  uint64_t Revision() { return server_.kb().Latest().revision().number(); }

  const testing::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.Join("founding");
  test::TestServer server_;
};

TEST_F(FoundingTest, LoadsEntitiesThatReferToEachOtherAndThePack) {
  EXPECT_EQ(Load(), "");
  EXPECT_EQ(Revision(), 2u);
  kb::Snapshot latest = server_.kb().Latest();
  ASSERT_NE(latest.pack(), nullptr);
  EXPECT_EQ(latest.pack()->label(), "test@1.0.0");
  EXPECT_EQ(latest.model().relation(*latest.model().program().Find("old")).size(), 2u);
}

TEST_F(FoundingTest, LoadsOnlyWhatIsMissing) {
  ASSERT_EQ(Load(), "");
  EXPECT_EQ(Load(), "");
  EXPECT_EQ(Revision(), 2u);
  server_.Restart();
  EXPECT_EQ(Load(), "");
  EXPECT_EQ(Revision(), 2u);
}

TEST_F(FoundingTest, AHalfThatFailsIsTriedAgain) {
  Write("pack/a.dl", "old(d) :- disease(d).\n");
  EXPECT_THAT(Load(), ::testing::HasSubstr("is not accepted:\na.dl:1:"));
  EXPECT_EQ(Revision(), 1u) << "the entities are in";
  Write("pack/a.dl", kRules);
  EXPECT_EQ(Load(), "");
  EXPECT_EQ(Revision(), 2u);
}

TEST_F(FoundingTest, ErrorsNameThePlace) {
  Write("entities/b.textproto", "entities {\n  nam: \"x\"\n}\n");
  EXPECT_THAT(Load(), ::testing::StartsWith("entities/b.textproto:2:"));
  Write("entities/b.textproto", "");
  EXPECT_THAT(Load(), ::testing::HasSubstr("diseases/autoimmune"));
  EXPECT_EQ(Revision(), 0u);
  fs::remove_all(folder_ / "entities");
  EXPECT_THAT(Load(), ::testing::StartsWith("entities: No such file"));
  fs::remove_all(folder_);
  EXPECT_THAT(Load(), ::testing::HasSubstr(": no such folder"));
}

}  // namespace
}  // namespace cartograph::services
