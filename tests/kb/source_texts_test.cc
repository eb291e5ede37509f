#include "kb/source_texts.h"

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "gtest/gtest.h"
#include "tests/kb/document_world.h"

namespace cartograph::kb {
namespace {

// "sources/wang: evidence/f01 28+19 ok", or what is found instead, or the error.
std::string Verify(DocumentWorld* world, const std::string& text) {
  const auto verified = VerifySourceText(world->kb().Latest(), text);
  if (!verified.ok()) return verified.status().ToString();
  std::string dump = absl::StrCat(verified->source, ":");
  for (const v1::LocatorCheck& check : verified->checks) {
    absl::StrAppend(&dump, " ", check.evidence(), " ", check.char_offset(), "+",
                    check.char_length(), check.ok() ? " ok" : " found ", check.found());
  }
  return dump;
}

TEST(SourceTextsTest, ComparesWhatStandsAtTheLocator) {
  DocumentWorld world;
  EXPECT_EQ(Verify(&world, kDocumentText), "sources/wang:");
  struct Case {
    const char* quote;
    uint32_t offset, length;
    const char* verdict;
  };
  for (const Case& c : std::vector<Case>{
           // Offsets count characters: the é before is one, though it has two bytes.
           {"drug-free remission", 28, 19, "28+19 ok"},
           {"drug-free remission", 78, 19, "78+19 ok"},
           {"drug-free remission", 29, 19, "29+19 found rug-free remission "},
           {"drug-free remission", 28, 18, "28+18 found drug-free remissio"},
           {"Drug-free remission", 28, 19, "28+19 found drug-free remission"},
           {"Nobody knows.", 106, 500, "106+500 found Nobody knows.\n"},
           {"Nobody knows.", 5000, 13, "5000+13 found "},
       }) {
    world.PutEvidence(c.quote, c.offset, c.length);
    EXPECT_EQ(Verify(&world, kDocumentText),
              absl::StrCat("sources/wang: evidence/f01 ", c.verdict));
  }
}

TEST(SourceTextsTest, NamesTheHashOfATextThatIsNoSource) {
  DocumentWorld world;
  EXPECT_EQ(Verify(&world, "abc"), absl::StrCat("NOT_FOUND: no source has a text with the SHA-256 ",
                                                base::Sha256Hex("abc")));
}

TEST(SourceTextsTest, RefusesATextWithoutCharacters) {
  DocumentWorld world;
  const std::string text = "a\xff";
  world.Put(
      absl::StrCat("name: \"sources/scan\" source { kind: SOURCE_KIND_ARTICLE"
                   " standing: STANDING_CURRENT text_sha256: \"",
                   base::Sha256Hex(text), "\" }"));
  EXPECT_EQ(Verify(&world, text),
            "INVALID_ARGUMENT: the text is not UTF-8: see byte 1; locators count characters, so "
            "only texts have them");
}

}  // namespace
}  // namespace cartograph::kb
