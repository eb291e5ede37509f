#include "rules/engine/stratum.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <numeric>
#include <thread>

#include "base/check.h"
#include "base/status.h"
#include "rules/engine/result_table.h"

namespace cartograph::rules {
namespace {

// Bits of a window's bitmap: half of a second-level cache of 1 MB.
constexpr int kWindowBits = 22;
// Rows that a window without a bitmap should have: their hash fits the same cache.
constexpr double kWindowRows = 16384;
// A window costs some microseconds to set up: there are not more than this, and each has as many
// rows on average.
constexpr double kWindowsMax = 4096;
constexpr double kWindowRowsMin = 1024;
// A relation's RowSet is a bitmap of at most 16 MB: beyond that a bit is no more likely to be in
// the cache than a hash slot; and of at most so many bits for each row expected, because clearing
// it costs too.
constexpr double kBitmapBitsMax = 1 << 27;
constexpr double kBitmapBitsMin = 1 << 18;
constexpr double kBitmapBitsPerRowMax = 4096;
// Bitmaps are for groups that are not too thin: so many bytes of bitmap may be cleared for a row
// that comes out.
constexpr double kBitmapBytesPerRowMax = 512;
// What rules without recursion derive is multiplied by recursion, by no one knows how much.
constexpr double kRecursionFactor = 8;
// Rows that are worth another thread.
constexpr double kRowsPerThread = 65536;

// Whether facts of `id` may be dropped.
bool IsSubsumed(const Program& program, const Stratum& stratum, PredicateId id) {
  return std::any_of(stratum.subsumptions.begin(), stratum.subsumptions.end(),
                     [&](uint32_t s) { return program.subsumptions[s].dominated.predicate == id; });
}

class StratumEvaluator {
 public:
  explicit StratumEvaluator(const StratumInput& input)
      : input_(input), program_(*input.program), stratum_(program_.strata[input.stratum]) {}

  absl::Status Run() {
    const std::vector<std::shared_ptr<const Relation>>& given = *input_.given;
    for (const PredicateId id : stratum_.predicates) {
      if (IsDerived(program_, stratum_, id)) {
        derived_.push_back(id);
      } else {
        (*input_.relations)[Index(id)] = given[Index(id)] != nullptr ? given[Index(id)] : Empty(id);
      }
    }
    if (derived_.empty()) return absl::OkStatus();
    ranges_ = FindRanges(program_, stratum_, *input_.relations, given);
    partition_ = FindPartition({program_, stratum_, *input_.relations, ranges_});
    return partition_.has_value() ? RunWindows() : RunWhole();
  }

 private:
  std::shared_ptr<const Relation> Empty(PredicateId id) const {
    return std::make_shared<const Relation>(program_.predicate(id).arity(),
                                            &input_.interning->records);
  }

  // The shapes of the derived relations: with a partition, its columns come first and share one
  // range.
  std::vector<std::optional<GrowingShape>> Shapes() const {
    std::vector<std::optional<GrowingShape>> shapes(program_.predicates.size());
    for (const PredicateId id : derived_) {
      const ColumnRanges& ranges = ranges_[Index(id)];
      GrowingShape shape;
      shape.order.resize(ranges.size());
      std::iota(shape.order.begin(), shape.order.end(), 0);
      if (partition_.has_value()) {
        const auto key = shape.order.begin() + partition_->columns[Index(id)];
        std::rotate(shape.order.begin(), key, key + 1);
      }
      std::vector<ColumnRange> ordered;
      for (const uint32_t column : shape.order) ordered.push_back(ranges[column]);
      if (partition_.has_value()) ordered[0] = partition_->values;
      shape.layout = Layout(std::move(ordered), &input_.interning->records);
      shape.bitmap_bits_max = static_cast<uint64_t>(
          std::clamp(kBitmapBitsPerRowMax * ExpectedRows(), kBitmapBitsMin, kBitmapBitsMax));
      shapes[Index(id)] = std::move(shape);
    }
    return shapes;
  }

