#include "storage/batch.h"

#include <string>

#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/key_codec.h"
#include "storage/rocksdb_status.h"

namespace cartograph::storage {
namespace {

using base::Revision;

// Puts and deletes by family, keeping the first failure.
class BatchWriter {
 public:
  BatchWriter(const Database& database, rocksdb::WriteBatch* batch)
      : database_(database), batch_(*batch) {}

  void Put(Family family, const std::string& key, const std::string& value) {
    if (status_.ok()) status_ = batch_.Put(database_.family(family), key, value);
  }
  void Delete(Family family, const std::string& key) {
    if (status_.ok()) status_ = batch_.Delete(database_.family(family), key);
  }
  absl::Status status() const { return FromRocksDb(status_, "cannot build the write"); }

 private:
  const Database& database_;
  rocksdb::WriteBatch& batch_;
  rocksdb::Status status_;
};

void AddEntities(const WriteSet& writes, Revision revision, BatchWriter* out) {
  for (const EntityWrite& entity : writes.entities) {
    if (entity.bytes.has_value()) {
      out->Put(Family::kEntities, entity.name, *entity.bytes);
    } else {
      out->Delete(Family::kEntities, entity.name);
    }
    out->Put(Family::kHistory, HistoryKey(entity.name, revision), EncodeVersion(entity.bytes));
  }
}

void AddReferences(const WriteSet& writes, BatchWriter* out) {
  for (const Reference& reference : writes.references_removed) {
    out->Delete(Family::kReferences, ReferenceKey(reference));
  }
  for (const Reference& reference : writes.references_added) {
    out->Put(Family::kReferences, ReferenceKey(reference), "");
  }
}

void AddRequest(const WriteSet& writes, Revision revision, BatchWriter* out) {
  if (writes.request_id.empty()) return;
  out->Put(Family::kRequests, RequestKey(writes.request_id), EncodeRevision(revision));
  out->Put(Family::kRequests, RequestAgeKey(revision), writes.request_id);
}

void AddRulePacks(const WriteSet& writes, Revision revision, BatchWriter* out) {
  for (const RulePackPut& pack : writes.rule_packs) {
    out->Put(Family::kRulePacks, RulePackKey(pack.name, revision), pack.bytes);
  }
  if (!writes.active_rule_packs.has_value()) return;
  std::vector<RulePackRef> packs = *writes.active_rule_packs;
  for (RulePackRef& pack : packs) {
    if (pack.revision == Revision()) pack.revision = revision;
  }
  out->Put(Family::kRulePacks, ActivationKey(revision), EncodeActivation(packs));
}

void AddTextsAndMeta(const WriteSet& writes, BatchWriter* out) {
  for (const TextPut& text : writes.texts) out->Put(Family::kTexts, text.sha256, text.bytes);
  for (const MetaPut& meta : writes.meta) {
    if (meta.bytes.has_value()) {
      out->Put(Family::kMeta, KbMetaKey(meta.key), *meta.bytes);
    } else {
      out->Delete(Family::kMeta, KbMetaKey(meta.key));
    }
  }
}

}  // namespace

absl::Status FillBatch(const WriteSet& writes, const Head& head, const Database& database,
                       rocksdb::WriteBatch* batch) {
  BatchWriter out(database, batch);
  out.Put(Family::kMeta, kHeadKey, EncodeHead(head));
  out.Put(Family::kChanges, ChangeKey(head.revision), writes.change);
  AddEntities(writes, head.revision, &out);
  AddReferences(writes, &out);
  AddRequest(writes, head.revision, &out);
  AddRulePacks(writes, head.revision, &out);
  AddTextsAndMeta(writes, &out);
  return out.status();
}

absl::Status ForgetRequest(Revision revision, const Database& database,
                           rocksdb::WriteBatch* batch) {
  rocksdb::ColumnFamilyHandle* requests = database.family(Family::kRequests);
  std::string id;
  rocksdb::Status status =
      database.db().Get(rocksdb::ReadOptions(), requests, RequestAgeKey(revision), &id);
  if (status.IsNotFound()) return absl::OkStatus();
  RETURN_IF_ERROR(FromRocksDb(status, "cannot read an old request id"));
  std::string newest;
  status = database.db().Get(rocksdb::ReadOptions(), requests, RequestKey(id), &newest);
  BatchWriter out(database, batch);
  out.Delete(Family::kRequests, RequestAgeKey(revision));
  if (status.ok() && newest == EncodeRevision(revision)) {
    out.Delete(Family::kRequests, RequestKey(id));
  }
  return out.status();
}

}  // namespace cartograph::storage
