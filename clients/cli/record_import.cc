#include "clients/cli/record_import.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "clients/cpp/call_status.h"

namespace cartograph::clients {
namespace {

// A batch is resolved as one: large enough that its reads and its chunks go in few rounds.
constexpr size_t kBatchRecords = 2000;
constexpr size_t kBatchBytes = 8 << 20;
// Of one commit; the server takes 1000 entities and 1 MiB.
constexpr size_t kChunkEntities = 1000;
constexpr size_t kChunkBytes = 700 << 10;
constexpr size_t kNamesPerGet = 500;
constexpr uint32_t kFactsPerPage = 10'000;
// Somebody else writes the same entities again and again only by accident.
constexpr int kTriesMax = 5;

class ServerEntities : public importers::StoredEntities {
 public:
  explicit ServerEntities(Client* client) : client_(*client) {}

  absl::StatusOr<std::vector<v1::Entity>> Get(const std::vector<std::string>& names) override {
    std::vector<v1::Entity> entities;
    for (size_t begin = 0; begin < names.size(); begin += kNamesPerGet) {
      const size_t end = std::min(names.size(), begin + kNamesPerGet);
      RETURN_IF_ERROR(GetSome({names.begin() + static_cast<std::ptrdiff_t>(begin),
                               names.begin() + static_cast<std::ptrdiff_t>(end)},
                              &entities));
    }
    return entities;
  }

 private:
  absl::Status GetSome(const std::vector<std::string>& names, std::vector<v1::Entity>* entities) {
    v1::BatchGetEntitiesRequest request;
    request.mutable_names()->Add(names.begin(), names.end());
    auto all = client_.Call(&v1::EntityService::Stub::BatchGetEntities, request);
    if (all.ok()) {
      entities->insert(entities->end(), all->entities().begin(), all->entities().end());
      return absl::OkStatus();
    }
    if (!absl::IsNotFound(all.status())) {
      return all.status();
    }
    for (const std::string& name : names) {  // one was deleted since the import began
      RETURN_IF_ERROR(GetOne(name, entities));
    }
    return absl::OkStatus();
  }

  absl::Status GetOne(const std::string& name, std::vector<v1::Entity>* entities) {
    v1::GetEntityRequest request;
    request.set_name(name);
    auto one = client_.Call(&v1::EntityService::Stub::GetEntity, request);
    if (one.ok()) {
      entities->push_back(one->entity());
    }
    return one.ok() || absl::IsNotFound(one.status()) ? absl::OkStatus() : one.status();
  }

