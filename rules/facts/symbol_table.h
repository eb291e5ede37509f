// SymbolTable and RecordTable: the dense ids of strings and of records.
//
// Strings are persisted, ids never: a table lives as long as the process. Ad-hoc questions,
// simulations and refused commits intern in an overlay over the service's table and throw it away.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rules/facts/value.h"

namespace cartograph::rules {

// Strings ↔ ids.
//
// Invariants: 1. an id never changes or disappears while the table lives; 2. ids are dense from 0,
// overlay ids have the top bit set, so they never collide with ids that the parent gives later.
// Thread-safety: all methods may be called from any thread; Text takes no lock.
// Bounds: at most 2^31 - 1 symbols; Intern CHECKs it (the number of symbols is limited long before,
// by kb).
class SymbolTable {
 public:
  SymbolTable();
  // An overlay: finds what `parent` holds, keeps what is new to itself. REQUIRES: `parent` outlives
  // it, and if it is an overlay, gives no ids any more.
  explicit SymbolTable(SymbolTable* parent);
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // The id of `text`, given now if it had none.
  Value Intern(absl::string_view text);
  // The id of `text`, or nothing if it has none.
  std::optional<Value> Find(absl::string_view text) const;
  // The text of `symbol`; valid while the table lives. REQUIRES: this table or one below it
  // gave `symbol`.
  absl::string_view Text(Value symbol) const;
  // Symbols given by this table itself.
  size_t size() const;
  // Tables below it: what a search may have to go through.
  uint32_t depth() const;
  // Bytes held by this table itself.
  size_t bytes() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// Records (and branches of algebraic types, whose first field is the branch number) ↔ ids. As
// SymbolTable; id 0 is nil.
class RecordTable {
 public:
  RecordTable();
  explicit RecordTable(RecordTable* parent);
  ~RecordTable();
  RecordTable(const RecordTable&) = delete;
  RecordTable& operator=(const RecordTable&) = delete;

  Value Intern(TupleView fields);
  std::optional<Value> Find(TupleView fields) const;
  // REQUIRES: `record` is not nil, and this table or one below it gave it.
  TupleView Fields(Value record) const;
  size_t size() const;

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

// The two tables that give values their meaning; every model and program refers to one.
struct Interning {
  Interning() = default;
  explicit Interning(Interning* parent) : symbols(&parent->symbols), records(&parent->records) {}
  SymbolTable symbols;
  RecordTable records;
};

}  // namespace cartograph::rules
