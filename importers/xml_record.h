// XML: the elements of a large file, each read as a small tree.

#pragma once

#include <istream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "importers/record.h"

namespace cartograph::importers {

// An element, or a piece of text between elements: then `name` is empty.
struct XmlElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string text;  // of a piece of text
  std::vector<XmlElement> children;

  // The first element below with this name, path by path: "Journal/Title". Null when there is none.
  const XmlElement* Find(absl::string_view path) const;
  // The elements right below of the name `wanted`.
  std::vector<const XmlElement*> All(absl::string_view wanted) const;
  // All text in it, at any depth, as it stands.
  std::string Text() const;
  // Text of Find(path), or "".
  std::string TextAt(absl::string_view path) const;
  // "" when it has none.
  std::string Attribute(absl::string_view wanted) const;
};

// Reads one element with all in it. INVALID_ARGUMENT says what is not well formed, and on which
// line of `record`.
absl::StatusOr<XmlElement> ParseXml(absl::string_view record);

// Cuts a file into the elements of these names. It looks only for their tags, so that one element
// that is not well formed does not spoil the next; none of them may stand in another.
std::unique_ptr<RecordSplitter> SplitXml(std::istream* in, std::vector<std::string> names);

}  // namespace cartograph::importers
