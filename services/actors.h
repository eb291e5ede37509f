// ActorTable: who a caller is, by the bearer token it shows.

#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace cartograph::services {

inline constexpr char kLocalActor[] = "local";

// Immutable; thread-safe. Tokens are kept and looked up as SHA-256 digests, so that neither a
// memory dump nor the time of a look-up tells one.
class ActorTable {
 public:
  // No tokens: every caller is `local`. For servers that listen on loopback only.
  ActorTable() = default;
  // Lines "subject token"; empty lines and lines that begin with '#' are skipped. INVALID_ARGUMENT
  // names the line that is malformed, shorter than 16 bytes of token, or repeats a token;
  // FAILED_PRECONDITION when there is no token at all.
  static absl::StatusOr<ActorTable> Parse(absl::string_view text);
  // Parse over a file. NOT_FOUND when it cannot be read.
  static absl::StatusOr<ActorTable> ReadFile(const std::string& path);

  // Whether callers must show a token.
  bool required() const { return !subject_by_digest_.empty(); }
  // The subject of an `authorization` header: "Bearer <token>". UNAUTHENTICATED when it is missing
  // or not known.
  absl::StatusOr<std::string> Find(absl::string_view authorization) const;

 private:
  absl::flat_hash_map<std::string, std::string> subject_by_digest_;
};

}  // namespace cartograph::services
