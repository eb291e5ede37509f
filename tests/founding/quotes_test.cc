// The quotes of the corpus: short, in place, and, where the documents are at hand, exactly what
// stands there.
//
// CARTOGRAPH_SOURCES names a folder with the raw documents; tests that need it are skipped without
// it.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/sha256.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/founding/founding_server.h"
#include "tests/founding/tables.h"

namespace cartograph::founding {
namespace {

namespace fs = std::filesystem;

constexpr size_t kQuoteWordsMax = 15;
constexpr size_t kBorrowedWordsMax = 7;  // in a row, of a statement in our own words

// The code points of UTF-8 text.
std::u32string CodePointsOf(const std::string& text) {
  std::u32string points;
  for (unsigned char byte : text) {
    if ((byte & 0xC0) != 0x80) {
      points.push_back(byte < 0x80   ? byte
                       : byte < 0xE0 ? byte & 0x1F
                       : byte < 0xF0 ? byte & 0xF
                                     : byte & 7);
    } else {
      points.back() = (points.back() << 6) | (byte & 0x3F);
    }
  }
  return points;
}

bool IsHan(char32_t point) { return point >= 0x3400 && point <= 0x9FFF; }

// Words between blanks; a Chinese character counts as a word.
size_t CountWords(const std::string& text) {
  size_t words = 0;
  bool inside = false;
  for (char32_t point : CodePointsOf(text)) {
    if (IsHan(point)) ++words;
    const bool part = point != ' ' && !IsHan(point);
    if (part && !inside) ++words;
    inside = part;
  }
  return words;
}

std::map<std::string, v1::Evidence> EvidenceByName() {
  std::map<std::string, v1::Evidence> evidence;
  for (const v1::Entity& entity : FoundingEntities()) {
    if (entity.has_evidence()) evidence[entity.name()] = entity.evidence();
  }
  return evidence;
}

std::map<std::string, v1::Source> SourcesByName() {
  std::map<std::string, v1::Source> sources;
  for (const v1::Entity& entity : FoundingEntities()) {
    if (entity.has_source()) sources[entity.name()] = entity.source();
  }
  return sources;
}

TEST(QuotesTest, AreShortPhrasesWithAPlaceInTheirDocument) {
  const auto sources = SourcesByName();
  const auto evidence = EvidenceByName();
  EXPECT_EQ(evidence.size(), 85u);
  for (const auto& [name, body] : evidence) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(body.quotes().empty());
    for (const v1::Quote& quote : body.quotes()) {
      EXPECT_LE(CountWords(quote.text()), kQuoteWordsMax) << quote.text();
      EXPECT_THAT(quote.document(), ::testing::AnyOf(body.source(), body.via()));
      EXPECT_THAT(sources.at(quote.document()).text_sha256(),
                  ::testing::Contains(quote.locator().sha256()));
      EXPECT_EQ(CodePointsOf(quote.text()).size(), quote.locator().char_length());
      EXPECT_FALSE(quote.section().empty());
    }
  }
}

TEST(QuotesTest, WordsAreCountedInBothScripts) {
  EXPECT_EQ(CountWords("long-lasting, drug-free remission"), 3u);
  EXPECT_EQ(CountWords("针对CD19的CAR T细胞"), 8u);
  EXPECT_EQ(CountWords(""), 0u);
}

TEST(StatementsTest, AreAllDifferentAndReviewed) {
  std::set<std::string> statements;
  for (const auto& [name, body] : EvidenceByName()) {
    EXPECT_TRUE(statements.insert(body.statement()).second) << name;
    EXPECT_EQ(body.review().status(), v1::REVIEW_STATUS_ACCEPTED);
    EXPECT_NE(body.review().submitter(), body.review().accepter());
  }
}

class DocumentsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("CARTOGRAPH_SOURCES");
    if (folder == nullptr || *folder == '\0') {
      GTEST_SKIP() << "CARTOGRAPH_SOURCES does not name the folder of the documents";
    }
    folder_ = folder;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      if (!entry.is_regular_file()) continue;
      const std::string text = ReadFile(entry.path().string());
      texts_[base::Sha256Hex(text)] = text;
    }
  }

  fs::path folder_;
  std::map<std::string, std::string> texts_;  // by SHA-256
};

TEST_F(DocumentsTest, EveryLocatorMarksItsQuote) {
  std::map<std::string, std::u32string> points;
  for (const auto& [sha256, text] : texts_) points[sha256] = CodePointsOf(text);
  size_t checked = 0;
  for (const auto& [name, body] : EvidenceByName()) {
    for (const v1::Quote& quote : body.quotes()) {
      const v1::Locator& place = quote.locator();
      ASSERT_EQ(points.count(place.sha256()), 1u) << name << ": no document has this SHA-256";
      const std::u32string& text = points[place.sha256()];
      ASSERT_LE(place.char_offset() + place.char_length(), text.size()) << name;
      EXPECT_TRUE(text.substr(place.char_offset(), place.char_length()) ==
                  CodePointsOf(quote.text()))
          << name << ": " << quote.text();
      ++checked;
    }
  }
  EXPECT_GE(checked, 85u);
}

