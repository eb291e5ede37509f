#include "rules/facts/page_splice.h"

#include <algorithm>
#include <cstring>

namespace cartograph::rules {
namespace {

using Kind = RelationEdits::Kind;

// An edit and where it takes place: at the row, or before it for an insertion.
struct Splice {
  uint32_t row;
  const RowEdit* edit;
};

// The first row of the dense `page` that is not below the key and code of `edit`.
uint32_t LowerBound(const Page& page, int shift, int code_bytes, const RowEdit& edit) {
  const uint32_t slot = edit.key & static_cast<uint32_t>((uint64_t{1} << shift) - 1);
  uint32_t begin = page.offsets[slot];
  uint32_t rows = page.offsets[slot + 1] - begin;
  return WithWidth(code_bytes, [&](auto width) {
    while (rows > 0) {
      const uint32_t half = rows / 2;
      const bool below = LoadCode<width>(page.codes + size_t{begin + half} * width) < edit.code;
      begin += below ? half + 1 : 0;
      rows = below ? rows - half - 1 : half;
    }
    return begin;
  });
}

class PageSplicer {
 public:
  PageSplicer(const Table& table, const Page& page, absl::Span<const RowEdit> edits)
      : page_(page), width_(static_cast<size_t>(table.code_bytes())), shift_(table.shift()) {
    rows_ = page.rows;
    for (const RowEdit& edit : edits) {
      splices_.push_back({LowerBound(page, shift_, table.code_bytes(), edit), &edit});
      if (edit.kind == Kind::kInsert) ++rows_;
      if (edit.kind == Kind::kErase) --rows_;
      moves_ = moves_ || edit.kind != Kind::kNote;
    }
  }

  std::shared_ptr<const Page> Run() {
    if (rows_ == 0) return nullptr;
    result_ = std::make_shared<Page>(page_);
    if (moves_ || ChangesOrigins()) CopyRows();
    if (page_.count != 0) CopyCounts();
    return std::move(result_);
  }

 private:
  static uint16_t OriginOf(const RowEdit& edit) { return edit.note.origin; }

  bool ChangesOrigins() const {
    return std::any_of(splices_.begin(), splices_.end(), [&](const Splice& splice) {
      const uint16_t now = page_.origins != nullptr ? page_.origins[splice.row] : page_.origin;
      return now != splice.edit->note.origin;
    });
  }

  bool StaysUniform() const {
    return page_.origins == nullptr &&
           std::all_of(splices_.begin(), splices_.end(), [&](const Splice& splice) {
             return splice.edit->kind == Kind::kErase || OriginOf(*splice.edit) == page_.origin;
           });
  }

  // Copies an array with `width` bytes a row, taking what `value_of` says for rows that are put in.
  template <typename ValueOf>
  void Copy(const uint8_t* from, size_t width, const ValueOf& value_of, uint8_t* to) const {
    uint32_t at = 0;
    const auto copy_until = [&](uint32_t row) {
      std::memcpy(to, from + at * width, (row - at) * width);
      to += (row - at) * width;
      at = row;
    };
    for (const Splice& splice : splices_) {
      copy_until(splice.row);
      if (splice.edit->kind != Kind::kInsert) ++at;
      if (splice.edit->kind == Kind::kErase) continue;
      const uint64_t value = value_of(*splice.edit);
      std::memcpy(to, &value, width);
      to += width;
    }
    copy_until(page_.rows);
  }

