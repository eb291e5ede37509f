#include "rules/facts/symbol_table.h"

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

}  // namespace

// ---------------------------------------------------------------------------------------------
// SymbolTable

struct SymbolTable::Rep {
  SymbolTable* parent = nullptr;
  Interner<absl::string_view> texts;

  Value ToValue(uint32_t id) const { return Value(parent == nullptr ? id : ~id); }
};

SymbolTable::SymbolTable() : rep_(std::make_unique<Rep>()) {}

SymbolTable::SymbolTable(SymbolTable* parent) : SymbolTable() {
  CHECK(parent->rep_->parent == nullptr);  // ids of two overlays would collide
  rep_->parent = parent;
}

SymbolTable::~SymbolTable() = default;

Value SymbolTable::Intern(absl::string_view text) {
  if (std::optional<Value> known = Find(text)) return *known;
  return rep_->ToValue(rep_->texts.Intern(text, Hash(text)));
}

std::optional<Value> SymbolTable::Find(absl::string_view text) const {
  const uint32_t hash = Hash(text);
  if (rep_->parent != nullptr) {
    if (auto id = rep_->parent->rep_->texts.FindLocked(text, hash)) return Value(*id);
  }
  if (auto id = rep_->texts.FindLocked(text, hash)) return rep_->ToValue(*id);
  return std::nullopt;
}

absl::string_view SymbolTable::Text(Value symbol) const {
  if ((symbol.bits() & kOverlayBit) != 0) return rep_->texts.items[~symbol.bits()];
  const Rep& owner = rep_->parent != nullptr ? *rep_->parent->rep_ : *rep_;
  return owner.texts.items[symbol.bits()];
}

size_t SymbolTable::size() const { return rep_->texts.items.size(); }

size_t SymbolTable::bytes() const {
  base::ReaderLock lock(&rep_->texts.mutex);
  return rep_->texts.arena.bytes() + rep_->texts.ids.bytes() +
         rep_->texts.items.size() * sizeof(absl::string_view);
}

// ---------------------------------------------------------------------------------------------
// RecordTable

struct RecordTable::Rep {
  RecordTable* parent = nullptr;
  Interner<TupleView> records;

  // Value 0 is nil, so the first record is 1.
  Value ToValue(uint32_t id) const { return Value(parent == nullptr ? id + 1 : ~id); }
};

RecordTable::RecordTable() : rep_(std::make_unique<Rep>()) {}

RecordTable::RecordTable(RecordTable* parent) : RecordTable() {
  CHECK(parent->rep_->parent == nullptr);
  rep_->parent = parent;
}

RecordTable::~RecordTable() = default;

Value RecordTable::Intern(TupleView fields) {
  if (std::optional<Value> known = Find(fields)) return *known;
  return rep_->ToValue(rep_->records.Intern(fields, Hash(fields)));
}

std::optional<Value> RecordTable::Find(TupleView fields) const {
  const uint32_t hash = Hash(fields);
  if (rep_->parent != nullptr) {
    if (auto id = rep_->parent->rep_->records.FindLocked(fields, hash)) return Value(*id + 1);
  }
  if (auto id = rep_->records.FindLocked(fields, hash)) return rep_->ToValue(*id);
  return std::nullopt;
}

TupleView RecordTable::Fields(Value record) const {
  CHECK(record.bits() != 0);
  if ((record.bits() & kOverlayBit) != 0) return rep_->records.items[~record.bits()];
  const Rep& owner = rep_->parent != nullptr ? *rep_->parent->rep_ : *rep_;
  return owner.records.items[record.bits() - 1];
}

size_t RecordTable::size() const { return rep_->records.items.size(); }

}  // namespace cartograph::rules
