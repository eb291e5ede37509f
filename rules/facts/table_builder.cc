#include "rules/facts/table_builder.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/check.h"

namespace cartograph::rules {
namespace {

// Least-significant-digit radix sort: a counting pass a byte, skipping bytes in which all elements
// agree.
template <typename Element, typename KeyOf>
void RadixSort(std::vector<Element>* elements, int bits, const KeyOf& key_of) {
  constexpr size_t kSmall = 256;
  if (elements->size() < kSmall) {
    std::sort(elements->begin(), elements->end(),
              [&](const Element& a, const Element& b) { return key_of(a) < key_of(b); });
    return;
  }
  std::vector<Element> other(elements->size());
  for (int shift = 0; shift < bits; shift += 8) {
    std::array<size_t, 257> starts{};
    for (const Element& element : *elements) ++starts[((key_of(element) >> shift) & 0xff) + 1];
    if (*std::max_element(starts.begin(), starts.end()) == elements->size()) continue;
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    for (const Element& element : *elements) {
      other[starts[(key_of(element) >> shift) & 0xff]++] = element;
    }
    elements->swap(other);
  }
}

// A row whose key and code fit one word.
struct WordWithOrigin {
  uint64_t word;
  uint16_t origin;
};

// A row whose key and code do not.
struct WideRow {
  uint32_t key;
  uint16_t origin;
  uint64_t code;

  bool SameRow(const WideRow& other) const { return key == other.key && code == other.code; }
};

bool IsSortedUnique(const RowBuffer& rows) {
  for (size_t i = 1; i < rows.size(); ++i) {
    if (rows.keys[i - 1] > rows.keys[i] ||
        (rows.keys[i - 1] == rows.keys[i] && rows.codes[i - 1] >= rows.codes[i])) {
      return false;
    }
  }
  return true;
}

void Resize(RowBuffer* rows, size_t size) {
  rows->keys.resize(size);
  rows->codes.resize(size);
  if (!rows->origins.empty()) rows->origins.resize(size);
}

uint64_t Low(int bits) { return bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1; }

void SortWords(int code_bits, int bits, RowBuffer* rows) {
  std::vector<uint64_t> words(rows->size());
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = (code_bits == 64 ? 0 : uint64_t{rows->keys[i]} << code_bits) | rows->codes[i];
  }
  RadixSort(&words, bits, [](uint64_t word) { return word; });
  words.erase(std::unique(words.begin(), words.end()), words.end());
  Resize(rows, words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    rows->keys[i] = code_bits == 64 ? 0 : static_cast<uint32_t>(words[i] >> code_bits);
    rows->codes[i] = words[i] & Low(code_bits);
  }
}

void SortWordWithOrigins(int code_bits, int bits, RowBuffer* rows) {
  std::vector<WordWithOrigin> words(rows->size());
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = {(code_bits == 64 ? 0 : uint64_t{rows->keys[i]} << code_bits) | rows->codes[i],
                rows->origins[i]};
  }
  RadixSort(&words, bits, [](const WordWithOrigin& row) { return row.word; });
  const auto end = std::unique(words.begin(), words.end(),
                               [](const auto& a, const auto& b) { return a.word == b.word; });
  words.erase(end, words.end());
  Resize(rows, words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    rows->keys[i] = code_bits == 64 ? 0 : static_cast<uint32_t>(words[i].word >> code_bits);
    rows->codes[i] = words[i].word & Low(code_bits);
    rows->origins[i] = words[i].origin;
  }
}

void SortWide(RowBuffer* rows) {
  std::vector<WideRow> wide(rows->size());
  for (size_t i = 0; i < wide.size(); ++i) {
    const uint16_t origin = rows->origins.empty() ? uint16_t{0} : rows->origins[i];
    wide[i] = {rows->keys[i], origin, rows->codes[i]};
  }
  std::sort(wide.begin(), wide.end(), [](const WideRow& a, const WideRow& b) {
    if (a.key != b.key) return a.key < b.key;
    return a.code != b.code ? a.code < b.code : a.origin < b.origin;
  });
  const auto end = std::unique(wide.begin(), wide.end(),
                               [](const auto& a, const auto& b) { return a.SameRow(b); });
  wide.erase(end, wide.end());
  Resize(rows, wide.size());
  for (size_t i = 0; i < wide.size(); ++i) {
    rows->keys[i] = wide[i].key;
    rows->codes[i] = wide[i].code;
    if (!rows->origins.empty()) rows->origins[i] = wide[i].origin;
  }
}

// Small enough that a page holds about kPageRows rows, large enough that a sparse range does not
// need more pages than it has rows to fill them.
int ChooseShift(const ColumnRange& keys, uint64_t rows) {
  const uint64_t pages = rows / Table::kPageRows + 1;
  int shift = 0;
  while (shift < 31 && (uint64_t{keys.span} >> shift) >= pages) ++shift;
  return shift;
}

// Where the parts of a page lie in its memory; parts are 4-aligned in this order.
struct PageShape {
  size_t offsets;
  size_t keys;
  size_t origins;
  size_t codes;
  size_t end;
};

}  // namespace

