#include "rules/analysis/type_table.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "rules/syntax/nearest.h"

namespace cartograph::rules {
namespace {

constexpr size_t kTypesMax = 1000;  // of a program: subtyping is a matrix
constexpr absl::string_view kPrimitiveNames[] = {"symbol", "number", "unsigned", "float"};

}  // namespace

TypeTable::TypeTable(const Program* given) {
  if (given != nullptr) {
    types_ = given->types;
  } else {
    for (size_t i = 0; i < kPrimitiveTypes; ++i) {
      types_.push_back({.name = std::string(kPrimitiveNames[i]),
                        .kind = static_cast<ValueKind>(i),
                        .accepts = {static_cast<TypeId>(i)}});
    }
  }
  first_declared_ = types_.size();
  bases_.resize(types_.size());
  for (uint32_t i = 0; i < types_.size(); ++i) {
    TypeId id = static_cast<TypeId>(i);
    canonical_.push_back(id);
    by_name_.emplace(types_[i].name, id);
    for (uint32_t b = 0; types_[i].algebraic && b < types_[i].branches.size(); ++b) {
      branches_.emplace(types_[i].branches[b].name, BranchRef{id, b});
    }
  }
}

std::optional<TypeId> TypeTable::Find(absl::string_view name) const {
  auto at = by_name_.find(name);
  if (at == by_name_.end()) return std::nullopt;
  return at->second;
}

std::optional<TypeId> TypeTable::Resolve(const std::string& name, SourceSpan span,
                                         DiagnosticList* diagnostics) const {
  std::optional<TypeId> id = Find(name);
  if (id) return id;
  std::vector<std::string> known;
  for (size_t i = 0; i < types_.size() && !diagnostics->full(); ++i)
    known.push_back(types_[i].name);
  std::string near = NearestName(name, known);
  diagnostics->Add(Code::kUnknownType, span, absl::StrCat("there is no type '", name, "'"),
                   near.empty() ? "" : absl::StrCat("did you mean ", near, "?"));
  return std::nullopt;
}

std::optional<BranchRef> TypeTable::FindBranch(absl::string_view name) const {
  auto at = branches_.find(name);
  if (at == branches_.end()) return std::nullopt;
  return at->second;
}

std::vector<std::string> TypeTable::BranchNames() const {
  std::vector<std::string> names;
  for (const auto& [name, branch] : branches_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

ValueKind TypeTable::KindOf(TypeRef ref) const {
  if (IsConstantType(ref)) return static_cast<ValueKind>(ref);
  return type(IdOf(ref)).kind;
}

bool TypeTable::IsRecord(TypeRef ref) const {
  return KindOf(ref) == ValueKind::kRecord && !type(IdOf(ref)).algebraic;
}

bool TypeTable::IsAlgebraic(TypeRef ref) const {
  return KindOf(ref) == ValueKind::kRecord && type(IdOf(ref)).algebraic;
}

bool TypeTable::IsSubtype(TypeRef a, TypeRef b) const {
  return below_[static_cast<size_t>(a)][static_cast<size_t>(b)];
}

std::string TypeTable::NameOf(TypeRef ref) const {
  if (IsConstantType(ref)) return std::string(kPrimitiveNames[static_cast<size_t>(ref)]);
  return type(IdOf(ref)).name;
}

std::vector<TypeRef> TypeTable::CommonSubtypes(TypeRef a, TypeRef b) const {
  if (IsSubtype(a, b)) return {a};
  if (IsSubtype(b, a)) return {b};
  std::vector<TypeRef> common;
  bool unions = !IsConstantType(a) && !IsConstantType(b) && !type(IdOf(a)).united.empty() &&
                !type(IdOf(b)).united.empty();
  if (unions) CollectCommon(a, b, &common);
  std::sort(common.begin(), common.end());
  common.erase(std::unique(common.begin(), common.end()), common.end());
  return common;
}

// The parts of `type` that are subtypes of `other`; what is not is taken apart in turn.
void TypeTable::CollectCommon(TypeRef type_ref, TypeRef other, std::vector<TypeRef>* common) const {
  std::vector<TypeRef> open = {type_ref};
  std::vector<bool> seen(below_.size());
  while (!open.empty()) {
    TypeRef next = open.back();
    open.pop_back();
    if (seen[static_cast<size_t>(next)]) continue;
    seen[static_cast<size_t>(next)] = true;
    if (IsSubtype(next, other)) {
      common->push_back(next);
    } else if (!IsConstantType(next)) {
      for (TypeId part : type(IdOf(next)).united) open.push_back(RefOf(part));
    }
  }
}

void TypeTable::Declare(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics) {
  size_t errors = diagnostics->errors();
  if (!Number(types, diagnostics) || !Order(types, diagnostics)) return;
  for (TypeId id : order_) Define(types[Index(id) - first_declared_], id, diagnostics);
  if (diagnostics->errors() > errors) return;

  size_t refs = kPrimitiveTypes + types_.size();
  below_.assign(refs, std::vector<bool>(refs));
  for (size_t ref = 0; ref < refs; ++ref) below_[ref][ref] = true;
  for (uint32_t id = 0; id < first_declared_; ++id) RelateInherited(static_cast<TypeId>(id));
  for (TypeId id : order_) RelateToOthers(id);
  for (uint32_t b = 0; b < types_.size(); ++b) {
    types_[b].accepts.clear();
    for (uint32_t a = 0; a < types_.size(); ++a) {
      if (IsSubtype(RefOf(static_cast<TypeId>(a)), RefOf(static_cast<TypeId>(b)))) {
        types_[b].accepts.push_back(static_cast<TypeId>(a));
      }
    }
  }
}

// Gives every declared type its id and name.
bool TypeTable::Number(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics) {
  if (types_.size() + types.size() > kTypesMax) {
    diagnostics->Add(Code::kTooLarge, types.back().name_span,
                     absl::StrCat("a program has at most ", kTypesMax, " types"));
    return false;
  }
  size_t errors = diagnostics->errors();
  absl::flat_hash_map<std::string, SourceSpan> declared;
  for (const TypeSyntax& syntax : types) {
    TypeId id = static_cast<TypeId>(types_.size());
    types_.push_back({.name = syntax.name});
    canonical_.push_back(id);
    bases_.push_back(std::nullopt);
    if (by_name_.emplace(syntax.name, id).second) {
      declared.emplace(syntax.name, syntax.name_span);
    } else if (std::find(std::begin(kPrimitiveNames), std::end(kPrimitiveNames), syntax.name) !=
               std::end(kPrimitiveNames)) {
      diagnostics->Add(Code::kPredefinedType, syntax.name_span,
                       absl::StrCat("'", syntax.name, "' is a predefined type"));
    } else {
      std::vector<Diagnostic::Note> notes;
      auto first = declared.find(syntax.name);
      if (first != declared.end()) notes.push_back({first->second, "it is declared here first"});
      diagnostics->Add(Code::kNameClash, syntax.name_span,
                       absl::StrCat("the type '", syntax.name, "' is declared twice"),
                       std::move(notes));
    }
  }
  return diagnostics->errors() == errors;
}

// Orders the declared types so that each comes after those that define it, by depth-first search.
bool TypeTable::Order(const std::vector<TypeSyntax>& types, DiagnosticList* diagnostics) {
  size_t errors = diagnostics->errors();
  std::vector<Mark> marks(types.size(), Mark::kNew);
  std::vector<std::pair<uint32_t, size_t>> path;  // a type and how many of its names were followed
  for (uint32_t root = 0; root < types.size(); ++root) {
    if (marks[root] == Mark::kNew) path.push_back({root, 0});
    while (!path.empty()) {
      auto [at, next] = path.back();
      marks[at] = Mark::kOpen;
      if (next == types[at].names.size()) {
        marks[at] = Mark::kDone;
        order_.push_back(static_cast<TypeId>(first_declared_ + at));
        path.pop_back();
        continue;
      }
      ++path.back().second;
      std::optional<TypeId> target =
          Resolve(types[at].names[next], types[at].name_spans[next], diagnostics);
      if (!target || Index(*target) < first_declared_) continue;
      uint32_t declared = Index(*target) - static_cast<uint32_t>(first_declared_);
      if (marks[declared] == Mark::kOpen) {
        diagnostics->Add(
            Code::kCyclicType, types[declared].name_span,
            absl::StrCat("the type '", types[declared].name, "' is defined by itself"));
      } else if (marks[declared] == Mark::kNew) {
        path.push_back({declared, 0});
      }
    }
  }
  return diagnostics->errors() == errors;
}

void TypeTable::Define(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics) {
  switch (syntax.kind) {
    case TypeSyntax::Kind::kSubtype:
      return DefineSubtype(syntax, id, diagnostics);
    case TypeSyntax::Kind::kUnion:
      return DefineUnion(syntax, id, diagnostics);
    case TypeSyntax::Kind::kRecord:
    case TypeSyntax::Kind::kAlgebraic:
      return DefineBranches(syntax, id, diagnostics);
  }
}

void TypeTable::DefineSubtype(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics) {
  TypeId base = canonical_[Index(*Find(syntax.names[0]))];
  if (type(base).kind == ValueKind::kRecord || !type(base).united.empty()) {
    diagnostics->Add(Code::kSubtypeBase, syntax.name_spans[0],
                     absl::StrCat("'", syntax.names[0], "' is a ",
                                  type(base).united.empty() ? "record or algebraic type" : "union",
                                  " and has no subtypes"));
    return;
  }
  types_[Index(id)].kind = type(base).kind;
  bases_[Index(id)] = base;
}

void TypeTable::DefineUnion(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics) {
  if (syntax.names.size() == 1) {  // an alias
    TypeId target = canonical_[Index(*Find(syntax.names[0]))];
    canonical_[Index(id)] = target;
    std::string name = types_[Index(id)].name;
    types_[Index(id)] = types_[Index(target)];
    types_[Index(id)].name = name;
    return;
  }
  for (size_t i = 0; i < syntax.names.size(); ++i) {
    TypeId part = canonical_[Index(*Find(syntax.names[i]))];
    if (i == 0) types_[Index(id)].kind = type(part).kind;
    if (type(part).kind == ValueKind::kRecord) {
      diagnostics->Add(Code::kUnionElement, syntax.name_spans[i],
                       absl::StrCat("'", syntax.names[i],
                                    "' is a record or algebraic type and cannot "
                                    "be part of a union"));
      return;
    }
    if (type(part).kind != type(id).kind) {
      diagnostics->Add(Code::kUnionElement, syntax.name_spans[i],
                       absl::StrCat("the union '", syntax.name, "' mixes ",
                                    kPrimitiveNames[static_cast<size_t>(type(id).kind)], " and ",
                                    kPrimitiveNames[static_cast<size_t>(type(part).kind)]));
      return;
    }
    types_[Index(id)].united.push_back(part);
  }
}

void TypeTable::DefineBranches(const TypeSyntax& syntax, TypeId id, DiagnosticList* diagnostics) {
  types_[Index(id)].kind = ValueKind::kRecord;
  types_[Index(id)].algebraic = syntax.kind == TypeSyntax::Kind::kAlgebraic;
  for (const BranchSyntax& branch_syntax : syntax.branches) {
    Type::Branch branch{.name = branch_syntax.name};
    for (const FieldSyntax& field : branch_syntax.fields) {
      std::vector<std::string>& names = branch.field_names;
      if (std::find(names.begin(), names.end(), field.name) != names.end()) {
        diagnostics->Add(Code::kRepeatedName, field.span,
                         absl::StrCat("the field '", field.name, "' is declared twice"));
      }
      names.push_back(field.name);
      branch.fields.push_back(Resolve(field.type, field.type_span, diagnostics)
                                  .value_or(PrimitiveType(ValueKind::kSymbol)));
    }
    BranchRef ref{id, static_cast<uint32_t>(types_[Index(id)].branches.size())};
    if (type(id).algebraic && !branches_.emplace(branch.name, ref).second) {
      diagnostics->Add(Code::kRepeatedName, branch_syntax.span,
                       absl::StrCat("the branch '", branch.name, "' is declared twice"));
    }
    types_[Index(id)].branches.push_back(std::move(branch));
  }
}

bool TypeTable::AllPartsBelow(TypeId id, size_t other) const {
  const std::vector<TypeId>& parts = type(id).united;
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](TypeId part) {
    return below_[static_cast<size_t>(RefOf(part))][other];
  });
}

// Fills in how `id` relates to all types before it in order_, both ways. A primitive type is below
// its constant type; a subtype below what its base is below; a union below what all its parts are
// below, and above what is below a part.
void TypeTable::RelateToOthers(TypeId id) {
  if (canonical_[Index(id)] != id) return;
  size_t ref = static_cast<size_t>(RefOf(id));
  for (size_t other = 0; other < below_.size(); ++other) {
    bool below_base =
        bases_[Index(id)] && below_[static_cast<size_t>(RefOf(*bases_[Index(id)]))][other];
    if (below_base || AllPartsBelow(id, other)) below_[ref][other] = true;
  }
  for (TypeId part : type(id).united) {
    for (size_t other = 0; other < below_.size(); ++other) {
      if (below_[other][static_cast<size_t>(RefOf(part))]) below_[other][ref] = true;
    }
  }
  // A union before this type, all of whose parts are below it.
  for (TypeId before : order_) {
    if (!type(id).united.empty() && AllPartsBelow(before, ref)) {
      below_[static_cast<size_t>(RefOf(before))][ref] = true;
    }
  }
}

// As RelateToOthers, for a predefined type or one of the given program, which says what it accepts.
void TypeTable::RelateInherited(TypeId id) {
  size_t ref = static_cast<size_t>(RefOf(id));
  ValueKind kind = type(id).kind;
  for (TypeId smaller : type(id).accepts) {
    below_[static_cast<size_t>(RefOf(smaller))][ref] = true;
  }
  if (kind != ValueKind::kRecord) below_[ref][static_cast<size_t>(ConstantType(kind))] = true;
}

}  // namespace cartograph::rules
