// Pipeline: the running form of a planned body.

#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "rules/engine/body.h"
#include "rules/engine/growing_relation.h"
#include "rules/engine/operator.h"
#include "rules/engine/table_join.h"
#include "rules/facts/relation.h"

namespace cartograph::rules {

// Operators in a row, the last of which is a sink, and the batch they start from.
class Pipeline {
 public:
  // `driver`: the operator that a window restricts, or null.
  Pipeline(std::vector<std::unique_ptr<Operator>> operators, std::unique_ptr<Batch> input,
           TableScan* driver);

  TableScan* driver() { return driver_; }

  // The rows to start from; fill before each Run.
  Batch& input() { return *input_; }
  // Sends input() through. REQUIRES: input().rows <= kBatchRows.
  absl::Status Run();
  // To be called when the contents of tables have changed since the last Run.
  void Restart();

 private:
  std::vector<std::unique_ptr<Operator>> operators_;
  std::unique_ptr<Batch> input_;
  TableScan* driver_;
};

// What an atom of a body reads: a relation that is complete, or one that is growing, or its delta.
struct AtomSource {
  const Relation* relation = nullptr;
  GrowingRelation* growing = nullptr;
  bool delta = false;
  // If set, gives the table that operators keep in place of one of the relation's.
  std::function<const Table*(const Table&)> keep;
};

// What to build a pipeline from.
struct PipelineRequest {
  const Body* body = nullptr;
  // `literal`: the atom's place in `body`, or that of the aggregate it stands in.
  std::function<AtomSource(const Atom& atom, uint32_t literal)> source_of;
  std::vector<Slot> bound;        // slots that input() holds
  std::vector<Slot> needed;       // slots that the sink reads
  std::optional<uint32_t> first;  // the literal to begin with
  // Scan `first` in order of this column of its predicate, so that driver() can be given a window
  // of its values.
  std::optional<uint32_t> scan_column;
  bool all_bindings = false;  // every binding of all variables counts, not only those of `needed`
  size_t extra_slots = 0;     // slots beyond the variables of `body`
  RunContext* context = nullptr;
};

// Orders the literals by the sizes the relations have now, chooses orders and indexes (building
// them where there are none), and makes the operators. `sink` becomes the last.
std::unique_ptr<Pipeline> BuildPipeline(const PipelineRequest& request,
                                        std::unique_ptr<Operator> sink);

}  // namespace cartograph::rules
