// From drafts to entities: what is known already, and what becomes of it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"
#include "importers/record.h"

namespace cartograph::importers {

// Which entities there are, and which of them an identifier means.
//
// Memory: all names of sources and diseases and all their identifiers.
class Identities {
 public:
  void AddName(const std::string& name) { names_.insert(name); }
  // `curie` need not be canonical. What identifies no document is passed over.
  void AddCurie(absl::string_view curie, const std::string& name);

  bool Has(const std::string& name) const { return names_.contains(name); }
  // The entities that have one of `curies`, each once.
  std::vector<std::string> Find(const std::vector<std::string>& curies) const;

 private:
  absl::flat_hash_set<std::string> names_;
  absl::flat_hash_map<std::string, std::vector<std::string>> by_curie_;
};

// The entities as they are stored.
class StoredEntities {
 public:
  virtual ~StoredEntities() = default;
  // Those of `names`, in any order; one that is not there is left out.
  virtual absl::StatusOr<std::vector<v1::Entity>> Get(const std::vector<std::string>& names) = 0;

 protected:
  StoredEntities() = default;
};

enum class Fate { kCreated, kUpdated, kUnchanged, kRejected };

// What became of a record.
struct Outcome {
  Fate fate = Fate::kRejected;
  std::string name;    // of the entity; empty when it was rejected
  std::string reason;  // why it was rejected
  v1::Import import;   // what was taken, what differs, what was not understood
};

struct Resolution {
  // To write, each once, what others refer to first. An etag is that of the version it was made of.
  std::vector<v1::Entity> entities;
  // For each of `entities`, the records that it comes from.
  std::vector<std::vector<size_t>> records;
  // One a record.
  std::vector<Outcome> outcomes;
};

// Decides for each record which entity it is of, and merges it into that: the entity that has one
// of its identifiers, in `known` or among the records before it; else a new one. A record whose
// identifiers belong to different entities is rejected. A record that the entity has been read from
// already, with the same importer, changes nothing.
//
// A document without any identifier is named after its first author and year ("porter-2011"), or
// its venue and date; one that is there by that name is it when the titles agree, else a part of
// the hash of the title follows.
//
// In drafts, the parents of a disease are CURIEs ("DOID:417"); one that is not known is left out,
// with a remark.
class Resolver {
 public:
  // Both outlive this. `importer` is "nbib@1".
  Resolver(const Identities* known, StoredEntities* stored, std::string importer);

  // Errors: those of `stored`.
  absl::StatusOr<Resolution> Resolve(const std::vector<Record>& records);

 private:
  const Identities& known_;
  StoredEntities& stored_;
  const std::string importer_;
};

// Adds what was written to `known`.
void Learn(const Resolution& resolution, Identities* known);

}  // namespace cartograph::importers
