#include "kb/proof_prose.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "kb/resource_name.h"

namespace cartograph::kb {
namespace {

constexpr char kAnnotation[] = "says";
constexpr char kEvidence[] = "evidence";

using NameOf = std::function<absl::StatusOr<std::string>(absl::string_view variable)>;

// `sentence` with what `name_of` gives for each {variable}. A brace that closes nothing stands for
// itself.
absl::StatusOr<std::string> FillIn(absl::string_view sentence, const NameOf& name_of) {
  std::string out;
  for (;;) {
    const size_t open = sentence.find('{');
    const size_t close = open == sentence.npos ? open : sentence.find('}', open);
    absl::StrAppend(&out, sentence.substr(0, close == sentence.npos ? close : open));
    if (close == sentence.npos) return out;
    ASSIGN_OR_RETURN(const std::string name, name_of(sentence.substr(open + 1, close - open - 1)));
    out += name;
    sentence.remove_prefix(close + 1);
  }
}

// A symbol as rule text writes it, read back; anything else as it is.
std::string Unquoted(absl::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::string(text);
  return absl::StrReplaceAll(text.substr(1, text.size() - 2),
                             {{"\\\"", "\""}, {"\\\\", "\\"}, {"\\n", " "}, {"\\t", " "}});
}

// Words of enums are written in snake case: "applied_to_treat".
bool IsSnakeCase(absl::string_view text) {
  return text.find('_') != text.npos && std::all_of(text.begin(), text.end(), [](char c) {
           return c == '_' || (std::islower(static_cast<unsigned char>(c)) != 0);
         });
}

const google::protobuf::RepeatedPtrField<v1::Name>* NamesOf(const v1::Entity& entity) {
  switch (entity.body_case()) {
    case v1::Entity::kTherapy:
      return &entity.therapy().names();
    case v1::Entity::kTarget:
      return &entity.target().names();
    case v1::Entity::kDisease:
      return &entity.disease().names();
    case v1::Entity::kChallenge:
      return &entity.challenge().names();
    default:
      return nullptr;
  }
}

std::string PreferredName(const v1::Entity& entity) {
  const auto* names = NamesOf(entity);
  if (names == nullptr || names->empty()) return "";
  const auto preferred = std::find_if(names->begin(), names->end(), [](const v1::Name& name) {
    return name.kind() == v1::NAME_KIND_PREFERRED;
  });
  return preferred == names->end() ? (*names)[0].text() : preferred->text();
}

std::string ValueText(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kSymbol:
      return value.symbol();
    case v1::Value::kNumber:
      return absl::StrCat(value.number());
    case v1::Value::kUnsignedNumber:
      return absl::StrCat(value.unsigned_number());
    case v1::Value::kFloatNumber:
      return absl::StrCat(value.float_number());
    default:
      return value.record();
  }
}

class Writer {
 public:
  Writer(const Snapshot& snapshot, const EntitySchema& schema, v1::Proof* proof)
      : snapshot_(snapshot), schema_(schema), proof_(*proof) {}

  absl::StatusOr<v1::Prose> Write() {
    CollectEvidence();
    std::vector<bool> seen(static_cast<size_t>(proof_.nodes_size()));
    std::vector<int> open = {0};
    while (!open.empty() && proof_.nodes_size() > 0) {
      const int index = open.back();
      open.pop_back();
      if (seen[static_cast<size_t>(index)]) continue;
      seen[static_cast<size_t>(index)] = true;
      RETURN_IF_ERROR(Say(index));
      const auto& premises = proof_.nodes(index).premises();
      for (int i = premises.size(); i-- > 0;) open.push_back(static_cast<int>(premises[i]));
    }
    prose_.set_text(absl::StrJoin(sentences_, " "));
    return std::move(prose_);
  }

 private:
  void CollectEvidence() {
    for (const v1::ProofNode& node : proof_.nodes()) {
      for (const v1::EvidenceLeaf& leaf : node.evidence()) leaves_.emplace(leaf.evidence(), &leaf);
    }
  }

  absl::Status Say(int index) {
    v1::ProofNode& node = *proof_.mutable_nodes(index);
    if (node.kind() == v1::PROOF_NODE_KIND_BASE) {
      for (const v1::EvidenceLeaf& leaf : node.evidence()) Cite(leaf.evidence());
    }
    if (!node.rule().says().empty()) {
      ASSIGN_OR_RETURN(*node.mutable_says(),
                       FillIn(node.rule().says(),
                              [&](absl::string_view variable) { return ValueOf(node, variable); }));
      sentences_.push_back(node.says());
      return absl::OkStatus();
    }
    if (node.kind() == v1::PROOF_NODE_KIND_CUT) return Add(node, " holds; why is not shown here.");
    if (node.kind() == v1::PROOF_NODE_KIND_ABSENCE) return AddAbsence(node);
    return index == 0 ? Add(node, " holds.") : absl::OkStatus();
  }

