#include "clients/cli/proof_file.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "clients/verify/export_reader.h"

namespace cartograph::clients {
namespace {

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// JSON has no numbers for these.
Json FloatJson(float number) {
  if (std::isnan(number)) {
    return "nan";
  }
  if (std::isinf(number)) {
    return number > 0 ? "inf" : "-inf";
  }
  return number;
}

Json ToJson(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kSymbol:
      return value.symbol();
    case v1::Value::kNumber:
      return value.number();
    case v1::Value::kUnsignedNumber:
      return value.unsigned_number();
    case v1::Value::kFloatNumber:
      return FloatJson(value.float_number());
    case v1::Value::kRecord:
      return value.record();
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return nullptr;
}

void AddRule(const v1::ProofStep& step, Json* line) {
  (*line)["rule"] = absl::StrCat(step.file(), ":", step.line(), ":", step.column());
  (*line)["where"] = Json::object();
  const std::map<std::string, v1::Value> sorted(step.bindings().begin(), step.bindings().end());
  for (const auto& [variable, value] : sorted) {
    (*line)["where"][variable] = ToJson(value);
  }
}

}  // namespace

absl::Status ProofFileWriter::Add(const v1::ExportProofsResponse& response) {
  header_ = response.header();
  if (response.has_base_schema()) {
    texts_.push_back({response.base_schema().path(), response.base_schema().text(), true});
  }
  for (const v1::RuleFile& file : response.rules()) {
    texts_.push_back({file.path(), file.text(), false});
  }
  for (const v1::ProvedFact& fact : response.facts()) {
    RETURN_IF_ERROR(AddFact(fact));
  }
  return out_ ? absl::OkStatus() : absl::DataLossError("cannot write the export");
}

absl::Status ProofFileWriter::AddFact(const v1::ProvedFact& fact) {
  WriteRules();
  const uint64_t number = numbers_.size();
  numbers_.emplace(fact.fact().SerializeAsString(), number);
  Json is = Json::array({fact.fact().predicate()});
  for (const v1::Value& value : fact.fact().values()) {
    is.push_back(ToJson(value));
  }
  Json line = {{"fact", number}, {"is", std::move(is)}};
  if (fact.has_step()) {
    const v1::ProofStep& step = fact.step();
    if (step.file().empty()) {
      line["rule"] = std::string(verify::kClosure);
    } else {
      AddRule(step, &line);
    }
    line["from"] = Json::array();
    for (const v1::Fact& premise : step.premises()) {
      const auto at = numbers_.find(premise.SerializeAsString());
      if (at == numbers_.end()) {
        return absl::DataLossError(absl::StrCat("the server names a premise of a fact of ",
                                                premise.predicate(), " that it did not send"));
      }
      line["from"].push_back(at->second);
    }
    ++proofs_;
  }
  WriteLine(TextOf(line));
  return absl::OkStatus();
}

void ProofFileWriter::WriteRules() {
  if (rules_written_) {
    return;
  }
  rules_written_ = true;
  WriteLine(TextOf(Json{{"cartograph_proofs", 1},
                        {"revision", header_.revision()},
                        {"rule_pack", header_.rule_pack()},
                        {"rules_sha256", verify::DigestOf(texts_)}}));
  for (const verify::RuleText& text : texts_) {
    WriteLine(TextOf(Json{{text.base ? "base" : "rules", text.path}, {"text", text.text}}));
  }
}

void ProofFileWriter::WriteLine(std::string line) {
  line += '\n';
  digest_.Add(line);
  out_ << line;
}

absl::Status ProofFileWriter::Finish() {
  WriteRules();
  const uint64_t facts = numbers_.size();
  const std::string sha256 = digest_.Finish();
  out_ << TextOf(Json{{"end", facts}, {"sha256", sha256}}) << '\n';
  return out_ ? absl::OkStatus() : absl::DataLossError("cannot write the export");
}

}  // namespace cartograph::clients
