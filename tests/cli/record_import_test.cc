#include "clients/cli/record_import.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/paths.h"
#include "tests/support/test_server.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A server, and imports into it.
class World {
 public:
  explicit World(bool founding = false) : server_(Options(founding)) {
    ClientOptions options;
    options.server = server_.address();
    client_ = *Client::Connect(options);
  }

  // The counts, and the reasons of what was rejected.
  RecordCounts Import(const std::string& format, std::istream* in, const std::string& release = "",
                      bool dry_run = false) {
    v1::WriteOptions write;
    write.set_request_id(absl::StrCat("import-", ++imports_));
    write.set_validate_only(dry_run);
    RecordImport import(client_.get(), write);
    absl::Status status = import.LoadIdentities();
    RecordCounts counts;
    auto report = [&](const importers::Record& record, const importers::Outcome& outcome) {
      counts.Add(outcome);
      if (!outcome.reason.empty()) {
        reasons.push_back(absl::StrCat(record.line, ": ", outcome.reason));
      }
    };
    const importers::Format* found = importers::FindFormat(format);
    EXPECT_NE(found, nullptr) << format;
    if (status.ok() && found != nullptr) {
      status = import.Run(*found, {release}, in, report);
    }
    EXPECT_TRUE(status.ok()) << status;
    return counts;
  }
  RecordCounts ImportText(const std::string& format, const std::string& text,
                          bool dry_run = false) {
    std::istringstream in(text);
    return Import(format, &in, "", dry_run);
  }
  RecordCounts ImportFile(const std::string& format, const fs::path& path,
                          const std::string& release = "") {
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.good()) << path;
    return Import(format, &in, release);
  }

  // Live entities of a collection.
  uint64_t Count(const std::string& collection) {
    auto status = client_->Call(&v1::AdminService::Stub::GetStatus, {});
    EXPECT_TRUE(status.ok());
    return status.ok() ? (*status->mutable_entities())[collection] : 0;
  }
  v1::Entity Get(const std::string& name) {
    v1::GetEntityRequest request;
    request.set_name(name);
    auto response = client_->Call(&v1::EntityService::Stub::GetEntity, request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->entity() : v1::Entity();
  }
  // The rows of `answer`, columns joined by blanks, rows by "; ".
  std::string Ask(const std::string& rules) {
    v1::AskAdHocRequest request;
    request.set_rules(rules);
    auto response = client_->Call(&v1::QuestionService::Stub::AskAdHoc, request);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return "";
    EXPECT_EQ(response->diagnostics_size(), 0) << response->DebugString();
    std::vector<std::string> rows;
    for (const v1::Row& row : response->rows()) {
      std::vector<std::string> cells;
      for (const v1::Value& value : row.values()) {
        cells.push_back(value.has_symbol() ? value.symbol() : absl::StrCat(value.number()));
      }
      rows.push_back(absl::StrJoin(cells, " "));
    }
    return absl::StrJoin(rows, "; ");
  }

  std::vector<std::string> reasons;

 private:
  static test::TestServerOptions Options(bool founding) {
    test::TestServerOptions options;
    if (founding) options.founding_dir = testing::SourceDir() + "/data/founding";
    return options;
  }

  test::TestServer server_;
  std::unique_ptr<Client> client_;
  int imports_ = 0;
};

std::string Dump(const RecordCounts& counts) {
  return absl::StrCat(counts.records, " records: ", counts.created, " created, ", counts.updated,
                      " updated, ", counts.unchanged, " unchanged, ", counts.rejected,
                      " rejected, ", counts.conflicts, " conflicts");
}

constexpr const char* kRis =
    "TY  - JOUR\nTI  - One\nDO  - 10.1000/ONE\nAU  - Muster, A.\nER  -\n"
    "TY  - JOUR\nTI  - Two\nPY  - 2020\nAU  - Muster, A.\nER  -\n";

TEST(RecordImport, ChangesNothingTheSecondTime) {
  World world;
  EXPECT_EQ(Dump(world.ImportText("ris", kRis, /*dry_run=*/true)),
            "2 records: 2 created, 0 updated, 0 unchanged, 0 rejected, 0 conflicts");
  EXPECT_EQ(world.Count("sources"), 0u);
  EXPECT_EQ(Dump(world.ImportText("ris", kRis)),
            "2 records: 2 created, 0 updated, 0 unchanged, 0 rejected, 0 conflicts");
  EXPECT_EQ(world.Count("sources"), 2u);
  EXPECT_EQ(world.Count("records"), 2u);
  const std::string etag = world.Get("sources/muster-2020").etag();
  EXPECT_EQ(Dump(world.ImportText("ris", kRis)),
            "2 records: 0 created, 0 updated, 2 unchanged, 0 rejected, 0 conflicts");
  EXPECT_EQ(world.Get("sources/muster-2020").etag(), etag);
}

