// Values, facts and enumerators as text.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "cartograph/v1/fact.pb.h"
#include "google/protobuf/descriptor.h"

namespace cartograph::clients {

// As a cell shows it: a symbol is its text, without quotes. A float has the fewest digits that read
// back as the same.
std::string ValueText(const v1::Value& value);
// As rule text writes it: symbols in quotes.
std::string ValueLiteral(const v1::Value& value);
// studied_in("targets/cd19","diseases/sle",2)
std::string FactText(const v1::Fact& fact);
// An absence's pattern: `_` in each column that is not fixed.
std::string PatternText(const v1::ProofNode& absence);
// Column names and types: "(target: Target, disease: Disease)".
std::string ColumnsText(const google::protobuf::RepeatedPtrField<v1::Column>& columns);

// An enumerator in the words of the rules: CLAIM_PREDICATE_STUDIED_IN of ClaimPredicate is
// "studied_in".
std::string EnumWord(const google::protobuf::EnumDescriptor& type, int number);

// `text` in double quotes, with quotes, backslashes, tabs and line breaks escaped.
std::string Quoted(absl::string_view text);

}  // namespace cartograph::clients