  // All at once: what recursion ties together, or what is cheaper so.
  absl::Status RunWhole() {
    const std::vector<std::optional<GrowingShape>> shapes = Shapes();
    StratumRun run(input_, shapes, stratum_.rules, {});
    for (const PredicateId id : derived_) {
      const auto& given = (*input_.given)[Index(id)];
      if (given != nullptr) run.Insert(id, given->primary());
    }
    RETURN_IF_ERROR(run.Run());
    for (const PredicateId id : derived_) {
      RowBuffer rows;
      run.growing(id)->CopySorted(&rows);
      auto table =
          BuildExactTable(shapes[Index(id)]->layout, shapes[Index(id)]->order, std::move(rows));
      input_.budget->SpendBytes(table->bytes());
      Publish(id, std::move(table));
    }
    return absl::OkStatus();
  }

  // Window by window; what windows do not share lets several threads take them.
  absl::Status RunWindows() {
    const std::vector<std::optional<GrowingShape>> shapes = Shapes();
    RETURN_IF_ERROR(RunSeeds(shapes));
    window_keys_ = WindowKeys(shapes);
    for (const PredicateId id : derived_) {
      const GrowingShape& shape = *shapes[Index(id)];
      results_.push_back(std::make_unique<ResultTable>(shape.layout, shape.order, window_keys_));
    }
    const double worth = ExpectedRows() / kRowsPerThread + 1;
    const auto threads = static_cast<size_t>(std::min<double>(input_.threads, worth));
    std::vector<absl::Status> outcomes(std::max<size_t>(threads, 1));
    std::vector<std::thread> others;
    for (size_t i = 1; i < outcomes.size(); ++i) {
      others.emplace_back([&, i] { outcomes[i] = TakeWindows(shapes); });
    }
    outcomes[0] = TakeWindows(shapes);
    for (std::thread& other : others) other.join();
    for (const absl::Status& outcome : outcomes) RETURN_IF_ERROR(outcome);
    for (size_t i = 0; i < derived_.size(); ++i) Publish(derived_[i], results_[i]->Finish());
    return absl::OkStatus();
  }

  // Evaluates windows that no one has taken yet, until there are none or one has failed.
  absl::Status TakeWindows(const std::vector<std::optional<GrowingShape>>& shapes) {
    StratumRun run(input_, shapes, stratum_.rules, partition_->drivers);
    run.SetSeeds(&seeds_);
    RowBuffer rows;
    const uint64_t keys = partition_->values.empty ? 0 : uint64_t{partition_->values.span} + 1;
    while (!failed_.load(std::memory_order_relaxed)) {
      const uint64_t first = next_key_.fetch_add(window_keys_, std::memory_order_relaxed);
      if (first >= keys) break;
      const auto last = static_cast<uint32_t>(std::min(first + window_keys_, keys) - 1);
      absl::Status status = RunWindow(shapes, static_cast<uint32_t>(first), last, &run, &rows);
      if (status.ok()) continue;
      failed_.store(true, std::memory_order_relaxed);
      return status;
    }
    return absl::OkStatus();
  }

  absl::Status RunWindow(const std::vector<std::optional<GrowingShape>>& shapes, uint32_t first,
                         uint32_t last, StratumRun* run, RowBuffer* rows) {
    run->Reset(first, last);
    for (const PredicateId id : derived_) {
      const auto& given = (*input_.given)[Index(id)];
      if (given != nullptr) run->Insert(id, given->OrderFrom(shapes[Index(id)]->order[0]));
    }
    RETURN_IF_ERROR(run->Run());
    for (size_t i = 0; i < derived_.size(); ++i) {
      run->growing(derived_[i])->CopySorted(rows);
      input_.budget->SpendBytes(results_[i]->Append(*rows));
    }
    return absl::OkStatus();
  }

  // Rules whose head no window can restrict run once, beforehand.
  absl::Status RunSeeds(const std::vector<std::optional<GrowingShape>>& shapes) {
    for (const uint32_t rule : stratum_.rules) {
      if (IsRecursive(rule) || partition_->drivers[rule].has_value()) continue;
      StratumRun run(input_, shapes, {rule}, {});
      RETURN_IF_ERROR(run.Run());
      const PredicateId head = program_.rules[rule].head.predicate;
      std::shared_ptr<const Table>& seed = seeds_[rule];
      if (run.growing(head)->size() == 0) continue;
      const GrowingShape& shape = *shapes[Index(head)];
      RowBuffer rows;
      run.growing(head)->CopySorted(&rows);
      seed = BuildExactTable(shape.layout, shape.order, std::move(rows));
      seed_rows_ += static_cast<double>(seed->rows());
    }
    for (const PredicateId id : derived_) {
      const auto& given = (*input_.given)[Index(id)];
      if (given != nullptr) seed_rows_ += static_cast<double>(given->size());
    }
    return absl::OkStatus();
  }

