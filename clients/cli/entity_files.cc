#include "clients/cli/entity_files.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace cartograph::clients {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExtensions[] = {".textproto", ".txtpb", ".json", ".jsonl"};

bool HasEntityExtension(const fs::path& path) {
  return std::count(std::begin(kExtensions), std::end(kExtensions), path.extension()) > 0;
}

// Keeps the first error of the text format's parser.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (text_.empty()) {
      text_ = absl::StrCat(line + 1, ":", column + 1, ": ", message);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status ParseText(const std::string& text, const std::string& file,
                       google::protobuf::Message* message) {
  google::protobuf::TextFormat::Parser parser;
  FirstError error;
  parser.RecordErrorsTo(&error);
  if (!parser.ParseFromString(text, message)) {
    return absl::InvalidArgumentError(absl::StrCat(file, ":", error.text()));
  }
  return absl::OkStatus();
}

absl::Status ParseJson(const std::string& json, const std::string& place,
                       google::protobuf::Message* message) {
  auto status = google::protobuf::util::JsonStringToMessage(json, message);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(place, ": ", status.message().ToString()));
  }
  return absl::OkStatus();
}

// Entities that were read whole.
class ListReader : public EntityReader {
 public:
  explicit ListReader(std::deque<PlacedEntity> entities) : entities_(std::move(entities)) {}

  absl::StatusOr<std::optional<PlacedEntity>> Next() override {
    if (entities_.empty()) {
      return std::nullopt;
    }
    PlacedEntity next = std::move(entities_.front());
    entities_.pop_front();
    return next;
  }

 private:
  std::deque<PlacedEntity> entities_;
};

// JSON lines, read as they come.
class LineReader : public EntityReader {
 public:
  // `first` is the line, number `number`, that has been read already; `owned` may be null.
  LineReader(std::string file, std::string first, size_t number, std::istream* in,
             std::unique_ptr<std::istream> owned)
      : file_(std::move(file)),
        line_(std::move(first)),
        number_(number),
        in_(*in),
        owned_(std::move(owned)) {}

  absl::StatusOr<std::optional<PlacedEntity>> Next() override {
    while (open_ && absl::StripAsciiWhitespace(line_).empty()) {
      Advance();
    }
    if (!open_) {
      return std::nullopt;
    }
    PlacedEntity next{{}, absl::StrCat(file_, ":", number_)};
    RETURN_IF_ERROR(ParseJson(line_, next.place, &next.entity));
    Advance();
    return next;
  }

 private:
  void Advance() {
    open_ = static_cast<bool>(std::getline(in_, line_));
    ++number_;
  }

  const std::string file_;
  std::string line_;
  size_t number_;
  bool open_ = true;
  std::istream& in_;
  const std::unique_ptr<std::istream> owned_;
};

absl::StatusOr<std::deque<PlacedEntity>> EntitiesOf(v1::ImportEntitiesRequest request,
                                                    const std::string& file) {
  if (request.has_write()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, ": reason and request id come from the command line, not from \"write\""));
  }
  std::deque<PlacedEntity> entities;
  for (v1::Entity& entity : *request.mutable_entities()) {
    entities.push_back({std::move(entity), file});
  }
  return entities;
}

// Whether the first word of the text format is the field of the list.
bool IsListText(absl::string_view text) {
  while (true) {
    text = absl::StripLeadingAsciiWhitespace(text);
    if (!absl::StartsWith(text, "#")) {
      return absl::StartsWith(text, "entities");
    }
    size_t line_end = text.find('\n');
    text.remove_prefix(line_end == absl::string_view::npos ? text.size() : line_end);
  }
}

absl::StatusOr<std::deque<PlacedEntity>> ReadTextproto(const std::string& text,
                                                       const std::string& file) {
  if (IsListText(text)) {
    v1::ImportEntitiesRequest request;
    RETURN_IF_ERROR(ParseText(text, file, &request));
    return EntitiesOf(std::move(request), file);
  }
  PlacedEntity only{{}, file};
  RETURN_IF_ERROR(ParseText(text, file, &only.entity));
  return std::deque<PlacedEntity>{std::move(only)};
}

