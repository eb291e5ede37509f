#include "rules/facts/symbol_table.h"

#include <atomic>
#include <cstring>
#include <vector>

#include "absl/hash/hash.h"
#include "base/check.h"
#include "base/mutex.h"
#include "rules/facts/append_only.h"
#include "rules/facts/id_set.h"

namespace cartograph::rules {
namespace {

// Ids of an overlay count down from the top, so that they lie just below 0 on the circle of 32-bit
// numbers: a column that holds both kinds still spans a short range (see Layout).
constexpr uint32_t kOverlayBit = uint32_t{1} << 31;
constexpr uint32_t kIdsMax = kOverlayBit - 1;

// Memory that is handed out piece by piece and freed as a whole.
class Arena {
 public:
  // Room for `size` bytes, aligned for Values.
  char* Allocate(size_t size) {
    size = (size + 3) / 4 * 4;
    if (size > left_) NewBlock(size);
    char* result = next_;
    next_ += size;
    left_ -= size;
    return result;
  }
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kBlockBytes = 1 << 16;

  void NewBlock(size_t size) {
    const size_t block = size > kBlockBytes / 4 ? size : kBlockBytes;
    blocks_.push_back(std::make_unique<char[]>(block));
    bytes_ += block;
    next_ = blocks_.back().get();
    left_ = block;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

uint32_t Hash(absl::string_view text) {
  return static_cast<uint32_t>(absl::Hash<absl::string_view>()(text));
}
uint32_t Hash(TupleView fields) { return static_cast<uint32_t>(absl::Hash<TupleView>()(fields)); }

// Shared by the two tables: `View` is a string_view or a TupleView over the arena.
template <typename View>
struct Interner {
  mutable base::SharedMutex mutex;
  AppendOnly<View> items;
  IdSet ids ABSL_GUARDED_BY(mutex);
  Arena arena ABSL_GUARDED_BY(mutex);

  uint32_t Find(View view, uint32_t hash) const ABSL_SHARED_LOCKS_REQUIRED(mutex) {
    return ids.Find(hash, [&](uint32_t id) { return items[id] == view; });
  }

  std::optional<uint32_t> FindLocked(View view, uint32_t hash) const {
    base::ReaderLock lock(&mutex);
    const uint32_t id = Find(view, hash);
    return id == IdSet::kNone ? std::nullopt : std::optional<uint32_t>(id);
  }

  uint32_t Intern(View view, uint32_t hash) {
    base::WriterLock lock(&mutex);
    uint32_t id = Find(view, hash);
    if (id != IdSet::kNone) return id;
    CHECK(items.size() < kIdsMax);
    const size_t bytes = view.size() * sizeof(*view.data());
    char* copy = arena.Allocate(bytes);
    if (bytes != 0) std::memcpy(copy, view.data(), bytes);
    id = items.Append(
        View(reinterpret_cast<std::remove_reference_t<decltype(view.data())>>(copy), view.size()));
    ids.Insert(hash, id);
    return id;
  }
};

// What the two tables have in common: the items of one table, and those of the tables below it.
template <typename View>
struct Layer {
  Layer() = default;
  explicit Layer(Layer* below)
      : parent(below),
        root(below->root),
        first(below->parent == nullptr ? 0 : below->first + below->own.items.size()),
        depth(below->depth + 1) {
    below->frozen.store(below->parent != nullptr);  // what it gave later would have our ids
  }

  // The number of an item: those of the root count up, those of all overlays in one other series.
  struct Number {
    uint32_t index = 0;
    bool overlay = false;
  };

  std::optional<Number> Find(View view, uint32_t hash) const {
    // Its own first: what a table below learned later must not hide what was given here.
    if (std::optional<uint32_t> id = own.FindLocked(view, hash)) return NumberOf(*id);
    return parent != nullptr ? parent->Find(view, hash) : std::nullopt;
  }

  Number Intern(View view, uint32_t hash) {
    if (std::optional<Number> known = Find(view, hash)) return *known;
    CHECK(!frozen.load());
    return NumberOf(own.Intern(view, hash));
  }

  View Item(Number number) const {
    if (!number.overlay) return root->own.items[number.index];
    const Layer* layer = this;
    while (number.index < layer->first) layer = layer->parent;
    return layer->own.items[number.index - layer->first];
  }

  Number NumberOf(uint32_t id) const { return {first + id, parent != nullptr}; }

  Layer* const parent = nullptr;
  Layer* const root = this;
  const uint32_t first = 0;  // number of its own first item
  const uint32_t depth = 0;  // layers below it
  std::atomic<bool> frozen{false};
  Interner<View> own;
};

}  // namespace

// ---------------------------------------------------------------------------------------------
// SymbolTable

struct SymbolTable::Rep : Layer<absl::string_view> {
  using Layer::Layer;

  static Value ToValue(Number number) {
    return Value(number.overlay ? ~number.index : number.index);
  }
  static Number ToNumber(Value symbol) {
    const bool overlay = (symbol.bits() & kOverlayBit) != 0;
    return {overlay ? ~symbol.bits() : symbol.bits(), overlay};
  }
};

SymbolTable::SymbolTable() : rep_(std::make_unique<Rep>()) {}
SymbolTable::SymbolTable(SymbolTable* parent) : rep_(std::make_unique<Rep>(parent->rep_.get())) {}
SymbolTable::~SymbolTable() = default;

Value SymbolTable::Intern(absl::string_view text) {
  return Rep::ToValue(rep_->Intern(text, Hash(text)));
}

std::optional<Value> SymbolTable::Find(absl::string_view text) const {
  const std::optional<Rep::Number> number = rep_->Find(text, Hash(text));
  return number.has_value() ? std::make_optional(Rep::ToValue(*number)) : std::nullopt;
}

absl::string_view SymbolTable::Text(Value symbol) const {
  return rep_->Item(Rep::ToNumber(symbol));
}

size_t SymbolTable::size() const { return rep_->own.items.size(); }

uint32_t SymbolTable::depth() const { return rep_->depth; }

size_t SymbolTable::bytes() const {
  base::ReaderLock lock(&rep_->own.mutex);
  return rep_->own.arena.bytes() + rep_->own.ids.bytes() +
         rep_->own.items.size() * sizeof(absl::string_view);
}

// ---------------------------------------------------------------------------------------------
// RecordTable

struct RecordTable::Rep : Layer<TupleView> {
  using Layer::Layer;

  // Value 0 is nil, so the first record is 1.
  static Value ToValue(Number number) {
    return Value(number.overlay ? ~number.index : number.index + 1);
  }
  static Number ToNumber(Value record) {
    const bool overlay = (record.bits() & kOverlayBit) != 0;
    return {overlay ? ~record.bits() : record.bits() - 1, overlay};
  }
};

RecordTable::RecordTable() : rep_(std::make_unique<Rep>()) {}
RecordTable::RecordTable(RecordTable* parent) : rep_(std::make_unique<Rep>(parent->rep_.get())) {}
RecordTable::~RecordTable() = default;

Value RecordTable::Intern(TupleView fields) {
  return Rep::ToValue(rep_->Intern(fields, Hash(fields)));
}

std::optional<Value> RecordTable::Find(TupleView fields) const {
  const std::optional<Rep::Number> number = rep_->Find(fields, Hash(fields));
  return number.has_value() ? std::make_optional(Rep::ToValue(*number)) : std::nullopt;
}

TupleView RecordTable::Fields(Value record) const {
  CHECK(record.bits() != 0);
  return rep_->Item(Rep::ToNumber(record));
}

size_t RecordTable::size() const { return rep_->own.items.size(); }

}  // namespace cartograph::rules
