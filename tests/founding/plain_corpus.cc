#include "tests/founding/plain_corpus.h"

namespace cartograph::founding {
namespace {

bool ReportsTrial(v1::ClaimPredicate predicate) {
  return predicate == v1::CLAIM_PREDICATE_STUDIED_IN ||
         predicate == v1::CLAIM_PREDICATE_IN_TRIALS_FOR ||
         predicate == v1::CLAIM_PREDICATE_APPLIED_TO_TREAT ||
         predicate == v1::CLAIM_PREDICATE_EFFECTIVE_IN ||
         predicate == v1::CLAIM_PREDICATE_ESTABLISHED_TREATMENT_FOR;
}

}  // namespace

PlainCorpus::PlainCorpus(const std::vector<v1::Entity>& entities) {
  ByName<v1::Evidence> evidence;
  for (const v1::Entity& entity : entities) {
    if (entity.has_therapy()) therapies_[entity.name()] = entity.therapy();
    if (entity.has_target()) targets_[entity.name()] = entity.target();
    if (entity.has_disease()) diseases_[entity.name()] = entity.disease();
    if (entity.has_challenge()) challenges_[entity.name()] = entity.challenge();
    if (entity.has_source()) sources_[entity.name()] = entity.source();
    if (entity.has_evidence()) evidence[entity.name()] = entity.evidence();
  }
  for (const auto& [name, body] : evidence) {
    if (body.review().status() != v1::REVIEW_STATUS_ACCEPTED) continue;
    if (sources_.at(body.source()).standing() == v1::STANDING_RETRACTED) continue;
    live_[name] = body;
    if (body.direction() == v1::DIRECTION_SUPPORTS) supporting_[name] = body;
  }
  for (const auto& [name, body] : supporting_) AddTrials(name, body);
}

void PlainCorpus::AddTrials(const std::string& name, const v1::Evidence& evidence) {
  const v1::Proposition& claim = evidence.proposition();
  const bool induces =
      claim.predicate() == v1::CLAIM_PREDICATE_INDUCES && !claim.outcomes().empty();
  if (!induces && !ReportsTrial(claim.predicate())) return;
  for (const std::string& subject : claim.subjects()) {
    for (const std::string& object : induces ? claim.contexts() : claim.objects()) {
      if (therapies_.count(subject) == 0 || diseases_.count(object) == 0) continue;
      trials_.push_back({subject, object, name, evidence.source(),
                         evidence.coordination() == v1::COORDINATION_COLLECTIVE});
    }
  }
}

bool PlainCorpus::Stands(const std::string& evidence) const {
  return evidence.empty() || live_.count(evidence) > 0;
}

std::set<Aim> PlainCorpus::AimsOf(const std::string& therapy) const {
  std::set<Aim> aims;
  const v1::Therapy& body = therapies_.at(therapy);
  for (const v1::TargetLink& link : body.targets()) {
    if (!Stands(link.evidence())) continue;
    aims.insert({link.target(), link.evidence().empty() ? "" : live_.at(link.evidence()).source()});
  }
  for (const std::string& component : body.components()) aims.merge(AimsOf(component));
  return aims;
}

bool PlainCorpus::IsCar(const std::string& therapy) const {
  if (therapy == "therapies/car") return true;
  const v1::Therapy& body = therapies_.at(therapy);
  for (const std::string& parent : body.parents()) {
    if (IsCar(parent)) return true;
  }
  for (const std::string& component : body.components()) {
    if (IsCar(component)) return true;
  }
  return false;
}

std::set<std::string> PlainCorpus::CellsOf(const std::string& target) const {
  std::set<std::string> cells;
  for (const v1::CellLink& link : targets_.at(target).on_cells()) {
    if (Stands(link.evidence())) cells.insert(link.cell());
  }
  return cells;
}

std::set<std::string> PlainCorpus::Ancestors(const std::string& disease,
                                             const std::string& hierarchy) const {
  std::set<std::string> found = {disease};
  for (const v1::DiseaseParent& edge : diseases_.at(disease).parents()) {
    if (edge.hierarchy() != hierarchy || !Stands(edge.evidence())) continue;
    found.merge(Ancestors(edge.parent(), hierarchy));
  }
  return found;
}

std::set<std::string> PlainCorpus::Hierarchies() const {
  std::set<std::string> hierarchies;
  for (const auto& [name, disease] : diseases_) {
    for (const v1::DiseaseParent& edge : disease.parents()) hierarchies.insert(edge.hierarchy());
  }
  return hierarchies;
}

}  // namespace cartograph::founding
