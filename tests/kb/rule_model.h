// Models from rule text.

#pragma once

#include <memory>
#include <string>

#include "rules/facts/model.h"

namespace cartograph::kb {

// The program of `text`; null after a test failure when it does not compile.
std::shared_ptr<const rules::Program> ProgramOf(const std::string& text);

// The model of `text` and the facts in it; null after a test failure.
std::shared_ptr<const rules::Model> ModelOf(const std::string& text);

}  // namespace cartograph::kb
