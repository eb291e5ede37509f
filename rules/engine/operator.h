// Operator: one step of a running pipeline.

#pragma once

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "rules/engine/batch.h"
#include "rules/engine/run_context.h"
#include "rules/facts/layout.h"

namespace cartograph::rules {

// Takes batches and hands rows to the next operator: filters change the batch they were given,
// joins fill one of their own and pass it on when it is full. Virtual calls are per batch, never
// per row.
//
// Thread-safety: none; a pipeline belongs to one thread.
class Operator {
 public:
  virtual ~Operator() = default;
  void set_next(Operator* next) { next_ = next; }

  // Takes the rows of `batch`, which it may change.
  virtual absl::Status Push(Batch* batch) = 0;
  // Forgets what was learned from the relations: they may be others now.
  virtual void Restart() {}
  // Passes on what is held back, here and behind.
  virtual absl::Status Flush() { return next_ == nullptr ? absl::OkStatus() : next_->Flush(); }

 protected:
  Operator* next_ = nullptr;
};

// What a join reads of a matching row. Positions are those of the relation's order.
struct ColumnOutput {
  uint32_t position;
  Slot slot;
};
// The column at `position` must equal `operand`, a constant or a slot of the resulting batch.
struct ColumnCheck {
  uint32_t position;
  Operand operand;
};

// Where a join's bindings go.
struct JoinShape {
  std::vector<Slot> live_in;  // carried from the incoming row
  std::vector<Slot>
      live_out;  // of the resulting batch: live_in and outputs, less what no later step reads
  std::vector<ColumnOutput> outputs;
  std::vector<ColumnCheck> checks;  // of columns that the lookup itself does not compare
  size_t slots = 0;
};

// The second half of a join: turns (incoming row, matching row) pairs into full batches.
//
// Usage: for each pair Add (when full() first Drain); at the end of an incoming batch Drain.
class Expander {
 public:
  Expander(const Layout& layout, JoinShape shape, RunContext* context);

  // Room for pairs before the next Drain.
  uint32_t room() const { return kBatchRows - out_.rows - count_; }
  bool full() const { return room() == 0; }
  // REQUIRES: !full().
  void Add(uint32_t from, uint32_t key, uint64_t code) {
    from_[count_] = from;
    keys_[count_] = key;
    codes_[count_++] = code;
  }
  // The arrays behind Add, for kernels that fill them in one loop, and the number filled.
  uint32_t* from() { return from_ + count_; }
  uint32_t* keys() { return keys_ + count_; }
  uint64_t* codes() { return codes_ + count_; }
  void Advance(uint32_t count) { count_ += count; }

  // Makes rows of the pairs; passes the batch on if it is full. `in` is the batch that the pairs'
  // first halves are of.
  absl::Status Drain(const Batch& in, Operator* next);
  // Passes on what is left.
  absl::Status Flush(Operator* next);

 private:
  void Decode(uint32_t position, uint32_t* values) const;
  void Check(const ColumnCheck& check, uint32_t begin);
  absl::Status PassOn(Operator* next);

  const Layout layout_;
  const JoinShape shape_;
  std::vector<Slot> carried_;  // live_in that stay live
  RunContext* context_;
  Batch out_;
  uint32_t count_ = 0;
  uint64_t probes_ = 0;
  uint32_t from_[kBatchRows];
  uint32_t keys_[kBatchRows];
  uint64_t codes_[kBatchRows];
};

}  // namespace cartograph::rules
