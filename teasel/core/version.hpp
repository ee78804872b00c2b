#pragma once
#include <string_view>

namespace teasel {

/// The release, "0.1.0"; stated once, in the top CMakeLists.txt.
std::string_view version() noexcept;

/// The git commit the program was built from, abbreviated ("1f0c2ab90d3e"), with "-dirty" appended when tracked files
/// differed from it; empty when it was built outside a git checkout.
std::string_view revision() noexcept;

}  // namespace teasel
