// RecordImport: files of foreign formats, from records to entities of a server.

#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cartograph/v1/entity_service.pb.h"
#include "clients/cpp/client.h"
#include "importers/formats.h"
#include "importers/resolver.h"

namespace cartograph::clients {

// What became of the records of a file.
struct RecordCounts {
  uint64_t records = 0;
  uint64_t created = 0;
  uint64_t updated = 0;
  uint64_t unchanged = 0;
  uint64_t rejected = 0;
  uint64_t conflicts = 0;

  void Add(const importers::Outcome& outcome);
};

// Reads records in batches, finds out of which entities they are, and writes these in chunks, a
// commit each. A record that the server refuses is rejected, and the rest of its batch goes again.
// An entity that somebody else writes in between is read again.
//
// Importing a file again changes nothing, so an import that was interrupted is simply repeated.
// Memory: a batch, and the identifiers of all sources and diseases.
class RecordImport {
 public:
  using Report = std::function<void(const importers::Record&, const importers::Outcome&)>;

  // `client` outlives this. With `write.validate_only` nothing is sent to be written.
  RecordImport(Client* client, v1::WriteOptions write)
      : client_(*client), write_(std::move(write)) {}

  // Asks the server which sources and diseases there are. Call it once, first.
  absl::Status LoadIdentities();
  // Calls `report` for every record, in order, when its batch has been written.
  absl::Status Run(const importers::Format& format, const importers::ReadOptions& options,
                   std::istream* in, const Report& report);

  // Of the last commit; 0 when there was none.
  uint64_t revision() const { return revision_; }

 private:
  absl::Status LoadNames(const std::string& predicate);
  absl::StatusOr<importers::Resolution> WriteBatch(importers::Resolver* resolver,
                                                   std::vector<importers::Record>* records);
  // Writes the entities; `*chunks_written` counts the chunks that are durable, of `chunk_ends`.
  absl::Status Send(const std::vector<v1::Entity>& entities, const std::vector<size_t>& chunk_ends,
                    size_t* chunks_written);

  Client& client_;
  const v1::WriteOptions write_;
  importers::Identities known_;
  uint64_t streams_ = 0;
  uint64_t revision_ = 0;
};

}  // namespace cartograph::clients
