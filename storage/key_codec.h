// The keys of every column family: how names and revisions become bytes that sort as they should.
//
//   entity key     := name                                  name: its bytes as they are
//   history key    := text(name) newest_first(revision)
//   reference key  := text(to) text(from) field
//   change key     := oldest_first(revision)
//   request key    := 'i' request_id                        id → revision
//                   | 'r' oldest_first(revision)            revision → id, to forget it in time
//   rule pack key  := 'a' newest_first(revision)            which packs are active from there on
//                   | 'p' text(name) newest_first(revision) a pack's text
//   text key       := sha256                                32 bytes
//   meta key       := 'k' key                               kb's own
//                   | 's' key                               the store's: see format.h
//
//   text(s)          := s with every 0x00 written as 0x00 0xFF, then 0x00 0x01
//   oldest_first(r)  := r as 8 bytes, most significant first
//   newest_first(r)  := oldest_first(2^64 − 1 − r)
//
// Because 0x00 0x01 is less than anything that can continue a text, text(a) < text(b) exactly when
// a < b bytewise, no text is a prefix of another, and a composite key sorts by its parts in turn.
//
// Example: the history key of "d/sle" at revision 5 is
//   64 2f 73 6c 65   00 01   ff ff ff ff ff ff ff fa
//   d  /  s  l  e    end     2^64 − 1 − 5
// and sorts before that of revision 4 (… fb), and both before any key of "d/sle2" (… 65 32 …).
//
// Parsing is total: any bytes give a value or DATA_LOSS, and what parses encodes to the same bytes.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"
#include "storage/write_set.h"

namespace cartograph::storage {

struct NameAndRevision {
  std::string name;
  base::Revision revision;

  friend bool operator==(const NameAndRevision&, const NameAndRevision&) = default;
};

std::string HistoryKey(absl::string_view name, base::Revision revision);
// What the history keys of `name` begin with, and no others.
std::string HistoryOf(absl::string_view name);
// What the history keys of all names with this prefix begin with.
std::string HistoryPrefix(absl::string_view name_prefix);
// Greater than every history key of `name`, not greater than any of the names after it.
std::string HistoryEnd(absl::string_view name);
absl::StatusOr<NameAndRevision> ParseHistoryKey(absl::string_view key);

std::string ReferenceKey(const Reference& reference);
// What the keys of all references to `to` begin with, and no others.
std::string ReferencesTo(absl::string_view to);
absl::StatusOr<Reference> ParseReferenceKey(absl::string_view key);

std::string ChangeKey(base::Revision revision);
absl::StatusOr<base::Revision> ParseChangeKey(absl::string_view key);

std::string RequestKey(absl::string_view request_id);
std::string RequestAgeKey(base::Revision revision);
std::string AllRequestAges();  // what their keys begin with
absl::StatusOr<base::Revision> ParseRequestAgeKey(absl::string_view key);

std::string ActivationKey(base::Revision revision);
std::string AllActivations();
absl::StatusOr<base::Revision> ParseActivationKey(absl::string_view key);
std::string RulePackKey(absl::string_view name, base::Revision revision);
std::string RulePacksOf(absl::string_view name);
std::string AllRulePacks();
absl::StatusOr<NameAndRevision> ParseRulePackKey(absl::string_view key);

std::string KbMetaKey(absl::string_view key);

// The least string greater than all that begin with `prefix`; empty when there is none.
std::string PrefixEnd(absl::string_view prefix);

// A revision as bytes that sort from the oldest; also the form of a stored revision.
void AppendOldestFirst(base::Revision revision, std::string* out);
// Takes 8 bytes off the front of `in`.
absl::StatusOr<base::Revision> TakeOldestFirst(absl::string_view* in);
// A text with its end, as in the grammar above.
void AppendText(absl::string_view text, std::string* out);
// Takes one text with its end off the front of `in`.
absl::StatusOr<std::string> TakeText(absl::string_view* in);

// OK when nothing is left of a key or value that has been taken apart; else DATA_LOSS.
absl::Status CheckConsumed(absl::string_view rest);

}  // namespace cartograph::storage
