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

// Where the parts of a page lie in its memory; parts are 4-aligned in this order.
struct PageShape {
  size_t keys;
  size_t origins;
  size_t codes;
  size_t end;
};

uint32_t CountGroups(const SortedRows& rows) {
  uint32_t groups = 1;
  for (size_t i = 1; i < rows.count; ++i) groups += rows.keys[i] != rows.keys[i - 1] ? 1 : 0;
  return groups;
}

bool IsUniform(const SortedRows& rows) {
  return rows.origins == nullptr ||
         std::all_of(rows.origins, rows.origins + rows.count,
                     [&](uint16_t origin) { return origin == rows.origins[0]; });
}

void FillDense(const SortedRows& rows, int shift, uint32_t* offsets) {
  const uint32_t slot_mask = (uint32_t{1} << shift) - 1;
  uint32_t next = 0;  // the first slot without an offset
  for (uint32_t row = 0; row < rows.count; ++row) {
    const uint32_t slot = rows.keys[row] & slot_mask;
    while (next <= slot) offsets[next++] = row;
  }
  while (next <= slot_mask + 1) offsets[next++] = static_cast<uint32_t>(rows.count);
}

void FillSparse(const SortedRows& rows, uint32_t* offsets, uint32_t* keys) {
  for (uint32_t row = 0; row < rows.count; ++row) {
    if (row > 0 && rows.keys[row] == rows.keys[row - 1]) continue;
    *keys++ = rows.keys[row];
    *offsets++ = row;
  }
  *offsets = static_cast<uint32_t>(rows.count);
}

// Writing 8 bytes a row lets each row overwrite the excess of the one before it.
template <int width>
void FillCodes(const SortedRows& rows, uint8_t* codes) {
  for (size_t i = 0; i < rows.count; ++i)
    std::memcpy(codes + i * width, rows.codes + i, sizeof(uint64_t));
}

template <typename Count>
std::shared_ptr<const uint8_t[]> PackCounts(absl::Span<const uint32_t> counts) {
  auto packed = std::make_shared_for_overwrite<uint8_t[]>(counts.size() * sizeof(Count) + 8);
  uint8_t* out = packed.get();
  for (const uint32_t count : counts) {
    const auto narrow = static_cast<Count>(count);
    std::memcpy(out, &narrow, sizeof narrow);
    out += sizeof narrow;
  }
  return packed;
}

void SetCounts(absl::Span<const uint32_t> counts, Page* page) {
  page->bytes -= size_t{page->count_bytes} * page->rows;
  page->count = counts.front();
  page->count_bytes = 0;
  page->counts = nullptr;
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  if (*least == *most) return;
  page->count_bytes = *most < 1U << 8 ? 1 : *most < 1U << 16 ? 2 : 4;
  page->counts = page->count_bytes == 1   ? PackCounts<uint8_t>(counts)
                 : page->count_bytes == 2 ? PackCounts<uint16_t>(counts)
                                          : PackCounts<uint32_t>(counts);
  page->bytes += size_t{page->count_bytes} * page->rows;
}

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

int ChoosePageShift(const ColumnRange& keys, uint64_t rows) {
  const uint64_t pages = rows / Table::kPageRows + 1;
  int shift = 0;
  while (shift < 31 && (uint64_t{keys.span} >> shift) >= pages) ++shift;
  return shift;
}

std::shared_ptr<const Page> MakePage(const Layout& layout, int shift, const SortedRows& rows) {
  auto page = std::make_shared<Page>();
  page->rows = static_cast<uint32_t>(rows.count);
  page->groups = CountGroups(rows);
  // A dense directory costs 4 bytes a possible key, a sparse one 8 a key that is there.
  constexpr uint64_t kDenseFactor = 4;
  const bool dense = shift < 31 && (uint64_t{1} << shift) <= kDenseFactor * page->groups + 16;
  const bool uniform = IsUniform(rows);
  const size_t slots = dense ? size_t{1} << shift : page->groups;

  PageShape shape{};
  shape.keys = (slots + 1) * sizeof(uint32_t);
  shape.origins = shape.keys + (dense ? 0 : slots * sizeof(uint32_t));
  shape.codes = shape.origins + (uniform ? 0 : rows.count * sizeof(uint16_t));
  shape.end =
      shape.codes + rows.count * static_cast<size_t>(layout.code_bytes()) + sizeof(uint64_t);
  auto shared = std::make_shared_for_overwrite<uint8_t[]>(shape.end);
  uint8_t* memory = shared.get();
  page->memory = std::move(shared);
  page->bytes = sizeof(Page) + shape.end;

  auto* offsets = reinterpret_cast<uint32_t*>(memory);
  auto* keys = reinterpret_cast<uint32_t*>(memory + shape.keys);
  auto* origins = reinterpret_cast<uint16_t*>(memory + shape.origins);
  page->offsets = offsets;
  page->codes = memory + shape.codes;
  if (dense) {
    FillDense(rows, shift, offsets);
  } else {
    FillSparse(rows, offsets, keys);
    page->keys = keys;
  }
  page->origin = rows.origins == nullptr ? rows.origin : rows.origins[0];
  if (!uniform) {
    std::copy_n(rows.origins, rows.count, origins);
    page->origins = origins;
  }
  WithWidth(layout.code_bytes(), [&](auto width) { FillCodes<width>(rows, memory + shape.codes); });
  if (rows.derivations != nullptr) SetCounts({rows.derivations, rows.count}, page.get());
  return page;
}

std::shared_ptr<const Page> WithCounts(const Page& page, absl::Span<const uint32_t> counts) {
  auto result = std::make_shared<Page>(page);
  SetCounts(counts, result.get());
  return result;
}

void MakePages(const Layout& layout, int shift, const SortedRows& rows,
               std::vector<std::shared_ptr<const Page>>* pages) {
  for (size_t begin = 0; begin < rows.count;) {
    const uint32_t number = rows.keys[begin] >> shift;
    const uint64_t next_key = (uint64_t{number} + 1) << shift;
    const uint32_t* end = next_key > UINT32_MAX
                              ? rows.keys + rows.count
                              : std::lower_bound(rows.keys + begin, rows.keys + rows.count,
                                                 static_cast<uint32_t>(next_key));
    const auto stop = static_cast<size_t>(end - rows.keys);
    (*pages)[number] = MakePage(layout, shift, rows.Slice(begin, stop));
    begin = stop;
  }
}

std::shared_ptr<const Table> BuildTable(Layout layout, std::vector<uint32_t> order, RowBuffer rows,
                                        uint16_t origin) {
  SortUnique(layout, &rows);
  const int shift = ChoosePageShift(layout.range(0), rows.size());
  std::vector<std::shared_ptr<const Page>> pages((layout.range(0).span >> shift) + 1);
  SortedRows sorted = SortedRows::Of(rows);
  sorted.origin = origin;
  MakePages(layout, shift, sorted, &pages);
  return std::make_shared<const Table>(std::move(layout), std::move(order), shift, pages);
}

}  // namespace cartograph::rules
