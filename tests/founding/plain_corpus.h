// PlainCorpus: what the entities of a corpus say, prepared for plain loops.

#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cartograph/v1/entity.pb.h"

namespace cartograph::founding {

// A therapy tried in a disease, as one piece of evidence reports it.
struct Trial {
  std::string therapy;
  std::string disease;
  std::string evidence;
  std::string source;
  bool collective = false;
};

// What a therapy is directed at, and the source of the link: "" where a curator drew it.
struct Aim {
  std::string target;
  std::string link_source;

  friend auto operator<=>(const Aim&, const Aim&) = default;
};

class PlainCorpus {
 public:
  explicit PlainCorpus(const std::vector<v1::Entity>& entities);

  template <typename Body>
  using ByName = std::map<std::string, Body>;
  const ByName<v1::Therapy>& therapies() const { return therapies_; }
  const ByName<v1::Target>& targets() const { return targets_; }
  const ByName<v1::Disease>& diseases() const { return diseases_; }
  const ByName<v1::Challenge>& challenges() const { return challenges_; }
  const ByName<v1::Source>& sources() const { return sources_; }

  // Evidence that counts: accepted, of a source that is not retracted; and of it, what supports its
  // claim.
  const ByName<v1::Evidence>& live() const { return live_; }
  const ByName<v1::Evidence>& supporting() const { return supporting_; }
  // Every trial that supporting evidence reports.
  const std::vector<Trial>& trials() const { return trials_; }

  std::set<Aim> AimsOf(const std::string& therapy) const;
  bool IsCar(const std::string& therapy) const;
  std::set<std::string> CellsOf(const std::string& target) const;
  // `disease` and all above it.
  std::set<std::string> Ancestors(const std::string& disease, const std::string& hierarchy) const;
  std::set<std::string> Hierarchies() const;

 private:
  // Whether a link that cites `evidence` stands: that evidence counts, or a curator drew the link.
  bool Stands(const std::string& evidence) const;
  void AddTrials(const std::string& name, const v1::Evidence& evidence);

  ByName<v1::Therapy> therapies_;
  ByName<v1::Target> targets_;
  ByName<v1::Disease> diseases_;
  ByName<v1::Challenge> challenges_;
  ByName<v1::Source> sources_;
  ByName<v1::Evidence> live_;
  ByName<v1::Evidence> supporting_;
  std::vector<Trial> trials_;
};

}  // namespace cartograph::founding
