// TypeTable: the types of a program, their subtyping, and the branches of algebraic types.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "rules/analysis/program.h"
#include "rules/facts/predicate.h"
#include "rules/syntax/ast.h"
#include "rules/syntax/diagnostic_list.h"

namespace cartograph::rules {

// The ids of the predefined types are those of their kinds.
constexpr TypeId PrimitiveType(ValueKind kind) { return static_cast<TypeId>(kind); }
constexpr size_t kPrimitiveTypes = 4;  // symbol, number, unsigned, float

// A type as inference sees it: aliases are resolved, and each primitive kind has one more type
// above it, which is that of constants and of what functors give (so that 1 + x may stand in a
// column of any subtype of number).
enum class TypeRef : uint32_t {};
constexpr TypeRef ConstantType(ValueKind kind) { return static_cast<TypeRef>(kind); }
constexpr bool IsConstantType(TypeRef type) {
  return static_cast<uint32_t>(type) < kPrimitiveTypes;
}

struct BranchRef {
  TypeId type{};
  uint32_t branch = 0;  // index in Type::branches
};

class TypeTable {
 public:
  // The predefined types, and those of `given` (may be null) under the same ids.
  explicit TypeTable(const Program* given);

  // Adds the types declared in `types`; reports what is wrong with them. Called once.
  void Declare(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics);

  std::optional<TypeId> Find(absl::string_view name) const;
  // As Find; reports an unknown name at `span`.
  std::optional<TypeId> Resolve(const std::string& name, SourceSpan span,
                                DiagnosticList* diagnostics) const;
  std::optional<BranchRef> FindBranch(absl::string_view name) const;
  std::vector<std::string> BranchNames() const;
  const Type& type(TypeId id) const { return types_[Index(id)]; }
  const std::vector<Type>& types() const { return types_; }

  TypeRef RefOf(TypeId id) const {
    return static_cast<TypeRef>(kPrimitiveTypes + Index(canonical_[Index(id)]));
  }
  // REQUIRES: not a constant type.
  TypeId IdOf(TypeRef ref) const {
    return static_cast<TypeId>(static_cast<uint32_t>(ref) - kPrimitiveTypes);
  }
  ValueKind KindOf(TypeRef ref) const;
  bool IsRecord(TypeRef ref) const;  // a record type, not an algebraic one
  bool IsAlgebraic(TypeRef ref) const;
  bool IsSubtype(TypeRef a, TypeRef b) const;
  // The largest types that are subtypes of both.
  std::vector<TypeRef> CommonSubtypes(TypeRef a, TypeRef b) const;
  // As rule text names it.
  std::string NameOf(TypeRef ref) const;

 private:
  enum class Mark : uint8_t { kNew, kOpen, kDone, kBroken };

  bool Number(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics);
  bool Order(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics);
  void Define(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics);
  void DefineSubtype(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics);
  void DefineUnion(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics);
  void DefineBranches(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics);
  void RelateToOthers(TypeId id);
  void RelateInherited(TypeId id);
  void CollectCommon(TypeRef type, TypeRef other, std::vector<TypeRef>* common) const;
  bool AllPartsBelow(TypeId id, size_t other) const;

  std::vector<Type> types_;
  std::vector<TypeId> canonical_;             // an alias: what it stands for
  std::vector<std::optional<TypeId>> bases_;  // a subtype: what it is a subtype of
  std::vector<TypeId> order_;                 // declared types, each after those that define it
  size_t first_declared_ = 0;
  absl::flat_hash_map<std::string, TypeId> by_name_;
  absl::flat_hash_map<std::string, BranchRef> branches_;
  std::vector<std::vector<bool>> below_;  // below_[a][b]: a is a subtype of b, by TypeRef
};

}  // namespace cartograph::rules
