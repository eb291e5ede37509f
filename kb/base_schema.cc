#include "kb/base_schema.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace cartograph::kb {
namespace {

constexpr size_t kLineWidth = 100;

// Appends `words` as doc comment lines.
void AppendDoc(const std::vector<std::string>& words, std::string* text) {
  std::string line = "///";
  for (const std::string& word : words) {
    if (line.size() + 1 + word.size() > kLineWidth) {
      absl::StrAppend(text, line, "\n");
      line = "///";
    }
    absl::StrAppend(&line, " ", word);
  }
  absl::StrAppend(text, line, "\n");
}

void AppendKinds(const EntityPlan& plan, std::string* text) {
  for (const EntityKind& kind : plan.kinds) {
    absl::StrAppend(text, "/// Names in ", kind.collection, "/.\n.type ", kind.type,
                    " <: symbol\n");
  }
  auto type = [](std::string* out, const EntityKind& kind) { out->append(kind.type); };
  absl::StrAppend(text, "/// Names of entities of any kind.\n.type Entity = ",
                  absl::StrJoin(plan.kinds, " | ", type), "\n");
}

void AppendEnum(const EntityPlan& plan, const google::protobuf::EnumDescriptor* type,
                std::string* text) {
  std::vector<std::string> words = {"One", "of"};
  for (int i = 0; i < type->value_count(); ++i) {
    const char* end = i + 1 < type->value_count() ? "," : ".";
    words.push_back(absl::StrCat("\"", SymbolOf(plan, type->value(i)), "\"", end));
  }
  absl::StrAppend(text, "\n");
  AppendDoc(words, text);
  absl::StrAppend(text, ".type ", type->name(), " <: symbol\n");
}

void AppendRelation(const BaseRelation& relation, std::string* text) {
  auto column = [](std::string* out, const BaseRelation::Column& c) {
    absl::StrAppend(out, c.name, ": ", c.type);
  };
  absl::StrAppend(text, "\n");
  AppendDoc(absl::StrSplit(relation.doc + ".", ' '), text);
  absl::StrAppend(text, ".decl ", relation.name, "(", absl::StrJoin(relation.columns, ", ", column),
                  ")\n");
}

}  // namespace

std::string SymbolOf(const EntityPlan& plan, const google::protobuf::EnumValueDescriptor* value) {
  return absl::AsciiStrToLower(value->name().substr(plan.enum_prefixes.at(value->type()).size()));
}

std::string PrintBaseSchema(const EntityPlan& plan) {
  std::string text =
      "// The base relations: what entities say. Generated from the annotations of the protos; do "
      "not edit.\n\n";
  AppendKinds(plan, &text);
  for (const auto* type : plan.enums) {
    AppendEnum(plan, type, &text);
  }
  for (const BaseRelation& relation : plan.relations) {
    AppendRelation(relation, &text);
  }
  return text;
}

}  // namespace cartograph::kb
