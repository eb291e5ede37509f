#include "kb/change_record.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"

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
  DeltaRecorder(const rules::Model& model, size_t bytes_max, v1::ChangeRecord* record)
      : model_(model), bytes_left_(bytes_max), record_(record) {}

  // False when the limit is passed.
  bool Add(const rules::Fact& fact, bool removed) {
    const rules::Predicate& predicate = model_.program().predicate(fact.predicate);
    v1::RelationDelta* relation = DeltaOf(fact.predicate, predicate);
    size_t bytes = 0;
    for (size_t i = 0; i < fact.values.size(); ++i) {
      v1::Value* value = removed ? relation->add_removed() : relation->add_added();
      *value = ToProto(fact.values[i], predicate.columns[i], model_);
      bytes += value->ByteSizeLong() + kValueOverheadBytes;
    }
    if (removed) {
      relation->set_rows_removed(relation->rows_removed() + 1);
    } else {
      relation->set_rows_added(relation->rows_added() + 1);
    }
    bool fits = bytes <= bytes_left_;
    bytes_left_ -= fits ? bytes : bytes_left_;
    return fits;
  }

 private:
  v1::RelationDelta* DeltaOf(rules::PredicateId id, const rules::Predicate& predicate) {
    auto [found, is_new] = by_predicate_.try_emplace(id, record_->delta_size());
    if (is_new) {
      v1::RelationDelta* added = record_->add_delta();
      added->set_relation(predicate.name);
      added->set_columns(predicate.arity());
    }
    return record_->mutable_delta(found->second);
  }

  const rules::Model& model_;
  size_t bytes_left_;
  v1::ChangeRecord* const record_;
  absl::flat_hash_map<rules::PredicateId, int> by_predicate_;
};

bool RecordFacts(const std::vector<rules::Fact>& facts, bool removed, DeltaRecorder* recorder) {
  for (const rules::Fact& fact : facts) {
    if (!recorder->Add(fact, removed)) {
      return false;
    }
  }
  return true;
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
  record->set_facts_removed(delta.removed.size());
  record->set_facts_added(delta.added.size());
  DeltaRecorder recorder(model, bytes_max, record);
  if (!RecordFacts(delta.removed, true, &recorder) || !RecordFacts(delta.added, false, &recorder)) {
    record->clear_delta();
    record->set_delta_omitted(true);
  }
}

absl::StatusOr<v1::ChangeRecord> ParseChangeRecord(absl::string_view bytes) {
  v1::ChangeRecord record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("a record of the change log does not decode");
  }
  return record;
}

}  // namespace cartograph::kb
