#include "rules/facts/table.h"

#include <algorithm>

#include "base/check.h"

namespace cartograph::rules {
namespace {

// The first row of [0, rows) whose code is at least `code`.
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

}  // namespace

Table::Table(Layout layout, std::vector<uint32_t> order, int shift,
             std::vector<std::shared_ptr<const Page>> pages)
    : layout_(std::move(layout)),
      order_(std::move(order)),
      base_(layout_.range(0).base),
      span_(layout_.range(0).span),
      slot_mask_(static_cast<uint32_t>((uint64_t{1} << shift) - 1)),
      shift_(std::min(shift, 31)),
      code_bytes_(layout_.code_bytes()),
      pages_(std::move(pages)) {
  CHECK(!pages_.empty() && span_ >> shift_ < pages_.size());
  entries_.resize(pages_.size());
  for (size_t i = 0; i < pages_.size(); ++i) {
    const Page* page = pages_[i].get();
    if (page == nullptr) continue;
    rows_ += page->rows;
    groups_ += page->groups;
    bytes_ += page->bytes;
    if (page->keys == nullptr) entries_[i] = {page->offsets, page->codes};
  }
  bytes_ += pages_.size() * (sizeof(Entry) + sizeof(pages_[0]));
}

Table::Group Table::FindSparse(uint32_t distance) const {
  const Page* page = pages_[distance >> shift_].get();
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
    uint32_t rows = 0;
    // Most narrowed groups are short: look forward before searching again.
    constexpr uint32_t kAhead = 8;
    const uint32_t left = group.rows - begin;
    while (rows < left &&
           (LoadCode<width>(codes + size_t{rows} * width) & ~suffix_mask) == prefix) {
      if (++rows == kAhead) {
        const uint64_t last = prefix | suffix_mask;
        rows = last == UINT64_MAX ? left : LowerBound<width>(codes, left, last + 1);
        break;
      }
    }
    return {codes, rows};
  });
}

std::optional<Origin> Table::Find(const Value* values) const {
  const std::optional<uint64_t> code = layout_.Find(values + 1);
  if (!code.has_value()) return std::nullopt;
  const Group group = Narrow(Find(values->bits()), *code, 0);
  if (group.rows == 0) return std::nullopt;
  const Page& page = *pages_[(values->bits() - base_) >> shift_];
  // Rows without a code do not say where they stand in the page; their offset does.
  if (page.origins == nullptr) return Origin::Unpack(page.origin);
  if (code_bytes_ == 0) {
    const uint32_t distance = values->bits() - base_;
    const uint32_t slot =
        page.keys == nullptr
            ? distance & slot_mask_
            : static_cast<uint32_t>(std::lower_bound(page.keys, page.keys + page.groups, distance) -
                                    page.keys);
    return OriginAt(page, page.offsets[slot]);
  }
  return OriginAt(page, static_cast<uint32_t>((group.codes - page.codes) / code_bytes_));
}

// ---------------------------------------------------------------------------------------------
// TableCursor

TableCursor::TableCursor(const Table& table, uint32_t first, uint32_t last)
    : table_(&table), first_(first), last_(last) {
  page_index_ = size_t{first} >> table.shift();
  if (page_index_ < table.pages().size()) page_ = table.pages()[page_index_].get();
}

bool TableCursor::NextGroup() {
  while (page_index_ < table_->pages().size()) {
    if (page_ != nullptr && NextInPage()) return distance_ <= last_;
    if ((uint64_t{page_index_ + 1} << table_->shift()) > last_) return false;
    slot_ = 0;
    if (++page_index_ < table_->pages().size()) page_ = table_->pages()[page_index_].get();
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
