// The formats that can be imported, and how they are told apart.

#pragma once

#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "importers/record.h"

namespace cartograph::importers {

// What the person who imports knows and the file does not say.
struct ReadOptions {
  std::string release;  // of the ontology or registry: "2026-07-31"
};

struct Format {
  const char* name;     // as the command line has it: "nbib"
  int version;          // of its importer: grows when the same record gives something else
  const char* summary;  // for --help
  // Whether a file that begins with `head` is of this format. Of two that say yes, the first in the
  // list has it.
  bool (*recognise)(absl::string_view head);
  // `in` outlives the reader.
  std::unique_ptr<RecordReader> (*open)(std::istream* in, const ReadOptions& options);
};

// Bytes at the front of a file that show its format.
constexpr size_t kHeadBytes = 64 << 10;

absl::Span<const Format> Formats();

// Null when there is none.
const Format* FindFormat(absl::string_view name);
const Format* RecogniseFormat(absl::string_view head);

// "nbib@1".
std::string ImporterName(const Format& format);

}  // namespace cartograph::importers