TEST(RecordImport, MergesIntoWhatACuratorWrote) {
  World world(/*founding=*/true);
  const v1::Entity before = world.Get("sources/scherlinger-2025");
  EXPECT_EQ(
      Dump(world.ImportText("ris",
                            "TY  - JOUR\nTI  - Another title\nDO  - 10.1016/s2665-9913(24)00377-1\n"
                            "SN  - 2665-9913\nER  -\n")),
      "1 records: 0 created, 1 updated, 0 unchanged, 0 rejected, 1 conflicts");
  v1::Entity after = world.Get("sources/scherlinger-2025");
  EXPECT_EQ(after.source().venue().issns(0), "2665-9913");
  EXPECT_EQ(after.source().titles(0).text(), before.source().titles(0).text());
  EXPECT_EQ(after.source().summary(), before.source().summary());
  EXPECT_EQ(after.source().imports(0).conflicts(0).value(), "Another title");
  EXPECT_EQ(world.Ask("answer(s, p, v) :- import_conflict(s, p, v)."),
            "sources/scherlinger-2025 titles Another title");
}

TEST(RecordImport, RejectsWhatTheServerRefuses) {
  World world;
  const std::string text =
      absl::StrCat("data-version: x@2026-01-01\nontology: x\n\n", "[Term]\nid: X:1\nname: one\n\n",
                   "[Term]\nid: X:2\nname: two\nxref: Y:", std::string(600, 'y'),
                   "\n\n[Term]\nid: X:3\nname: three\n");
  EXPECT_EQ(Dump(world.ImportText("obo", text)),
            "3 records: 2 created, 0 updated, 0 unchanged, 1 rejected, 0 conflicts");
  ASSERT_EQ(world.reasons.size(), 1u);
  EXPECT_THAT(world.reasons[0], HasSubstr("8: disease.cross_references[1].curie has 602 bytes"));
  EXPECT_EQ(world.Count("diseases"), 2u);
}

TEST(RecordImport, TellsTheStatesOfATrial) {
  World world;
  const std::string heads = "NCTId,BriefTitle,OverallStatus,TargetCategory,SnapshotDate\n";
  const std::string rows[] = {"NCT00000001,A,RECRUITING,CD19,2026-01-01\n",
                              "NCT00000001,A,RECRUITING,CD19,2026-02-01\n",
                              "NCT00000001,A,WITHDRAWN,CD19,2026-03-01\n"};
  for (const std::string& row : rows) world.ImportText("trials-csv", heads + row);
  EXPECT_EQ(world.Ask("answer(m, s) :- trial_state(\"sources/nct00000001\", _, m, _, s, _)."),
            "1 recruiting; 3 withdrawn");
  EXPECT_EQ(Dump(world.ImportText("trials-csv", heads + rows[0])),
            "1 records: 0 created, 0 updated, 1 unchanged, 0 rejected, 0 conflicts");
  world.ImportText("trials-csv", heads + "NCT00000001,A,COMPLETED,CD19,2026-02-15\n");
  ASSERT_EQ(world.reasons.size(), 1u);
  EXPECT_THAT(world.reasons[0], HasSubstr("snapshots go in order of time"));
}

// The real data are not ours to publish; where they lie beside the clone, they are imported.

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("CARTOGRAPH_DATA");
    if (folder == nullptr) {
      GTEST_SKIP() << "CARTOGRAPH_DATA does not name the folder of real data";
    }
    data_ = folder;
  }
  fs::path data_;
};

std::string HeadOf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string head(importers::kHeadBytes, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(in.gcount()));
  return head;
}

