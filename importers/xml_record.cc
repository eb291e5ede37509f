#include "importers/xml_record.h"

#include <expat.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace cartograph::importers {
namespace {

constexpr size_t kBlockBytes = 64 << 10;
// Longer than any tag that is looked for.
constexpr size_t kTagBytesMax = 64;
// Deeper than any format nests; bounds the recursion over a tree.
constexpr size_t kDepthMax = 200;

// Builds the tree of an element while expat reads it.
class TreeBuilder {
 public:
  TreeBuilder() : parser_(XML_ParserCreate("UTF-8"), &XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &Start, &End);
    XML_SetCharacterDataHandler(parser_.get(), &Characters);
  }

  absl::StatusOr<XmlElement> Build(absl::string_view text) {
    open_ = {&root_};
    if (XML_Parse(parser_.get(), text.data(), static_cast<int>(text.size()), /*isFinal=*/1) !=
        XML_STATUS_OK) {
      return absl::InvalidArgumentError(absl::StrCat(
          "it is not well-formed XML: ", XML_ErrorString(XML_GetErrorCode(parser_.get())),
          ", on its line ", XML_GetCurrentLineNumber(parser_.get())));
    }
    return std::move(root_.children[0]);
  }

 private:
  static void XMLCALL Start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& builder = *static_cast<TreeBuilder*>(self);
    XmlElement& element = builder.open_.back()->children.emplace_back();
    element.name = name;
    for (; *attributes != nullptr; attributes += 2) {
      element.attributes.emplace_back(attributes[0], attributes[1]);
    }
    builder.open_.push_back(&element);
    if (builder.open_.size() > kDepthMax) {
      XML_StopParser(builder.parser_.get(), XML_FALSE);
    }
  }
  static void XMLCALL End(void* self, const XML_Char*) {
    static_cast<TreeBuilder*>(self)->open_.pop_back();
  }
  static void XMLCALL Characters(void* self, const XML_Char* text, int size) {
    auto& builder = *static_cast<TreeBuilder*>(self);
    std::vector<XmlElement>& children = builder.open_.back()->children;
    if (children.empty() || !children.back().name.empty()) {
      children.emplace_back();
    }
    children.back().text.append(text, static_cast<size_t>(size));
  }

  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
  XmlElement root_;
  std::vector<XmlElement*> open_;  // the last child of each is the next
};

void AppendText(const XmlElement& element, std::string* text) {
  text->append(element.text);
  for (const XmlElement& child : element.children) {
    AppendText(child, text);
  }
}

class XmlSplitter : public RecordSplitter {
 public:
  XmlSplitter(std::istream* in, std::vector<std::string> names)
      : in_(*in), names_(std::move(names)) {}

  std::optional<RawRecord> Next() override;

 private:
  struct Tag {
    size_t at;
    const std::string* name;
  };

  // The first start tag of a record in the buffer, from `from` on.
  std::optional<Tag> FindStart(size_t from) const;
  // Whether the name of a tag ends at `at`. False where the buffer ends.
  bool EndsName(size_t at) const {
    return at < buffer_.size() && absl::StrContains(" \t\r\n>", buffer_[at]);
  }
  // Reads another block; false at the end of the file.
  bool Fill();
  void Drop(size_t bytes);
  // Adds the first `bytes` of the buffer to `record`, as far as its limit allows.
  void Move(size_t bytes, RawRecord* record);
  RawRecord TakeElement(const Tag& start);

  std::istream& in_;
  const std::vector<std::string> names_;
  std::string buffer_;
  uint64_t line_ = 1;  // at the front of the buffer
};

std::optional<XmlSplitter::Tag> XmlSplitter::FindStart(size_t from) const {
  std::optional<Tag> first;
  for (const std::string& name : names_) {
    const std::string tag = absl::StrCat("<", name);
    size_t at = buffer_.find(tag, from);
    while (at != std::string::npos && !EndsName(at + tag.size())) {
      at = buffer_.find(tag, at + 1);
    }
    if (at != std::string::npos && (!first.has_value() || at < first->at)) {
      first = Tag{at, &name};
    }
  }
  return first;
}

