#pragma once
#include <string>

namespace teasel {

// docs/configuration.md: every option of everything that is registered, with type, default, limits and meaning, from
// the declarations. The same program makes the same bytes.
std::string configuration_reference();

}  // namespace teasel
