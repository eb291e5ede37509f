#include "importers/json_records.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace cartograph::importers {
namespace {

// Deeper than any format nests.
constexpr size_t kDepthMax = 200;

class JsonSplitter : public RecordSplitter {
 public:
  explicit JsonSplitter(std::istream* in) : in_(*in->rdbuf()) {}

  std::optional<RawRecord> Next() override;

 private:
  // Each takes one character; true when that ends a record.
  bool Take(char c);
  void TakeInString(char c);
  void Open(char c);
  bool Close(char c);

  // Whether an array below `key_` is the list of records that an answer of a service wraps.
  bool IsWrappedList() const;
  // Whether what comes next is a record: an element of the list, or stands by itself.
  bool AtRecords() const { return !skipping_ && open_.size() == list_depth_; }
  void Append(char c);
  void Fail(absl::string_view why);
  std::optional<RawRecord> Rest();

  std::streambuf& in_;
  uint64_t line_ = 1;
  std::string open_;       // the brackets that are open
  std::string key_;        // the last string that ended
  std::string outer_key_;  // `key_` where the object in the outermost one began
  size_t list_depth_ = 0;  // brackets around a record: up to that of the list
  bool in_string_ = false;
  bool escaped_ = false;
  bool recording_ = false;
  bool skipping_ = false;  // after the list, to the end of what it stands in
  bool failed_ = false;
  RawRecord record_;
};

std::optional<RawRecord> JsonSplitter::Next() {
  record_ = RawRecord();
  while (!failed_) {
    const int c = in_.sbumpc();
    if (c == std::streambuf::traits_type::eof()) {
      return Rest();
    }
    line_ += c == '\n' ? 1 : 0;
    if (Take(static_cast<char>(c))) {
      return std::move(record_);
    }
  }
  if (record_.line == 0) {
    return std::nullopt;
  }
  return std::move(record_);
}

// At the end of the file.
std::optional<RawRecord> JsonSplitter::Rest() {
  if (open_.empty() || failed_) {
    return std::nullopt;
  }
  Fail("the file ends in the middle of it");
  return std::move(record_);
}

void JsonSplitter::Fail(absl::string_view why) {
  record_.line = record_.line == 0 ? line_ : record_.line;
  record_.fault = absl::InvalidArgumentError(why);
  failed_ = true;
}

void JsonSplitter::Append(char c) {
  if (!recording_) {
    return;
  }
  if (record_.bytes.size() < kRecordBytesMax) {
    record_.bytes.push_back(c);
  } else if (record_.fault.ok()) {
    record_.fault =
        absl::InvalidArgumentError(absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
  }
}

bool JsonSplitter::IsWrappedList() const {
  const bool wraps = open_ == "{" || (open_ == "{{" && outer_key_ == "message");
  return list_depth_ == 0 && wraps && (key_ == "items" || key_ == "data" || key_ == "studies");
}

void JsonSplitter::TakeInString(char c) {
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    in_string_ = false;
    return;
  }
  if (open_.size() <= 2) {
    key_.push_back(c);
  }
}

void JsonSplitter::Open(char c) {
  if (c == '[' && (open_.empty() || IsWrappedList())) {
    recording_ = false;
    record_ = RawRecord();
    list_depth_ = open_.size() + 1;
  } else if (!recording_ && AtRecords()) {
    recording_ = true;
    record_.line = line_;
  }
  if (open_.size() == 1) {
    outer_key_ = key_;
  }
  open_.push_back(c);
  Append(c);
  if (open_.size() > kDepthMax) {
    Fail(absl::StrCat("it nests deeper than ", kDepthMax, " brackets"));
  }
}

bool JsonSplitter::Close(char c) {
  if (open_.empty() || open_.back() != (c == '}' ? '{' : '[')) {
    Fail(absl::StrCat("a bracket closes that is not open, on line ", line_));
    return false;
  }
  Append(c);
  open_.pop_back();
  if (recording_ && open_.size() == list_depth_) {
    recording_ = false;
    return true;
  }
  if (open_.size() < list_depth_) {
    list_depth_ = 0;
    skipping_ = true;
  }
  skipping_ = skipping_ && !open_.empty();
  return false;
}

bool JsonSplitter::Take(char c) {
  if (in_string_) {
    TakeInString(c);
    Append(c);
    return false;
  }
  if (c == '{' || c == '[') {
    Open(c);
    return false;
  }
  if (c == '}' || c == ']') {
    return Close(c);
  }
  const bool between = absl::ascii_isspace(static_cast<unsigned char>(c)) || c == ',';
  if (AtRecords() && !recording_ && !between && static_cast<unsigned char>(c) < 0x80) {
    Fail("what stands there is no object");
    return false;
  }
  if (c == '"') {
    in_string_ = true;
    key_.clear();
  }
  Append(c);
  return false;
}

}  // namespace

std::unique_ptr<RecordSplitter> SplitJson(std::istream* in) {
  return std::make_unique<JsonSplitter>(in);
}

absl::StatusOr<Json> ParseJsonObject(absl::string_view record) {
  Json json = Json::parse(record.begin(), record.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    return absl::InvalidArgumentError("it is no JSON object");
  }
  return json;
}

const Json& At(const Json& object, const char* key) {
  static const auto& none = *new Json;
  if (!object.is_object()) {
    return none;
  }
  auto found = object.find(key);
  return found == object.end() ? none : *found;
}

std::string TextOf(const Json& object, const char* key) {
  const Json& value = At(object, key);
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_number() ? value.dump() : "";
}

}  // namespace cartograph::importers
