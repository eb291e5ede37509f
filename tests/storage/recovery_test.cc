// What opening does with a damaged log. The rule: damage after the last acknowledged write is cut,
// damage before it refuses to open, and refusing changes nothing.

#include "storage/recovery.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/durable_mark.h"
#include "storage/format.h"
#include "storage/store_on_env.h"
#include "tests/storage/faulty_file_system.h"
#include "tests/storage/store_testing.h"
#include "tests/support/temporary_folder.h"

namespace cartograph::storage {
namespace {

namespace fs = std::filesystem;
using base::Revision;

constexpr uint64_t kAcknowledged = 20;
constexpr uint64_t kAppended = 25;

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteFile(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The one log that holds anything.
fs::path LogOf(const std::string& store) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(store + "/db")) {
    if (entry.path().extension() == ".log" && entry.file_size() > 0) found = entry.path();
  }
  CHECK(!found.empty());
  return found;
}

std::map<std::string, std::string> Contents(const std::string& store) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(store)) {
    std::string name = entry.path().filename();
    if (entry.is_regular_file() && name != "lock") contents[name] = ReadFile(entry.path());
  }
  return contents;
}

// A store of 20 acknowledged revisions in groups of two and five that were written to the log but
// never synced, as a killed process leaves it. Entity "n" says the revision; "pad" makes a revision
// longer than 6 KB, so that the log has several blocks of 32 KiB.
class RecoveryTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    master_ = new testing::TemporaryFolder();
    std::string live = master_->Join("live");
    FaultyDisk disk;
    auto store = *OpenStoreOnEnv(OptionsFor(live), disk.env.get());
    for (uint64_t r = 1; r <= kAcknowledged; ++r) {
      Append(store.get(), r);
      if (r % 2 == 0) CHECK(store->Flush().ok());
      if (r == kAcknowledged - 2) before_last_group_ = fs::file_size(LogOf(live));
    }
    acknowledged_ = fs::file_size(LogOf(live));
    for (uint64_t r = kAcknowledged + 1; r <= kAppended; ++r) Append(store.get(), r);
    disk.files->Set(Fault::kSyncError, FaultyFiles::kLogs);
    CHECK(!store->Flush().ok());
    fs::copy(live, master_->Join("image"), fs::copy_options::recursive);
  }
  static void TearDownTestSuite() { delete master_; }

  static void Append(Store* store, uint64_t r) {
    CHECK(store->Append(Entities({{"n", absl::StrCat(r)}, {"pad", std::string(3000, 'p')}})).ok());
  }

  void SetUp() override { Restore(); }

  void Restore() {
    fs::remove_all(path_);
    fs::copy(master_->Join("image"), path_, fs::copy_options::recursive);
  }
  void Flip(size_t offset) {
    std::string bytes = ReadFile(LogOf(path_));
    ASSERT_LT(offset, bytes.size());
    bytes[offset] = static_cast<char>(bytes[offset] ^ 0x10);
    WriteFile(LogOf(path_), bytes);
  }
  // As after a power cut that took the newer marks.
  void SetMark(uint64_t revision) {
    CHECK((*DurableMark::Open(path_ + "/durable"))->Reset(Revision(revision)).ok());
  }
  // "20" for a store that opens with revisions up to 20 and the right entity; else the code.
  std::string Opened() {
    auto store = Store::Open(OptionsFor(path_));
    if (!store.ok()) return Code(store.status());
    uint64_t visible = (*store)->visible().number();
    EXPECT_EQ(Dump(*(*store)->Latest(), std::nullopt, "n"), absl::StrCat("n=", visible));
    return absl::StrCat(visible);
  }
  // Opens as acknowledged, with whatever of the unacknowledged revisions could be read.
  void ExpectCutAfterAcknowledged() {
    std::string opened = Opened();
    EXPECT_TRUE(opened == "20" || opened == "21" || opened == "22" || opened == "23" ||
                opened == "24" || opened == "25")
        << opened;
    EXPECT_EQ(Opened(), opened);  // and stays so
  }
  void ExpectRefusedUnchanged() {
    std::map<std::string, std::string> before = Contents(path_);
    EXPECT_EQ(Opened(), "DATA_LOSS");
    EXPECT_TRUE(Contents(path_) == before);
  }

  static testing::TemporaryFolder* master_;
  static size_t before_last_group_;
  static size_t acknowledged_;
  testing::TemporaryFolder folder_;
  std::string path_ = folder_.Join("store");
};

testing::TemporaryFolder* RecoveryTest::master_ = nullptr;
size_t RecoveryTest::before_last_group_ = 0;
size_t RecoveryTest::acknowledged_ = 0;

TEST_F(RecoveryTest, AKilledProcessLosesNothing) { EXPECT_EQ(Opened(), "25"); }

TEST_F(RecoveryTest, ABitFlipAnywhere) {
  size_t size = fs::file_size(LogOf(path_));
  ASSERT_GT(size, acknowledged_);
  for (size_t i = 0; i < 24; ++i) {
    size_t offset = i * size / 24;
    SCOPED_TRACE(absl::StrCat("byte ", offset, " of ", size, ", acknowledged ", acknowledged_));
    Restore();
    Flip(offset);
    if (offset < acknowledged_) {
      ExpectRefusedUnchanged();
    } else {
      ExpectCutAfterAcknowledged();
    }
  }
}

