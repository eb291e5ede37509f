#include "services/fact_simulate.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "kb/questions.h"
#include "services/diagnostic_convert.h"
#include "services/entity_write.h"
#include "services/fact_matcher.h"
#include "services/grpc_status.h"
#include "services/proto_convert.h"
#include "services/request_check.h"
#include "services/watch_delta.h"

namespace cartograph::services {
namespace {

constexpr size_t kDifferencesDefault = 1000;
constexpr size_t kDifferencesMax = 10'000;
constexpr int kQuestionsMax = 20;
constexpr size_t kRowsMax = 10'000;  // of one answer
constexpr size_t kBytesMax = 3 << 20;

absl::Status CheckRequest(const v1::SimulateFactsRequest& request) {
  RETURN_IF_ERROR(CheckWrite(request));
  kb::Violations violations;
  if (request.mutations_size() == 0 && !request.has_rule_pack()) {
    violations.Add("mutations", "or a rule pack must be given");
  }
  CheckCount(request.mutations_size(), 0, kMutationsMax, "mutations", &violations);
  CheckCount(request.questions_size(), 0, kQuestionsMax, "questions", &violations);
  if (request.differences_max() > kDifferencesMax) {
    violations.Add("differences_max", absl::StrCat("must be at most ", kDifferencesMax));
  }
  if (request.has_rule_pack()) {
    CheckRulePack(request.rule_pack(), &violations);
  }
  return violations.ToStatus();
}

absl::StatusOr<kb::Simulated> Simulate(CallContext& call, const v1::SimulateFactsRequest& request,
                                       const kb::Snapshot& snapshot, base::Budget* budget) {
  kb::Simulation simulation;
  simulation.mutations.assign(request.mutations().begin(), request.mutations().end());
  simulation.pack = request.has_rule_pack() ? &request.rule_pack() : nullptr;
  absl::StatusOr<kb::Simulated> simulated = call.kb().Simulate(simulation, snapshot, budget);
  if (!simulated.ok() && simulation.mutations.size() == 1) {
    return WithFieldsRewritten(simulated.status(), [&simulation](absl::string_view field) {
      return PathInList(field, simulation.mutations[0]);
    });
  }
  return simulated;
}

// Lists the differences that match, those that go before those that come within a relation.
absl::Status FillDifferences(const kb::Simulated& simulated,
                             const v1::SimulateFactsRequest& request, size_t differences_max,
                             v1::SimulateFactsResponse* response) {
  ASSIGN_OR_RETURN(FactMatcher matcher,
                   FactMatcher::Create(request.patterns(), *simulated.model, "patterns"));
  auto change = std::make_shared<kb::Change>();
  change->record = simulated.difference;
  WatchDelta delta(std::move(change), &matcher);
  v1::WatchFactsResponse facts;
  delta.Fill(kBytesMax, &facts);
  auto add = [&](v1::Fact& fact, bool added) {
    if (static_cast<size_t>(response->differences_size()) == differences_max) {
      response->set_more_differences(true);
      return;
    }
    v1::FactDifference* difference = response->add_differences();
    difference->mutable_fact()->Swap(&fact);
    difference->set_added(added);
  };
  for (v1::Fact& fact : *facts.mutable_removed()) {
    add(fact, false);
  }
  for (v1::Fact& fact : *facts.mutable_added()) {
    add(fact, true);
  }
  if (!delta.at_end()) {
    response->set_more_differences(true);
  }
  response->set_facts_removed(simulated.difference.facts_removed());
  response->set_facts_added(simulated.difference.facts_added());
  return absl::OkStatus();
}

absl::Status Answer(CallContext& call, const rules::Model& model, const std::string& name,
                    base::Budget* budget, v1::SimulatedAnswer* answer) {
  ASSIGN_OR_RETURN(kb::Question question, kb::FindQuestion(model.program(), name));
  const rules::Predicate& predicate = model.program().predicate(question.predicate);
  ASSIGN_OR_RETURN(std::vector<rules::Tuple> rows,
                   kb::OrderedRows(model, question.predicate, rules::Pattern(predicate.arity()),
                                   question.keys, budget));
  if (rows.size() > kRowsMax) {
    return absl::ResourceExhaustedError(absl::StrCat("the answer of ", name, " has ", rows.size(),
                                                     " rows; at most ", kRowsMax, " are told"));
  }
  answer->set_question(name);
  for (const rules::Column& column : predicate.columns) {
    ToProto(column, model.program(), call.kb().schema(), answer->add_columns());
  }
  for (const rules::Tuple& row : rows) {
    v1::Row* out = answer->add_rows();
    for (size_t i = 0; i < predicate.arity(); ++i) {
      ToProto(row[i], predicate.columns[i], model.program(), model.interning(), out->add_values());
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SimulateFacts(CallContext& call, const v1::SimulateFactsRequest& request,
                           v1::SimulateFactsResponse* response) {
  RETURN_IF_ERROR(CheckRequest(request));
  size_t differences_max =
      request.differences_max() == 0 ? kDifferencesDefault : request.differences_max();
  ASSIGN_OR_RETURN(kb::Snapshot snapshot, call.kb().Read(request.read()));
  BoundBudget budget(&call, call.AskLimits());
  ASSIGN_OR_RETURN(kb::Simulated simulated, Simulate(call, request, snapshot, budget.get()));
  FillHeader(snapshot, response->mutable_header());
  ToProto(simulated.compiled.diagnostics, simulated.compiled.sources,
          response->mutable_diagnostics());
  response->mutable_tests()->Assign(simulated.tests.begin(), simulated.tests.end());
  if (simulated.model == nullptr) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(FillDifferences(simulated, request, differences_max, response));
  for (const std::string& question : request.questions()) {
    RETURN_IF_ERROR(
        Answer(call, *simulated.model, question, budget.get(), response->add_answers()));
  }
  if (response->ByteSizeLong() <= kBytesMax + (1 << 20)) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("the answer has ", response->ByteSizeLong(),
                   " bytes; ask for fewer differences or questions"));
}

}  // namespace cartograph::services
