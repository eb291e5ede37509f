// Relation: the facts of one predicate at one version.
//
// DRAFT INTERFACE: the owner of rules/facts and rules/engine replaces the inside; what other folders use is below.

#pragma once

#include <cstddef>
#include <functional>

#include "rules/facts/value.h"

namespace cartograph::rules {

class Relation {
 public:
  virtual ~Relation() = default;
  virtual uint32_t arity() const = 0;
  virtual size_t size() const = 0;
  virtual size_t bytes() const = 0;
  virtual bool Contains(TupleView values) const = 0;
  // Calls `visit` for every fact, in a fixed order, until it returns false.
  virtual void ForEach(const std::function<bool(TupleView)>& visit) const = 0;
};

}  // namespace cartograph::rules
