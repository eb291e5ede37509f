// Predicate: a relation's name and column types, as a program declares them.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/facts/value.h"

namespace cartograph::rules {

// Index of a predicate in its program.
enum class PredicateId : uint32_t {};
constexpr uint32_t Index(PredicateId id) { return static_cast<uint32_t>(id); }

// Index of a type in its program.
enum class TypeId : uint32_t {};
constexpr uint32_t Index(TypeId id) { return static_cast<uint32_t>(id); }

// A declared or built-in type. Subtypes and unions are resolved: `kind` is how the value is read,
// `accepts` the types whose values may stand where this type is asked for.
struct Type {
  // One alternative of an algebraic type; the fields of a record type are the single branch "".
  struct Branch {
    std::string name;
    std::vector<std::string> field_names;
    std::vector<TypeId> fields;
  };
  std::string name;
  ValueKind kind = ValueKind::kSymbol;
  bool algebraic = false;        // values are records (branch number, field…)
  std::vector<Branch> branches;  // kRecord only
  std::vector<TypeId> united;    // the parts of a union type; empty for others
  std::vector<TypeId> accepts;   // includes the type itself; sorted
};

struct Column {
  std::string name;
  TypeId type{};
  ValueKind kind = ValueKind::kSymbol;
};

// `@[key = "text"]` or `@[name(key = "text", …)]` before a declaration or a rule: name "says", or
// "question" with pairs.
struct Annotation {
  std::string name;
  std::vector<std::pair<std::string, std::string>>
      arguments;  // key ("" for a lone value) and value, in order
};

struct Predicate {
  std::string name;
  std::vector<Column> columns;
  std::string doc;  // the `///` comment, lines joined with '\n'
  std::vector<Annotation> annotations;
  bool base = false;       // EDB of a knowledge base: fed from entities, may head no rule
  bool eqrel = false;      // an equivalence relation
  bool generated = false;  // made by the compiler, shown to nobody

  uint32_t arity() const { return static_cast<uint32_t>(columns.size()); }
};

}  // namespace cartograph::rules
