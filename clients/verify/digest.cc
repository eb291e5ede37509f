#include "clients/verify/digest.h"

#include <openssl/evp.h>

#include <array>

#include "absl/strings/escaping.h"

namespace cartograph::verify {

Digest::Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

Digest::~Digest() = default;

void Digest::Add(absl::string_view bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string Digest::Finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), size));
}

std::string DigestOf(const std::vector<RuleText>& texts) {
  constexpr absl::string_view kZero("\0", 1);
  Digest digest;
  for (const RuleText& text : texts) {
    digest.Add(text.path);
    digest.Add(kZero);
    digest.Add(text.text);
    digest.Add(kZero);
  }
  return digest.Finish();
}

}  // namespace cartograph::verify
