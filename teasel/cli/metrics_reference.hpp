#pragma once
#include <string>

namespace teasel {

// docs/which_number.md: how to read a score, and for every metric of the library what it measures, from the head
// comment of its file and from what it declares. The same program makes the same bytes.
std::string metrics_reference();

}  // namespace teasel
