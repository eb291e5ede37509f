#include "storage/key_codec.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cartograph::storage {
namespace {

using base::Revision;

constexpr char kEscape = '\x00';
constexpr char kEscapedZero = '\xff';
constexpr char kEnd = '\x01';
constexpr char kAfterEnd = '\x02';

constexpr char kRequestById = 'i';
constexpr char kRequestByAge = 'r';
constexpr char kActivation = 'a';
constexpr char kPack = 'p';
constexpr char kKbMeta = 'k';

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("stored bytes do not decode: ", what));
}

absl::Status TakeTag(char tag, absl::string_view* in) {
  if (in->empty() || in->front() != tag) {
    return Damaged(absl::StrCat("a key does not begin with '", absl::string_view(&tag, 1), "'"));
  }
  in->remove_prefix(1);
  return absl::OkStatus();
}

void AppendEscaped(absl::string_view text, std::string* out) {
  for (char c : text) {
    out->push_back(c);
    if (c == kEscape) out->push_back(kEscapedZero);
  }
}

Revision Mirrored(Revision revision) { return Revision(UINT64_MAX - revision.number()); }

void AppendNewestFirst(Revision revision, std::string* out) {
  AppendOldestFirst(Mirrored(revision), out);
}

absl::StatusOr<Revision> TakeNewestFirst(absl::string_view* in) {
  ASSIGN_OR_RETURN(Revision mirrored, TakeOldestFirst(in));
  return Mirrored(mirrored);
}

absl::StatusOr<NameAndRevision> ParseNameAndRevision(absl::string_view key) {
  NameAndRevision parsed;
  ASSIGN_OR_RETURN(parsed.name, TakeText(&key));
  ASSIGN_OR_RETURN(parsed.revision, TakeNewestFirst(&key));
  RETURN_IF_ERROR(CheckConsumed(key));
  return parsed;
}

}  // namespace

void AppendOldestFirst(Revision revision, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(revision.number() >> shift & 0xff));
  }
}

absl::StatusOr<Revision> TakeOldestFirst(absl::string_view* in) {
  if (in->size() < 8) {
    return Damaged(absl::StrCat(in->size(), " bytes where a revision of 8 bytes should stand"));
  }
  uint64_t number = 0;
  for (char c : in->substr(0, 8)) number = number << 8 | static_cast<unsigned char>(c);
  in->remove_prefix(8);
  return Revision(number);
}

void AppendText(absl::string_view text, std::string* out) {
  AppendEscaped(text, out);
  out->push_back(kEscape);
  out->push_back(kEnd);
}

absl::StatusOr<std::string> TakeText(absl::string_view* in) {
  std::string text;
  size_t from = 0;
  while (true) {
    size_t zero = in->find(kEscape, from);
    if (zero == absl::string_view::npos || zero + 1 == in->size()) {
      return Damaged("a text has no end");
    }
    text.append(in->data() + from, zero - from);
    char next = (*in)[zero + 1];
    from = zero + 2;
    if (next == kEnd) break;
    if (next != kEscapedZero) return Damaged("0x00 in a text is not escaped");
    text.push_back(kEscape);
  }
  in->remove_prefix(from);
  return text;
}

absl::Status CheckConsumed(absl::string_view rest) {
  if (rest.empty()) return absl::OkStatus();
  return Damaged(absl::StrCat("\"", absl::CHexEscape(rest.substr(0, 64)), "\" is left over"));
}

std::string HistoryOf(absl::string_view name) {
  std::string key;
  AppendText(name, &key);
  return key;
}

std::string HistoryKey(absl::string_view name, Revision revision) {
  std::string key = HistoryOf(name);
  AppendNewestFirst(revision, &key);
  return key;
}

std::string HistoryPrefix(absl::string_view name_prefix) {
  std::string key;
  AppendEscaped(name_prefix, &key);
  return key;
}

std::string HistoryEnd(absl::string_view name) {
  std::string key = HistoryPrefix(name);
  key.push_back(kEscape);
  key.push_back(kAfterEnd);
  return key;
}

absl::StatusOr<NameAndRevision> ParseHistoryKey(absl::string_view key) {
  return ParseNameAndRevision(key);
}

std::string ReferenceKey(const Reference& reference) {
  std::string key;
  AppendText(reference.to, &key);
  AppendText(reference.from, &key);
  key.append(reference.field);
  return key;
}

std::string ReferencesTo(absl::string_view to) {
  std::string key;
  AppendText(to, &key);
  return key;
}

absl::StatusOr<Reference> ParseReferenceKey(absl::string_view key) {
  Reference reference;
  ASSIGN_OR_RETURN(reference.to, TakeText(&key));
  ASSIGN_OR_RETURN(reference.from, TakeText(&key));
  reference.field = std::string(key);
  return reference;
}

std::string ChangeKey(Revision revision) {
  std::string key;
  AppendOldestFirst(revision, &key);
  return key;
}

absl::StatusOr<Revision> ParseChangeKey(absl::string_view key) {
  ASSIGN_OR_RETURN(Revision revision, TakeOldestFirst(&key));
  RETURN_IF_ERROR(CheckConsumed(key));
  return revision;
}

std::string RequestKey(absl::string_view request_id) {
  return absl::StrCat(absl::string_view(&kRequestById, 1), request_id);
}

std::string AllRequestAges() { return std::string(1, kRequestByAge); }

std::string RequestAgeKey(Revision revision) {
  std::string key = AllRequestAges();
  AppendOldestFirst(revision, &key);
  return key;
}

absl::StatusOr<Revision> ParseRequestAgeKey(absl::string_view key) {
  RETURN_IF_ERROR(TakeTag(kRequestByAge, &key));
  return ParseChangeKey(key);
}

std::string AllActivations() { return std::string(1, kActivation); }

std::string ActivationKey(Revision revision) {
  std::string key = AllActivations();
  AppendNewestFirst(revision, &key);
  return key;
}

absl::StatusOr<Revision> ParseActivationKey(absl::string_view key) {
  RETURN_IF_ERROR(TakeTag(kActivation, &key));
  ASSIGN_OR_RETURN(Revision revision, TakeNewestFirst(&key));
  RETURN_IF_ERROR(CheckConsumed(key));
  return revision;
}

std::string AllRulePacks() { return std::string(1, kPack); }

std::string RulePacksOf(absl::string_view name) {
  std::string key = AllRulePacks();
  AppendText(name, &key);
  return key;
}

std::string RulePackKey(absl::string_view name, Revision revision) {
  std::string key = RulePacksOf(name);
  AppendNewestFirst(revision, &key);
  return key;
}

absl::StatusOr<NameAndRevision> ParseRulePackKey(absl::string_view key) {
  RETURN_IF_ERROR(TakeTag(kPack, &key));
  return ParseNameAndRevision(key);
}

std::string KbMetaKey(absl::string_view key) {
  return absl::StrCat(absl::string_view(&kKbMeta, 1), key);
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace cartograph::storage
