// What `--set` may name.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace teasel {

// Every key that some configuration of the registered things may hold ("model.encoder.channels"), with the words that
// may stand behind it: names of components, choices, true and false; none where any number or text may. A key that
// several components have takes the words of all.
std::map<std::string, std::vector<std::string>> known_settings();

}  // namespace teasel
