// The two macros that carry absl::Status through a function, and the cases where a Status is made
// from parts.

#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define CARTOGRAPH_CONCAT_INNER(a, b) a##b
#define CARTOGRAPH_CONCAT(a, b) CARTOGRAPH_CONCAT_INNER(a, b)

// Returns from the enclosing function when `expr` is not OK.
#define RETURN_IF_ERROR(expr)                                               \
  do {                                                                      \
    if (absl::Status cartograph_status = (expr); !cartograph_status.ok()) { \
      return cartograph_status;                                             \
    }                                                                       \
  } while (false)

// Assigns the value of a StatusOr to `lhs` (which may declare a variable), or returns its error.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_INNER(CARTOGRAPH_CONCAT(cartograph_status_or_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_INNER(result, lhs, expr) \
  auto result = (expr);                           \
  if (!result.ok()) {                             \
    return std::move(result).status();            \
  }                                               \
  lhs = *std::move(result)
