// Where the sources and the built programs are. Functions, not macros on every command line: so an
// object file does not depend on the place of the checkout, and a compiler cache serves every
// clone.

#pragma once

#include <string>

namespace cartograph::testing {

// The root of the repository.
std::string SourceDir();
// The root of the build tree that this test belongs to.
std::string BinaryDir();

}  // namespace cartograph::testing
