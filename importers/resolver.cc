#include "importers/resolver.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/sha256.h"
#include "base/status.h"
#include "importers/identifiers.h"
#include "importers/merge.h"
#include "importers/partial_date.h"

namespace cartograph::importers {
namespace {

constexpr size_t kSlugBytesMax = 80;
constexpr size_t kHashDigits = 8;

std::string TitleOf(const v1::Source& source) {
  return source.titles().empty() ? "" : source.titles(0).text();
}

// The name of a document without identifiers: "sources/porter-2011".
std::string PlainName(const v1::Source& source) {
  const std::string who = source.authors().empty()
                              ? Slug(source.venue().name()).substr(0, kSlugBytesMax)
                              : Slug(source.authors(0).family()).substr(0, kSlugBytesMax);
  const std::string date = source.published().year() == 0 ? ""
                           : source.authors().empty()     ? DateText(source.published())
                                                          : absl::StrCat(source.published().year());
  std::string id = absl::StrCat(who, who.empty() || date.empty() ? "" : "-", date);
  if (who.empty()) {
    id = absl::StrCat("untitled", id.empty() ? "" : "-", id);
  }
  return absl::StrCat("sources/", id);
}

std::string HashedName(const v1::Source& source) {
  return absl::StrCat(PlainName(source), "-",
                      base::Sha256Hex(Folded(TitleOf(source))).substr(0, kHashDigits));
}

// The identities that an entity has itself.
std::vector<std::string> IdentitiesOf(const v1::Entity& entity) {
  std::vector<std::string> curies;
  const auto& references =
      entity.has_disease() ? entity.disease().cross_references() : entity.source().identifiers();
  for (const v1::CrossReference& reference : references) {
    if (reference.mapping() == v1::MAPPING_EXACT) {
      curies.push_back(CanonicalCurie(reference.curie()));
    }
  }
  return curies;
}

const google::protobuf::RepeatedPtrField<v1::Import>& ImportsOf(const v1::Entity& entity) {
  return entity.has_disease() ? entity.disease().imports() : entity.source().imports();
}

google::protobuf::RepeatedPtrField<v1::Import>* MutableImports(v1::Entity* entity) {
  return entity->has_disease() ? entity->mutable_disease()->mutable_imports()
                               : entity->mutable_source()->mutable_imports();
}

Outcome Rejected(const absl::Status& status) {
  Outcome outcome;
  outcome.reason = std::string(status.message());
  return outcome;
}

// Of a draft that is only of what is there, and nothing is.
Outcome Unknown(const Draft& draft) {
  Outcome outcome;
  outcome.fate = Fate::kUnchanged;
  outcome.import.add_remarks(
      absl::StrCat("nothing is known by ", absl::StrJoin(draft.identities, ", ")));
  return outcome;
}

// An entity under work.
struct Working {
  v1::Entity entity;
  bool stored = false;
  std::vector<size_t> records;  // that changed it
};

// The work on one batch of records.
class Batch {
 public:
  Batch(const Identities& known, std::string importer)
      : known_(known), importer_(std::move(importer)) {}

  absl::Status Fetch(const std::vector<Record>& records, StoredEntities* stored);
  Outcome Take(const Record& record, size_t index);
  // What changed, records before the entities that were read from them.
  Resolution Finish() &&;

 private:
  absl::StatusOr<std::string> NameOf(const Draft& draft) const;
  std::string NameOfUnidentified(const v1::Source& source) const;
  std::vector<std::string> Find(const std::vector<std::string>& curies) const;
  bool Has(const std::string& name) const { return known_.Has(name) || working_.contains(name); }
  void ResolveParents(v1::Disease* disease, v1::Import* import) const;
  bool WasRead(const v1::Entity& entity, const std::string& kept) const;
  Outcome TakeDraft(const Draft& draft, const Record& record, size_t index);
  void Put(const std::string& name, Working working, size_t index);
  void Keep(const Record& record, const std::string& name, size_t index);

