#include "importers/resolver.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "importers/source_draft.h"
#include "importers/term_draft.h"

namespace cartograph::importers {
namespace {

using ::testing::HasSubstr;

// A store in memory, and the importer that writes to it.
class World : public StoredEntities {
 public:
  absl::StatusOr<std::vector<v1::Entity>> Get(const std::vector<std::string>& names) override {
    std::vector<v1::Entity> found;
    for (const std::string& name : names) {
      auto entity = entities.find(name);
      if (entity != entities.end()) found.push_back(entity->second);
    }
    return found;
  }

  // Imports drafts, each as a record of its own text; what became of them, a line each.
  std::string Import(const std::vector<absl::StatusOr<Draft>>& drafts, const char* importer) {
    std::vector<Record> records;
    for (const absl::StatusOr<Draft>& draft : drafts) {
      std::string bytes = draft.ok() ? draft->entity.SerializeAsString() : "";
      records.push_back({records.size() + 1, bytes + importer, draft});
    }
    absl::StatusOr<Resolution> resolution = Resolver(&known, this, importer).Resolve(records);
    EXPECT_TRUE(resolution.ok());
    Learn(*resolution, &known);
    for (const v1::Entity& entity : resolution->entities) entities[entity.name()] = entity;
    std::vector<std::string> lines;
    for (const Outcome& outcome : resolution->outcomes) {
      lines.push_back(Line(outcome));
    }
    return absl::StrJoin(lines, "\n");
  }

  const v1::Source& source(const std::string& name) { return entities.at(name).source(); }

  Identities known;
  std::map<std::string, v1::Entity> entities;