absl::StatusOr<std::deque<PlacedEntity>> ReadJson(const std::string& text,
                                                  const std::string& file) {
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_array()) {
    return ReadJson(absl::StrCat("{\"entities\":", text, "}"), file);
  }
  if (json.is_object() && json.contains("entities")) {
    v1::ImportEntitiesRequest request;
    RETURN_IF_ERROR(ParseJson(text, file, &request));
    return EntitiesOf(std::move(request), file);
  }
  PlacedEntity only{{}, file};
  RETURN_IF_ERROR(ParseJson(text, file, &only.entity));
  return std::deque<PlacedEntity>{std::move(only)};
}

bool IsJsonObject(const std::string& line) {
  auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && !json.contains("entities");
}

// Tells the form by the first line that is not blank.
absl::StatusOr<std::unique_ptr<EntityReader>> ReaderOf(const std::string& file, std::istream* in,
                                                       std::unique_ptr<std::istream> owned) {
  std::string before;
  std::string line;
  size_t number = 0;
  while (std::getline(*in, line)) {
    ++number;
    if (!absl::StripAsciiWhitespace(line).empty()) {
      break;
    }
    before += '\n';
  }
  if (IsJsonObject(line)) {
    return std::make_unique<LineReader>(file, std::move(line), number, in, std::move(owned));
  }
  std::string text = absl::StrCat(
      before, line, "\n",
      std::string(std::istreambuf_iterator<char>(*in), std::istreambuf_iterator<char>()));
  absl::string_view start = absl::StripLeadingAsciiWhitespace(text);
  if (start.empty()) {
    return std::make_unique<ListReader>(std::deque<PlacedEntity>());
  }
  bool is_json = absl::StartsWith(start, "{") || absl::StartsWith(start, "[");
  ASSIGN_OR_RETURN(std::deque<PlacedEntity> entities,
                   is_json ? ReadJson(text, file) : ReadTextproto(text, file));
  return std::make_unique<ListReader>(std::move(entities));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> EntityFilesAt(const std::string& path) {
  std::error_code error;
  if (path == "-" || fs::is_regular_file(path, error) || fs::is_fifo(path, error)) {
    return std::vector<std::string>{path};
  }
  if (!fs::is_directory(path, error)) {
    return absl::NotFoundError(absl::StrCat("no file or folder ", path));
  }
  std::vector<std::string> files;
  for (auto entry = fs::recursive_directory_iterator(path, error);
       entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && HasEntityExtension(entry->path())) {
      files.push_back(entry->path().string());
    }
  }
  if (files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the folder ", path, " holds no *.textproto, *.txtpb, *.json or *.jsonl"));
  }
  std::sort(files.begin(), files.end());
  return files;
}

absl::StatusOr<std::unique_ptr<EntityReader>> EntityReader::Open(const std::string& file,
                                                                 std::istream* standard_input) {
  if (file == "-") {
    return ReaderOf("standard input", standard_input, nullptr);
  }
  auto stream = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*stream) {
    return absl::NotFoundError(absl::StrCat("cannot read ", file));
  }
  std::istream* in = stream.get();
  return ReaderOf(file, in, std::move(stream));
}

absl::StatusOr<std::vector<PlacedEntity>> ReadEntities(const std::vector<std::string>& paths,
                                                       std::istream* standard_input) {
  std::vector<PlacedEntity> entities;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(std::vector<std::string> files, EntityFilesAt(path));
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(auto reader, EntityReader::Open(file, standard_input));
      for (;;) {
        ASSIGN_OR_RETURN(std::optional<PlacedEntity> next, reader->Next());
        if (!next.has_value()) {
          break;
        }
        entities.push_back(*std::move(next));
      }
    }
  }
  return entities;
}

}  // namespace cartograph::clients
