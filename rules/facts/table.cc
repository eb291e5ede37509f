#include "rules/facts/table.h"

#include <algorithm>

#include "base/check.h"

namespace cartograph::rules {
namespace {

// The first row of [0, rows) whose code is at least `code`. With branches: a wrong guess costs less
// than waiting, at each step, for a load from memory.
template <int width>
uint32_t LowerBound(const uint8_t* codes, uint32_t rows, uint64_t code) {
  uint32_t begin = 0;
  while (rows > 0) {
    const uint32_t half = rows / 2;
    if (LoadCode<width>(codes + size_t{begin + half} * width) < code) {
      begin += half + 1;
      rows -= half + 1;
    } else {
      rows = half;
    }
  }
  return begin;
}

// As LowerBound, without branches: for rows in the cache, where a wrong guess is what costs.
template <int width>
uint32_t LowerBoundInCache(const uint8_t* codes, uint32_t rows, uint64_t code) {
  if (rows == 0) return 0;
  uint32_t begin = 0;
  while (rows > 1) {
    const uint32_t half = rows / 2;
    const bool below = LoadCode<width>(codes + size_t{begin + half - 1} * width) < code;
    begin += below ? half : 0;
    rows -= half;
  }
  return begin + (LoadCode<width>(codes + size_t{begin} * width) < code ? 1 : 0);
}

// As LowerBound, looking at the first rows first.
template <int width>
uint32_t Gallop(const uint8_t* codes, uint32_t rows, uint64_t code) {
  uint32_t step = 1;
  uint32_t begin = 0;
  while (begin + step <= rows && LoadCode<width>(codes + size_t{begin + step - 1} * width) < code) {
    begin += step;
    step *= 2;
  }
  const uint32_t left = std::min(step, rows - begin);
  return begin + LowerBound<width>(codes + size_t{begin} * width, left, code);
}

// How many of the first of `rows` rows begin with `prefix`. Most such runs are short, or all there
// is.
template <int width>
uint32_t RunOf(const uint8_t* codes, uint32_t rows, uint64_t prefix, uint64_t suffix_mask) {
  if (rows == 0 || (LoadCode<width>(codes) & ~suffix_mask) != prefix) return 0;
  const uint64_t last = prefix | suffix_mask;
  return last == UINT64_MAX ? rows : Gallop<width>(codes, rows, last + 1);
}

}  // namespace

uint32_t Page::CountAt(uint32_t row) const {
  if (count_bytes == 0) return count;
  if (count_bytes == 1) return counts[row];
  if (count_bytes == 2) return static_cast<uint32_t>(LoadCode<2>(&counts[size_t{row} * 2]));
  return static_cast<uint32_t>(LoadCode<4>(&counts[size_t{row} * 4]));
}

Table::Table(Layout layout, std::vector<uint32_t> order, int shift,
             absl::Span<const std::shared_ptr<const Page>> pages)
    : layout_(std::move(layout)),
      order_(std::move(order)),
      base_(layout_.range(0).base),
      span_(layout_.range(0).span),
      slot_mask_(static_cast<uint32_t>((uint64_t{1} << shift) - 1)),
      shift_(std::min(shift, 31)),
      code_bytes_(layout_.code_bytes()),
      pages_(pages) {
  CHECK(!pages.empty() && span_ >> shift_ < pages.size());
  for (const auto& page : pages) {
    if (page == nullptr) continue;
    rows_ += page->rows;
    groups_ += page->groups;
    bytes_ += page->bytes;
  }
  bytes_ += pages.size() * (sizeof(PageDirectory::Entry) + sizeof(pages[0]));
}

Table::Table(const Table& table, Layout layout,
             absl::Span<const PageDirectory::Replacement> replaced)
    : Table(table) {
  for (const auto& [index, page] : replaced) {
    const Page* before = index < pages_.size() ? pages_.page(index) : nullptr;
    if (before != nullptr) {
      rows_ -= before->rows;
      groups_ -= before->groups;
      bytes_ -= before->bytes;
    }
    if (page == nullptr) continue;
    rows_ += page->rows;
    groups_ += page->groups;
    bytes_ += page->bytes;
  }
  layout_ = std::move(layout);
  span_ = layout_.range(0).span;
  pages_ = pages_.With(std::max(pages_.size(), (span_ >> shift_) + 1), replaced);
}

Table::Group Table::FindSparse(uint32_t distance) const {
  const Page* page = pages_.page(distance >> shift_);
  if (page == nullptr || page->keys == nullptr) return {};
  const uint32_t* end = page->keys + page->groups;
  const uint32_t* at = std::lower_bound(page->keys, end, distance);
  if (at == end || *at != distance) return {};
  const uint32_t* offset = page->offsets + (at - page->keys);
  return {page->codes + size_t{*offset} * static_cast<size_t>(code_bytes_), offset[1] - offset[0]};
}

Table::Group Table::Narrow(const Group& group, uint64_t prefix, uint64_t suffix_mask) const {
  return WithWidth(code_bytes_, [&](auto width) -> Group {
    const uint32_t begin = LowerBound<width>(group.codes, group.rows, prefix);
    const uint8_t* codes = group.codes + size_t{begin} * width;
    return {codes, RunOf<width>(codes, group.rows - begin, prefix, suffix_mask)};
  });
}

void Table::NarrowAll(absl::Span<Group> groups, const uint64_t* prefixes,
                      uint64_t suffix_mask) const {
  WithWidth(code_bytes_, [&](auto width) {
    Group whole;        // of the row before,
    Group found;        // what it was narrowed to,
    uint32_t end = 0;   // the row of `whole` behind that,
    uint64_t last = 0;  // and its prefix
    for (Group& group : groups) {
      const uint64_t prefix = *prefixes++;
      if (group.rows == 0) continue;
      const bool again = group.codes == whole.codes && group.rows == whole.rows;
      if (!again || prefix != last) {
        uint32_t begin = 0;
        if (!again) {
          whole = group;
          begin = LowerBound<width>(whole.codes, whole.rows, prefix);
        } else if (prefix > last) {
          begin = end + Gallop<width>(whole.codes + size_t{end} * width, whole.rows - end, prefix);
        } else {
          begin = LowerBoundInCache<width>(whole.codes, whole.rows, prefix);
        }
        found.codes = whole.codes + size_t{begin} * width;
        found.rows = RunOf<width>(found.codes, whole.rows - begin, prefix, suffix_mask);
        end = begin + found.rows;
        last = prefix;
      }
      group = found;
    }
  });
}

std::optional<Table::Place> Table::Locate(uint32_t distance, uint64_t code) const {
  if (distance > span_) return std::nullopt;
  const uint32_t index = distance >> shift_;
  const Page* page = pages_.page(index);
  if (page == nullptr) return std::nullopt;
  size_t slot = distance & slot_mask_;
  if (page->keys != nullptr) {
    const uint32_t* end = page->keys + page->groups;
    const uint32_t* at = std::lower_bound(page->keys, end, distance);
    if (at == end || *at != distance) return std::nullopt;
    slot = static_cast<size_t>(at - page->keys);
  }
  const uint32_t begin = page->offsets[slot];
  const uint32_t rows = page->offsets[slot + 1] - begin;
  return WithWidth(code_bytes_, [&](auto width) -> std::optional<Place> {
    const uint8_t* codes = page->codes + size_t{begin} * width;
    const uint32_t row = LowerBound<width>(codes, rows, code);
    if (row == rows || LoadCode<width>(codes + size_t{row} * width) != code) return std::nullopt;
    return Place{index, begin + row};
  });
}

std::optional<RowNote> Table::FindNote(const Value* values) const {
  const std::optional<uint64_t> code = layout_.Find(values + 1);
  if (!code.has_value()) return std::nullopt;
  const std::optional<Place> place = Locate(values->bits() - base_, *code);
  if (!place.has_value()) return std::nullopt;
  const Page& page = *pages_.page(place->page);
  return RowNote{OriginAt(page, place->row).packed(), page.CountAt(place->row)};
}

std::optional<Origin> Table::Find(const Value* values) const {
  const std::optional<RowNote> note = FindNote(values);
  if (!note.has_value()) return std::nullopt;
  return Origin::Unpack(note->origin);
}

// ---------------------------------------------------------------------------------------------
// TableCursor

TableCursor::TableCursor(const Table& table, const KeyWindow& window)
    : table_(&table), second_last_(window.second_last) {
  Begin(window.first, window.last);
}

void TableCursor::Begin(uint32_t first, uint32_t last) {
  first_ = first;
  last_ = last;
  slot_ = 0;
  page_index_ = size_t{first} >> table_->shift();
  page_ = page_index_ < table_->pages().size()
              ? table_->pages().page(static_cast<uint32_t>(page_index_))
              : nullptr;
}

bool TableCursor::NextGroup() {
  if (NextInPart()) return true;
  if (!second_last_.has_value()) return false;
  Begin(0, *second_last_);
  second_last_.reset();
  return NextInPart();
}

bool TableCursor::NextInPart() {
  while (page_index_ < table_->pages().size()) {
    if (page_ != nullptr && NextInPage()) return distance_ <= last_;
    if ((uint64_t{page_index_ + 1} << table_->shift()) > last_) return false;
    slot_ = 0;
    if (++page_index_ < table_->pages().size())
      page_ = table_->pages().page(static_cast<uint32_t>(page_index_));
  }
  return false;
}

bool TableCursor::NextInPage() {
  const bool dense = page_->keys == nullptr;
  const uint32_t page_base = static_cast<uint32_t>(page_index_ << table_->shift());
  const uint32_t slots = dense ? uint32_t{1} << table_->shift() : page_->groups;
  if (slot_ == 0 && first_ > page_base) {
    slot_ = dense ? first_ - page_base
                  : static_cast<uint32_t>(
                        std::lower_bound(page_->keys, page_->keys + slots, first_) - page_->keys);
  }
  while (slot_ < slots) {
    const uint32_t slot = slot_++;
    row_ = page_->offsets[slot];
    rows_ = page_->offsets[slot + 1] - row_;
    distance_ = dense ? page_base + slot : page_->keys[slot];
    if (rows_ != 0) return true;
  }
  return false;
}

}  // namespace cartograph::rules
