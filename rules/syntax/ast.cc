#include "rules/syntax/ast.h"

#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cartograph::rules {
namespace {

constexpr absl::string_view kComparisonWords[] = {"=",        "!=",           "<",     "<=",
                                                  ">",        ">=",           "match", "not_match",
                                                  "contains", "not_contains", "true",  "false"};
constexpr absl::string_view kAggregateWords[] = {"count", "sum", "min", "max", "mean"};
constexpr absl::string_view kDirectiveWords[] = {"input", "output", "printsize", "limitsize"};

std::string DumpTerms(const std::vector<TermSyntax>& terms) {
  std::string text;
  for (const TermSyntax& term : terms) absl::StrAppend(&text, " ", Dump(term));
  return text;
}

std::string Dump(const std::vector<FieldSyntax>& fields) {
  return absl::StrJoin(fields, " ", [](std::string* out, const FieldSyntax& field) {
    absl::StrAppend(out, field.name, ":", field.type);
  });
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\"");
}

std::string Dump(const std::vector<AnnotationSyntax>& annotations) {
  std::string text;
  for (const AnnotationSyntax& annotation : annotations) {
    absl::StrAppend(&text, " @", annotation.name);
    for (const auto& [key, value] : annotation.arguments) {
      absl::StrAppend(&text, "|", key, "=", Quoted(value));
    }
  }
  return text;
}

std::string DumpDoc(const std::string& doc) {
  return doc.empty() ? "" : absl::StrCat(" doc=", Quoted(doc));
}

std::string Dump(const TypeSyntax& type) {
  std::string text = absl::StrCat("(type ", type.name);
  switch (type.kind) {
    case TypeSyntax::Kind::kSubtype:
      absl::StrAppend(&text, " <: ", type.names[0]);
      break;
    case TypeSyntax::Kind::kUnion:
      absl::StrAppend(&text, " = ", absl::StrJoin(type.names, " | "));
      break;
    case TypeSyntax::Kind::kRecord:
      absl::StrAppend(&text, " [", Dump(type.branches[0].fields), "]");
      break;
    case TypeSyntax::Kind::kAlgebraic:
      for (const BranchSyntax& branch : type.branches) {
        absl::StrAppend(&text, " ", branch.name, "{", Dump(branch.fields), "}");
      }
      break;
  }
  return absl::StrCat(text, DumpDoc(type.doc), Dump(type.annotations), ")");
}

std::string Dump(const RelationSyntax& relation) {
  std::string text = absl::StrCat("(decl ", relation.name, " (", Dump(relation.columns), ")");
  for (const std::string& qualifier : relation.qualifiers) absl::StrAppend(&text, " ", qualifier);
  return absl::StrCat(text, DumpDoc(relation.doc), Dump(relation.annotations), ")");
}

std::string Dump(const DirectiveSyntax& directive) {
  std::string text = absl::StrCat("(", kDirectiveWords[static_cast<size_t>(directive.kind)], " ",
                                  absl::StrJoin(directive.relations, " "));
  for (const auto& [key, value] : directive.parameters) {
    absl::StrAppend(&text, " ", key, "=", Quoted(value));
  }
  return text + ")";
}

std::string Dump(const ComponentTypeSyntax& type) {
  if (type.arguments.empty()) return type.name;
  return absl::StrCat(type.name, "<", absl::StrJoin(type.arguments, ","), ">");
}

std::string Dump(const ComponentSyntax& component) {
  std::string text = absl::StrCat("(comp ", Dump(component.type));
  for (const ComponentTypeSyntax& base : component.bases) absl::StrAppend(&text, " : ", Dump(base));
  std::string items = Dump(component.items);
  return absl::StrCat(text, items.empty() ? "" : " ", items, ")");
}

}  // namespace

void Append(ItemsSyntax from, ItemsSyntax* to) {
  auto append = [](auto& source, auto& target) {
    target.insert(target.end(), std::make_move_iterator(source.begin()),
                  std::make_move_iterator(source.end()));
  };
  append(from.types, to->types);
  append(from.relations, to->relations);
  append(from.rules, to->rules);
  append(from.directives, to->directives);
  append(from.components, to->components);
  append(from.instances, to->instances);
  append(from.overrides, to->overrides);
  append(from.includes, to->includes);
  to->once |= from.once;
}

