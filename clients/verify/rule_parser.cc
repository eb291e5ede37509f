#include "clients/verify/rule_parser.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/body_parser.h"

namespace cartograph::verify {
namespace {

class FileParser : public BodyParser {
 public:
  FileParser(const std::vector<Word>* words, const RuleText& text, ParsedRules* rules)
      : BodyParser(words, text.text), base_(text.base), rules_(*rules) {}

  absl::Status Run() {
    while (!AtEnd()) {
      RETURN_IF_ERROR(SkipAnnotations());
      RETURN_IF_ERROR(Peek().form == Word::Form::kDirective ? ParseDirective() : ParseClauses());
    }
    return absl::OkStatus();
  }

 private:
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
    if (word == ".comp" || word == ".init" || word == ".override") {
      return Unchecked("components");
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

  absl::Status ParseType() {
    Take();
    TypeSyntax type;
    type.place = Peek().place;
    ASSIGN_OR_RETURN(type.name, Name("the name of a type"));
    if (Accept("<:")) {
      ASSIGN_OR_RETURN(std::string base, Name("a type"));
      type.united.push_back(std::move(base));
    } else if (Accept("=")) {
      RETURN_IF_ERROR(Sees("[") ? ParseRecordType(&type) : ParseUnion(&type));
    } else {
      type.united.push_back("symbol");
    }
    rules_.types.push_back(std::move(type));
    return absl::OkStatus();
  }

  absl::Status ParseUnion(TypeSyntax* type) {
    do {
      ASSIGN_OR_RETURN(std::string part, Name("a type"));
      if (Sees("{")) {
        return Unchecked("algebraic types");
      }
      type->united.push_back(std::move(part));
    } while (Accept("|"));
    return absl::OkStatus();
  }

  absl::Status ParseRecordType(TypeSyntax* type) {
    type->record = true;
    ASSIGN_OR_RETURN(const auto fields, ParseFields("[", "]"));
    for (const auto& [name, field_type] : fields) {
      type->fields.push_back(field_type);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ParseFields(
      absl::string_view open, absl::string_view close) {
    std::vector<std::pair<std::string, std::string>> fields;
    RETURN_IF_ERROR(Expect(open));
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
    RETURN_IF_ERROR(SkipQualifiers());
    for (RelationSyntax& relation : relations) {
      relation.columns = columns;
      rules_.relations.push_back(std::move(relation));
    }
    return absl::OkStatus();
  }

  absl::Status SkipQualifiers() {
    if (Sees("eqrel")) {
      return Unchecked("equivalence relations");
    }
    if (Sees("inline")) {
      return Unchecked("inline relations");
    }
    for (const char* word : {"overridable", "brie", "btree", "btree_delete", "magic", "no_magic",
                             "no_inline", "input", "output", "printsize"}) {
      if (Accept(word)) {
        return SkipQualifiers();
      }
    }
    if (Sees("choice")) {
      return Unchecked("choice domains");
    }
    return absl::OkStatus();
  }

  absl::Status ParseClauses() {
    const Place place = Peek().place;
    std::vector<Atom> heads;
    do {
      ASSIGN_OR_RETURN(Atom head, ParseAtom());
      heads.push_back(std::move(head));
    } while (Accept(","));
    if (Sees("<=")) {
      return Unchecked("subsumptions");
    }
    std::vector<Conjunction> ways(1);
    if (Accept(":-")) {
      RETURN_IF_ERROR(SkipAnnotations());
      ASSIGN_OR_RETURN(ways, ParseBody());
    }
    RETURN_IF_ERROR(Expect("."));
    for (const Atom& head : heads) {
      for (const Conjunction& way : ways) {
        Clause clause;
        clause.head = head;
        clause.body = way;
        clause.place = place;
        rules_.clauses.push_back(std::move(clause));
      }
    }
    return absl::OkStatus();
  }

  const bool base_;
  ParsedRules& rules_;
};

}  // namespace

absl::Status ParseRuleText(const RuleText& text, ParsedRules* rules) {
  ASSIGN_OR_RETURN(const std::vector<Word> words, SplitIntoWords(text));
  return FileParser(&words, text, rules).Run();
}

}  // namespace cartograph::verify