std::vector<std::string> WordsOf(const std::string& text) {
  std::string letters;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    letters.push_back(absl::ascii_isalnum(byte) ? static_cast<char>(absl::ascii_tolower(byte))
                                                : ' ');
  }
  return absl::StrSplit(letters, ' ', absl::SkipEmpty());
}

// All runs of `length` words, joined by blanks.
std::set<std::string> Runs(const std::vector<std::string>& words, size_t length) {
  std::set<std::string> runs;
  for (size_t i = 0; i + length <= words.size(); ++i) {
    runs.insert(absl::StrJoin(words.begin() + static_cast<long>(i),
                              words.begin() + static_cast<long>(i + length), " "));
  }
  return runs;
}

TEST_F(DocumentsTest, StatementsAreInOurOwnWords) {
  std::set<std::string> written;
  for (const auto& [sha256, text] : texts_)
    written.merge(Runs(WordsOf(text), kBorrowedWordsMax + 1));
  ASSERT_FALSE(written.empty());
  for (const auto& [name, body] : EvidenceByName()) {
    for (const std::string& run : Runs(WordsOf(body.statement()), kBorrowedWordsMax + 1)) {
      EXPECT_EQ(written.count(run), 0u) << name << " borrows: " << run;
    }
  }
}

// "key=value; key=value", as the curators' table has them.
std::string QualifiersText(const v1::Proposition& claim) {
  std::vector<std::string> parts;
  for (const v1::Qualifier& q : claim.qualifiers()) parts.push_back(q.key() + "=" + q.value());
  return absl::StrJoin(parts, "; ");
}

std::string Symbol(const std::string& constant, const std::string& prefix) {
  return absl::AsciiStrToLower(constant.substr(prefix.size()));
}

// One row of the curators' table, without the place in the text.
Row TableRow(const std::string& name, const v1::Evidence& body) {
  const v1::Proposition& claim = body.proposition();
  const std::string outcome =
      claim.outcomes().empty() ? "" : v1::Outcome_Name(claim.outcomes(0)).substr(8);
  return {name.substr(std::string("evidence/").size()),
          body.source(),
          body.via(),
          absl::StrJoin(claim.subjects(), ","),
          Symbol(v1::ClaimPredicate_Name(claim.predicate()), "CLAIM_PREDICATE_"),
          absl::StrJoin(claim.objects(), ","),
          claim.object_text(),
          outcome,
          absl::StrJoin(claim.contexts(), ","),
          Symbol(v1::Coordination_Name(body.coordination()), "COORDINATION_"),
          Symbol(v1::Direction_Name(body.direction()), "DIRECTION_"),
          Symbol(v1::ClaimModality_Name(body.modality()), "CLAIM_MODALITY_"),
          QualifiersText(claim),
          body.quotes(0).document().substr(std::string("sources/").size())};
}

TEST_F(DocumentsTest, ClaimsAreThoseOfTheCuratorsTable) {
  fs::path table = folder_ / "corpus.tsv";
  if (!fs::exists(table)) table = folder_ / ".." / "corpus.tsv";
  if (!fs::exists(table)) GTEST_SKIP() << "no corpus.tsv in CARTOGRAPH_SOURCES or beside it";
  const auto rows = ReadTsv(table.string());
  const auto evidence = EvidenceByName();
  ASSERT_EQ(rows.size(), evidence.size() + 1);
  for (size_t i = 1; i < rows.size(); ++i) {
    const std::string name = "evidence/" + rows[i][0];
    ASSERT_EQ(evidence.count(name), 1u) << name;
    const v1::Evidence& body = evidence.at(name);
    EXPECT_EQ(TableRow(name, body), Row(rows[i].begin(), rows[i].begin() + 14));
    const uint32_t begin = static_cast<uint32_t>(std::stoul(rows[i][14]));
    const uint32_t end = begin + static_cast<uint32_t>(std::stoul(rows[i][15]));
    for (const v1::Quote& quote : body.quotes()) {
      if (quote.language() != "en") continue;
      EXPECT_GE(quote.locator().char_offset(), begin) << name;
      EXPECT_LE(quote.locator().char_offset() + quote.locator().char_length(), end) << name;
    }
  }
}

}  // namespace
}  // namespace cartograph::founding
