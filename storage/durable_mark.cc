#include "storage/durable_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/key_codec.h"
#include "storage/posix_files.h"

namespace cartograph::storage {
namespace {

using base::Revision;

constexpr size_t kSlots = 2;
constexpr size_t kSlotBytes = 16;
constexpr size_t kSlotDistance = 512;

uint64_t Fnv1a(absl::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string EncodeSlot(Revision revision) {
  std::string bytes;
  AppendOldestFirst(revision, &bytes);
  AppendOldestFirst(Revision(Fnv1a(absl::StrCat("durable", bytes))), &bytes);
  return bytes;
}

std::optional<Revision> ReadSlot(int fd, size_t slot) {
  std::string bytes(kSlotBytes, '\0');
  ssize_t size = pread(fd, bytes.data(), kSlotBytes, static_cast<off_t>(slot * kSlotDistance));
  if (size != static_cast<ssize_t>(kSlotBytes)) return std::nullopt;
  absl::string_view rest = bytes;
  Revision revision = *TakeOldestFirst(&rest);
  if (EncodeSlot(revision) != bytes) return std::nullopt;
  return revision;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DurableMark>> DurableMark::Create(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return FromErrno(errno, absl::StrCat("cannot create ", path));
  auto mark = absl::WrapUnique(new DurableMark(fd, path));
  RETURN_IF_ERROR(mark->Reset(Revision()));
  return mark;
}

absl::StatusOr<std::unique_ptr<DurableMark>> DurableMark::Open(const std::string& path) {
  int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return FromErrno(errno, absl::StrCat("cannot open ", path));
  auto mark = absl::WrapUnique(new DurableMark(fd, path));
  RETURN_IF_ERROR(mark->Load());
  return mark;
}

DurableMark::~DurableMark() { close(fd_); }

absl::Status DurableMark::Load() {
  std::optional<Revision> first = ReadSlot(fd_, 0);
  std::optional<Revision> second = ReadSlot(fd_, 1);
  if (!first.has_value() && !second.has_value()) {
    return absl::DataLossError(absl::StrCat(path_, " holds no valid mark"));
  }
  revision_ = std::max(first.value_or(Revision()), second.value_or(Revision()));
  next_slot_ = first == revision_ ? 1 : 0;
  return absl::OkStatus();
}

absl::Status DurableMark::WriteSlot(size_t slot, Revision revision) {
  std::string bytes = EncodeSlot(revision);
  ssize_t size = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(slot * kSlotDistance));
  if (size == static_cast<ssize_t>(bytes.size())) return absl::OkStatus();
  return FromErrno(size < 0 ? errno : ENOSPC, absl::StrCat("cannot write ", path_));
}

absl::Status DurableMark::Raise(Revision revision) {
  RETURN_IF_ERROR(WriteSlot(next_slot_, revision));
  next_slot_ = (next_slot_ + 1) % kSlots;
  revision_ = revision;
  return absl::OkStatus();
}

absl::Status DurableMark::Sync() {
  if (fdatasync(fd_) == 0) return absl::OkStatus();
  return FromErrno(errno, absl::StrCat("cannot sync ", path_));
}

absl::Status DurableMark::Reset(Revision revision) {
  for (size_t slot = 0; slot < kSlots; ++slot) RETURN_IF_ERROR(WriteSlot(slot, revision));
  revision_ = revision;
  return Sync();
}

}  // namespace cartograph::storage
