#include "services/fact_lists.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/entity_dependents.h"
#include "kb/proof_prose.h"
#include "kb/questions.h"
#include "kb/violations.h"
#include "rules/engine/dependents.h"
#include "rules/engine/explain.h"
#include "services/grpc_status.h"
#include "services/proof_convert.h"
#include "services/proto_convert.h"
#include "services/request_check.h"

namespace cartograph::services {
namespace {

// Of one answer: what people look through, and well below the 4 MiB that clients take.
constexpr size_t kFactsMax = 10'000;

absl::Status CheckList(const google::protobuf::Message& request) {
  RETURN_IF_ERROR(CheckKnownFields(request));
  return CheckText(request);
}

absl::Status TooMany(absl::string_view what) {
  return absl::ResourceExhaustedError(
      absl::StrCat("there are more than ", kFactsMax, " ", what, "; ask for one predicate"));
}

// The predicate called `name`; nothing when it is empty.
absl::StatusOr<std::optional<rules::PredicateId>> Chosen(const std::string& name,
                                                         const rules::Program& program) {
  if (name.empty()) return std::optional<rules::PredicateId>();
  ASSIGN_OR_RETURN(const rules::PredicateId id, FindPredicate(name, program, "predicate"));
  return std::make_optional(id);
}

absl::StatusOr<std::vector<rules::Fact>> RootsOf(CallContext& call,
                                                 const v1::ListDependentsRequest& request,
                                                 const kb::Snapshot& snapshot,
                                                 base::Budget* budget) {
  switch (request.subject_case()) {
    case v1::ListDependentsRequest::kEntity:
      return kb::FactsBehind(snapshot, call.kb().schema(), request.entity(), budget);
    case v1::ListDependentsRequest::kFact: {
      ASSIGN_OR_RETURN(const std::optional<rules::Fact> fact,
                       FromProto(request.fact(), snapshot.model(), "fact"));
      if (fact.has_value() && snapshot.model().Contains(*fact)) return std::vector{*fact};
      return absl::NotFoundError(absl::StrCat("this fact of ", request.fact().predicate(),
                                              " does not hold at revision ",
                                              snapshot.revision().number()));
    }
    case v1::ListDependentsRequest::SUBJECT_NOT_SET:
      return InvalidField("subject", "is required: an entity or a fact");
  }
  return InvalidField("subject", "is required: an entity or a fact");
}

// In order of predicate and of text.
void SortByText(const rules::Model& model, std::vector<rules::Dependent>* dependents) {
  const auto text = [&](const rules::Dependent& dependent) {
    return rules::ToText(dependent.fact, model.program(), model.interning());
  };
  std::sort(dependents->begin(), dependents->end(),
            [&](const rules::Dependent& a, const rules::Dependent& b) {
              if (a.fact.predicate != b.fact.predicate) return a.fact.predicate < b.fact.predicate;
              return text(a) < text(b);
            });
}

// The relations whose facts are looked through for fragile ones.
absl::StatusOr<std::vector<rules::PredicateId>> FragileCandidates(const std::string& name,
                                                                  const rules::Program& program) {
  ASSIGN_OR_RETURN(const auto chosen, Chosen(name, program));
  if (chosen.has_value()) return std::vector{*chosen};
  ASSIGN_OR_RETURN(const std::vector<kb::Question> questions, kb::QuestionsOf(program));
  std::vector<rules::PredicateId> ids;
  for (const kb::Question& question : questions) ids.push_back(question.predicate);
  return ids;
}

// The facts of `predicate` as text and fact, in order.
std::vector<std::pair<std::string, rules::Fact>> FactsByText(const rules::Model& model,
                                                             rules::PredicateId predicate) {
  std::vector<std::pair<std::string, rules::Fact>> facts;
  model.relation(predicate).ForEach([&](rules::TupleView values) {
    rules::Fact fact{predicate, rules::Tuple(values.begin(), values.end())};
    std::string text = rules::ToText(fact, model.program(), model.interning());
    facts.emplace_back(std::move(text), std::move(fact));
    return facts.size() <= kFactsMax;
  });
  std::sort(facts.begin(), facts.end());
  return facts;
}

// The sentence of the rule that gives `fact`.
absl::StatusOr<std::string> SentenceFor(CallContext& call, const kb::Snapshot& snapshot,
                                        const rules::Fact& fact, base::Budget* budget) {
  ASSIGN_OR_RETURN(const rules::Explanation explanation,
                   rules::Explain(snapshot.model(), fact, {}, budget));
  kb::ProofLeaves leaves(snapshot, call.kb().schema(),
                         [](const std::string&) { return std::optional<std::string>(); });
  v1::Proof proof;
  RETURN_IF_ERROR(ToProto(explanation.proof, snapshot.model(), &leaves, &proof));
  RETURN_IF_ERROR(kb::WriteProse(snapshot, call.kb().schema(), &proof).status());
  return proof.nodes(0).says();
}

}  // namespace

absl::Status ListDependents(CallContext& call, const v1::ListDependentsRequest& request,
                            v1::ListDependentsResponse* response) {
  RETURN_IF_ERROR(CheckList(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const auto chosen, Chosen(request.predicate(), model.program()));
  BoundBudget budget(&call, call.AskLimits());
  ASSIGN_OR_RETURN(const std::vector<rules::Fact> roots,
                   RootsOf(call, request, snapshot, budget.get()));
  ASSIGN_OR_RETURN(std::vector<rules::Dependent> dependents,
                   rules::FindDependents(model, roots, kFactsMax, budget.get()));
  SortByText(model, &dependents);
  for (const rules::Dependent& dependent : dependents) {
    if (model.program().predicate(dependent.fact.predicate).generated) continue;
    if (chosen.has_value() && dependent.fact.predicate != *chosen) continue;
    v1::Dependent* out = response->add_dependents();
    ToProto(dependent.fact.predicate, dependent.fact.values, model, out->mutable_fact());
    out->set_alone(dependent.alone);
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status ListFragileFacts(CallContext& call, const v1::ListFragileFactsRequest& request,
                              v1::ListFragileFactsResponse* response) {
  RETURN_IF_ERROR(CheckList(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const auto predicates, FragileCandidates(request.predicate(), model.program()));
  BoundBudget budget(&call, call.AskLimits());
  for (const rules::PredicateId predicate : predicates) {
    ASSIGN_OR_RETURN(const std::vector<kb::FragileFact> facts,
                     kb::FragileFacts(snapshot, predicate, budget.get()));
    for (const kb::FragileFact& fact : facts) {
      if (!request.source().empty() && fact.source != request.source()) continue;
      if (response->facts_size() == kFactsMax) return TooMany("fragile facts");
      v1::FragileFact* out = response->add_facts();
      ToProto(predicate, fact.fact.values, model, out->mutable_fact());
      out->set_source(fact.source);
      out->mutable_evidence()->Add(fact.evidence.begin(), fact.evidence.end());
    }
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

absl::Status ListViolations(CallContext& call, const v1::ListViolationsRequest& request,
                            v1::ListViolationsResponse* response) {
  RETURN_IF_ERROR(CheckList(request));
  ASSIGN_OR_RETURN(const kb::Snapshot snapshot, call.kb().Read(request.read()));
  const rules::Model& model = snapshot.model();
  ASSIGN_OR_RETURN(const auto chosen, Chosen(request.predicate(), model.program()));
  ASSIGN_OR_RETURN(const auto relations, kb::ViolationsOf(model.program()));
  BoundBudget budget(&call, call.AskLimits());
  for (const kb::ViolationRelation& relation : relations) {
    if (chosen.has_value() && relation.predicate != *chosen) continue;
    for (const auto& [text, fact] : FactsByText(model, relation.predicate)) {
      if (response->violations_size() == kFactsMax) return TooMany("violations");
      v1::Violation* out = response->add_violations();
      ToProto(fact.predicate, fact.values, model, out->mutable_fact());
      out->set_title(relation.title);
      out->set_mode(relation.mode);
      ASSIGN_OR_RETURN(*out->mutable_says(), SentenceFor(call, snapshot, fact, budget.get()));
    }
  }
  FillHeader(snapshot, response->mutable_header());
  return absl::OkStatus();
}

}  // namespace cartograph::services
