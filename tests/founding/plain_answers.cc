#include "tests/founding/plain_answers.h"

#include <functional>
#include <optional>

#include "absl/strings/ascii.h"
#include "tests/founding/plain_corpus.h"

namespace cartograph::founding {
namespace {

using Pair = std::pair<std::string, std::string>;  // target and disease
using Names = std::set<std::string>;

// "REMISSION" of OUTCOME_REMISSION, as rules write it.
std::string OutcomeSymbol(int outcome) {
  const std::string name = v1::Outcome_Name(static_cast<v1::Outcome>(outcome));
  return absl::AsciiStrToLower(name.substr(std::string("OUTCOME_").size()));
}

class Answers {
 public:
  explicit Answers(const PlainCorpus& corpus) : corpus_(corpus) {}

  std::map<std::string, Rows> All() {
    Studied();
    Within();
    Counts();
    Challenges();
    Outcomes();
    Authors();
    Independence();
    Losses();
    for (const auto& [therapy, body] : corpus_.therapies()) Cells(therapy);
    rows_["source_count"] = {{std::to_string(corpus_.sources().size())}};
    return std::move(rows_);
  }

 private:
  void Add(const std::string& question, Row row) { rows_[question].insert(std::move(row)); }

  void Studied() {
    rows_["tests_reported"], rows_["studied_in"], rows_["studied_in_strict"];
    for (const Trial& trial : corpus_.trials()) {
      Add("tests_reported", {trial.source, trial.therapy, trial.disease, trial.evidence});
      for (const Aim& aim : corpus_.AimsOf(trial.therapy)) {
        Add("studied_in", {aim.target, trial.disease});
        if (!trial.collective) Add("studied_in_strict", {aim.target, trial.disease});
        studied_by_[{aim.target, trial.disease}].insert(trial.source);
      }
    }
  }

  // Calls `use` with every hierarchy and every disease that `disease` rolls up to in it.
  void ForEachAncestor(const std::string& disease,
                       const std::function<void(const std::string&, const std::string&)>& use) {
    for (const std::string& hierarchy : corpus_.Hierarchies()) {
      for (const std::string& above : corpus_.Ancestors(disease, hierarchy)) use(above, hierarchy);
    }
  }

  // (target, ancestor, hierarchy) for the (target, disease) of `rows`.
  Rows RolledUp(const Rows& rows) {
    Rows within;
    for (const Row& row : rows) {
      ForEachAncestor(row[1], [&](const std::string& above, const std::string& hierarchy) {
        within.insert({row[0], above, hierarchy});
      });
    }
    return within;
  }

  Rows Discussed() {
    Rows discussed;
    for (const auto& [name, body] : corpus_.live()) {
      if (body.proposition().predicate() != v1::CLAIM_PREDICATE_DISCUSSED_FOR) continue;
      if (body.direction() == v1::DIRECTION_DISPUTES) continue;
      for (const std::string& therapy : body.proposition().subjects()) {
        for (const Aim& aim : corpus_.AimsOf(therapy)) {
          for (const std::string& disease : body.proposition().objects()) {
            discussed.insert({aim.target, disease});
          }
        }
      }
    }
    return discussed;
  }

  void Within() {
    rows_["tested_kinds"], rows_["discussed_only"], rows_["discussed_only_strict"];
    for (const Trial& trial : corpus_.trials()) {
      ForEachAncestor(trial.disease, [&](const std::string& above, const std::string& hierarchy) {
        Add("tested_kinds", {above, hierarchy, trial.disease});
      });
    }
    const Rows& within = rows_["studied_within"] = RolledUp(rows_["studied_in"]);
    const Rows within_strict = RolledUp(rows_["studied_in_strict"]);
    for (const Row& row : RolledUp(Discussed())) {
      const Row turned = {row[1], row[2], row[0]};
      if (within.count(row) == 0) Add("discussed_only", turned);
      if (within_strict.count(row) == 0) Add("discussed_only_strict", turned);
    }
  }

  void Counts() {
    rows_["targets_studied"], rows_["car_tested"];
    for (const auto& [pair, sources] : studied_by_) {
      Add("targets_studied", {pair.second, pair.first, std::to_string(sources.size())});
    }
    std::map<std::string, Names> car;
    for (const Trial& trial : corpus_.trials()) {
      if (corpus_.IsCar(trial.therapy)) car[trial.disease].insert(trial.source);
    }
    for (const auto& [disease, sources] : car) {
      Add("car_tested", {disease, std::to_string(sources.size())});
    }
  }

  void AddShared(const std::string& question, const std::map<std::string, Names>& raised) {
    rows_[question];
    for (const auto& [challenge, sources] : raised) {
      if (sources.size() >= 2) Add(question, {challenge, std::to_string(sources.size())});
    }
  }

