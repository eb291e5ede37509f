#include "importers/identifiers.h"

#include "gtest/gtest.h"

namespace cartograph::importers {
namespace {

std::string Canonical(const char* prefix, const char* value) {
  absl::StatusOr<std::string> curie = CanonicalCurie(prefix, value);
  return curie.ok() ? *curie : std::string(curie.status().message());
}

TEST(Identifiers, HaveOneForm) {
  struct Case {
    const char* prefix;
    const char* value;
    const char* canonical;
  };
  const Case kCases[] = {
      {"DOI", "10.1016/S2665-9913(24)00377-1", "DOI:10.1016/s2665-9913(24)00377-1"},
      {"DOI", "https://doi.org/10.1097/CM9.0000000000003406", "DOI:10.1097/cm9.0000000000003406"},
      {"DOI", "http://dx.doi.org/10.1000/A", "DOI:10.1000/a"},
      {"DOI", "doi: 10.1000/a", "DOI:10.1000/a"},
      {"DOI", "10.1000/", "\"10.1000/\" is no DOI"},
      {"DOI", "10.1000/a b", "\"10.1000/a b\" is no DOI"},
      {"DOI", "11.1000/a", "\"11.1000/a\" is no DOI"},
      {"PMID", " 27169098 ", "PMID:27169098"},
      {"PMID", "23690738[pmid]", "PMID:23690738"},
      {"PMID", "PMC1", "\"PMC1\" is no PMID"},
      {"PMCID", "PMC4513071", "PMCID:PMC4513071"},
      {"PMCID", "4513071", "PMCID:PMC4513071"},
      {"PMCID", "PMC4513071.2", "PMCID:PMC4513071"},
      {"PMCID", "EMS54115", "\"EMS54115\" is no PMCID"},
      {"NCT", "nct06361745", "NCT:NCT06361745"},
      {"NCT", "NCT6361745", "\"NCT6361745\" is no NCT number"},
      {"ISSN", "0955-2359 (Print)", "ISSN:0955-2359"},
      {"ISSN", "1873-344x", "ISSN:1873-344X"},
      {"ISSN", "0955-23591", "\"0955-23591\" is no ISSN"},
      {"ISBN", "ISBN 978-3-86680-192-9", "ISBN:9783866801929"},
      {"ISBN", "978-3-86680", "\"978-3-86680\" is no ISBN"},
      {"DOID", "9074", "DOID:9074"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Canonical(c.prefix, c.value), c.canonical);
  }
}

TEST(Identifiers, OfTheJournalIdentifyNoDocument) {
  EXPECT_TRUE(IsIdentity("DOI:10.1000/a"));
  EXPECT_TRUE(IsIdentity("DOID:4"));
  EXPECT_FALSE(IsIdentity("ISSN:0955-2359"));
}

TEST(Identifiers, AreOfDifferentStrength) {
  EXPECT_LT(StrengthRank("DOI:10.1/a"), StrengthRank("PMID:1"));
  EXPECT_LT(StrengthRank("PMID:1"), StrengthRank("PMCID:PMC1"));
  EXPECT_LT(StrengthRank("PMCID:PMC1"), StrengthRank("OTHER:1"));
}

TEST(Identifiers, GiveIdsThatDiffer) {
  EXPECT_EQ(IdFromCurie("DOI:10.1016/s2665-9913(24)00377-1"),
            "doi-10.1016_s2665-9913~2824~2900377-1");
  EXPECT_EQ(IdFromCurie("DOI:10.1000/a_b"), "doi-10.1000_a~5fb");
  EXPECT_EQ(IdFromCurie("PMID:1"), "pmid-1");
  EXPECT_EQ(IdFromCurie("PMCID:PMC4513071"), "pmc4513071");
  EXPECT_EQ(IdFromCurie("NCT:NCT06361745"), "nct06361745");
  EXPECT_EQ(IdFromCurie("DOID:9074"), "doid-9074");
  EXPECT_EQ(IdFromCurie("nocolon"), "nocolon-");
  const std::string longer = "DOI:10.1000/" + std::string(300, 'x');
  EXPECT_EQ(IdFromCurie(longer).size(), 128u);
  EXPECT_NE(IdFromCurie(longer), IdFromCurie(longer + "y"));
}

TEST(Slug, IsOfAsciiLettersAndDigits) {
  EXPECT_EQ(Slug("Del Bufalo"), "del-bufalo");
  EXPECT_EQ(Slug("Inn Med (Heidelb)"), "inn-med-heidelb");
  EXPECT_EQ(Slug("O'Connor"), "oconnor");
  EXPECT_EQ(Slug("Gálvez-Ruiz"), "galvez-ruiz");
  EXPECT_EQ(Slug("医学"), "");
}

}  // namespace
}  // namespace cartograph::importers
