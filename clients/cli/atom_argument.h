// Facts and values as people type them: 'studied_in("targets/cd19","diseases/sle",_)', disease=sle.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"
#include "cartograph/v1/fact_service.pb.h"

namespace cartograph::clients {

using Columns = google::protobuf::RepeatedPtrField<v1::Column>;

// A value as typed, before its column is known.
struct ArgumentText {
  std::string text;     // without quotes, escapes replaced
  bool quoted = false;  // then it is exactly this symbol
  std::string column;   // "disease" of disease=sle; "" when the place says which

  // `_`: any value.
  bool wildcard() const { return !quoted && text == "_"; }
};

// A predicate and its arguments as typed.
struct AtomText {
  std::string predicate;
  std::vector<ArgumentText> arguments;
};

// Whether `text` has the form of an atom: a name, then a parenthesis.
bool LooksLikeAtom(absl::string_view text);

// atom := name "(" [ argument { "," argument } ] ")" ["."]
// argument := string | record | word
// A string is in double quotes, with the escapes of the rules; a record is kept as written; a word
// is all else up to a comma or the last parenthesis: 12, _, targets/cd19. Spaces around arguments
// do not count.
//
// Errors: INVALID_ARGUMENT, naming what stands where.
absl::StatusOr<AtomText> ParseAtom(absl::string_view text);

// "disease=sle", "sle", "_" or "\"diseases/sle\"", as one word of a command line. Only with `named`
// is what stands before a
// `=` a column.
ArgumentText ParseArgument(absl::string_view word, bool named);

// The value that `argument` means in `column`. In a column that holds entities of one collection a
// word without "/" is an id: sle means diseases/sle.
//
// Errors: INVALID_ARGUMENT for a word that is not of the column's kind, and for an id alone where
// several collections fit.
absl::StatusOr<v1::Value> ValueOf(const ArgumentText& argument, const v1::Column& column);

// The columns that `arguments` bind, in order; wildcards bind none. By place where no column is
// named: fewer than there are columns leave the last ones open.
//
// Errors: INVALID_ARGUMENT for an unknown or repeated column and for too many values; those of
// ValueOf.
absl::StatusOr<std::vector<v1::ColumnFilter>> FiltersOf(const std::vector<ArgumentText>& arguments,
                                                        const Columns& columns);

}  // namespace cartograph::clients
