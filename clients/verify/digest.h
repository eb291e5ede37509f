// Digest: the SHA-256 of what is added piece by piece.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/verify/rule_syntax.h"

struct evp_md_ctx_st;

namespace cartograph::verify {

class Digest {
 public:
  Digest();
  ~Digest();

  void Add(absl::string_view bytes);
  // In hexadecimal. To be asked once, last.
  std::string Finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

// Of rules: for each text, in order, its path, a zero byte, the text, and a zero byte.
std::string DigestOf(const std::vector<RuleText>& texts);

}  // namespace cartograph::verify