bool XmlSplitter::Fill() {
  const size_t size = buffer_.size();
  buffer_.resize(size + kBlockBytes);
  in_.read(&buffer_[size], kBlockBytes);
  buffer_.resize(size + static_cast<size_t>(in_.gcount()));
  return buffer_.size() > size;
}

void XmlSplitter::Drop(size_t bytes) {
  line_ += static_cast<uint64_t>(
      std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(bytes), '\n'));
  buffer_.erase(0, bytes);
}

void XmlSplitter::Move(size_t bytes, RawRecord* record) {
  const size_t room = kRecordBytesMax - record->bytes.size();
  if (bytes > room) {
    record->fault =
        absl::InvalidArgumentError(absl::StrCat("it is larger than ", kRecordBytesMax, " bytes"));
  }
  record->bytes.append(buffer_, 0, std::min(bytes, room));
  Drop(bytes);
}

// The element at the front of the buffer: to its end tag, or to where the next begins.
RawRecord XmlSplitter::TakeElement(const Tag& start) {
  const std::string end = absl::StrCat("</", *start.name, ">");
  RawRecord record;
  record.line = line_;
  Move(1, &record);  // its own start tag is not the next
  for (;;) {
    const size_t at = buffer_.find(end);
    const std::optional<Tag> next = FindStart(0);
    if (at != std::string::npos && (!next.has_value() || at < next->at)) {
      Move(at + end.size(), &record);
      return record;
    }
    // A tag may begin at the end of the buffer.
    const size_t whole = buffer_.size() - std::min(buffer_.size(), kTagBytesMax);
    Move(next.has_value() ? next->at : whole, &record);
    if (next.has_value() || !Fill()) {
      Move(next.has_value() ? 0 : buffer_.size(), &record);
      record.fault = absl::InvalidArgumentError(absl::StrCat("<", *start.name, "> is not closed"));
      return record;
    }
  }
}

std::optional<RawRecord> XmlSplitter::Next() {
  std::optional<Tag> start;
  while (!(start = FindStart(0)).has_value()) {
    // A tag may begin at the end of the buffer.
    Drop(buffer_.size() - std::min(buffer_.size(), kTagBytesMax));
    if (!Fill()) {
      return std::nullopt;
    }
  }
  Drop(start->at);
  return TakeElement(*start);
}

}  // namespace

const XmlElement* XmlElement::Find(absl::string_view path) const {
  const XmlElement* element = this;
  for (absl::string_view step : absl::StrSplit(path, '/')) {
    auto found = std::find_if(element->children.begin(), element->children.end(),
                              [&](const XmlElement& child) { return child.name == step; });
    if (found == element->children.end()) {
      return nullptr;
    }
    element = &*found;
  }
  return element;
}

std::vector<const XmlElement*> XmlElement::All(absl::string_view wanted) const {
  std::vector<const XmlElement*> all;
  for (const XmlElement& child : children) {
    if (child.name == wanted) {
      all.push_back(&child);
    }
  }
  return all;
}

std::string XmlElement::Text() const {
  std::string all;
  AppendText(*this, &all);
  return all;
}

std::string XmlElement::TextAt(absl::string_view path) const {
  const XmlElement* found = Find(path);
  return found == nullptr ? "" : found->Text();
}

std::string XmlElement::Attribute(absl::string_view wanted) const {
  for (const auto& [key, value] : attributes) {
    if (key == wanted) {
      return value;
    }
  }
  return "";
}

absl::StatusOr<XmlElement> ParseXml(absl::string_view record) {
  return TreeBuilder().Build(record);
}

std::unique_ptr<RecordSplitter> SplitXml(std::istream* in, std::vector<std::string> names) {
  return std::make_unique<XmlSplitter>(in, std::move(names));
}

}  // namespace cartograph::importers
