#include "importers/line_reader.h"

namespace cartograph::importers {

bool LineReader::Next() {
  if (back_) {
    back_ = false;
    return true;
  }
  if (!std::getline(in_, line_)) {
    return false;
  }
  if (!line_.empty() && line_.back() == '\r') {
    line_.pop_back();
  }
  if (number_ == 0 && absl::string_view(line_).substr(0, 3) == "\xEF\xBB\xBF") {
    line_.erase(0, 3);
  }
  ++number_;
  return true;
}

}  // namespace cartograph::importers
