#include "services/page_token.h"

#include <openssl/sha.h>

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "services/error_reason.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

constexpr char kVersion = 0x01;
constexpr size_t kDigestBytes = 8;
constexpr size_t kRevisionBytes = 8;
constexpr size_t kHeadBytes = 1 + kRevisionBytes + kDigestBytes;
constexpr size_t kTokenBytesMax = 4096;  // a position is a name or a number

std::string Digest(absl::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), kDigestBytes);
}

void ClearIfPresent(absl::string_view field, google::protobuf::Message* message) {
  const auto* descriptor = message->GetDescriptor()->FindFieldByName(std::string(field));
  if (descriptor != nullptr) {
    message->GetReflection()->ClearField(message, descriptor);
  }
}

// Of what must stay the same from page to page: the method (by its request type) and all that
// selects.
std::string RequestDigest(const google::protobuf::Message& request) {
  std::unique_ptr<google::protobuf::Message> selecting(request.New());
  selecting->CopyFrom(request);
  ClearIfPresent("page_token", selecting.get());
  ClearIfPresent("page_size", selecting.get());
  ClearIfPresent("read", selecting.get());
  std::string bytes = absl::StrCat(request.GetTypeName(), "\n");
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    selecting->SerializeToCodedStream(&coded);
  }
  return Digest(bytes);
}

std::string Fixed64(uint64_t number) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<char>((number >> shift) & 0xFF));
  }
  return bytes;
}

uint64_t ReadFixed64(absl::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = 0; i < kRevisionBytes; ++i) {
    number |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return number;
}

absl::Status BadToken(absl::string_view description) {
  return WithReason(InvalidField("page_token", description), kPageTokenInvalid);
}

}  // namespace

std::string EncodePageToken(const PageToken& token, const google::protobuf::Message& request) {
  std::string bytes =
      absl::StrCat(absl::string_view(&kVersion, 1), Fixed64(token.revision.number()),
                   RequestDigest(request), token.position);
  return absl::WebSafeBase64Escape(absl::StrCat(bytes, Digest(bytes)));
}

absl::StatusOr<PageToken> DecodePageToken(absl::string_view token,
                                          const google::protobuf::Message& request) {
  std::string bytes;
  if (token.size() > kTokenBytesMax || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() < kHeadBytes + kDigestBytes) {
    return BadToken("this is not a page token of this server");
  }
  absl::string_view body = absl::string_view(bytes).substr(0, bytes.size() - kDigestBytes);
  if (body[0] != kVersion || Digest(body) != bytes.substr(body.size())) {
    return BadToken("the page token is damaged, or of another version of the server");
  }
  if (body.substr(1 + kRevisionBytes, kDigestBytes) != RequestDigest(request)) {
    return BadToken(
        "the page token is of another request; send the same fields with it as for the page "
        "before");
  }
  return PageToken{base::Revision(ReadFixed64(body.substr(1))),
                   std::string(body.substr(kHeadBytes))};
}

absl::StatusOr<PageStart> StartPage(const google::protobuf::Message& request,
                                    absl::string_view token, const v1::ReadOptions& read) {
  if (token.empty()) {
    return PageStart{read, ""};
  }
  ASSIGN_OR_RETURN(PageToken decoded, DecodePageToken(token, request));
  PageStart start{.position = std::move(decoded.position)};
  start.read.set_at_revision(decoded.revision.number());
  return start;
}

absl::StatusOr<size_t> PageSize(uint32_t asked, size_t fallback, size_t max) {
  if (asked > max) {
    return InvalidField("page_size", absl::StrCat("must be at most ", max, ", got ", asked));
  }
  return asked == 0 ? fallback : asked;
}

}  // namespace cartograph::services
