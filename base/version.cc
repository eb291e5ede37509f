#include "base/version.h"

namespace cartograph::base {

const char* Version() { return CARTOGRAPH_VERSION; }

}  // namespace cartograph::base