  // Everything but counts.
  void CopyRows() {
    const size_t slots = size_t{1} << shift_;
    const bool uniform = StaysUniform();
    const size_t origins_at = (slots + 1) * sizeof(uint32_t);
    const size_t codes_at = origins_at + (uniform ? 0 : rows_ * sizeof(uint16_t));
    const size_t end = codes_at + rows_ * width_ + sizeof(uint64_t);
    auto shared = std::make_shared_for_overwrite<uint8_t[]>(end);
    uint8_t* memory = shared.get();
    CopyOffsets(slots, reinterpret_cast<uint32_t*>(memory));
    Copy(
        page_.codes, width_, [](const RowEdit& edit) { return edit.code; }, memory + codes_at);
    std::memset(memory + end - sizeof(uint64_t), 0, sizeof(uint64_t));
    if (!uniform) CopyOrigins(memory + origins_at);
    result_->rows = rows_;
    result_->offsets = reinterpret_cast<const uint32_t*>(memory);
    result_->origins = uniform ? nullptr : reinterpret_cast<const uint16_t*>(memory + origins_at);
    result_->codes = memory + codes_at;
    result_->memory = std::move(shared);
    result_->bytes = sizeof(Page) + end + size_t{page_.count_bytes} * rows_;
  }

  void CopyOffsets(size_t slots, uint32_t* offsets) {
    size_t slot = 0;
    uint32_t moved = 0;  // wraps around where rows move down
    const auto copy_until = [&](size_t last) {
      for (; slot <= last; ++slot) offsets[slot] = page_.offsets[slot] + moved;
    };
    for (const Splice& splice : splices_) {
      if (splice.edit->kind == Kind::kNote) continue;
      copy_until(splice.edit->key & (slots - 1));
      moved += splice.edit->kind == Kind::kInsert ? 1U : ~0U;
    }
    copy_until(slots);
    uint32_t groups = 0;
    for (size_t s = 0; s < slots; ++s) groups += offsets[s + 1] != offsets[s] ? 1 : 0;
    result_->groups = groups;
  }

  void CopyOrigins(uint8_t* to) const {
    const std::vector<uint16_t> filled(page_.origins == nullptr ? page_.rows : 0, page_.origin);
    const uint16_t* from = page_.origins == nullptr ? filled.data() : page_.origins;
    Copy(
        reinterpret_cast<const uint8_t*>(from), sizeof(uint16_t),
        [](const RowEdit& edit) { return uint64_t{OriginOf(edit)}; }, to);
  }

  void CopyCounts() {
    uint32_t most = 0;
    bool uniform = page_.count_bytes == 0;
    for (const Splice& splice : splices_) {
      if (splice.edit->kind == Kind::kErase) continue;
      most = std::max(most, splice.edit->note.count);
      uniform = uniform && splice.edit->note.count == page_.count;
    }
    if (uniform) return;
    most = std::max(most, page_.count_bytes == 0 ? page_.count : 0);
    const uint8_t needed = most < 1U << 8 ? 1 : most < 1U << 16 ? 2 : 4;
    const uint8_t bytes = std::max(needed, page_.count_bytes);
    std::vector<uint8_t> widened;
    if (bytes != page_.count_bytes) {
      widened.resize(size_t{page_.rows} * bytes);
      for (uint32_t row = 0; row < page_.rows; ++row) {
        const uint32_t count = page_.CountAt(row);
        std::memcpy(widened.data() + size_t{row} * bytes, &count, bytes);
      }
    }
    const uint8_t* from = bytes != page_.count_bytes ? widened.data() : page_.counts.get();
    auto counts = std::make_shared_for_overwrite<uint8_t[]>(size_t{rows_} * bytes + 8);
    Copy(
        from, bytes, [](const RowEdit& edit) { return uint64_t{edit.note.count}; }, counts.get());
    result_->counts = std::move(counts);
    result_->bytes += size_t{bytes} * rows_ - size_t{page_.count_bytes} * rows_;
    result_->count_bytes = bytes;
  }

  const Page& page_;
  const size_t width_;
  const int shift_;
  std::vector<Splice> splices_;
  uint32_t rows_ = 0;
  bool moves_ = false;  // rows come or go
  std::shared_ptr<Page> result_;
};

}  // namespace

std::shared_ptr<const Page> SplicePage(const Table& table, const Page& page,
                                       absl::Span<const RowEdit> edits) {
  return PageSplicer(table, page, edits).Run();
}

}  // namespace cartograph::rules
