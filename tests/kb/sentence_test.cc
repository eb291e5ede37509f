#include "kb/sentence.h"

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

std::string Around(const std::string& text, const std::string& phrase) {
  const size_t begin = text.find(phrase);
  return SentenceAround(text, ByteRange{begin, begin + phrase.size()});
}

TEST(SentenceTest, EndsWhereTheSentenceDoes) {
  struct Case {
    const char* text;
    const char* phrase;
    const char* sentence;
  };
  for (const Case& c : std::vector<Case>{
           {"One cell. Two cells died. Three.", "cells", "Two cells died."},
           {"One cell. Two cells died. Three.", "One", "One cell."},
           {"One cell. Two cells died. Three.", "Three.", "Three."},
           {"No end", "No", "No end"},
           {"In approx. ten cases it helped. So.", "helped", "In approx. ten cases it helped."},
           {"Title\nAbstract of 3.5 lines\nMore", "3.5", "Abstract of 3.5 lines"},
           {"It ended?  Then! 4 began.", "Then", "Then!"},
           {"<p><p>It helped.</p> Not", "helped", "It helped."},
           {"If p < 0.05 then > 1 holds. X", "then", "If p < 0.05 then > 1 holds."},
           {"{\"title\":\"It helped?\",\"a\":1}", "helped", "It helped?"},
           {"{\\\"title\\\":\\\"It helped\\\",\\\"a\\\":1}", "helped", "It helped"},
           {"他说。自体免疫疾病！后", "免疫", "自体免疫疾病！"},
       }) {
    EXPECT_EQ(Around(c.text, c.phrase), c.sentence) << c.text;
  }
}

TEST(SentenceTest, IsBoundedOnCodePoints) {
  std::string side;
  for (int i = 0; i < 600; ++i) side += "é";
  const std::string sentence = Around("x" + side + "phrase" + side, "phrase");
  EXPECT_EQ(sentence.size(), 2 * 1000 + std::string("phrase").size());
  const std::string odd = Around("x" + side + "phrase", "phrase");
  EXPECT_EQ(odd.size(), 1000 + std::string("phrase").size());
  EXPECT_EQ(odd.substr(0, 2), "é");
}

}  // namespace
}  // namespace cartograph::kb
