// PageDirectory: the pages of a table by index, as a persistent array.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"

namespace cartograph::rules {

struct Page;

// Two levels: a root of blocks of pages. A directory with some pages replaced shares all blocks but
// those of the replaced pages, so that it costs a copy of the root and of these blocks.
//
// Thread-safety: immutable. Copying one costs one reference count.
class PageDirectory {
 public:
  static constexpr int kBlockBits = 6;

  // What a lookup needs of a page, side by side: null for sparse pages and for none.
  struct Entry {
    const uint32_t* offsets = nullptr;
    const uint8_t* codes = nullptr;
  };
  struct Replacement {
    uint32_t index;
    std::shared_ptr<const Page> page;
  };

  PageDirectory() = default;
  explicit PageDirectory(absl::Span<const std::shared_ptr<const Page>> pages);

  uint32_t size() const { return size_; }
  const Entry& entry(uint32_t index) const {
    return blocks_[index >> kBlockBits]->entries[index & kMask];
  }
  // The page at `index`, or null.
  const Page* page(uint32_t index) const { return shared_page(index).get(); }
  const std::shared_ptr<const Page>& shared_page(uint32_t index) const {
    return blocks_[index >> kBlockBits]->pages[index & kMask];
  }

  // With room for `size` pages and some of them replaced. REQUIRES: size >= size(); ascending
  // indexes below `size`.
  PageDirectory With(uint32_t size, absl::Span<const Replacement> replacements) const;

 private:
  static constexpr uint32_t kMask = (1U << kBlockBits) - 1;

  struct Block {
    std::array<Entry, size_t{1} << kBlockBits> entries;
    std::array<std::shared_ptr<const Page>, size_t{1} << kBlockBits> pages;
  };
  using Root = std::vector<std::shared_ptr<const Block>>;

  static void Put(std::shared_ptr<const Page> page, uint32_t index, Block* block);
  void SetRoot(std::shared_ptr<const Root> root, uint32_t size);

  uint32_t size_ = 0;
  std::shared_ptr<const Root> root_;
  const std::shared_ptr<const Block>* blocks_ = nullptr;  // of root_
};

}  // namespace cartograph::rules