TEST_F(RealData, OfCitationsIsRecognisedAndImportedOnce) {
  World world;
  std::map<std::string, const importers::Format*> formats;
  std::vector<std::string> unknown;
  for (const auto& entry : fs::recursive_directory_iterator(data_ / "citations")) {
    if (!entry.is_regular_file() || entry.path().filename() == "SOURCE.txt") continue;
    formats[entry.path()] = importers::RecogniseFormat(HeadOf(entry.path()));
    if (formats[entry.path()] == nullptr) unknown.push_back(entry.path().filename());
  }
  EXPECT_EQ(formats.size(), 41u);
  EXPECT_THAT(unknown, ::testing::ElementsAre("MedlinePlainImporterTestInvalidFormat.xml"));
  uint64_t written = 0;
  for (int round = 0; round < 2; ++round) {
    for (const auto& [path, format] : formats) {
      if (format == nullptr) continue;
      const RecordCounts counts = world.ImportFile(format->name, path);
      written += counts.created + counts.updated;
      EXPECT_EQ(counts.created + counts.updated,
                round == 0 ? counts.records - counts.rejected - counts.unchanged : 0)
          << path;
    }
    EXPECT_EQ(world.reasons.size(), round == 0 ? 6u : 12u) << absl::StrJoin(world.reasons, "\n");
  }
  EXPECT_GT(written, 300u);
}

// Pairs of a term and one above it; the root has no row of its own.
TEST_F(RealData, OfDoidHasItsClosure) {
  World world;
  const RecordCounts terms = world.ImportFile("doid-tsv", data_ / "doid/HumanDO.tsv", "2026-07-31");
  EXPECT_EQ(terms.created, 12247u);
  EXPECT_EQ(terms.rejected, 0u);
  EXPECT_EQ(world.Ask("above(d, a) :- disease_parent(d, a, \"doid@2026-07-31\", _).\n"
                      "above(d, a) :- above(d, p), disease_parent(p, a, \"doid@2026-07-31\", _).\n"
                      "answer(n) :- n = count : { above(_, _) }."),
            "74194");
}

TEST_F(RealData, OfTrialsTellsWhatChanged) {
  World world;
  for (const char* day : {"2026-04-25", "2026-05-08", "2026-05-15", "2026-06-01"}) {
    world.ImportFile("trials-csv", data_ / "cart_trials" / day / "trials.csv");
  }
  EXPECT_EQ(world.reasons, std::vector<std::string>());
  EXPECT_EQ(world.Count("sources"), 297u);
  const std::string rules =
      "at(t, y * 10000 + m * 100 + d, s) :- trial_state(t, y, m, d, s, _).\n"
      "next(t, a, b) :- at(t, a, _), at(t, b, _), b = min x : { at(t, x, _), x > a }.\n"
      "changed(t, b) :- next(t, a, b), at(t, a, s), at(t, b, z), s != z.\n"
      "answer(b, n) :- changed(_, b), n = count : { changed(_, b) }.";
  EXPECT_EQ(world.Ask(rules), "20260508 5; 20260515 2; 20260601 4");
}

// The texts of the four founding documents, each in a format of its own.
class Seeds : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("CARTOGRAPH_SOURCES");
    if (folder == nullptr) {
      GTEST_SKIP() << "CARTOGRAPH_SOURCES does not name the folder of the texts";
    }
    for (const auto& entry : fs::directory_iterator(folder)) {
      files_.push_back(entry.path());
    }
    std::sort(files_.begin(), files_.end());
  }
  RecordCounts ImportAll(World* world) {
    RecordCounts all;
    for (const fs::path& file : files_) {
      const importers::Format* format = importers::RecogniseFormat(HeadOf(file));
      EXPECT_NE(format, nullptr) << file;
      if (format == nullptr) continue;
      const RecordCounts counts = world->ImportFile(format->name, file);
      all.records += counts.records;
      all.created += counts.created;
      all.updated += counts.updated;
      all.unchanged += counts.unchanged;
      all.conflicts += counts.conflicts;
    }
    return all;
  }
  std::vector<fs::path> files_;
};

TEST_F(Seeds, AreTheDocumentsOfTheFoundingCorpus) {
  World world(/*founding=*/true);
  EXPECT_EQ(Dump(ImportAll(&world)),
            "4 records: 0 created, 4 updated, 0 unchanged, 0 rejected, 1 conflicts");
  EXPECT_EQ(world.Count("sources"), 19u);
  EXPECT_EQ(world.Ask("answer(s, p) :- import_conflict(s, p, _)."),
            "sources/guffroy-2024 venue.name");
  EXPECT_EQ(world.reasons, std::vector<std::string>());
  EXPECT_EQ(ImportAll(&world).unchanged, 4u);
}

TEST_F(Seeds, MakeNineteenSourcesOfNothing) {
  World world;
  EXPECT_EQ(ImportAll(&world).created, 4u);
  EXPECT_EQ(world.Count("sources"), 19u);
  EXPECT_EQ(world.Get("sources/porter-2011").source().authors_size(), 5);
  EXPECT_EQ(ImportAll(&world).unchanged, 4u);
}

}  // namespace
}  // namespace cartograph::clients
