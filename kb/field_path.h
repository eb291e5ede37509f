// FieldPath: where a field stands in a request, spelled only when somebody asks.

#pragma once

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace cartograph::kb {

// A step below another path; lives on the stack of the walk. Index -1: the field as a whole.
class FieldPath {
 public:
  explicit FieldPath(absl::string_view root) : root_(root) {}
  FieldPath(const FieldPath& above, const google::protobuf::FieldDescriptor* field, int index = -1)
      : above_(&above), field_(field), index_(index) {}

  // "entity.disease.parents[0].parent".
  std::string ToString() const {
    if (above_ == nullptr) {
      return std::string(root_);
    }
    std::string text = absl::StrCat(above_->ToString(), ".", field_->name());
    if (index_ >= 0) {
      absl::StrAppend(&text, "[", index_, "]");
    }
    return text;
  }

 private:
  absl::string_view root_;
  const FieldPath* above_ = nullptr;
  const google::protobuf::FieldDescriptor* field_ = nullptr;
  int index_ = -1;
};

}  // namespace cartograph::kb