  // The fact with names: studied in(CD19, multiple sclerosis).
  absl::Status Add(const v1::ProofNode& node, absl::string_view end) {
    ASSIGN_OR_RETURN(const std::string fact, FactWithNames(node));
    sentences_.push_back(absl::StrCat(fact, end));
    return absl::OkStatus();
  }

  absl::Status AddAbsence(const v1::ProofNode& node) {
    ASSIGN_OR_RETURN(const std::string fact, FactWithNames(node));
    sentences_.push_back(absl::StrCat("There is no ", fact, "."));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> FactWithNames(const v1::ProofNode& node) {
    std::vector<std::string> values;
    for (int i = 0; i < node.fact().values_size(); ++i) {
      const bool fixed = node.fixed_columns_size() == 0 || node.fixed_columns(i);
      values.push_back(fixed ? ValueText(node.fact().values(i)) : "anything");
      if (fixed) {
        ASSIGN_OR_RETURN(values.back(), Named(values.back()));
      }
    }
    return absl::StrCat(node.fact().predicate(), "(", absl::StrJoin(values, ", "), ")");
  }

  absl::StatusOr<std::string> ValueOf(const v1::ProofNode& node, absl::string_view variable) {
    for (const v1::Binding& binding : node.bindings()) {
      if (binding.variable() == variable) return Named(Unquoted(binding.value()));
    }
    return absl::StrCat("{", variable, "}");
  }

  absl::StatusOr<std::string> Named(const std::string& value) {
    const EntityKind* kind = schema_.KindOf(value);
    if (kind == nullptr || !IsResourceName(value)) {
      return IsSnakeCase(value) ? absl::StrReplaceAll(value, {{"_", " "}}) : value;
    }
    const std::string id = value.substr(kind->collection.size() + 1);
    if (kind->collection == kEvidence) return absl::StrCat(id, " [", NumberOf(value), "]");
    ASSIGN_OR_RETURN(const std::optional<v1::Entity> entity, snapshot_.GetEntity(value));
    const std::string name = entity.has_value() ? PreferredName(*entity) : "";
    return name.empty() ? id : name;
  }

  // The number of the reference to `evidence`, given now if it had none.
  uint32_t NumberOf(const std::string& evidence) {
    const auto [at, added] =
        numbers_.emplace(evidence, static_cast<uint32_t>(prose_.references_size() + 1));
    if (added) {
      v1::ProseReference* reference = prose_.add_references();
      reference->set_number(at->second);
      const auto leaf = leaves_.find(evidence);
      if (leaf != leaves_.end()) *reference->mutable_evidence() = *leaf->second;
      reference->mutable_evidence()->set_evidence(evidence);
    }
    return at->second;
  }

  void Cite(const std::string& evidence) {
    if (numbers_.contains(evidence) || sentences_.empty()) return;
    absl::StrAppend(&sentences_.back(), " [", NumberOf(evidence), "]");
  }

  const Snapshot& snapshot_;
  const EntitySchema& schema_;
  v1::Proof& proof_;
  v1::Prose prose_;
  std::vector<std::string> sentences_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  absl::flat_hash_map<std::string, const v1::EvidenceLeaf*> leaves_;
};

}  // namespace

std::string SentenceOf(const rules::Rule& rule) {
  for (const rules::Annotation& annotation : rule.annotations) {
    if (annotation.name == kAnnotation && !annotation.arguments.empty()) {
      return annotation.arguments[0].second;
    }
  }
  return "";
}

absl::Status CheckSentences(const rules::Program& program) {
  for (const rules::Rule& rule : program.rules) {
    const auto known = [&](absl::string_view variable) -> absl::StatusOr<std::string> {
      if (std::find(rule.variables.begin(), rule.variables.end(), variable) !=
          rule.variables.end()) {
        return std::string();
      }
      return absl::InvalidArgumentError(
          absl::StrCat("the sentence \"", SentenceOf(rule), "\" names {", variable,
                       "}, which is no variable of its rule: ", rule.text));
    };
    RETURN_IF_ERROR(FillIn(SentenceOf(rule), known).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Prose> WriteProse(const Snapshot& snapshot, const EntitySchema& schema,
                                     v1::Proof* proof) {
  return Writer(snapshot, schema, proof).Write();
}

}  // namespace cartograph::kb
