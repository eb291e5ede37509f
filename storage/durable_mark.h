// DurableMark: the newest revision known to be on stable storage, kept apart from the log itself,
// so that a log whose acknowledged end is gone can be told from one whose unacknowledged end is
// torn.
//
//   file := slot gap slot          slot 0 at byte 0, slot 1 at byte 512
//   slot := revision:be64 check:be64
//
// `check` is the 64-bit FNV-1a hash of "durable" and the revision's 8 bytes. Writes alternate
// between the slots, which lie in different sectors: a torn write leaves the older one. The file
// says the greater of the slots that check.
//
// A mark is written only after the log was synced, so it never claims too much. It is not synced
// with every group: the kernel has it (a killed process loses nothing), and after a power cut it
// may be old, at most by what Store's lazy sync allows; then the heads inside the log take its
// place.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/revision.h"

namespace cartograph::storage {

// Thread-safety: none; one flusher at a time.
class DurableMark {
 public:
  // Makes the file, or makes it anew, saying 0. The caller syncs the folder.
  static absl::StatusOr<std::unique_ptr<DurableMark>> Create(const std::string& path);
  // NOT_FOUND without a file; DATA_LOSS when neither slot checks.
  static absl::StatusOr<std::unique_ptr<DurableMark>> Open(const std::string& path);
  ~DurableMark();
  DurableMark(const DurableMark&) = delete;
  DurableMark& operator=(const DurableMark&) = delete;

  base::Revision revision() const { return revision_; }

  // Raises the mark to `revision`: in the kernel's hands, not yet synced.
  absl::Status Raise(base::Revision revision);
  absl::Status Sync();
  // Makes the mark exactly `revision`, higher or lower, and syncs it.
  absl::Status Reset(base::Revision revision);

 private:
  DurableMark(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  absl::Status Load();
  absl::Status WriteSlot(size_t slot, base::Revision revision);

  const int fd_;
  const std::string path_;
  base::Revision revision_;
  size_t next_slot_ = 0;
};

}  // namespace cartograph::storage
