#include "rules/analysis/renaming.h"

#include <memory>

namespace cartograph::rules {
namespace {

void Replace(const absl::flat_hash_map<std::string, std::string>& names, std::string* name) {
  auto at = names.find(*name);
  if (at != names.end()) *name = at->second;
}

}  // namespace

void Renaming::Relation(std::string* name) const { Replace(relations, name); }
void Renaming::Type(std::string* name) const { Replace(types, name); }

void Renaming::Apply(TypeSyntax* type) const {
  Type(&type->name);
  for (std::string& name : type->names) Type(&name);
  for (BranchSyntax& branch : type->branches) {
    if (type->kind == TypeSyntax::Kind::kAlgebraic) Type(&branch.name);
    for (FieldSyntax& field : branch.fields) Type(&field.type);
  }
}

void Renaming::Apply(RelationSyntax* relation) const {
  Relation(&relation->name);
  for (FieldSyntax& column : relation->columns) Type(&column.type);
}

void Renaming::Apply(RuleSyntax* rule) const {
  for (AtomSyntax& head : rule->heads) Apply(&head);
  if (rule->body) Apply(&*rule->body);
}

void Renaming::Apply(DirectiveSyntax* directive) const {
  for (std::string& relation : directive->relations) Relation(&relation);
}

void Renaming::Apply(AtomSyntax* atom) const {
  Relation(&atom->name);
  for (TermSyntax& argument : atom->arguments) Apply(&argument);
}

void Renaming::Apply(BodySyntax* body) const {
  Apply(&body->atom);
  for (TermSyntax& side : body->constraint.sides) Apply(&side);
  for (BodySyntax& part : body->parts) Apply(&part);
}

void Renaming::Apply(TermSyntax* term) const {
  bool type = term->kind == TermSyntax::Kind::kCast || term->kind == TermSyntax::Kind::kBranch;
  if (type) Type(&term->text);
  for (TermSyntax& argument : term->arguments) Apply(&argument);
  if (term->aggregate == nullptr) return;
  auto aggregate = std::make_shared<AggregateSyntax>(*term->aggregate);
  for (TermSyntax& target : aggregate->target) Apply(&target);
  Apply(&aggregate->body);
  term->aggregate = std::move(aggregate);
}

}  // namespace cartograph::rules
