#include "services/actors.h"

#include <openssl/sha.h>

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"

namespace cartograph::services {
namespace {

constexpr absl::string_view kScheme = "bearer ";
constexpr size_t kTokenBytesMin = 16;     // shorter ones can be guessed
constexpr size_t kSubjectBytesMax = 128;  // stored with every entity it writes

std::string Digest(absl::string_view token) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

absl::StatusOr<std::pair<std::string, std::string>> ParseLine(absl::string_view line, int number) {
  std::vector<std::string> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
  if (words.size() != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", number, ": want \"subject token\", got ", words.size(), " words"));
  }
  if (words[0].size() > kSubjectBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", number, ": the subject is longer than ", kSubjectBytesMax, " bytes"));
  }
  if (words[1].size() < kTokenBytesMin) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", number, ": the token is shorter than ", kTokenBytesMin, " bytes"));
  }
  return std::make_pair(words[0], words[1]);
}

}  // namespace

absl::StatusOr<ActorTable> ActorTable::Parse(absl::string_view text) {
  ActorTable table;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || line[0] == '#') {
      continue;
    }
    ASSIGN_OR_RETURN(auto entry, ParseLine(line, number));
    if (!table.subject_by_digest_.emplace(Digest(entry.second), entry.first).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", number, ": this token stands above already"));
    }
  }
  if (!table.required()) {
    return absl::FailedPreconditionError("no token in it");
  }
  return table;
}

absl::StatusOr<ActorTable> ActorTable::ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("token file ", path, ": cannot be read"));
  }
  auto table = Parse(text.str());
  if (!table.ok()) {
    return absl::Status(table.status().code(),
                        absl::StrCat("token file ", path, ": ", table.status().message()));
  }
  return table;
}

absl::StatusOr<std::string> ActorTable::Find(absl::string_view authorization) const {
  if (!required()) {
    return kLocalActor;
  }
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) {
    return absl::UnauthenticatedError(
        "this server wants a bearer token in the authorization header");
  }
  auto subject = subject_by_digest_.find(Digest(authorization.substr(kScheme.size())));
  if (subject == subject_by_digest_.end()) {
    return absl::UnauthenticatedError("the bearer token is not known here");
  }
  return subject->second;
}

}  // namespace cartograph::services
