#include "rules/facts/page_directory.h"

#include "rules/facts/table.h"

namespace cartograph::rules {

PageDirectory::PageDirectory(absl::Span<const std::shared_ptr<const Page>> pages) {
  std::vector<Replacement> all;
  all.reserve(pages.size());
  for (uint32_t i = 0; i < pages.size(); ++i) all.push_back({i, pages[i]});
  *this = With(static_cast<uint32_t>(pages.size()), all);
}

void PageDirectory::Put(std::shared_ptr<const Page> page, uint32_t index, Block* block) {
  const bool dense = page != nullptr && page->keys == nullptr;
  block->entries[index & kMask] = dense ? Entry{page->offsets, page->codes} : Entry{};
  block->pages[index & kMask] = std::move(page);
}

void PageDirectory::SetRoot(std::shared_ptr<const Root> root, uint32_t size) {
  root_ = std::move(root);
  blocks_ = root_->data();
  size_ = size;
}

PageDirectory PageDirectory::With(uint32_t size, absl::Span<const Replacement> replacements) const {
  auto root = root_ == nullptr ? std::make_shared<Root>() : std::make_shared<Root>(*root_);
  if (root->size() < (size_t{size} + kMask) >> kBlockBits) {
    const auto empty = std::make_shared<const Block>();
    root->resize((size_t{size} + kMask) >> kBlockBits, empty);
  }
  for (size_t i = 0; i < replacements.size();) {
    const uint32_t at = replacements[i].index >> kBlockBits;
    auto block = std::make_shared<Block>(*(*root)[at]);
    for (; i < replacements.size() && replacements[i].index >> kBlockBits == at; ++i) {
      Put(replacements[i].page, replacements[i].index, block.get());
    }
    (*root)[at] = std::move(block);
  }
  PageDirectory result;
  result.SetRoot(std::move(root), size);
  return result;
}

}  // namespace cartograph::rules
