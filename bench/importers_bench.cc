// Reading files of foreign formats: bytes and records a second of CPU time, from stream to draft,
// without a server. The inputs are made here: citations of usual size, each with an abstract and
// ten authors.

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "benchmark/benchmark.h"
#include "importers/formats.h"

namespace cartograph::importers {
namespace {

constexpr int kRecords = 2000;
constexpr int kAuthors = 10;
constexpr int kSentences = 16;

std::string Abstract() {
  std::string text;
  for (int i = 0; i < kSentences; ++i) {
    absl::StrAppend(&text,
                    "Chimeric antigen receptor T cells were given to patients with lupus, number ",
                    i, " of a series. ");
  }
  return text;
}

std::string RisRecord(int i) {
  std::string text =
      absl::StrCat("TY  - JOUR\nTI  - Title number ", i, "\nAB  - ", Abstract(),
                   "\nDO  - 10.1000/bench.", i, "\nPY  - 2020/01/02\nJF  - Journal\n");
  for (int a = 0; a < kAuthors; ++a) {
    absl::StrAppend(&text, "AU  - Family", a, ", Given\n");
  }
  return absl::StrCat(text, "ER  - \n\n");
}

std::string NbibRecord(int i) {
  std::string text =
      absl::StrCat("PMID- ", i + 1, "\nTI  - Title number ", i, "\nAB  - ", Abstract(),
                   "\nAID - 10.1000/bench.", i, " [doi]\nDP  - 2020 Jan 2\nJT  - Journal\n");
  for (int a = 0; a < kAuthors; ++a) {
    absl::StrAppend(&text, "FAU - Family", a,
                    ", Given\nAD  - Department of Examples, Testville.\n");
  }
  return absl::StrCat(text, "PT  - Journal Article\n\n");
}

std::string XmlRecord(int i) {
  std::string text = absl::StrCat("<PubmedArticle><MedlineCitation><PMID>", i + 1,
                                  "</PMID><Article><Journal><JournalIssue><PubDate><Year>"
                                  "2020</Year></PubDate></JournalIssue><Title>Journal</Title></"
                                  "Journal><ArticleTitle>Title number ",
                                  i, "</ArticleTitle><Abstract><AbstractText>", Abstract(),
                                  "</AbstractText></Abstract><AuthorList>\n");
  for (int a = 0; a < kAuthors; ++a) {
    absl::StrAppend(
        &text, "  <Author ValidYN=\"Y\"><LastName>Family", a,
        "</LastName><ForeName>Given</ForeName>",
        "<AffiliationInfo><Affiliation>Department of Examples, Testville.</Affiliation>",
        "</AffiliationInfo></Author>\n");
  }
  return absl::StrCat(text, "</AuthorList></Article></MedlineCitation></PubmedArticle>\n");
}

void Read(benchmark::State& state, const char* name, std::string (*record)(int)) {
  std::string file;
  for (int i = 0; i < kRecords; ++i) {
    file += record(i);
  }
  for (auto _ : state) {
    std::istringstream in(file);
    std::unique_ptr<RecordReader> reader = FindFormat(name)->open(&in, {});
    int records = 0;
    while (std::optional<Record> read = reader->Next()) {
      CHECK(read->draft.ok());
      ++records;
    }
    CHECK(records == kRecords);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) *
                          static_cast<int64_t>(file.size()));
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * kRecords);
}

BENCHMARK_CAPTURE(Read, ris, "ris", &RisRecord);
BENCHMARK_CAPTURE(Read, nbib, "nbib", &NbibRecord);
BENCHMARK_CAPTURE(Read, pubmed_xml, "pubmed-xml", &XmlRecord);

}  // namespace
}  // namespace cartograph::importers

BENCHMARK_MAIN();
