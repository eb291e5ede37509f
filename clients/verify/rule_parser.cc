#include "clients/verify/rule_parser.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/body_parser.h"

namespace cartograph::verify {
namespace {

// Components within components.
constexpr size_t kComponentsMax = 100;

class FileParser : public BodyParser {
 public:
  FileParser(const std::vector<Word>* words, const RuleText& text, ParsedRules* rules)
      : BodyParser(words, text.text), base_(text.base), rules_(rules) {}

  absl::Status Run() {
    RETURN_IF_ERROR(ParseItems());
    return AtEnd() ? absl::OkStatus() : Wrong("expected a declaration or a rule");
  }

 private:
  // Up to the end of the text or of a component.
  absl::Status ParseItems() {
    while (!AtEnd() && !Sees("}")) {
      RETURN_IF_ERROR(SkipAnnotations());
      RETURN_IF_ERROR(Peek().form == Word::Form::kDirective ? ParseDirective() : ParseClauses());
    }
    return absl::OkStatus();
  }

  absl::Status SkipAnnotations() {
    while (Accept("@")) {
      Accept("!");
      if (!Sees("[")) {
        return Wrong("expected an annotation");
      }
      ASSIGN_OR_RETURN(const size_t end, ClosingBracket());
      for (size_t i = 0; i <= end; ++i) {
        Take();
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseDirective() {
    const std::string& word = Peek().text;
    if (word == ".type") {
      return ParseType();
    }
    if (word == ".decl") {
      return ParseRelations();
    }
    if (word == ".once") {
      Take();
      return absl::OkStatus();
    }
    // What is included stands in a text of its own.
    if (word == ".include" || word == ".pragma") {
      return SkipStrings();
    }
    if (word == ".input" || word == ".output" || word == ".printsize" || word == ".limitsize") {
      return SkipFileDirective();
    }
    if (word == ".number_type" || word == ".symbol_type") {
      return ParseOldType(word == ".number_type" ? "number" : "symbol");
    }
    if (word == ".comp") {
      return ParseComponent();
    }
    if (word == ".init") {
      return ParseInstance();
    }
    if (word == ".override") {
      Take();
      ASSIGN_OR_RETURN(std::string name, Name("the name of a relation"));
      rules_->overrides.push_back(std::move(name));
      return absl::OkStatus();
    }
    return Unchecked(absl::StrCat("directives ", word));
  }

  absl::Status SkipStrings() {
    Take();
    while (Peek().form == Word::Form::kString) {
      Take();
    }
    return absl::OkStatus();
  }

  absl::Status SkipFileDirective() {
    Take();
    do {
      RETURN_IF_ERROR(Name("the name of a relation").status());
    } while (Accept(","));
    if (!Sees("(")) {
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const size_t end, ClosingBracket());
    for (size_t i = 0; i <= end; ++i) {
      Take();
    }
    return absl::OkStatus();
  }

  absl::Status ParseComponent() {
    Take();
    if (++nested_ > kComponentsMax) {
      return Wrong("components nest too deeply");
    }
    ComponentSyntax component;
    ASSIGN_OR_RETURN(component.name, ParseComponentName());
    while (Accept(":") || Accept(",")) {
      ASSIGN_OR_RETURN(ComponentName base, ParseComponentName());
      component.bases.push_back(std::move(base));
    }
    RETURN_IF_ERROR(Expect("{"));
    ParsedRules* const around = std::exchange(rules_, &component.items);
    RETURN_IF_ERROR(ParseItems());
    RETURN_IF_ERROR(Expect("}"));
    rules_ = around;
    --nested_;
    rules_->components.push_back(std::move(component));
    return absl::OkStatus();
  }

  absl::StatusOr<ComponentName> ParseComponentName() {
    ComponentName component;
    ASSIGN_OR_RETURN(component.name, Name("the name of a component"));
    if (!Accept("<")) {
      return component;
    }
    do {
      ASSIGN_OR_RETURN(std::string argument, Name("the name of a type"));
      component.arguments.push_back(std::move(argument));
    } while (Accept(","));
    RETURN_IF_ERROR(Expect(">"));
    return component;
  }

  absl::Status ParseInstance() {
    Take();
    InstanceSyntax instance;
    instance.place = Peek().place;
    ASSIGN_OR_RETURN(instance.name, Name("the name of an instance"));
    RETURN_IF_ERROR(Expect("="));
    ASSIGN_OR_RETURN(instance.of, ParseComponentName());
    rules_->instances.push_back(std::move(instance));
    return absl::OkStatus();
  }

  absl::Status ParseOldType(const std::string& base) {
    Take();
    TypeSyntax type;
    type.place = Peek().place;
    ASSIGN_OR_RETURN(type.name, Name("the name of a type"));
    type.united.push_back(base);
    rules_->types.push_back(std::move(type));
    return absl::OkStatus();
  }

  absl::Status ParseType() {
    Take();
    TypeSyntax type;
    type.place = Peek().place;
    ASSIGN_OR_RETURN(type.name, Name("the name of a type"));
    if (Accept("<:")) {
      ASSIGN_OR_RETURN(std::string base, Name("a type"));
      type.united.push_back(std::move(base));
    } else if (Accept("=")) {
      RETURN_IF_ERROR(Sees("[") ? ParseBranchType("", "[", "]", &type) : ParseParts(&type));
    } else {
      type.united.push_back("symbol");
    }
    rules_->types.push_back(std::move(type));
    return absl::OkStatus();
  }

  // Of a union, or the branches of an algebraic type.
  absl::Status ParseParts(TypeSyntax* type) {
    do {
      RETURN_IF_ERROR(ParsePart(type));
    } while (Accept("|"));
    return type->algebraic && !type->united.empty() ? Wrong("expected a branch with its fields")
                                                    : absl::OkStatus();
  }

  absl::Status ParsePart(TypeSyntax* type) {
    RETURN_IF_ERROR(SkipAnnotations());
    ASSIGN_OR_RETURN(std::string part, Name("a type"));
    if (Sees("{")) {
      type->algebraic = true;
      return ParseBranchType(part, "{", "}", type);
    }
    type->united.push_back(std::move(part));
    return absl::OkStatus();
  }

  absl::Status ParseBranchType(const std::string& name, absl::string_view open,
                               absl::string_view close, TypeSyntax* type) {
    BranchSyntax branch{name, {}};
    ASSIGN_OR_RETURN(const auto fields, ParseFields(open, close));
    for (const auto& [field, field_type] : fields) {
      branch.fields.push_back(field_type);
    }
    type->branches.push_back(std::move(branch));
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseFields(
      absl::string_view open, absl::string_view close) {
    std::vector<std::pair<std::string, std::string>> fields;
    RETURN_IF_ERROR(Expect(open));
    RETURN_IF_ERROR(SkipAnnotations());
    if (Accept(close)) {
      return fields;
    }
    do {
      RETURN_IF_ERROR(SkipAnnotations());
      ASSIGN_OR_RETURN(std::string name, Name("the name of a column"));
      RETURN_IF_ERROR(Expect(":"));
      ASSIGN_OR_RETURN(std::string type, Name("a type"));
      fields.emplace_back(std::move(name), std::move(type));
    } while (Accept(","));
    RETURN_IF_ERROR(Expect(close));
    return fields;
  }

  absl::Status ParseRelations() {
    Take();
    std::vector<RelationSyntax> relations;
    do {
      RelationSyntax relation;
      relation.base = base_;
      relation.place = Peek().place;
      ASSIGN_OR_RETURN(relation.name, Name("the name of a relation"));
      relations.push_back(std::move(relation));
    } while (Accept(","));
    ASSIGN_OR_RETURN(const auto columns, ParseFields("(", ")"));
    RelationSyntax qualified;
    RETURN_IF_ERROR(ParseQualifiers(&qualified));
    for (RelationSyntax& relation : relations) {
      relation.columns = columns;
      relation.equivalence = qualified.equivalence;
      relation.inlined = qualified.inlined;
      rules_->relations.push_back(std::move(relation));
    }
    return absl::OkStatus();
  }

  absl::Status ParseQualifiers(RelationSyntax* relation) {
    static const auto& without_effect = *new std::set<absl::string_view>{
        "overridable", "brie",      "btree", "btree_delete", "magic",
        "no_magic",    "no_inline", "input", "output",       "printsize"};
    while (Peek().form == Word::Form::kName) {
      const bool known = Sees("eqrel") || Sees("inline") || without_effect.count(Peek().text) > 0;
      if (!known) {
        break;
      }
      relation->equivalence |= Sees("eqrel");
      relation->inlined |= Sees("inline");
      Take();
    }
    return Sees("choice") ? Unchecked("choice domains") : absl::OkStatus();
  }

  absl::Status ParseClauses() {
    const Place place = Peek().place;
    std::vector<Atom> heads;
    do {
      ASSIGN_OR_RETURN(Atom head, ParseAtom());
      heads.push_back(std::move(head));
    } while (Accept(","));
    if (Sees("<=")) {
      return ParseSubsumption(place, heads);
    }
    ASSIGN_OR_RETURN(const std::vector<Conjunction> ways, ParseRest());
    for (const Atom& head : heads) {
      for (const Conjunction& way : ways) {
        rules_->clauses.push_back(ClauseOf(place, head, way));
      }
    }
    return absl::OkStatus();
  }

  // The ways through the body behind a head, with the end of the rule.
  absl::StatusOr<std::vector<Conjunction>> ParseRest() {
    std::vector<Conjunction> ways(1);
    if (Accept(":-")) {
      RETURN_IF_ERROR(SkipAnnotations());
      ASSIGN_OR_RETURN(ways, ParseBody());
    }
    RETURN_IF_ERROR(Expect("."));
    if (Peek().form == Word::Form::kDirective && Peek().text == ".plan") {
      RETURN_IF_ERROR(SkipPlan());
    }
    return ways;
  }

  // .plan 1: (1, 2), 2: (2, 1)
  absl::Status SkipPlan() {
    Take();
    do {
      Take();
      RETURN_IF_ERROR(Expect(":"));
      ASSIGN_OR_RETURN(const size_t end, ClosingBracket());
      for (size_t i = 0; i <= end; ++i) {
        Take();
      }
    } while (Accept(","));
    return absl::OkStatus();
  }

  absl::Status ParseSubsumption(const Place& place, const std::vector<Atom>& heads) {
    Take();
    Literal dominated;
    Literal dominating;
    dominated.atom = heads[0];
    ASSIGN_OR_RETURN(dominating.atom, ParseAtom());
    if (heads.size() != 1 || heads[0].name != dominating.atom.name) {
      return Wrong("a subsumption is between two atoms of one relation");
    }
    ASSIGN_OR_RETURN(const std::vector<Conjunction> ways, ParseRest());
    Conjunction equalities;
    NameColumns("_'low", &dominated, &equalities);
    NameColumns("_'high", &dominating, &equalities);
    for (const Conjunction& way : ways) {
      Conjunction body = {dominated, dominating};
      body.insert(body.end(), equalities.begin(), equalities.end());
      body.insert(body.end(), way.begin(), way.end());
      rules_->subsumptions.push_back(ClauseOf(place, dominated.atom, body));
    }
    return absl::OkStatus();
  }

  // Leaves nothing but variables in `literal`, so that they say which fact it is.
  static void NameColumns(absl::string_view name, Literal* literal, Conjunction* equalities) {
    literal->text = literal->atom.name;
    for (size_t i = 0; i < literal->atom.arguments.size(); ++i) {
      Term& argument = literal->atom.arguments[i];
      if (argument.form == Term::Form::kVariable) {
        continue;
      }
      Term variable;
      variable.form = Term::Form::kVariable;
      variable.name = absl::StrCat(name, i);
      if (argument.form != Term::Form::kAny) {
        Literal equality;
        equality.form = Literal::Form::kComparison;
        equality.comparison = "=";
        equality.sides = {variable, argument};
        equality.text = absl::StrCat("what is in a column of ", literal->atom.name);
        equalities->push_back(std::move(equality));
      }
      argument = std::move(variable);
    }
  }

  static Clause ClauseOf(const Place& place, const Atom& head, const Conjunction& body) {
    Clause clause;
    clause.head = head;
    clause.body = body;
    clause.place = place;
    return clause;
  }

  const bool base_;
  ParsedRules* rules_;  // of the file, or the component at hand
  size_t nested_ = 0;   // components around what is at hand
};

}  // namespace

absl::Status ParseRuleText(const RuleText& text, ParsedRules* rules) {
  ASSIGN_OR_RETURN(const std::vector<Word> words, SplitIntoWords(text));
  return FileParser(&words, text, rules).Run();
}

}  // namespace cartograph::verify
