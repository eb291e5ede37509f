// Records: what the files of a foreign format consist of.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cartograph/v1/entity.pb.h"

namespace cartograph::importers {

// Largest record that is read. It is kept whole, as an entity (Record.content).
constexpr size_t kRecordBytesMax = 240 << 10;

// What a record says, before anybody has looked whether it is known.
struct Draft {
  // Body, and the name that it gets if it is new. Empty name: the document has no identifier, and
  // is named after author and year (resolver.h).
  v1::Entity entity;
  // By which it is known, canonical (identifiers.h), the strongest first: "DOI:10.1000/182".
  std::vector<std::string> identities;
  // What was not understood, and left out.
  std::vector<std::string> remarks;
  // It only says something of an entity that is there: none is made.
  bool only_known = false;
  // Documents that it names, each without drafts of its own; and how it relates to them.
  std::vector<Draft> cited;
  v1::CitationRelation relation = v1::CITATION_RELATION_CITES;
};

// A piece of a file.
struct RawRecord {
  uint64_t line = 0;  // of its first byte, from 1
  std::string bytes;
  absl::Status fault;  // why it cannot be one record; OK when nothing is wrong yet
};

// A piece of a file, read. Without a draft it is rejected: the status says why, for people.
struct Record {
  uint64_t line = 0;
  std::string bytes;
  absl::StatusOr<Draft> draft;
};

// Cuts a file into records, one after the other, in memory that does not grow with the file.
class RecordSplitter {
 public:
  virtual ~RecordSplitter() = default;
  // The next record; nothing at the end. Nothing is skipped but white space, and what the format
  // has around its records.
  virtual std::optional<RawRecord> Next() = 0;

 protected:
  RecordSplitter() = default;
};

// Reads the records of a file, one after the other.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The next record; nothing at the end.
  virtual std::optional<Record> Next() = 0;

 protected:
  RecordReader() = default;
};

}  // namespace cartograph::importers
