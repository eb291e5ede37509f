// DocumentWorld: a knowledge base with one document, the evidence read in it, and a target link
// that rests on that.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kb/knowledge_base.h"

namespace cartograph::kb {

// The text of the document; the phrase "drug-free remission" stands in it twice.
extern const char kDocumentText[];

class DocumentWorld {
 public:
  DocumentWorld();
  ~DocumentWorld();

  KnowledgeBase& kb() { return *kb_; }
  // Puts an entity given as textproto.
  void Put(const std::string& textproto);
  // Puts evidence/f01 with one quote at `offset`.
  void PutEvidence(const std::string& quote, uint32_t offset, uint32_t length);

 private:
  std::string folder_;
  std::unique_ptr<KnowledgeBase> kb_;
};

}  // namespace cartograph::kb
