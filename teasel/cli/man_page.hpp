#pragma once
#include <string>

#include "teasel/cli/declaration.hpp"

namespace teasel {

// teasel.1 in roff (man macros, UTF-8): every verb with its arguments, the environment, files and exit statuses.
// `version` stands in the footer.
std::string man_page(const Declaration& program, const std::string& version);

}  // namespace teasel
