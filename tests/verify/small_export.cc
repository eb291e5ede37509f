#include "tests/verify/small_export.h"

#include <nlohmann/json.hpp>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/verify/digest.h"

namespace cartograph::verify {
namespace {

std::string Quoted(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

SmallExport SmallExport::Valid() {
  SmallExport valid;
  valid.base = R"(.type Evidence <: symbol
.type Source <: symbol
.decl evidence(e: Evidence, s: Source, status: symbol)
.decl standing(s: Source, st: symbol)
.decl size(s: Source, n: number)
)";
  valid.rules = R"(.decl live(e: Evidence)
live(e) :- evidence(e, s, "accepted"), standing(s, st), st != "retracted".
.decl counted(s: Source, n: number)
counted(s, n) :- standing(s, _), n = count : { evidence(_, s, _) }.
.decl unused(s: Source)
unused(s) :- standing(s, _), !evidence(_, s, _).
.decl double(s: Source, n: number)
double(s, n * 2) :- size(s, n), n >= 1.
.decl largest(n: number)
largest(n) :- n = max m : { size(_, m) }.
.decl linked(a: Source, b: Source)
linked("s1", "s2").
linked(a, c) :- linked(a, b), linked(b, c).
linked(b, a) :- linked(a, b).
)";
  valid.facts = {
      R"({"fact":0,"is":["evidence","e1","s1","accepted"]})",
      R"({"fact":1,"is":["evidence","e2","s1","proposed"]})",
      R"({"fact":2,"is":["standing","s1","current"]})",
      R"({"fact":3,"is":["standing","s2","current"]})",
      R"({"fact":4,"is":["size","s1",3]})",
      R"({"fact":5,"is":["live","e1"],"rule":"a.dl:2:1","where":{"e":"e1","s":"s1","st":"current"},"from":[0,2]})",
      R"({"fact":6,"is":["counted","s1",2],"rule":"a.dl:4:1","where":{"n":2,"s":"s1"},"from":[2]})",
      R"({"fact":7,"is":["counted","s2",0],"rule":"a.dl:4:1","where":{"n":0,"s":"s2"},"from":[3]})",
      R"({"fact":8,"is":["unused","s2"],"rule":"a.dl:6:1","where":{"s":"s2"},"from":[3]})",
      R"({"fact":9,"is":["double","s1",6],"rule":"a.dl:8:1","where":{"n":3,"s":"s1"},"from":[4]})",
      R"({"fact":10,"is":["largest",3],"rule":"a.dl:10:1","where":{"n":3},"from":[]})",
      R"({"fact":11,"is":["linked","s1","s2"],"rule":"a.dl:12:1"})",
      R"({"fact":12,"is":["linked","s2","s1"],"rule":"a.dl:14:1","where":{"a":"s1","b":"s2"},"from":[11]})",
      R"({"fact":13,"is":["linked","s1","s1"],"rule":"a.dl:13:1","where":{"a":"s1","b":"s2","c":"s1"},"from":[11,12]})",
      R"({"fact":14,"is":["linked","s2","s2"],"rule":"a.dl:13:1","where":{"a":"s2","b":"s1","c":"s2"},"from":[12,11]})",
  };
  return valid;
}

SmallExport SmallExport::Of(const std::string& rules, const std::vector<std::string>& facts) {
  SmallExport small;
  small.rules = rules;
  small.facts = facts;
  return small;
}

std::vector<std::string> SmallExport::Lines() const {
  const std::vector<RuleText> texts = {{"base relations", base, true}, {"a.dl", rules, false}};
  std::vector<std::string> lines = {
      absl::StrCat(R"({"cartograph_proofs":1,"revision":7,"rule_pack":"small@1.0.0",)",
                   R"("rules_sha256":")", DigestOf(texts), "\"}"),
      absl::StrCat(R"({"base":"base relations","text":)", Quoted(base), "}"),
      absl::StrCat(R"({"rules":"a.dl","text":)", Quoted(rules), "}")};
  lines.insert(lines.end(), facts.begin(), facts.end());
  return lines;
}

std::string FileOf(std::vector<std::string> lines, bool sealed) {
  Digest digest;
  size_t facts = 0;
  std::string text;
  for (const std::string& line : lines) {
    facts += line.rfind("{\"fact\"", 0) == 0 ? 1 : 0;
    absl::StrAppend(&text, line, "\n");
  }
  digest.Add(text);
  if (sealed)
    absl::StrAppend(&text, "{\"end\":", facts, ",\"sha256\":\"", digest.Finish(), "\"}\n");
  return text;
}

Report VerifyText(const std::string& text) {
  std::istringstream in(text);
  return Verify(&in);
}

std::string FirstProblem(const Report& report) {
  if (report.problems.empty()) return "";
  const Problem& problem = report.problems[0];
  return absl::StrCat(problem.line == 0 ? "" : absl::StrCat("line ", problem.line, ": "),
                      problem.fact.empty() ? "" : absl::StrCat(problem.fact, ": "), problem.text);
}

}  // namespace cartograph::verify
