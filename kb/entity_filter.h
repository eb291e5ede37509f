// EntityFilter: which entities a list shows. A subset of AIP-160.
//
//   filter     = [ sequence ]                          an empty filter matches everything
//   sequence   = choice { "AND" choice }
//   choice     = term { "OR" term }                    OR binds closer than AND, as AIP-160 has it
//   term       = ( "NOT" | "-" ) term | "(" sequence ")" | comparison
//   comparison = path operator value
//   path       = field { "." field }                   below Entity: evidence.proposition.subjects
//   operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | ":"
//   value      = '"' text '"' | "'" text "'" | word     \" \' and \\ in quotes; a word ends at a
//   space, ( or )
//
// A comparison holds when it holds for any of the values that the path leads to: a repeated field
// leads to each of its elements, an unset message to none. So NOT (a = 1) says "no element is 1",
// and a != 1 "some element is not 1".
//
// By type of the field: text compares by its bytes, and `:` means "contains" whatever the case of
// A-Z; numbers compare as numbers; a timestamp is RFC 3339 text; an enum is the full name of its
// value, and it and a bool have only =, != and `:`; outside of text `:` means =. `path:*` holds
// when the field is set, or not empty.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace cartograph::kb {

struct FilterNode;

// A parsed filter. Immutable; any thread may match with it.
class EntityFilter {
 public:
  static constexpr size_t kBytesMax =
      4096;  // people write filters; a list of a thousand names is a batch
  static constexpr size_t kDepthMax =
      50;  // of parentheses and NOTs: bounds every recursion over the tree

  // Errors: INVALID_ARGUMENT says at which character, and for an unknown field or enum value the
  // nearest name.
  static absl::StatusOr<EntityFilter> Parse(absl::string_view text,
                                            const google::protobuf::Descriptor* entity);
  EntityFilter(EntityFilter&&) noexcept;
  EntityFilter& operator=(EntityFilter&&) noexcept;
  ~EntityFilter();

  // REQUIRES: `entity` is a message of the descriptor given to Parse. Cost: the values that the
  // paths lead to.
  bool Matches(const google::protobuf::Message& entity) const;
  // With every operator in parentheses and every value quoted: for tests.
  std::string Dump() const;

 private:
  explicit EntityFilter(std::unique_ptr<const FilterNode> root);
  std::unique_ptr<const FilterNode> root_;
};

}  // namespace cartograph::kb