ComparisonSyntax Negated(ComparisonSyntax comparison) {
  switch (comparison) {
    case ComparisonSyntax::kEqual:
      return ComparisonSyntax::kNotEqual;
    case ComparisonSyntax::kNotEqual:
      return ComparisonSyntax::kEqual;
    case ComparisonSyntax::kLess:
      return ComparisonSyntax::kGreaterEqual;
    case ComparisonSyntax::kLessEqual:
      return ComparisonSyntax::kGreater;
    case ComparisonSyntax::kGreater:
      return ComparisonSyntax::kLessEqual;
    case ComparisonSyntax::kGreaterEqual:
      return ComparisonSyntax::kLess;
    case ComparisonSyntax::kMatch:
      return ComparisonSyntax::kNotMatch;
    case ComparisonSyntax::kNotMatch:
      return ComparisonSyntax::kMatch;
    case ComparisonSyntax::kContains:
      return ComparisonSyntax::kNotContains;
    case ComparisonSyntax::kNotContains:
      return ComparisonSyntax::kContains;
    case ComparisonSyntax::kTrue:
      return ComparisonSyntax::kFalse;
    case ComparisonSyntax::kFalse:
      return ComparisonSyntax::kTrue;
  }
  return comparison;
}

std::string Dump(const TermSyntax& term) {
  switch (term.kind) {
    case TermSyntax::Kind::kVariable:
    case TermSyntax::Kind::kNumber:
    case TermSyntax::Kind::kFloat:
      return term.text;
    case TermSyntax::Kind::kUnsigned:
      return term.text + "u";
    case TermSyntax::Kind::kUnnamed:
      return "_";
    case TermSyntax::Kind::kString:
      return Quoted(term.text);
    case TermSyntax::Kind::kNil:
      return "nil";
    case TermSyntax::Kind::kRecord:
      return absl::StrCat("[", absl::StripLeadingAsciiWhitespace(DumpTerms(term.arguments)), "]");
    case TermSyntax::Kind::kBranch:
      return absl::StrCat("($", term.text, DumpTerms(term.arguments), ")");
    case TermSyntax::Kind::kCast:
      return absl::StrCat("(as", DumpTerms(term.arguments), " ", term.text, ")");
    case TermSyntax::Kind::kFunctor:
      return absl::StrCat("(", term.text, DumpTerms(term.arguments), ")");
    case TermSyntax::Kind::kAggregate:
      return absl::StrCat("(", kAggregateWords[static_cast<size_t>(term.aggregate->op)],
                          DumpTerms(term.aggregate->target), " ", Dump(term.aggregate->body), ")");
  }
  return "";
}

std::string Dump(const AtomSyntax& atom) {
  return absl::StrCat("(", atom.name, DumpTerms(atom.arguments), ")");
}

std::string Dump(const BodySyntax& body) {
  switch (body.kind) {
    case BodySyntax::Kind::kAtom:
      return Dump(body.atom);
    case BodySyntax::Kind::kConstraint:
      return absl::StrCat("(", kComparisonWords[static_cast<size_t>(body.constraint.comparison)],
                          DumpTerms(body.constraint.sides), ")");
    case BodySyntax::Kind::kNegation:
    case BodySyntax::Kind::kConjunction:
    case BodySyntax::Kind::kDisjunction: {
      std::string text = body.kind == BodySyntax::Kind::kNegation      ? "(not"
                         : body.kind == BodySyntax::Kind::kConjunction ? "(and"
                                                                       : "(or";
      for (const BodySyntax& part : body.parts) absl::StrAppend(&text, " ", Dump(part));
      return text + ")";
    }
  }
  return "";
}

std::string Dump(const RuleSyntax& rule) {
  std::string text = rule.subsumption ? "(subsumption" : rule.body ? "(rule" : "(fact";
  for (const AtomSyntax& head : rule.heads) absl::StrAppend(&text, " ", Dump(head));
  if (rule.body) absl::StrAppend(&text, rule.heads.size() > 1 ? " :- " : " ", Dump(*rule.body));
  return absl::StrCat(text, Dump(rule.annotations), ")");
}

std::string Dump(const ItemsSyntax& items) {
  std::vector<std::string> lines;
  for (const IncludeSyntax& include : items.includes) {
    lines.push_back(absl::StrCat("(include ", Quoted(include.path), ")"));
  }
  for (const TypeSyntax& type : items.types) lines.push_back(Dump(type));
  for (const RelationSyntax& relation : items.relations) lines.push_back(Dump(relation));
  for (const ComponentSyntax& component : items.components) lines.push_back(Dump(component));
  for (const InstanceSyntax& instance : items.instances) {
    lines.push_back(absl::StrCat("(init ", instance.name, " ", Dump(instance.type), ")"));
  }
  for (const auto& [relation, span] : items.overrides) {
    lines.push_back(absl::StrCat("(override ", relation, ")"));
  }
  for (const RuleSyntax& rule : items.rules) lines.push_back(Dump(rule));
  for (const DirectiveSyntax& directive : items.directives) lines.push_back(Dump(directive));
  return absl::StrJoin(lines, "\n");
}

}  // namespace cartograph::rules
