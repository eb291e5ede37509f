// Damaged sorted tables: refused at opening, reported by the read that meets the damage, or without
// consequence. Never a wrong or a short answer.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "storage/store.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

namespace fs = std::filesystem;
using base::Revision;

constexpr int kEntities = 300;

class DamagedTableTest : public ::testing::Test {
 protected:
  // A store whose content lies in tables: opening writes the log to tables.
  void SetUp() override {
    auto store = OpenOrDie(options_);
    WriteSet writes;
    std::mt19937 random(1);
    for (int i = 0; i < kEntities; ++i) {
      std::string bytes(50, ' ');
      for (char& c : bytes) c = static_cast<char>('a' + random() % 26);
      writes.entities.push_back({absl::StrCat("e/", 1000 + i), bytes});
      writes.references_added.push_back({"d/sle", absl::StrCat("e/", 1000 + i), "disease"});
    }
    CommitOrDie(store.get(), writes);
    writes.entities.resize(10);
    CommitOrDie(store.get(), writes);
    store.reset();
    expected_ = ReadAll(OpenOrDie(options_).get());
    fs::copy(options_.path, folder_.Join("image"), fs::copy_options::recursive);
  }

  std::vector<fs::path> Tables() {
    std::vector<fs::path> tables;
    for (const auto& entry : fs::directory_iterator(options_.path + "/db")) {
      if (entry.path().extension() == ".sst") tables.push_back(entry.path());
    }
    return tables;
  }

  // Every kind of read, each its own line: the whole answer or a code.
  static std::vector<std::string> ReadAll(Store* store) {
    auto snapshot = store->Latest();
    std::vector<std::string> lines = {Dump(*snapshot), Dump(*snapshot, Revision(1)), ""};
    auto page = snapshot->Referrers("d/sle", 10'000);
    lines[2] = page.ok() ? absl::StrCat(page->referrers.size()) : Code(page.status());
    for (int i = 0; i < kEntities; i += 50) {
      auto bytes = snapshot->Get(absl::StrCat("e/", 1000 + i));
      lines.push_back(bytes.ok() ? std::string(bytes->view()) : Code(bytes.status()));
      auto revisions = snapshot->ListRevisions(absl::StrCat("e/", 1000 + i), 10);
      lines.push_back(revisions.ok() ? absl::StrCat(revisions->size()) : Code(revisions.status()));
    }
    auto change = snapshot->ReadChange(Revision(2));
    lines.push_back(change.ok() ? std::string(change->view()) : Code(change.status()));
    auto active = snapshot->ActiveRulePacks(Revision(2));
    lines.push_back(active.ok() ? absl::StrCat(active->size()) : Code(active.status()));
    return lines;
  }

  // Opens and reads all: counts what was refused; anything else must be right.
  void CheckNothingIsWrong() {
    auto store = Store::Open(options_);
    if (!store.ok()) {
      EXPECT_EQ(Code(store.status()), "DATA_LOSS") << store.status();
      ++refused_;
      return;
    }
    std::vector<std::string> lines = ReadAll(store->get());
    for (size_t i = 0; i < lines.size(); ++i) {
      if (lines[i] == "DATA_LOSS") {
        ++reported_;
      } else {
        EXPECT_EQ(lines[i], expected_[i]) << "read " << i;
      }
    }
  }

  void Restore() {
    fs::remove_all(options_.path);
    fs::copy(folder_.Join("image"), options_.path, fs::copy_options::recursive);
  }

  testing::TemporaryFolder folder_;
  StoreOptions options_ = OptionsFor(folder_.Join("store"));
  std::vector<std::string> expected_;
  int refused_ = 0;
  int reported_ = 0;
};

TEST_F(DamagedTableTest, ABitFlipIsReportedOrHarmless) {
  ASSERT_GE(Tables().size(), 4u);
  for (const fs::path& table : Tables()) {
    for (size_t i = 0; i < 6; ++i) {
      SCOPED_TRACE(absl::StrCat(table.string(), " ", i));
      Restore();
      size_t size = fs::file_size(table);
      std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
      file.seekg(static_cast<std::streamoff>(i * size / 6));
      char c = static_cast<char>(file.get() ^ 0x04);
      file.seekp(static_cast<std::streamoff>(i * size / 6));
      file.put(c);
      file.close();
      CheckNothingIsWrong();
    }
  }
  EXPECT_GT(reported_, 10);
}

TEST_F(DamagedTableTest, AShortOrMissingTableRefusesToOpen) {
  std::vector<fs::path> tables = Tables();
  for (size_t i = 0; i < tables.size(); ++i) {
    Restore();
    fs::resize_file(tables[i], fs::file_size(tables[i]) / 2);
    CheckNothingIsWrong();
    Restore();
    fs::remove(tables[i]);
    CheckNothingIsWrong();
  }
  EXPECT_EQ(refused_, static_cast<int>(2 * tables.size()));
}

TEST_F(DamagedTableTest, RepairOfTheLogDoesNotHelpAndSaysSo) {
  fs::remove(Tables().front());
  absl::Status status = Store::Open(options_).status();
  EXPECT_EQ(Code(status), "DATA_LOSS");
  EXPECT_TRUE(absl::StrContains(status.message(), "restore a backup")) << status;
}

}  // namespace
}  // namespace cartograph::storage
