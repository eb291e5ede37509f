// Page tokens: where a list goes on, and of what it is a list.
//
//   token     := web-safe base64 of (version revision digest position checksum)
//   version   := 0x01
//   revision  := fixed64, little-endian: the revision that the first page was read at
//   digest    := 8 bytes: of the request without page_token, page_size and read
//   position  := bytes: what the method needs to go on
//   checksum  := 8 bytes: of all before it
//
// A token therefore cannot be cut, altered by mistake, or used with another filter: pages neither
// repeat nor skip.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"
#include "cartograph/v1/fact.pb.h"
#include "google/protobuf/message.h"

namespace cartograph::services {

struct PageToken {
  base::Revision revision;
  std::string position;
};

// The token that goes with the next page of `request`.
std::string EncodePageToken(const PageToken& token, const google::protobuf::Message& request);

// INVALID_ARGUMENT (reason PAGE_TOKEN_INVALID): malformed, damaged, or of another request.
absl::StatusOr<PageToken> DecodePageToken(absl::string_view token,
                                          const google::protobuf::Message& request);

// Where a page starts.
struct PageStart {
  v1::ReadOptions read;
  std::string position;  // "" on the first page
};

// The first page reads what `read` asks for; a later one the revision of its token.
absl::StatusOr<PageStart> StartPage(const google::protobuf::Message& request,
                                    absl::string_view token, const v1::ReadOptions& read);

// The number of items to return: `asked`, or `fallback` where it is 0. INVALID_ARGUMENT above
// `max`.
absl::StatusOr<size_t> PageSize(uint32_t asked, size_t fallback, size_t max);

}  // namespace cartograph::services