  Client& client_;
};

// Where chunks end: the index after the last entity of each.
std::vector<size_t> ChunkEnds(const std::vector<v1::Entity>& entities) {
  std::vector<size_t> ends;
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < entities.size(); ++i) {
    const size_t size = entities[i].ByteSizeLong() + 8;
    if (i > begin && (i - begin == kChunkEntities || bytes + size > kChunkBytes)) {
      ends.push_back(i);
      begin = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < entities.size()) {
    ends.push_back(entities.size());
  }
  return ends;
}

// The index in "entities[3].source.titles"; of a chunk of one, the server says "entity".
std::optional<size_t> IndexIn(absl::string_view field, size_t* path) {
  const absl::string_view whole = field;
  size_t index = 0;
  if (absl::ConsumePrefix(&field, "entities[") &&
      absl::SimpleAtoi(field.substr(0, field.find(']')), &index)) {
    *path = whole.find(']') + 1;
    return index;
  }
  *path = absl::StrCat("entity").size();
  return absl::StartsWith(whole, "entity") ? std::optional<size_t>(0) : std::nullopt;
}

// Rejects the records of the entities that `status` finds fault with, in the chunk that begins at
// `begin`. False when it names none.
bool RejectRefused(const absl::Status& status, const importers::Resolution& resolution,
                   size_t begin, std::vector<importers::Record>* records) {
  bool any = false;
  for (const FieldViolation& violation : DetailsOf(status).field_violations) {
    size_t path = 0;
    const std::optional<size_t> index = IndexIn(violation.field, &path);
    if (!index.has_value() || begin + *index >= resolution.records.size()) {
      continue;
    }
    for (size_t record : resolution.records[begin + *index]) {
      (*records)[record].draft = absl::InvalidArgumentError(absl::StrCat(
          absl::StripPrefix(violation.field.substr(path), "."), " ", violation.description));
      any = true;
    }
  }
  return any;
}

}  // namespace

void RecordCounts::Add(const importers::Outcome& outcome) {
  ++records;
  created += outcome.fate == importers::Fate::kCreated ? 1 : 0;
  updated += outcome.fate == importers::Fate::kUpdated ? 1 : 0;
  unchanged += outcome.fate == importers::Fate::kUnchanged ? 1 : 0;
  rejected += outcome.fate == importers::Fate::kRejected ? 1 : 0;
  conflicts += static_cast<uint64_t>(outcome.import.conflicts_size());
}

absl::Status RecordImport::LoadNames(const std::string& predicate) {
  v1::ListFactsRequest request;
  request.set_predicate(predicate);
  request.set_page_size(kFactsPerPage);
  return client_.ForEachPage(&v1::FactService::Stub::ListFacts, request,
                             [&](const v1::ListFactsResponse& page) {
                               for (const v1::Fact& fact : page.facts()) {
                                 known_.AddName(fact.values(0).symbol());
                               }
                               return true;
                             });
}

absl::Status RecordImport::LoadIdentities() {
  RETURN_IF_ERROR(LoadNames("source"));
  RETURN_IF_ERROR(LoadNames("disease"));
  v1::ListFactsRequest request;
  request.set_predicate("xref");
  request.set_page_size(kFactsPerPage);
  return client_.ForEachPage(&v1::FactService::Stub::ListFacts, request,
                             [&](const v1::ListFactsResponse& page) {
                               for (const v1::Fact& fact : page.facts()) {
                                 const std::string& name = fact.values(0).symbol();
                                 if (known_.Has(name) && fact.values(2).symbol() == "exact") {
                                   known_.AddCurie(fact.values(1).symbol(), name);
                                 }
                               }
                               return true;
                             });
}

absl::Status RecordImport::Send(const std::vector<v1::Entity>& entities,
                                const std::vector<size_t>& chunk_ends, size_t* chunks_written) {
  size_t given = 0;
  size_t begin = 0;
  auto next = [&]() -> absl::StatusOr<std::optional<v1::ImportEntitiesRequest>> {
    if (given == chunk_ends.size()) {
      return std::nullopt;
    }
    v1::ImportEntitiesRequest request;
    if (given == 0) {
      *request.mutable_write() = write_;
      request.mutable_write()->set_request_id(absl::StrCat(write_.request_id(), ".", streams_));
    }
    for (; begin < chunk_ends[given]; ++begin) {
      *request.add_entities() = entities[begin];
    }
    ++given;
    return request;
  };
  auto done = [&](const v1::ImportEntitiesResponse& answer) {
    ++*chunks_written;
    revision_ = answer.header().revision();
  };
  ++streams_;
  return client_.Import(next, done);
}

absl::StatusOr<importers::Resolution> RecordImport::WriteBatch(
    importers::Resolver* resolver, std::vector<importers::Record>* records) {
  for (int tries = 1;; ++tries) {
    ASSIGN_OR_RETURN(importers::Resolution resolution, resolver->Resolve(*records));
    if (write_.validate_only() || resolution.entities.empty()) {
      return resolution;
    }
    const std::vector<size_t> ends = ChunkEnds(resolution.entities);
    size_t written = 0;
    absl::Status status = Send(resolution.entities, ends, &written);
    if (status.ok()) {
      return resolution;
    }
    const size_t begin = written == 0 ? 0 : ends[written - 1];
    const bool again =
        (absl::IsAborted(status) && tries < kTriesMax) ||
        (absl::IsInvalidArgument(status) && RejectRefused(status, resolution, begin, records));
    if (!again) {
      return status;
    }
  }
}

absl::Status RecordImport::Run(const importers::Format& format,
                               const importers::ReadOptions& options, std::istream* in,
                               const Report& report) {
  ServerEntities stored(&client_);
  importers::Resolver resolver(&known_, &stored, importers::ImporterName(format));
  std::unique_ptr<importers::RecordReader> reader = format.open(in, options);
  for (bool more = true; more;) {
    std::vector<importers::Record> records;
    size_t bytes = 0;
    while (more && records.size() < kBatchRecords && bytes < kBatchBytes) {
      std::optional<importers::Record> record = reader->Next();
      more = record.has_value();
      if (more) {
        bytes += record->bytes.size();
        records.push_back(*std::move(record));
      }
    }
    ASSIGN_OR_RETURN(importers::Resolution resolution, WriteBatch(&resolver, &records));
    Learn(resolution, &known_);
    for (size_t i = 0; i < records.size(); ++i) {
      report(records[i], resolution.outcomes[i]);
    }
  }
  return absl::OkStatus();
}

}  // namespace cartograph::clients