 private:
  static std::string Line(const Outcome& outcome) {
    static const auto& words = *new std::map<Fate, std::string>{{Fate::kCreated, "created"},
                                                                {Fate::kUpdated, "updated"},
                                                                {Fate::kUnchanged, "unchanged"},
                                                                {Fate::kRejected, "rejected"}};
    std::string line = absl::StrCat(words.at(outcome.fate), " ", outcome.name, outcome.reason);
    for (const v1::Conflict& conflict : outcome.import.conflicts()) {
      absl::StrAppend(&line, "; ", conflict.path(), ": ", conflict.value());
    }
    return line;
  }
};

SourceDraft Document(const char* title, const char* doi, const char* pmid) {
  SourceDraft draft;
  draft.AddTitle(title, "en");
  draft.AddAuthor("Porter", "D. L.");
  draft.SetPublished("2011");
  draft.AddIdentifier("DOI", doi);
  draft.AddIdentifier("PMID", pmid);
  return draft;
}

absl::StatusOr<Draft> Finished(SourceDraft draft) { return std::move(draft).Finish(); }

TEST(Resolver, MakesOneSourceOfTwoFormats) {
  World world;
  EXPECT_EQ(world.Import({Finished(Document("CAR T cells", "10.1000/A(1)", ""))}, "ris@1"),
            "created sources/doi-10.1000_a~281~29");
  EXPECT_EQ(world.Import({Finished(Document("CAR T cells.", "10.1000/a(1)", "7"))}, "nbib@1"),
            "updated sources/doi-10.1000_a~281~29");
  const v1::Source& source = world.source("sources/doi-10.1000_a~281~29");
  EXPECT_EQ(source.identifiers_size(), 2);
  ASSERT_EQ(source.imports_size(), 2);
  EXPECT_THAT(std::vector<std::string>(source.imports(1).fields().begin(),
                                       source.imports(1).fields().end()),
              ::testing::ElementsAre("identifiers"));
  EXPECT_EQ(world.entities.count(source.imports(0).record()), 1u);
  EXPECT_EQ(world.entities.count(source.imports(1).record()), 1u);
  // By its PMID alone it is found too.
  EXPECT_EQ(world.Import({Finished(Document("CAR T cells", "", "7"))}, "csl-json@1"),
            "updated sources/doi-10.1000_a~281~29");
}

TEST(Resolver, ChangesNothingTheSecondTime) {
  World world;
  const std::vector<absl::StatusOr<Draft>> drafts = {Finished(Document("One", "10.1000/1", "")),
                                                     Finished(Document("Two", "10.1000/2", "")),
                                                     Finished(Document("No identifier", "", ""))};
  EXPECT_EQ(world.Import(drafts, "ris@1"),
            "created sources/doi-10.1000_1\ncreated sources/doi-10.1000_2\ncreated "
            "sources/porter-2011");
  const auto before = world.entities;
  EXPECT_EQ(world.Import(drafts, "ris@1"),
            "unchanged sources/doi-10.1000_1\nunchanged sources/doi-10.1000_2\nunchanged "
            "sources/porter-2011");
  EXPECT_EQ(world.entities.size(), before.size());
}

TEST(Resolver, KnowsRecordsOfTheSameBatch) {
  World world;
  EXPECT_EQ(world.Import(
                {Finished(Document("One", "10.1000/1", "")),
                 Finished(Document("One", "10.1000/1", "5")), Finished(Document("One", "", "5"))},
                "ris@1"),
            "created sources/doi-10.1000_1\nupdated sources/doi-10.1000_1\nupdated "
            "sources/doi-10.1000_1");
  EXPECT_EQ(world.source("sources/doi-10.1000_1").imports_size(), 3);
}

TEST(Resolver, RejectsWhatWouldJoinTwoSources) {
  World world;
  world.Import({Finished(Document("One", "10.1000/1", "")), Finished(Document("Two", "", "5"))},
               "ris@1");
  EXPECT_EQ(world.Import({Finished(Document("One", "10.1000/1", "5"))}, "nbib@1"),
            "rejected its identifiers DOI:10.1000/1, PMID:5 belong to sources/doi-10.1000_1 and "
            "sources/pmid-5");
}

TEST(Resolver, TellsDocumentsWithoutIdentifiersApartByTheirTitles) {
  World world;
  EXPECT_EQ(world.Import({Finished(Document("One", "", ""))}, "ris@1"),
            "created sources/porter-2011");
  EXPECT_THAT(world.Import({Finished(Document("Two", "", ""))}, "ris@1"),
              HasSubstr("created sources/porter-2011-"));
  EXPECT_EQ(world.Import({Finished(Document("ONE.", "", ""))}, "nbib@1"),
            "updated sources/porter-2011");
}

TEST(Resolver, KeepsWhatDiffersAsConflicts) {
  World world;
  world.Import({Finished(Document("One", "10.1000/1", ""))}, "ris@1");
  SourceDraft other;
  other.AddTitle("Another title", "en");
  other.AddAuthor("June", "C. H.");
  other.AddAuthor("Porter", "D.");
  other.SetPublished("2012-03");
  other.AddIdentifier("DOI", "10.1000/1");
  EXPECT_EQ(world.Import({Finished(std::move(other))}, "nbib@1"),
            "updated sources/doi-10.1000_1; titles: Another title; authors: June, C. H.; Porter, "
            "D.; published: 2012-03");
  const v1::Source& source = world.source("sources/doi-10.1000_1");
  EXPECT_EQ(source.titles(0).text(), "One");
  EXPECT_EQ(source.published().year(), 2011);
  EXPECT_EQ(source.imports(1).conflicts_size(), 3);
}

TEST(Resolver, CompletesAListOfAuthors) {
  World world;
  SourceDraft first = Document("One", "10.1000/1", "");
  first.SetAuthorsIncomplete();
  world.Import({Finished(std::move(first))}, "pubmed-page@1");
  EXPECT_FALSE(world.source("sources/doi-10.1000_1").author_list_complete());
  SourceDraft second = Document("One", "10.1000/1", "");
  second.AddAuthor("June", "C. H.");
  EXPECT_EQ(world.Import({Finished(std::move(second))}, "nbib@1"), "updated sources/doi-10.1000_1");
  EXPECT_EQ(world.source("sources/doi-10.1000_1").authors_size(), 2);
  EXPECT_TRUE(world.source("sources/doi-10.1000_1").author_list_complete());
}

TEST(Resolver, TakesARetractionButNotOfAReinstatedSource) {
  World world;
  world.Import({Finished(Document("One", "10.1000/1", ""))}, "ris@1");
  SourceDraft retracted = Document("One", "10.1000/1", "");
  retracted.SetStanding(v1::STANDING_RETRACTED);
  world.Import({Finished(retracted)}, "nbib@1");
  EXPECT_EQ(world.source("sources/doi-10.1000_1").standing(), v1::STANDING_RETRACTED);
  world.entities["sources/doi-10.1000_1"].mutable_source()->set_standing(v1::STANDING_REINSTATED);
  EXPECT_EQ(world.Import({Finished(retracted)}, "pubmed-xml@1"),
            "updated sources/doi-10.1000_1; standing: STANDING_RETRACTED");
}

absl::StatusOr<Draft> Term(const char* curie, std::vector<const char*> parents) {
  TermDraft term(curie, "doid@2026-07-31");
  term.AddName(absl::StrCat("term ", curie), v1::NAME_KIND_PREFERRED);
  for (const char* parent : parents) term.AddParent(parent);
  return std::move(term).Finish();
}

TEST(Resolver, MergesTermsIntoTheDiseasesThatHaveThem) {
  World world;
  v1::Entity& sle = world.entities["diseases/sle"];
  sle.set_name("diseases/sle");
  v1::CrossReference* xref = sle.mutable_disease()->add_cross_references();
  xref->set_curie("DOID:9074");
  xref->set_mapping(v1::MAPPING_EXACT);
  world.known.AddName("diseases/sle");
  world.known.AddCurie("DOID:9074", "diseases/sle");
  EXPECT_EQ(world.Import({Term("DOID:417", {}), Term("DOID:9074", {"DOID:417", "DOID:1"}),
                          Term("DOID:5", {"DOID:9074"})},
                         "obo@1"),
            "created diseases/doid-417\nupdated diseases/sle\ncreated diseases/doid-5");
  const v1::Disease& disease = world.entities["diseases/sle"].disease();
  ASSERT_EQ(disease.parents_size(), 1);
  EXPECT_EQ(disease.parents(0).parent(), "diseases/doid-417");
  EXPECT_EQ(disease.parents(0).hierarchy(), "doid@2026-07-31");
  EXPECT_EQ(disease.imports(0).remarks(0), "its parent DOID:1 is not known");
  EXPECT_EQ(world.entities["diseases/doid-5"].disease().parents(0).parent(), "diseases/sle");
}

TEST(Resolver, MakesNothingOfWhatIsOnlyOfTheKnown) {
  World world;
  auto retracted = [](const char* doi) {
    SourceDraft draft;
    draft.AddIdentifier("DOI", doi);
    draft.SetStanding(v1::STANDING_RETRACTED);
    draft.SetOnlyKnown();
    return Finished(std::move(draft));
  };
  world.Import({Finished(Document("One", "10.1000/1", ""))}, "ris@1");
  EXPECT_EQ(world.Import({retracted("10.1000/1"), retracted("10.1000/2")}, "retractions@1"),
            "updated sources/doi-10.1000_1\nunchanged ");
  EXPECT_EQ(world.source("sources/doi-10.1000_1").standing(), v1::STANDING_RETRACTED);
  EXPECT_EQ(world.entities.count("sources/doi-10.1000_2"), 0u);
}

TEST(Resolver, KeepsMappingsSideBySide) {
  World world;
  auto mapped = [](v1::Mapping mapping, const char* origin) {
    TermDraft term("DOID:1", origin);
    term.AddName("one", v1::NAME_KIND_PREFERRED);
    term.AddMapping("MESH:D1", mapping);
    return absl::StatusOr<Draft>(std::move(term).Finish());
  };
  world.Import({mapped(v1::MAPPING_RELATED, "doid@1"), mapped(v1::MAPPING_EXACT, "x@1"),
                mapped(v1::MAPPING_BROAD, "y@1"), mapped(v1::MAPPING_RELATED, "z@1")},
               "obo@1");
  std::string kinds;
  for (const auto& reference : world.entities["diseases/doid-1"].disease().cross_references()) {
    absl::StrAppend(&kinds, reference.curie(), " ", reference.mapping(), ";");
  }
  EXPECT_EQ(kinds, "DOID:1 1;MESH:D1 5;MESH:D1 1;MESH:D1 3;");
}

TEST(ParentsFirst, GivesParentsBeforeWhatIsOfThem) {
  std::vector<Record> records;
  for (auto& draft : {Term("X:3", {"X:2"}), Term("X:2", {"X:1", "X:9"}), Term("X:1", {"X:3"})}) {
    records.push_back({records.size() + 1, "", draft});
  }
  std::unique_ptr<RecordReader> reader = ParentsFirst(std::move(records));
  std::string order;
  while (std::optional<Record> record = reader->Next()) absl::StrAppend(&order, record->line);
  EXPECT_EQ(order, "321");  // the circle is cut at 3, with which it began
}

}  // namespace
}  // namespace cartograph::importers