void SortUnique(const Layout& layout, RowBuffer* rows) {
  if (IsSortedUnique(*rows)) return;
  const int code_bits = layout.code_bits();
  const int bits = static_cast<int>(std::bit_width(layout.range(0).span)) + code_bits;
  if (bits > 64) {
    SortWide(rows);
  } else if (rows->origins.empty()) {
    SortWords(code_bits, bits, rows);
  } else {
    SortWordWithOrigins(code_bits, bits, rows);
  }
}

TableBuilder::TableBuilder(Layout layout, std::vector<uint32_t> order, uint64_t rows_expected)
    : layout_(std::move(layout)),
      order_(std::move(order)),
      shift_(ChooseShift(layout_.range(0), rows_expected)),
      pages_((layout_.range(0).span >> shift_) + 1) {}

void TableBuilder::Append(absl::Span<const uint32_t> keys, absl::Span<const uint64_t> codes,
                          absl::Span<const uint16_t> origins, uint16_t origin) {
  size_t begin = 0;
  while (begin < keys.size()) {
    const uint32_t page = keys[begin] >> shift_;
    if (page != page_) {
      FinishPage();
      page_ = page;
    }
    size_t end = begin;
    while (end < keys.size() && keys[end] >> shift_ == page) ++end;
    keys_.insert(keys_.end(), keys.begin() + begin, keys.begin() + end);
    codes_.insert(codes_.end(), codes.begin() + begin, codes.begin() + end);
    for (size_t i = begin; i < end; ++i) {
      origins_.push_back(origins.empty() ? origin : origins[i]);
      uniform_ = uniform_ && origins_.back() == origins_.front();
    }
    begin = end;
  }
}

std::unique_ptr<const Table> TableBuilder::Finish() {
  FinishPage();
  return std::make_unique<const Table>(std::move(layout_), std::move(order_), shift_,
                                       std::move(pages_));
}

void TableBuilder::FinishPage() {
  if (keys_.empty()) return;
  pages_[page_] = MakePage();
  keys_.clear();
  codes_.clear();
  origins_.clear();
  uniform_ = true;
}

std::shared_ptr<const Page> TableBuilder::MakePage() const {
  auto page = std::make_shared<Page>();
  page->rows = static_cast<uint32_t>(pending());
  page->groups = 1;
  for (size_t i = 1; i < pending(); ++i) page->groups += keys_[i] != keys_[i - 1] ? 1 : 0;
  // A dense directory costs 4 bytes a possible key, a sparse one 8 a key that is there.
  constexpr uint64_t kDenseFactor = 4;
  const bool dense = shift_ < 31 && (uint64_t{1} << shift_) <= kDenseFactor * page->groups + 16;
  const size_t slots = dense ? size_t{1} << shift_ : page->groups;
  const size_t width = static_cast<size_t>(layout_.code_bytes());

  PageShape shape{};
  shape.keys = (slots + 1) * sizeof(uint32_t);
  shape.origins = shape.keys + (dense ? 0 : slots * sizeof(uint32_t));
  shape.codes = shape.origins + (uniform_ ? 0 : pending() * sizeof(uint16_t));
  shape.end = shape.codes + pending() * width + sizeof(uint64_t);
  page->memory = std::make_unique_for_overwrite<uint8_t[]>(shape.end);
  uint8_t* memory = page->memory.get();

  auto* offsets = reinterpret_cast<uint32_t*>(memory);
  auto* keys = reinterpret_cast<uint32_t*>(memory + shape.keys);
  FillDirectory(dense, offsets, keys);
  page->offsets = offsets;
  page->keys = dense ? nullptr : keys;
  page->origin = origins_.front();
  if (!uniform_) {
    auto* origins = reinterpret_cast<uint16_t*>(memory + shape.origins);
    std::copy(origins_.begin(), origins_.end(), origins);
    page->origins = origins;
  }
  uint8_t* codes = memory + shape.codes;
  // Writing 8 bytes a row lets each row overwrite the excess of the one before it.
  for (const uint64_t code : codes_) {
    std::memcpy(codes, &code, sizeof code);
    codes += width;
  }
  page->codes = memory + shape.codes;
  page->bytes = sizeof(Page) + shape.end;
  return page;
}

void TableBuilder::FillDirectory(bool dense, uint32_t* offsets, uint32_t* keys) const {
  const uint32_t slot_mask = static_cast<uint32_t>((uint64_t{1} << shift_) - 1);
  uint32_t next = 0;  // the first slot without an offset
  for (uint32_t row = 0; row < pending(); ++row) {
    if (row > 0 && keys_[row] == keys_[row - 1]) continue;
    if (dense) {
      const uint32_t slot = keys_[row] & slot_mask;
      while (next <= slot) offsets[next++] = row;
    } else {
      keys[next] = keys_[row];
      offsets[next++] = row;
    }
  }
  const uint32_t slots = dense ? slot_mask + 1 : next;
  while (next <= slots) offsets[next++] = static_cast<uint32_t>(pending());
}

std::shared_ptr<const Table> BuildTable(Layout layout, std::vector<uint32_t> order, RowBuffer rows,
                                        uint16_t origin) {
  SortUnique(layout, &rows);
  TableBuilder builder(std::move(layout), std::move(order), rows.size());
  builder.Append(rows.keys, rows.codes, rows.origins, origin);
  return builder.Finish();
}

}  // namespace cartograph::rules
