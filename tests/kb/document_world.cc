#include "tests/kb/document_world.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/sha256.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace cartograph::kb {

const char kDocumentText[] =
    "Médecine\n"
    "CAR T cells induce drug-free remission in lupus. They are costly.\n"
    "Is drug-free remission a cure? Nobody knows.\n";

DocumentWorld::DocumentWorld() {
  folder_ = std::filesystem::temp_directory_path() / "cartograph-kb-XXXXXX";
  CHECK(mkdtemp(folder_.data()) != nullptr);
  KnowledgeBaseOptions options;
  options.data_dir = folder_;
  auto kb = KnowledgeBase::Open(options);
  EXPECT_TRUE(kb.ok()) << kb.status();
  kb_ = *std::move(kb);
  Put("name: \"diseases/sle\" disease { names { text: \"lupus\" kind: NAME_KIND_PREFERRED } }");
  Put("name: \"targets/cd19\" target { names { text: \"CD19\" kind: NAME_KIND_PREFERRED }"
      " kind: TARGET_KIND_PROTEIN }");
  Put("name: \"therapies/car-t\" therapy { names { text: \"CAR T\" kind: NAME_KIND_PREFERRED }"
      " modality: THERAPY_MODALITY_CAR_T }");
  Put(absl::StrCat(
      "name: \"sources/wang\" source { kind: SOURCE_KIND_REVIEW standing: STANDING_CURRENT"
      " titles { text: \"自体\" language: \"zh\" machine_translated: true }"
      " titles { text: \"CAR T in lupus\" } text_sha256: \"",
      base::Sha256Hex(kDocumentText), "\" }"));
}

DocumentWorld::~DocumentWorld() {
  kb_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void DocumentWorld::Put(const std::string& textproto) {
  v1::Mutation mutation;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(textproto, mutation.mutable_put()))
      << textproto;
  WriteContext context;
  context.actor = "test";
  const auto result = kb_->Commit({mutation}, {}, context);
  ASSERT_TRUE(result.ok()) << result.status();
}

void DocumentWorld::PutEvidence(const std::string& quote, uint32_t offset, uint32_t length) {
  Put(absl::StrCat(
      R"pb(
        name: "evidence/f01"
        evidence { source: "sources/wang"
                   proposition {
                     subjects: "therapies/car-t"
                     predicate: CLAIM_PREDICATE_STUDIED_IN
                     objects: "diseases/sle"
                   }
                   direction: DIRECTION_SUPPORTS
                   modality: CLAIM_MODALITY_ASSERTED
                   coordination: COORDINATION_SINGLE
                   statement: "Remission without drugs."
                   review { status: REVIEW_STATUS_ACCEPTED submitter: "a" accepter: "b" }
                   quotes { document: "sources/wang")pb",
      "text: \"", absl::CEscape(quote), "\" locator { sha256: \"", base::Sha256Hex(kDocumentText),
      "\" char_offset: ", offset, " char_length: ", length, " } } }"));
}

}  // namespace cartograph::kb