TEST_F(RecoveryTest, TheLogCutAnywhere) {
  size_t size = fs::file_size(LogOf(path_));
  for (size_t i = 0; i < 16; ++i) {
    size_t length = i * size / 16;
    SCOPED_TRACE(absl::StrCat("cut at ", length, ", acknowledged ", acknowledged_));
    Restore();
    fs::resize_file(LogOf(path_), length + 1);
    if (length + 1 < acknowledged_) {
      ExpectRefusedUnchanged();
    } else {
      ExpectCutAfterAcknowledged();
    }
  }
  Restore();
  fs::resize_file(LogOf(path_), acknowledged_);
  EXPECT_EQ(Opened(), "20");
  Restore();
  fs::resize_file(LogOf(path_), acknowledged_ - 1);
  ExpectRefusedUnchanged();
}

TEST_F(RecoveryTest, GarbageAfterTheEndIsCut) {
  for (const std::string& garbage : {std::string(5000, '\x5a'), std::string(40'000, '\0')}) {
    Restore();
    fs::resize_file(LogOf(path_), acknowledged_);
    WriteFile(LogOf(path_), ReadFile(LogOf(path_)) + garbage);
    EXPECT_EQ(Opened(), "20");
  }
}

TEST_F(RecoveryTest, ALostLogIsRefused) {
  fs::remove(LogOf(path_));
  ExpectRefusedUnchanged();
}

TEST_F(RecoveryTest, SaysWhatIsLost) {
  fs::resize_file(LogOf(path_), before_last_group_);
  absl::Status status = Store::Open(OptionsFor(path_)).status();
  EXPECT_EQ(status.message(),
            absl::StrCat(path_,
                         ": the write-ahead log is damaged: revisions 19 to 20 were "
                         "acknowledged and cannot be read; revisions up to 18 can; nothing "
                         "was changed: restore a backup, or accept the loss with an explicit "
                         "repair"));
}

// With an old mark the heads in the log speak: each names what was durable before it. RocksDB's
// reader takes up again in the block of 32 KiB after the damage.
TEST_F(RecoveryTest, TheLogItselfWitnessesWhatWasAcknowledged) {
  for (size_t offset : {before_last_group_ / 4, before_last_group_ / 2, before_last_group_ - 20}) {
    Restore();
    SetMark(0);
    Flip(offset);
    ExpectRefusedUnchanged();
  }
  Restore();
  SetMark(0);
  EXPECT_EQ(Opened(), "25");
}

// The limit of what can be known: an old mark, and no later record that speaks for the last group.
TEST_F(RecoveryTest, WithoutAnyWitnessTheLastGroupLooksTorn) {
  SetMark(18);
  fs::resize_file(LogOf(path_), before_last_group_ + 10);
  EXPECT_EQ(Opened(), "18");
}

TEST_F(RecoveryTest, ALostMarkIsRefused) {
  fs::remove(path_ + "/durable");
  ExpectRefusedUnchanged();
  absl::Status status = Store::Open(OptionsFor(path_)).status();
  EXPECT_TRUE(absl::StrContains(status.message(), "/durable is gone or damaged")) << status;
}

TEST_F(RecoveryTest, ALostDatabaseIsRefused) {
  fs::remove_all(path_ + "/db");
  EXPECT_EQ(Opened(), "DATA_LOSS");
  EXPECT_FALSE(fs::exists(path_ + "/db"));
}

TEST_F(RecoveryTest, DamagedManifestAndCurrent) {
  for (const auto& entry : fs::directory_iterator(master_->Join("image") + "/db")) {
    std::string name = entry.path().filename();
    if (!absl::StartsWith(name, "MANIFEST") && name != "CURRENT") continue;
    Restore();
    fs::path file = path_ + "/db/" + name;
    std::string bytes = ReadFile(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    WriteFile(file, bytes);
    EXPECT_EQ(Opened(), "DATA_LOSS") << name;
  }
}

TEST_F(RecoveryTest, RepairSaysWhatItWouldLoseAndThenDoesIt) {
  Flip(acknowledged_ / 2);
  std::map<std::string, std::string> before = Contents(path_);
  absl::StatusOr<RepairReport> said = Store::Repair(OptionsFor(path_), /*apply=*/false);
  ASSERT_TRUE(said.ok()) << said.status();
  EXPECT_TRUE(said->damaged);
  EXPECT_EQ(said->durable, Revision(20));
  EXPECT_LT(said->recovered, Revision(15));
  EXPECT_GT(said->recovered, Revision(5));
  EXPECT_TRUE(Contents(path_) == before);

  absl::StatusOr<RepairReport> done = Store::Repair(OptionsFor(path_), /*apply=*/true);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->text, said->text);
  EXPECT_EQ(Opened(), absl::StrCat(said->recovered.number()));
  std::string kept = absl::StrCat(path_, "/log-before-repair-at-", said->recovered.number());
  EXPECT_FALSE(fs::is_empty(kept));
  EXPECT_EQ(Store::Repair(OptionsFor(path_), true)->text, "nothing to repair");
}

TEST_F(RecoveryTest, RepairMakesALostMarkAnew) {
  fs::remove(path_ + "/durable");
  ASSERT_TRUE(Store::Repair(OptionsFor(path_), /*apply=*/true).ok());
  EXPECT_EQ(Opened(), "25");
}

TEST_F(RecoveryTest, ANewerFormatIsRefusedNamingBoth) {
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const char* name : {"default", "entities", "history", "references", "changes", "requests",
                           "rule_packs", "texts"}) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  ASSERT_TRUE(rocksdb::DB::Open(rocksdb::DBOptions(), path_ + "/db", families, &handles, &db).ok());
  ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), kFormatKey, EncodeFormat(2)).ok());
  for (auto* handle : handles) delete handle;
  delete db;
  absl::Status status = Store::Open(OptionsFor(path_)).status();
  EXPECT_EQ(Code(status), "FAILED_PRECONDITION");
  EXPECT_TRUE(absl::StrContains(status.message(), "on-disk format 2")) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), "up to format 1")) << status;
}

}  // namespace
}  // namespace cartograph::storage
