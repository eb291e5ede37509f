// The kinds of values, as the wire names them.

#pragma once

#include "cartograph/v1/fact.pb.h"
#include "rules/facts/value.h"

namespace cartograph::kb {

inline v1::ValueKind KindOf(rules::ValueKind kind) {
  switch (kind) {
    case rules::ValueKind::kSymbol:
      return v1::VALUE_KIND_SYMBOL;
    case rules::ValueKind::kNumber:
      return v1::VALUE_KIND_NUMBER;
    case rules::ValueKind::kUnsigned:
      return v1::VALUE_KIND_UNSIGNED_NUMBER;
    case rules::ValueKind::kFloat:
      return v1::VALUE_KIND_FLOAT_NUMBER;
    case rules::ValueKind::kRecord:
      return v1::VALUE_KIND_RECORD;
  }
  return v1::VALUE_KIND_UNSPECIFIED;
}

}  // namespace cartograph::kb