  const Identities& known_;
  Identities added_;
  const std::string importer_;
  absl::flat_hash_map<std::string, Working> working_;
  std::vector<std::string> order_;                 // of the entities that changed
  absl::flat_hash_map<std::string, size_t> kept_;  // index in raw_, by name
  std::vector<v1::Entity> raw_;
  std::vector<std::vector<size_t>> raw_records_;
};

std::vector<std::string> Batch::Find(const std::vector<std::string>& curies) const {
  std::vector<std::string> names = known_.Find(curies);
  for (const std::string& name : added_.Find(curies)) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
  return names;
}

std::string Batch::NameOfUnidentified(const v1::Source& source) const {
  const std::string plain = PlainName(source);
  auto found = working_.find(plain);
  const bool free = !Has(plain);
  const bool same = found != working_.end() && found->second.entity.has_source() &&
                    Folded(TitleOf(found->second.entity.source())) == Folded(TitleOf(source));
  return free || same ? plain : HashedName(source);
}

absl::StatusOr<std::string> Batch::NameOf(const Draft& draft) const {
  const std::vector<std::string> names = Find(draft.identities);
  if (names.size() > 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("its identifiers ", absl::StrJoin(draft.identities, ", "), " belong to ",
                     absl::StrJoin(names, " and ")));
  }
  if (!names.empty()) {
    return names[0];
  }
  return draft.entity.name().empty() ? NameOfUnidentified(draft.entity.source())
                                     : draft.entity.name();
}

// Gets all that is stored of the entities that the records may be of.
absl::Status Batch::Fetch(const std::vector<Record>& records, StoredEntities* stored) {
  std::vector<std::string> names;
  auto want = [&](const std::string& name) {
    if (known_.Has(name) && working_.try_emplace(name).second) {
      names.push_back(name);
    }
  };
  auto want_all = [&](const Draft& draft) {
    for (const std::string& name : known_.Find(draft.identities)) {
      want(name);
    }
    want(draft.entity.name());
    if (draft.entity.name().empty()) {
      want(PlainName(draft.entity.source()));
      want(HashedName(draft.entity.source()));
    }
  };
  for (const Record& record : records) {
    if (record.draft.ok()) {
      want_all(*record.draft);
      std::for_each(record.draft->cited.begin(), record.draft->cited.end(), want_all);
    }
  }
  working_.clear();
  ASSIGN_OR_RETURN(std::vector<v1::Entity> entities, stored->Get(names));
  for (v1::Entity& entity : entities) {
    const std::string name = entity.name();
    working_[name] = Working{std::move(entity), /*stored=*/true, {}};
  }
  return absl::OkStatus();
}

void Batch::ResolveParents(v1::Disease* disease, v1::Import* import) const {
  google::protobuf::RepeatedPtrField<v1::DiseaseParent> parents;
  for (v1::DiseaseParent& parent : *disease->mutable_parents()) {
    const std::string& curie = parent.parent();
    const std::vector<std::string> names = Find({curie});
    const std::string by_default = absl::StrCat("diseases/", IdFromCurie(curie));
    if (names.size() == 1 || Has(by_default)) {
      parent.set_parent(names.size() == 1 ? names[0] : by_default);
      *parents.Add() = std::move(parent);
    } else {
      import->add_remarks(absl::StrCat("its parent ", curie, " is not known"));
    }
  }
  *disease->mutable_parents() = std::move(parents);
}

void Batch::Keep(const Record& record, const std::string& name, size_t index) {
  auto [kept, is_new] = kept_.emplace(name, raw_.size());
  if (is_new) {
    v1::Entity& entity = raw_.emplace_back();
    entity.set_name(name);
    entity.mutable_record()->set_format(importer_.substr(0, importer_.find('@')));
    entity.mutable_record()->set_content(record.bytes);
    raw_records_.emplace_back();
  }
  raw_records_[kept->second].push_back(index);
}

Outcome Batch::Take(const Record& record, size_t index) {
  if (!record.draft.ok()) {
    return Rejected(record.draft.status());
  }
  Draft draft = *record.draft;
  for (const Draft& cited : draft.cited) {
    Outcome outcome = TakeDraft(cited, record, index);
    if (outcome.fate == Fate::kRejected) {
      return outcome;
    }
    if (outcome.name.empty()) {
      continue;
    }
    v1::Citation* citation = draft.entity.mutable_source()->add_citations();
    citation->set_source(outcome.name);
    citation->set_relation(draft.relation);
  }
  return TakeDraft(draft, record, index);
}

bool Batch::WasRead(const v1::Entity& entity, const std::string& kept) const {
  const auto& imports = ImportsOf(entity);
  return std::any_of(imports.begin(), imports.end(), [&](const v1::Import& import) {
    return import.record() == kept && import.importer() == importer_;
  });
}

// Merges a draft that was read from `record` into its entity.
Outcome Batch::TakeDraft(const Draft& draft, const Record& record, size_t index) {
  if (draft.only_known && Find(draft.identities).empty()) {
    return Unknown(draft);
  }
  absl::StatusOr<std::string> name = NameOf(draft);
  if (!name.ok()) {
    return Rejected(name.status());
  }
  const std::string kept = absl::StrCat("records/", base::Sha256Hex(record.bytes));
  Outcome outcome;
  outcome.name = *name;
  auto found = working_.find(*name);
  if (found != working_.end() && WasRead(found->second.entity, kept)) {
    outcome.fate = Fate::kUnchanged;
    return outcome;
  }
  Working working = found == working_.end() ? Working() : found->second;
  outcome.import.set_record(kept);
  outcome.import.set_importer(importer_);
  outcome.import.mutable_remarks()->Add(draft.remarks.begin(), draft.remarks.end());
  v1::Entity said = draft.entity;
  if (said.has_disease()) {
    ResolveParents(said.mutable_disease(), &outcome.import);
  }
  if (absl::Status status = Merge(said, &working.entity, &outcome.import); !status.ok()) {
    return Rejected(status);
  }
  *MutableImports(&working.entity)->Add() = outcome.import;
  outcome.fate = working.stored || !working.records.empty() ? Fate::kUpdated : Fate::kCreated;
  Put(*name, std::move(working), index);
  Keep(record, kept, index);
  return outcome;
}

// Makes `working` the state of the entity `name`, as record `index` left it.
void Batch::Put(const std::string& name, Working working, size_t index) {
  working.entity.set_name(name);
  if (working.records.empty()) {
    order_.push_back(name);
  }
  if (working.records.empty() || working.records.back() != index) {
    working.records.push_back(index);
  }
  added_.AddName(name);
  for (const std::string& curie : IdentitiesOf(working.entity)) {
    added_.AddCurie(curie, name);
  }
  working_[name] = std::move(working);
}

Resolution Batch::Finish() && {
  Resolution resolution;
  resolution.entities = std::move(raw_);
  resolution.records = std::move(raw_records_);
  for (const std::string& name : order_) {
    Working& working = working_.at(name);
    resolution.entities.push_back(std::move(working.entity));
    resolution.records.push_back(std::move(working.records));
  }
  return resolution;
}

}  // namespace

