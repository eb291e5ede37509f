#include "importers/tagged_record.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "importers/line_reader.h"
#include "importers/source_draft.h"

namespace cartograph::importers {
namespace {

bool IsTagCharacter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isupper(byte) || absl::ascii_isdigit(byte);
}

// Bytes before the value: the tag, blanks and "-"; 0 when the line has no tag. A tag begins with a
// letter and has `tag_min` to `tag_max` characters; the dash stands in column `dash`, or, when
// `loose`, after fewer blanks.
size_t ValueOffset(absl::string_view line, size_t tag_min, size_t tag_max, size_t dash,
                   bool loose) {
  size_t end = 0;
  while (end < line.size() && end < tag_max && IsTagCharacter(line[end])) {
    ++end;
  }
  if (end < tag_min || !absl::ascii_isupper(static_cast<unsigned char>(line[0]))) {
    return 0;
  }
  size_t at = end;
  while (at < line.size() && at < dash && line[at] == ' ') {
    ++at;
  }
  const bool fits = at < line.size() && line[at] == '-' && (loose || at == dash);
  return fits ? at + 1 : 0;
}

size_t RisOffset(absl::string_view line) { return ValueOffset(line, 2, 2, 4, false); }
size_t NbibOffset(absl::string_view line) { return ValueOffset(line, 2, 4, 4, true); }

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty() ||
         absl::StripAsciiWhitespace(line) == "\xEF\xBB\xBF";
}

// Gathers lines into a record, up to its limit.
class Gatherer {
 public:
  explicit Gatherer(std::istream* in) : lines(in) {}

  void Add() {
    if (record.bytes.empty()) {
      record.line = lines.number();
    }
    if (record.bytes.size() + lines.line().size() >= kRecordBytesMax) {
      record.fault =
          absl::InvalidArgumentError(absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
      return;
    }
    absl::StrAppend(&record.bytes, lines.line(), "\n");
  }
  bool empty() const { return record.line == 0; }

  LineReader lines;
  RawRecord record;
};

class RisSplitter : public RecordSplitter {
 public:
  explicit RisSplitter(std::istream* in) : in_(in) {}

  std::optional<RawRecord> Next() override {
    in_.record = RawRecord();
    bool typed = false;
    while (in_.lines.Next()) {
      const std::string& line = in_.lines.line();
      const bool type = absl::StartsWith(line, "TY  -");
      if (in_.empty() && IsBlank(line)) {
        continue;
      }
      if (type && !typed && !in_.empty()) {
        in_.lines.Back();
        return std::move(in_.record);
      }
      typed = typed || type;
      in_.Add();
      if (absl::StartsWith(line, "ER  -")) {
        return std::move(in_.record);
      }
    }
    if (in_.empty()) {
      return std::nullopt;
    }
    return std::move(in_.record);
  }

 private:
  Gatherer in_;
};

class NbibSplitter : public RecordSplitter {
 public:
  explicit NbibSplitter(std::istream* in) : in_(in) {}

  std::optional<RawRecord> Next() override {
    in_.record = RawRecord();
    while (in_.lines.Next()) {
      const bool blank = IsBlank(in_.lines.line());
      if (in_.empty() && blank) {
        continue;
      }
      const bool next = absl::StartsWith(in_.lines.line(), "PMID-") && !in_.empty();
      if (next) {
        in_.lines.Back();
      }
      if (blank || next) {
        return std::move(in_.record);
      }
      in_.Add();
    }
    if (in_.empty()) {
      return std::nullopt;
    }
    return std::move(in_.record);
  }

 private:
  Gatherer in_;
};

absl::StatusOr<std::vector<TaggedField>> Fields(absl::string_view record,
                                                size_t (*offset)(absl::string_view),
                                                bool indented_only) {
  std::vector<TaggedField> fields;
  for (absl::string_view line : absl::StrSplit(record, '\n')) {
    const size_t value = offset(line);
    const absl::string_view text = absl::StripAsciiWhitespace(line.substr(value));
    if (value > 0) {
      const std::string tag(absl::StripTrailingAsciiWhitespace(line.substr(0, value - 1)));
      fields.push_back({tag, std::string(text)});
    } else if (text.empty()) {
      continue;
    } else if (fields.empty() || (indented_only && line[0] != ' ' && line[0] != '\t')) {
      return absl::InvalidArgumentError(
          absl::StrCat("no field begins like \"", Clipped(OneLine(line), 40), "\""));
    } else {
      absl::StrAppend(&fields.back().value, fields.back().value.empty() ? "" : " ", text);
    }
  }
  return fields;
}

}  // namespace

bool IsRisField(absl::string_view line) { return RisOffset(line) > 0; }
bool IsNbibField(absl::string_view line) { return NbibOffset(line) > 0; }

std::unique_ptr<RecordSplitter> SplitRis(std::istream* in) {
  return std::make_unique<RisSplitter>(in);
}

std::unique_ptr<RecordSplitter> SplitNbib(std::istream* in) {
  return std::make_unique<NbibSplitter>(in);
}

absl::StatusOr<std::vector<TaggedField>> RisFields(absl::string_view record) {
  return Fields(record, &RisOffset, /*indented_only=*/false);
}

absl::StatusOr<std::vector<TaggedField>> NbibFields(absl::string_view record) {
  return Fields(record, &NbibOffset, /*indented_only=*/true);
}

}  // namespace cartograph::importers
