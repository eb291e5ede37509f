#include "kb/change_record.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"
#include "base/status.h"

namespace cartograph::kb {
namespace {

constexpr size_t kValueOverheadBytes = 3;  // tag and length of a value in a RelationDelta

v1::Value ToProto(rules::Value value, const rules::Column& column, const rules::Model& model) {
  v1::Value proto;
  switch (column.kind) {
    case rules::ValueKind::kSymbol:
      proto.set_symbol(std::string(model.interning().symbols.Text(value)));
      break;
    case rules::ValueKind::kNumber:
      proto.set_number(value.number());
      break;
    case rules::ValueKind::kUnsigned:
      proto.set_unsigned_number(value.unsigned_number());
      break;
    case rules::ValueKind::kFloat:
      proto.set_float_number(value.float_number());
      break;
    case rules::ValueKind::kRecord:
      proto.set_record(rules::ToText(value, column.type, model.program(), model.interning()));
      break;
  }
  return proto;
}

// Collects the facts of a delta by relation until they grow too large.
class DeltaRecorder {
 public:
  DeltaRecorder(size_t bytes_max, v1::ChangeRecord* record)
      : bytes_left_(bytes_max), record_(record) {}

  // What `facts` say in `model` was removed, or else added.
  void Add(const std::vector<rules::Fact>& facts, const rules::Model& model, bool removed) {
    for (const rules::Fact& fact : facts) {
      Add(fact.predicate, fact.values, model, removed);
    }
  }

  void Add(rules::PredicateId id, rules::TupleView values, const rules::Model& model,
           bool removed) {
    removed ? record_->set_facts_removed(record_->facts_removed() + 1)
            : record_->set_facts_added(record_->facts_added() + 1);
    if (record_->delta_omitted()) {
      return;
    }
    const rules::Predicate& predicate = model.program().predicate(id);
    v1::RelationDelta* relation = DeltaOf(predicate);
    size_t bytes = 0;
    for (size_t i = 0; i < predicate.arity(); ++i) {
      v1::Value* value = removed ? relation->add_removed() : relation->add_added();
      *value = ToProto(values[i], predicate.columns[i], model);
      bytes += value->ByteSizeLong() + kValueOverheadBytes;
    }
    removed ? relation->set_rows_removed(relation->rows_removed() + 1)
            : relation->set_rows_added(relation->rows_added() + 1);
    if (bytes > bytes_left_) {
      record_->clear_delta();
      record_->set_delta_omitted(true);
    }
    bytes_left_ -= std::min(bytes, bytes_left_);
  }

 private:
  // A relation whose columns an activation has changed has a delta for the old and one for the new.
  v1::RelationDelta* DeltaOf(const rules::Predicate& predicate) {
    auto [found, is_new] =
        by_relation_.try_emplace({predicate.name, predicate.arity()}, record_->delta_size());
    if (is_new) {
      v1::RelationDelta* added = record_->add_delta();
      added->set_relation(predicate.name);
      added->set_columns(predicate.arity());
    }
    return record_->mutable_delta(found->second);
  }

  size_t bytes_left_;
  v1::ChangeRecord* const record_;
  absl::flat_hash_map<std::pair<std::string, uint32_t>, int> by_relation_;
};

bool SameColumns(const rules::Predicate& left, const rules::Predicate& right) {
  return std::equal(
      left.columns.begin(), left.columns.end(), right.columns.begin(), right.columns.end(),
      [](const rules::Column& a, const rules::Column& b) { return a.kind == b.kind; });
}

// Whether `program` has a relation of the name and the columns of `predicate`.
bool Has(const rules::Program& program, const rules::Predicate& predicate) {
  std::optional<rules::PredicateId> found = program.Find(predicate.name);
  return found.has_value() && SameColumns(program.predicate(*found), predicate);
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

void RecordDelta(const rules::Delta& delta, const rules::Model& model, size_t bytes_max,
                 v1::ChangeRecord* record) {
  DeltaRecorder recorder(bytes_max, record);
  recorder.Add(delta.removed, model, /*removed=*/true);
  recorder.Add(delta.added, model, /*removed=*/false);
}

void RecordDifference(const rules::Model& before, const rules::Model& after, size_t bytes_max,
                      v1::ChangeRecord* record) {
  DeltaRecorder recorder(bytes_max, record);
  for (uint32_t i = 0; i < before.program().predicates.size(); ++i) {
    rules::PredicateId id{i};
    const rules::Predicate& predicate = before.program().predicates[i];
    if (predicate.generated || Has(after.program(), predicate)) {
      continue;
    }
    before.relation(id).ForEach([&](rules::TupleView values) {
      recorder.Add(id, values, before, /*removed=*/true);
      return true;
    });
  }
  rules::Delta delta = rules::Difference(before, after);
  recorder.Add(delta.removed, after, /*removed=*/true);
  recorder.Add(delta.added, after, /*removed=*/false);
}

absl::StatusOr<absl::Time> CommitTime(const storage::StoreSnapshot& store,
                                      base::Revision revision) {
  if (revision == base::Revision()) {
    return absl::InfinitePast();
  }
  ASSIGN_OR_RETURN(storage::PinnedBytes bytes, store.ReadChange(revision));
  ASSIGN_OR_RETURN(v1::ChangeRecord record, ParseChangeRecord(bytes.view()));
  return absl::FromUnixSeconds(record.commit_time().seconds()) +
         absl::Nanoseconds(record.commit_time().nanos());
}

absl::StatusOr<v1::ChangeRecord> ParseChangeRecord(absl::string_view bytes) {
  v1::ChangeRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a record of the change log does not decode");
  }
  return record;
}

}  // namespace cartograph::kb
