#include "clients/verify/export_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/body_parser.h"
#include "clients/verify/digest.h"
#include "clients/verify/kinds.h"
#include "clients/verify/scopes.h"

namespace cartograph::verify {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kVersion = 1;

std::optional<uint64_t> NumberOf(const Json& json) {
  return json.is_number_unsigned() ? std::optional(json.get<uint64_t>()) : std::nullopt;
}

std::optional<Value> FloatOf(const Json& json) {
  if (json.is_number()) {
    return FromFloat(static_cast<float>(json.get<double>()));
  }
  if (json == "inf") {
    return FromFloat(std::numeric_limits<float>::infinity());
  }
  if (json == "-inf") {
    return FromFloat(-std::numeric_limits<float>::infinity());
  }
  if (json == "nan") {
    return FromFloat(std::numeric_limits<float>::quiet_NaN());
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(std::istream* in, Export* out, std::vector<Problem>* problems)
      : in_(*in), out_(*out), problems_(*problems) {}

  absl::Status Run() {
    std::string text;
    while (!ended_ && std::getline(in_, text)) {
      ++line_;
      RETURN_IF_ERROR(Line(text));
      digest_.Add(text);
      digest_.Add("\n");
    }
    if (!ended_) {
      return Stop("the file ends before its end record: it was cut off");
    }
    if (std::getline(in_, text)) {
      return Stop("something follows the end record");
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Stop(absl::string_view what) {
    out_.stopped_at = line_;
    return absl::InvalidArgumentError(what);
  }

  absl::Status Line(const std::string& text) {
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
      return Stop("the line is no JSON object");
    }
    if (line_ == 1) {
      return Header(json);
    }
    if (json.contains("fact")) {
      return FactRecord(json);
    }
    if (json.contains("end")) {
      return End(json);
    }
    if (json.contains("base") || json.contains("rules")) {
      return Text(json);
    }
    return Stop("the line is no record of this format");
  }

  absl::Status CheckMembers(const Json& json, std::initializer_list<absl::string_view> known) {
    for (const auto& [name, value] : json.items()) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        return Stop(
            absl::StrCat("the line has a member \"", name, "\", which the format does not know"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Header(const Json& json) {
    const auto version = json.find("cartograph_proofs");
    if (version == json.end()) {
      return Stop("the line is no header of exported proofs");
    }
    if (NumberOf(*version) != kVersion) {
      return Stop("the file is of a version that is not known here");
    }
    RETURN_IF_ERROR(
        CheckMembers(json, {"cartograph_proofs", "revision", "rule_pack", "rules_sha256"}));
    const bool complete = json.contains("revision") && json.contains("rule_pack") &&
                          json.contains("rules_sha256") && json["rule_pack"].is_string() &&
                          json["rules_sha256"].is_string() &&
                          NumberOf(json["revision"]).has_value();
    if (!complete) {
      return Stop("the header lacks revision, rule_pack or rules_sha256");
    }
    out_.revision = *NumberOf(json["revision"]);
    out_.rule_pack = json["rule_pack"];
    out_.rules_sha256 = json["rules_sha256"];
    return absl::OkStatus();
  }

  absl::Status Text(const Json& json) {
    if (out_.facts.has_value()) {
      return Stop("rules stand behind a fact");
    }
    const bool base = json.contains("base");
    const char* name = base ? "base" : "rules";
    RETURN_IF_ERROR(CheckMembers(json, {name, "text"}));
    if (!json.contains("text") || !json["text"].is_string() || !json[name].is_string()) {
      return Stop("rules without a name or a text");
    }
    if (base && !out_.texts.empty()) {
      return Stop("the base relations are not the first text");
    }
    out_.texts.push_back({json[name], json["text"], base});
    return absl::OkStatus();
  }

  absl::Status BeginFacts() {
    if (out_.facts.has_value()) {
      return absl::OkStatus();
    }
    if (DigestOf(out_.texts) != out_.rules_sha256) {
      return Stop("the rules are not those that the header names: another rules_sha256");
    }
    ASSIGN_OR_RETURN(out_.rules, BuildRuleSet(out_.texts, &out_.values));
    out_.facts.emplace(out_.rules.relations.size());
    return absl::OkStatus();
  }

  absl::Status FactRecord(const Json& json) {
    RETURN_IF_ERROR(BeginFacts());
    RETURN_IF_ERROR(CheckMembers(json, {"fact", "is", "rule", "where", "from"}));
    if (NumberOf(json["fact"]) != out_.lines.size()) {
      return Stop(absl::StrCat("facts are not numbered one by one: expected ", out_.lines.size()));
    }
    FactLine& line = out_.lines.emplace_back();
    line.line = line_;
    std::string problem = ReadFact(json, &line);
    if (problem.empty()) {
      problem = ReadProof(json, &line);
    }
    if (!problem.empty()) {
      const std::string fact = line.fact.has_value()
                                   ? ToText(out_.facts->fact(*line.fact), out_.rules, out_.values)
                                   : "";
      problems_.push_back({line_, fact, std::move(problem)});
      line.rule.clear();
    }
    return absl::OkStatus();
  }

  // What is wrong, or "".
  std::string ReadFact(const Json& json, FactLine* line) {
    const auto is = json.find("is");
    if (is == json.end() || !is->is_array() || is->empty() || !(*is)[0].is_string()) {
      return "a fact needs \"is\": a list of the relation and the values";
    }
    const std::string name = (*is)[0];
    const auto at = out_.rules.relation_by_name.find(name);
    if (at == out_.rules.relation_by_name.end()) {
      return absl::StrCat("no rule text declares a relation ", name);
    }
    const Relation& relation = out_.rules.relations[at->second];
    if (is->size() != relation.columns.size() + 1) {
      return absl::StrCat(name, " has ", relation.columns.size(), " columns; the fact has ",
                          is->size() - 1, " values");
    }
    Fact fact{at->second, {}};
    for (size_t i = 0; i < relation.columns.size(); ++i) {
      const Column& column = relation.columns[i];
      const std::optional<Value> value = ReadValue((*is)[i + 1], column.type);
      if (!value.has_value()) {
        return absl::StrCat("column ", column.name, " of ", name, " holds values of type ",
                            out_.rules.types[column.type].name, ", and ", (*is)[i + 1].dump(),
                            " is none");
      }
      fact.values.push_back(*value);
    }
    const size_t before = out_.facts->size();
    line->fact = out_.facts->Add(std::move(fact));
    return *line->fact == before ? "" : "the fact stands in the file already";
  }

  std::optional<Value> ReadValue(const Json& json, uint32_t type) {
    switch (out_.rules.types[type].kind) {
      case Kind::kSymbol:
        return json.is_string()
                   ? std::optional(out_.values.Symbol(json.get_ref<const std::string&>()))
                   : std::nullopt;
      case Kind::kNumber:
        if (!json.is_number_integer() || (json.is_number_unsigned() && json > INT32_MAX) ||
            json.get<int64_t>() < INT32_MIN) {
          return std::nullopt;
        }
        return FromSigned(json.get<int32_t>());
      case Kind::kUnsigned:
        return json.is_number_unsigned() && json.get<uint64_t>() <= UINT32_MAX
                   ? std::optional(json.get<Value>())
                   : std::nullopt;
      case Kind::kFloat:
        return FloatOf(json);
      case Kind::kRecord:
        return json.is_string() ? ReadRecord(json, type) : std::nullopt;
    }
    return std::nullopt;
  }

  // A record as rule text writes it.
  std::optional<Value> ReadRecord(const std::string& text, uint32_t type) {
    const absl::StatusOr<std::vector<Word>> words = SplitIntoWords({"", text});
    if (!words.ok()) {
      return std::nullopt;
    }
    BodyParser parser(&*words, text);
    const absl::StatusOr<Term> term = parser.ParseTerm();
    return term.ok() && parser.AtEnd() ? ValueOf(*term, type) : std::nullopt;
  }

  std::optional<Value> ValueOf(const Term& term, uint32_t type) {
    const Type& of = out_.rules.types[type];
    const bool nil = term.form == Term::Form::kConstant && of.kind == Kind::kRecord;
    if (nil && of.algebraic) {
      return std::nullopt;
    }
    if (term.form == Term::Form::kConstant) {
      return ConstantValue(term, of.kind, &out_.values);
    }
    const auto branch =
        std::find_if(of.branches.begin(), of.branches.end(),
                     [&](const Type::Branch& known) { return known.name == term.name; });
    if (term.form != Term::Form::kRecord || branch == of.branches.end() ||
        term.arguments.size() != branch->fields.size()) {
      return std::nullopt;
    }
    Tuple fields;
    if (of.algebraic) {
      fields.push_back(static_cast<Value>(branch - of.branches.begin()));
    }
    for (size_t i = 0; i < branch->fields.size(); ++i) {
      const std::optional<Value> field = ValueOf(term.arguments[i], branch->fields[i]);
      if (!field.has_value()) {
        return std::nullopt;
      }
      fields.push_back(*field);
    }
    return out_.values.Record(fields);
  }

  // What is wrong, or "".
  std::string ReadProof(const Json& json, FactLine* line) {
    const Relation& relation = out_.rules.relations[out_.facts->fact(*line->fact).relation];
    const bool proved = json.contains("rule");
    if (relation.base && (proved || json.contains("where") || json.contains("from"))) {
      return absl::StrCat(relation.name, " is a base relation: no rule gives its facts");
    }
    if (relation.base) {
      return "";
    }
    if (!proved || !json["rule"].is_string()) {
      return absl::StrCat("a fact of ", relation.name, ", which is derived, has no proof");
    }
    line->rule = json["rule"];
    if (line->rule == kClosure) {
      return json.contains("where") ? "a closure has no variables" : ReadPremises(json, line);
    }
    const auto clauses = out_.rules.clauses_at.find(line->rule);
    if (clauses == out_.rules.clauses_at.end()) {
      return absl::StrCat("no rule stands at ", line->rule);
    }
    if (std::string problem = ReadPremises(json, line); !problem.empty()) {
      return problem;
    }
    if (!json.contains("where")) {
      return "";
    }
    if (!json["where"].is_object()) {
      return "\"where\" is no object";
    }
    for (const auto& [name, value] : json["where"].items()) {
      if (std::string problem = ReadBinding(name, value, clauses->second, line); !problem.empty()) {
        return problem;
      }
    }
    return "";
  }

  std::string ReadPremises(const Json& json, FactLine* line) const {
    if (!json.contains("from")) {
      return "";
    }
    if (!json["from"].is_array()) {
      return "\"from\" is no list";
    }
    for (const Json& premise : json["from"]) {
      const std::optional<uint64_t> number = NumberOf(premise);
      if (!number.has_value()) {
        return "\"from\" holds something that is no number of a fact";
      }
      if (*number >= out_.lines.size() - 1) {
        return absl::StrCat("it rests on fact ", *number,
                            ", which does not stand before it: a proof must not go in a circle");
      }
      line->from.push_back(*number);
    }
    return "";
  }

  std::string ReadBinding(const std::string& name, const Json& json,
                          const std::vector<uint32_t>& clauses, FactLine* line) {
    for (const uint32_t number : clauses) {
      const Clause& clause = out_.rules.clauses[number];
      const std::optional<size_t> i = FindWritten(clause, name);
      if (!i.has_value()) {
        continue;
      }
      const uint32_t type = clause.kinds[*i] == Kind::kRecord
                                ? clause.types[*i]
                                : static_cast<uint32_t>(clause.kinds[*i]);
      const std::optional<Value> value = ReadValue(json, type);
      if (!value.has_value()) {
        return absl::StrCat("the variable ", name, " is a ", NameOf(clause.kinds[*i]), ", and ",
                            json.dump(), " is none");
      }
      line->where.emplace_back(WrittenName(clause.variables[*i]), *value);
      return "";
    }
    return absl::StrCat("the rule at ", line->rule, " has no variable ", name);
  }

  absl::Status End(const Json& json) {
    RETURN_IF_ERROR(BeginFacts());
    RETURN_IF_ERROR(CheckMembers(json, {"end", "sha256"}));
    if (NumberOf(json["end"]) != out_.lines.size()) {
      return Stop(absl::StrCat("the end record counts other facts than the ", out_.lines.size(),
                               " that are there"));
    }
    if (!json.contains("sha256") || json["sha256"] != digest_.Finish()) {
      return Stop("the file has been changed: another sha256 than its end record says");
    }
    ended_ = true;
    return absl::OkStatus();
  }

  std::istream& in_;
  Export& out_;
  std::vector<Problem>& problems_;
  Digest digest_;
  uint64_t line_ = 0;
  bool ended_ = false;
};

}  // namespace

absl::Status ReadExport(std::istream* in, Export* out, std::vector<Problem>* problems) {
  return Reader(in, out, problems).Run();
}

}  // namespace cartograph::verify
