// Rule text as the checker reads it: its own syntax tree, apart from that of the rules engine.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "clients/verify/values.h"

namespace cartograph::verify {

// One file of rule text.
struct RuleText {
  std::string path;
  std::string text;
  bool base = false;  // declares the base relations
};

// "rules/live.dl:10:1": line and column count from 1, the column in code points.
struct Place {
  std::string path;
  uint32_t line = 1;
  uint32_t column = 1;

  std::string ToString() const;
};

struct Aggregate;

struct Term {
  enum class Form : uint8_t { kVariable, kAny, kConstant, kCall, kRecord, kAggregate };
  enum class Constant : uint8_t { kText, kInteger, kUnsigned, kFloat, kNil };

  Form form = Form::kAny;
  // kVariable: its name; kConstant: the text or the digits; kCall: "+", "cat", "as", …; kRecord:
  // the branch of an algebraic type, "" for a plain record.
  std::string name;
  std::string cast_to;  // of "as": a type
  Constant constant = Constant::kText;
  std::vector<Term> arguments;           // kCall, kRecord
  std::shared_ptr<Aggregate> aggregate;  // kAggregate

  // What analysis adds.
  uint32_t variable = 0;      // kVariable: index in Clause::variables
  Kind kind = Kind::kNumber;  // of its value
  uint32_t type = 0;          // of records: index in RuleSet::types
  Value value = 0;            // kConstant; kRecord of an algebraic type: the number of its branch
};

struct Atom {
  std::string name;
  std::vector<Term> arguments;
  Place place;

  uint32_t relation = 0;  // what analysis adds: index in RuleSet::relations
};

struct Literal {
  enum class Form : uint8_t { kAtom, kNegation, kComparison };

  Form form = Form::kAtom;
  Atom atom;
  // kComparison: "=", "!=", "<", "<=", ">", ">=", "match", "contains", "true", "false"; the two
  // sides, none for the last two.
  std::string comparison;
  bool negated = false;  // of match and contains
  std::vector<Term> sides;
  std::string text;  // as written
};

struct Aggregate {
  std::string op;            // "count", "sum", "min", "max", "mean"
  std::vector<Term> target;  // one; none for count
  std::vector<Literal> body;
  Place place;

  // What analysis adds: variables that it shares with what is around it.
  std::vector<uint32_t> shared;
  // Distinct values of the named variables are counted, not those of `_`.
  bool by_name = false;
};

// One head with one way through the disjunctions of the body. Of a subsumption the head is what is
// dropped, and the body begins with the head and the atom of what it is dropped for; both have only
// variables.
struct Clause {
  Atom head;
  std::vector<Literal> body;
  Place place;  // of the written rule

  // What analysis adds.
  std::vector<std::string> variables;  // a name may go on behind a quotation mark: see scopes.h
  std::vector<Kind> kinds;             // by variable
  std::vector<uint32_t> types;         // by variable; of records
  std::vector<bool> outside;           // by variable: stands outside of aggregates
};

struct Type {
  struct Branch {
    std::string name;
    std::vector<uint32_t> fields;
  };
  std::string name;
  Kind kind = Kind::kSymbol;
  uint32_t same_as = 0;  // of another name for a record type: that type; else itself
  // Of a record one without a name. A value of an algebraic type is a record of the number of its
  // branch and the values of its fields.
  std::vector<Branch> branches;
  bool algebraic = false;
};

struct Column {
  std::string name;
  uint32_t type = 0;
};

struct Relation {
  std::string name;
  std::vector<Column> columns;
  bool base = false;
  bool equivalence = false;
  bool inlined = false;  // written out where it is used: holds no facts
};

}  // namespace cartograph::verify
