// The parameters of `.input`, `.output`, `.printsize` and `.limitsize`: what of Soufflé's is
// supported.
//
//   .input      IO=file · filename · delimiter · headers · rfc4180 · columns
//   .output     IO=file|stdout|stdoutprintsize · filename · delimiter · headers · rfc4180
//   .printsize  IO=stdoutprintsize
//   .limitsize  n

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// The parameters of one directive, understood.
struct IoParameters {
  enum class Target : uint8_t { kDefault, kFile, kStdout, kStdoutSize };
  Target target = Target::kDefault;
  std::string filename;  // "" for the default
  std::string delimiter = "\t";
  std::string header_delimiter = "\t";  // as Soufflé: a tab unless a delimiter is given
  bool headers = false;                 // the first line names the columns
  bool rfc4180 = false;
  // For each field of a line the column that it fills, or kNoColumn; empty: field by field.
  std::vector<size_t> column_of_field;
  uint64_t size_max = 0;  // .limitsize

  static constexpr size_t kNoColumn = ~size_t{0};
};

using ParameterList = std::vector<std::pair<std::string, std::string>>;

// Why parameter `index` of `parameters` is not supported for a relation with `arity` columns, or
// "" when it is.
std::string RefusalOf(DirectiveSyntax::Kind kind, const ParameterList& parameters, size_t index,
                      size_t arity);

// REQUIRES: no parameter is refused.
IoParameters UnderstandParameters(const ParameterList& parameters, size_t arity);

}  // namespace cartograph::rules
