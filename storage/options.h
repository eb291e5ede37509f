// StoreOptions: where a store lives and how much it may use.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cartograph::storage {

// Every limit has a default that suits one server on a small machine; each says what it costs.
struct StoreOptions {
  std::string path;                // the store's folder; its parent must exist
  bool create_if_missing = false;  // otherwise a folder without a store is NOT_FOUND

  // Memory: reads and writes together hold at most about the sum of these two, plus pinned bytes.
  uint64_t block_cache_bytes = uint64_t{128} << 20;  // read cache, with indexes and filters
  uint64_t write_buffer_bytes = uint64_t{64} << 20;  // all memtables; also bounds the WAL
  int open_files_max = 256;                          // table files held open

  // Writes are refused while the disk has less room than this, so that the tables of what was
  // already acknowledged can still be written: memtables, and one compaction of their size.
  uint64_t disk_reserve_bytes = uint64_t{128} << 20;

  // Group commit. A leader about to flush waits for as many writers as the last flush served, but
  // never longer than this, nor than a quarter of what the last flush took; one writer never waits.
  std::chrono::microseconds group_wait_max{1000};
  size_t pending_max = 4096;  // appended, not yet durable; one more makes Append flush first

  uint64_t write_set_bytes_max = uint64_t{256} << 20;  // one WriteSet; RESOURCE_EXHAUSTED above
  size_t name_bytes_max = 1024;                        // names, fields, request ids and meta keys
  uint64_t requests_kept = 1'000'000;  // a request id is remembered for at least so many revisions
};

}  // namespace cartograph::storage