  void Challenges() {
    rows_["car_challenges"], rows_["car_challenges_asserted"], rows_["unaddressed_challenges"];
    std::map<std::string, Names> raised, asserted;
    Names addressed;
    for (const auto& [name, body] : corpus_.supporting()) {
      const v1::Proposition& claim = body.proposition();
      const Names objects(claim.objects().begin(), claim.objects().end());
      if (claim.predicate() == v1::CLAIM_PREDICATE_ADDRESSES_CHALLENGE) {
        addressed.insert(objects.begin(), objects.end());
      }
      if (claim.predicate() != v1::CLAIM_PREDICATE_HAS_CHALLENGE) continue;
      const bool asserts = body.modality() == v1::CLAIM_MODALITY_ASSERTED;
      for (const std::string& challenge : objects) {
        raised[challenge].insert(body.source());
        if (asserts) asserted[challenge].insert(body.source());
        for (const std::string& therapy : claim.subjects()) {
          if (!corpus_.IsCar(therapy)) continue;
          Add("car_challenges", {challenge, body.source()});
          if (asserts) Add("car_challenges_asserted", {challenge, body.source()});
        }
      }
    }
    AddShared("shared_challenges", raised);
    AddShared("shared_challenges_asserted", asserted);
    for (const auto& [challenge, body] : corpus_.challenges()) {
      if (addressed.count(challenge) == 0) Add("unaddressed_challenges", {challenge});
    }
  }

  void AddOutcome(const std::string& disease, const v1::Evidence& body) {
    const v1::Proposition& claim = body.proposition();
    bool drug_free = false;
    for (const v1::Qualifier& qualifier : claim.qualifiers()) {
      drug_free = drug_free || (qualifier.key() == "drug_free" && qualifier.value() == "true");
    }
    for (int outcome : claim.outcomes()) {
      for (const std::string& therapy : claim.subjects()) {
        Add("outcomes_claimed", {disease, OutcomeSymbol(outcome), therapy, body.source()});
      }
      if (drug_free && outcome == v1::OUTCOME_REMISSION) {
        Add("drug_free_remission", {disease, body.source()});
      }
    }
  }

  void Outcomes() {
    rows_["outcomes_claimed"], rows_["drug_free_remission"];
    for (const auto& [name, body] : corpus_.supporting()) {
      if (body.proposition().predicate() != v1::CLAIM_PREDICATE_INDUCES) continue;
      for (const std::string& disease : body.proposition().contexts()) AddOutcome(disease, body);
    }
  }

  void Authors() {
    rows_["shared_authors"];
    for (const auto& [name, body] : corpus_.sources()) {
      for (const v1::Author& author : body.authors()) {
        for (const auto& [other, other_body] : corpus_.sources()) {
          for (const v1::Author& same : other_body.authors()) {
            if (name == other || author.family() != same.family()) continue;
            if (author.given() != same.given()) continue;
            Add("shared_authors", {name, other, author.family(), author.given()});
          }
        }
      }
    }
  }

  // "independent", "dependent", "unknown" of two different sources.
  std::string Verdict(const std::string& a, const std::string& b) const {
    const v1::Source& left = corpus_.sources().at(a);
    const v1::Source& right = corpus_.sources().at(b);
    bool could_share = !left.author_list_complete() || !right.author_list_complete();
    for (const v1::Author& author : left.authors()) {
      for (const v1::Author& other : right.authors()) {
        if (author.family() != other.family()) continue;
        if (author.given() == other.given()) return "dependent";
        could_share = could_share || author.given().empty() || other.given().empty() ||
                      author.given()[0] == other.given()[0];
      }
    }
    return could_share ? "unknown" : "independent";
  }

  void Independence() {
    rows_["support_independence"];
    for (const auto& [pair, sources] : studied_by_) {
      Names verdicts;
      for (const std::string& a : sources) {
        for (const std::string& b : sources) {
          if (a != b) verdicts.insert(Verdict(a, b));
        }
      }
      for (const char* verdict : {"independent", "unknown", "dependent"}) {
        if (verdicts.count(verdict) == 0) continue;
        Add("support_independence", {pair.first, pair.second, verdict});
        break;
      }
    }
  }

  void Losses() {
    rows_["lost_without"];
    for (const auto& [source, body] : corpus_.sources()) {
      Rows left;
      for (const Trial& trial : corpus_.trials()) {
        for (const Aim& aim : corpus_.AimsOf(trial.therapy)) {
          if (trial.source == source || aim.link_source == source) continue;
          left.insert({aim.target, trial.disease});
        }
      }
      for (const Row& row : rows_["studied_in"]) {
        if (left.count(row) == 0) Add("lost_without", {source, row[0], row[1]});
      }
    }
  }

  void Cells(const std::string& therapy) {
    rows_["removes_cells"];
    for (const Aim& aim : corpus_.AimsOf(therapy)) {
      for (const std::string& cell : corpus_.CellsOf(aim.target)) {
        Add("removes_cells", {therapy, cell});
      }
    }
  }

  const PlainCorpus& corpus_;
  std::map<Pair, Names> studied_by_;
  std::map<std::string, Rows> rows_;
};

}  // namespace

std::map<std::string, Rows> PlainAnswers(const std::vector<v1::Entity>& entities) {
  const PlainCorpus corpus(entities);
  return Answers(corpus).All();
}

}  // namespace cartograph::founding