  bool IsRecursive(uint32_t rule) const {
    const std::vector<Literal>& body = program_.rules[rule].body;
    return std::any_of(body.begin(), body.end(), [&](const Literal& literal) {
      return literal.kind == Literal::Kind::kAtom &&
             std::count(derived_.begin(), derived_.end(), literal.atom.predicate) != 0;
    });
  }

  double ExpectedRows() const {
    const double rows = partition_.has_value() ? partition_->rows + seed_rows_ : RowsRead();
    return stratum_.recursive ? rows * kRecursionFactor : rows;
  }

  // Rows of all that the rules read, for want of a better guess at what they derive.
  double RowsRead() const {
    double rows = 0;
    for (const uint32_t rule : stratum_.rules) {
      for (const Literal& literal : program_.rules[rule].body) {
        if (literal.kind != Literal::Kind::kAtom) continue;
        const auto& relation = (*input_.relations)[Index(literal.atom.predicate)];
        rows += relation == nullptr ? 1 : static_cast<double>(relation->size());
      }
    }
    for (const PredicateId id : derived_) {
      const auto& given = (*input_.given)[Index(id)];
      rows += given == nullptr ? 0 : static_cast<double>(given->size());
    }
    return rows;
  }

  // Keys a window: a power of two, so that windows and pages nest.
  uint64_t WindowKeys(const std::vector<std::optional<GrowingShape>>& shapes) const {
    int code_bits = 0;
    for (const PredicateId id : derived_)
      code_bits = std::max(code_bits, shapes[Index(id)]->layout.code_bits());
    const double keys = static_cast<double>(partition_->values.span) + 1;
    const double rows_per_key = std::max(ExpectedRows() / keys, 1e-3);
    uint64_t step = 1;
    const double bytes_per_key = std::exp2(code_bits) / 8;
    if (code_bits <= kWindowBits &&
        bytes_per_key <= kBitmapBytesPerRowMax * std::max(rows_per_key, 1.0)) {
      step = uint64_t{1} << (kWindowBits - code_bits);
    } else {
      step = std::bit_ceil(static_cast<uint64_t>(kWindowRows / rows_per_key) + 1);
    }
    const double windows = std::min(kWindowsMax, ExpectedRows() / kWindowRowsMin + 1);
    return std::max(step, std::bit_ceil(static_cast<uint64_t>(keys / windows)));
  }

  void Publish(PredicateId id, std::shared_ptr<const Table> table) {
    (*input_.relations)[Index(id)] = std::make_shared<const Relation>(
        program_.predicate(id).arity(), std::move(table),
        IsSubsumed(program_, stratum_, id) ? (*input_.given)[Index(id)] : nullptr);
  }

  const StratumInput& input_;
  const Program& program_;
  const Stratum& stratum_;
  std::vector<PredicateId> derived_;
  std::vector<ColumnRanges> ranges_;
  std::optional<Partition> partition_;
  RuleSeeds seeds_;
  double seed_rows_ = 0;                               // of seeds_ and of what is given
  std::vector<std::unique_ptr<ResultTable>> results_;  // as derived_
  uint64_t window_keys_ = 0;
  std::atomic<uint64_t> next_key_{0};  // of the next window
  std::atomic<bool> failed_{false};
};

}  // namespace

bool IsDerived(const Program& program, const Stratum& stratum, PredicateId id) {
  if (program.predicate(id).eqrel || IsSubsumed(program, stratum, id)) return true;
  return std::any_of(stratum.rules.begin(), stratum.rules.end(),
                     [&](uint32_t rule) { return program.rules[rule].head.predicate == id; });
}

absl::Status EvaluateStratum(const StratumInput& input) { return StratumEvaluator(input).Run(); }

}  // namespace cartograph::rules
