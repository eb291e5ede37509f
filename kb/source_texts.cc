#include "kb/source_texts.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/sha256.h"
#include "base/status.h"
#include "base/utf8.h"
#include "kb/code_points.h"

namespace cartograph::kb {
namespace {

// Of what stands at a wrong locator: enough to see where it points.
constexpr uint64_t kFoundLengthMax = 200;

// Calls `visit` for every live entity whose name begins with `prefix`, until it returns false.
absl::Status ForEachLive(const Snapshot& snapshot, absl::string_view prefix,
                         const std::function<bool(const v1::Entity&)>& visit) {
  absl::Status decoded;
  auto parse = [&](absl::string_view name, absl::string_view bytes) {
    v1::Entity entity;
    if (!entity.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      decoded = absl::DataLossError(absl::StrCat("the stored bytes of ", name, " do not decode"));
      return false;
    }
    return entity.has_delete_time() || visit(entity);
  };
  RETURN_IF_ERROR(snapshot.ForEachEntity(prefix, "", parse));
  return decoded;
}

absl::StatusOr<std::string> SourceOf(const Snapshot& snapshot, const std::string& sha256) {
  std::string source;
  RETURN_IF_ERROR(ForEachLive(snapshot, "sources/", [&](const v1::Entity& entity) {
    const auto& texts = entity.source().text_sha256();
    if (std::find(texts.begin(), texts.end(), sha256) != texts.end()) source = entity.name();
    return source.empty();
  }));
  if (!source.empty()) return source;
  return absl::NotFoundError(absl::StrCat("no source has a text with the SHA-256 ", sha256));
}

std::string TextAt(absl::string_view text, const CodePoints& points, uint64_t offset,
                   uint64_t length) {
  const uint64_t begin = std::min(offset, points.size());
  const auto range = points.Find(begin, std::min(length, points.size() - begin));
  return std::string(text.substr(range->begin, range->end - range->begin));
}

v1::LocatorCheck CheckQuote(const std::string& evidence, const v1::Quote& quote,
                            absl::string_view text, const CodePoints& points) {
  const v1::Locator& locator = quote.locator();
  v1::LocatorCheck check;
  check.set_evidence(evidence);
  check.set_quote(quote.text());
  check.set_char_offset(locator.char_offset());
  check.set_char_length(locator.char_length());
  check.set_ok(points.Find(locator.char_offset(), locator.char_length()).has_value() &&
               TextAt(text, points, locator.char_offset(), locator.char_length()) == quote.text());
  if (!check.ok()) {
    const uint64_t length = std::min<uint64_t>(locator.char_length(), kFoundLengthMax);
    check.set_found(TextAt(text, points, locator.char_offset(), length));
  }
  return check;
}

}  // namespace

absl::StatusOr<VerifiedText> VerifySourceText(const Snapshot& snapshot, absl::string_view text) {
  VerifiedText verified;
  verified.sha256 = base::Sha256Hex(text);
  ASSIGN_OR_RETURN(verified.source, SourceOf(snapshot, verified.sha256));
  if (const auto place = base::FirstInvalidUtf8(text); place.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the text is not UTF-8: see byte ", *place,
                     "; locators count characters, so only texts have them"));
  }
  const CodePoints points(text);
  RETURN_IF_ERROR(ForEachLive(snapshot, "evidence/", [&](const v1::Entity& entity) {
    for (const v1::Quote& quote : entity.evidence().quotes()) {
      if (quote.locator().sha256() != verified.sha256) continue;
      verified.checks.push_back(CheckQuote(entity.name(), quote, text, points));
    }
    return true;
  }));
  return verified;
}

}  // namespace cartograph::kb
