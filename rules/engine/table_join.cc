#include "rules/engine/table_join.h"

#include "absl/container/inlined_vector.h"

namespace cartograph::rules {
namespace {

uint32_t ValueOf(const Operand& operand, const Batch& batch, uint32_t row) {
  return operand.is_constant ? operand.value : batch.column(operand.value)[row];
}

}  // namespace

// ----------------------------------------------------------------------------------------------
// TableProbe

TableProbe::TableProbe(const Table* table, TableKey key)
    : table_(table), key_(std::move(key)), groups_(kBatchRows), prefixes_(kBatchRows) {
  suffix_mask_ =
      key_.whole ? 0 : table_->layout().SuffixMask(static_cast<uint32_t>(key_.operands.size()) - 1);
}

void TableProbe::Find(const Batch& batch) {
  FindKeys(batch);
  if (key_.whole && table_->layout().has_tail()) {
    NarrowByTail(batch);
  } else if (key_.operands.size() > 1) {
    NarrowAll(batch);
  }
}

void TableProbe::FindKeys(const Batch& batch) {
  if (key_.operands[0].is_constant) {
    const Table::Group group = table_->Find(key_.operands[0].value);
    for (uint32_t i = 0; i < batch.rows; ++i) groups_[i] = group;
    return;
  }
  const uint32_t* keys = batch.column(key_.operands[0].value);
  for (uint32_t i = 0; i < batch.rows; ++i) table_->Prefetch(keys[i]);
  groups_[0] = table_->Find(keys[0]);
  for (uint32_t i = 1; i < batch.rows; ++i) {
    groups_[i] = keys[i] == keys[i - 1] ? groups_[i - 1] : table_->Find(keys[i]);
  }
}

void TableProbe::NarrowAll(const Batch& batch) {
  const Layout& layout = table_->layout();
  std::fill(prefixes_.begin(), prefixes_.begin() + batch.rows, 0);
  for (size_t c = 1; c < key_.operands.size(); ++c) {
    const Layout::Field& field = layout.field(static_cast<uint32_t>(c));
    for (uint32_t i = 0; i < batch.rows; ++i) {
      const uint32_t offset = ValueOf(key_.operands[c], batch, i) - field.base;
      prefixes_[i] |= uint64_t{offset} << field.shift;
      if (offset > field.span) groups_[i].rows = 0;
    }
  }
  for (uint32_t i = 0; i < batch.rows; ++i) __builtin_prefetch(groups_[i].codes);
  table_->NarrowAll(absl::MakeSpan(groups_).first(batch.rows), prefixes_.data(), suffix_mask_);
}

void TableProbe::NarrowByTail(const Batch& batch) {
  absl::InlinedVector<Value, 16> rest(key_.operands.size() - 1);
  for (uint32_t i = 0; i < batch.rows; ++i) {
    if (groups_[i].rows == 0) continue;
    for (size_t c = 0; c < rest.size(); ++c)
      rest[c] = Value(ValueOf(key_.operands[c + 1], batch, i));
    const std::optional<uint64_t> code = table_->layout().Find(rest.data());
    groups_[i] = code.has_value() ? table_->Narrow(groups_[i], *code, 0) : Table::Group{};
  }
}

// -----------------------------------------------------------------------------------------------
// TableJoin

TableJoin::TableJoin(const Table* table, TableKey key, JoinShape shape, RunContext* context)
    : table_(table),
      probe_(table, std::move(key)),
      expander_(table->layout(), std::move(shape), context) {}

absl::Status TableJoin::Push(Batch* batch) {
  probe_.Find(*batch);
  return WithWidth(table_->code_bytes(), [&](auto width) { return Expand<width>(*batch); });
}

template <int width>
absl::Status TableJoin::Expand(const Batch& batch) {
  for (uint32_t i = 0; i < batch.rows; ++i) {
    const uint8_t* codes = probe_.groups()[i].codes;
    uint32_t left = probe_.groups()[i].rows;
    if (left == 0) continue;
    const uint32_t key = probe_.KeyOf(batch, i);
    while (true) {
      const uint32_t count = std::min(left, expander_.room());
      uint32_t* from = expander_.from();
      uint32_t* keys = expander_.keys();
      uint64_t* out = expander_.codes();
      for (uint32_t j = 0; j < count; ++j) {
        from[j] = i;
        keys[j] = key;
        out[j] = LoadCode<width>(codes + size_t{j} * width);
      }
      expander_.Advance(count);
      left -= count;
      if (left == 0) break;
      codes += size_t{count} * width;
      RETURN_IF_ERROR(expander_.Drain(batch, next_));
    }
  }
  return expander_.Drain(batch, next_);
}

// -----------------------------------------------------------------------------------------------
// TableScan

TableScan::TableScan(const Table* table, JoinShape shape, RunContext* context)
    : table_(table), expander_(table->layout(), std::move(shape), context) {}

absl::Status TableScan::Push(Batch* batch) {
  for (uint32_t from = 0; from < batch->rows; ++from) {
    for (TableCursor at(*table_, window_); at.NextGroup();) {
      RETURN_IF_ERROR(AddGroup(*batch, from, at));
    }
  }
  return expander_.Drain(*batch, next_);
}

absl::Status TableScan::AddGroup(const Batch& batch, uint32_t from, const TableCursor& at) {
  const size_t width = static_cast<size_t>(table_->code_bytes());
  for (uint32_t done = 0; done < at.rows();) {
    if (expander_.full()) RETURN_IF_ERROR(expander_.Drain(batch, next_));
    const uint32_t count = std::min(at.rows() - done, expander_.room());
    std::fill_n(expander_.from(), count, from);
    std::fill_n(expander_.keys(), count, at.key());
    uint64_t* out = expander_.codes();
    ForEachCode(at.codes() + done * width, count, table_->code_bytes(),
                [&](uint64_t code) { *out++ = code; });
    expander_.Advance(count);
    done += count;
  }
  return absl::OkStatus();
}

// ---------------------------------------------------------------------------------------------
// TableFilter

TableFilter::TableFilter(const Table* table, TableKey key, std::vector<ColumnCheck> checks,
                         bool negated)
    : table_(table), checks_(std::move(checks)), negated_(negated) {
  if (!key.operands.empty()) probe_ = std::make_unique<TableProbe>(table, std::move(key));
}

absl::Status TableFilter::Push(Batch* batch) {
  uint32_t keep[kBatchRows];
  uint32_t kept = 0;
  if (probe_ != nullptr) probe_->Find(*batch);
  for (uint32_t i = 0; i < batch->rows; ++i) {
    bool found = probe_ == nullptr ? table_->rows() != 0 : probe_->groups()[i].rows != 0;
    if (found && !checks_.empty()) found = Matches(*batch, i);
    keep[kept] = i;
    kept += found != negated_ ? 1 : 0;
  }
  batch->Keep(keep, kept);
  return kept == 0 ? absl::OkStatus() : next_->Push(batch);
}

bool TableFilter::Matches(const Batch& batch, uint32_t row) const {
  const Table::Group& group = probe_->groups()[row];
  bool found = false;
  ForEachCode(group.codes, group.rows, table_->code_bytes(), [&](uint64_t code) {
    if (found) return;
    found = true;
    for (const ColumnCheck& check : checks_) {
      const uint32_t value = table_->layout().Decode(code, check.position).bits();
      found = found && value == ValueOf(check.operand, batch, row);
    }
  });
  return found;
}

}  // namespace cartograph::rules