void Identities::AddCurie(absl::string_view curie, const std::string& name) {
  const std::string canonical = CanonicalCurie(curie);
  if (!IsIdentity(canonical)) {
    return;
  }
  std::vector<std::string>& names = by_curie_[canonical];
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    names.push_back(name);
  }
}

std::vector<std::string> Identities::Find(const std::vector<std::string>& curies) const {
  std::vector<std::string> names;
  for (const std::string& curie : curies) {
    auto found = by_curie_.find(curie);
    if (found == by_curie_.end()) {
      continue;
    }
    for (const std::string& name : found->second) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  return names;
}

Resolver::Resolver(const Identities* known, StoredEntities* stored, std::string importer)
    : known_(*known), stored_(*stored), importer_(std::move(importer)) {}

absl::StatusOr<Resolution> Resolver::Resolve(const std::vector<Record>& records) {
  Batch batch(known_, importer_);
  RETURN_IF_ERROR(batch.Fetch(records, &stored_));
  std::vector<Outcome> outcomes;
  for (size_t i = 0; i < records.size(); ++i) {
    outcomes.push_back(batch.Take(records[i], i));
  }
  Resolution resolution = std::move(batch).Finish();
  resolution.outcomes = std::move(outcomes);
  return resolution;
}

void Learn(const Resolution& resolution, Identities* known) {
  for (const v1::Entity& entity : resolution.entities) {
    if (entity.has_record()) {
      continue;
    }
    known->AddName(entity.name());
    for (const std::string& curie : IdentitiesOf(entity)) {
      known->AddCurie(curie, entity.name());
    }
  }
}

}  // namespace cartograph::importers
