// The version of this build.

#pragma once

namespace cartograph::base {

// "0.1.0", as the top CMakeLists.txt has it.
const char* Version();

}  // namespace cartograph::base
